"""Erasing a value for good: its salts go, so that no commitment to it can ever be opened or guessed."""

from collections.abc import Collection, Iterable, Mapping

from django.db import connection

from sanhu.domains.evidence.models import Opening, Witnessed

# What is to be erased: the names of fields by the row they stand in ("casework.step:7").
Fields = Mapping[str, Collection[str]]


def destroy_salts(*, row: Witnessed, field: str, subject: str | None = None) -> int:
    """Destroy every salt under which a row's field was committed to, and give how many entries that touched.

    `subject` is the one all entries about the row are filed under; without it the whole record is searched. The caller
    erases the value and writes the entry that says so, with `erased(row, [field])` among its facts, in the same
    transaction: `sanhu verify` takes a salt that nobody says was destroyed for a missing one.
    """
    openings = Opening.objects.filter(entry__body__contains=f'"{row.row_ref}"')
    if subject is not None:
        openings = openings.filter(entry__subject_ref=subject)
    touched = 0
    for opening in openings:
        if opening.salts.get(row.row_ref, {}).pop(field, None) is not None:
            opening.save(update_fields=["salts"])
            touched += 1
    return touched


def destroy_salts_of(fields: Fields, *, subjects: Collection[str]) -> int:
    """Destroy every salt of these fields in whatever was entered about these subjects; give how many salts went.

    As with one field, the caller erases the values and enters `all_erased(fields)`, in the same transaction.
    """
    destroyed = 0
    for opening in Opening.objects.filter(entry__subject_ref__in=subjects):
        found = [(ref, name) for ref, names in fields.items() for name in names if name in opening.salts.get(ref, {})]
        for ref, name in found:
            del opening.salts[ref][name]
        if found:
            opening.save(update_fields=["salts"])
        destroyed += len(found)
    return destroyed


def all_erased(fields: Fields) -> dict[str, object]:
    """Give the facts by which an entry says that values of several rows were erased."""
    return {"erased": {ref: sorted(names) for ref, names in fields.items() if names}}


def erased(row: Witnessed, fields: Iterable[str]) -> dict[str, object]:
    """Give the facts by which an entry says that values of a row were erased."""
    return {"erased": {row.row_ref: sorted(fields)}}


def empty_log() -> bool:
    """Write SQLite's log into the database and cut it, since until then it holds pages as they were before erasing.

    It waits for nobody: while others read or write it is left for the next time. True when the log is empty. PostgreSQL
    writes its log anew in a circle, and is left alone.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            (is_busy, *_pages) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")
    return not is_busy
