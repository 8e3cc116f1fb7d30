"""Erasing a value for good: its salts go, so that no commitment to it can ever be opened or guessed."""

from collections.abc import Iterable

from sanhu.domains.evidence.models import Opening, Witnessed


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


def erased(row: Witnessed, fields: Iterable[str]) -> dict[str, object]:
    """Give the facts by which an entry says that values of a row were erased."""
    return {"erased": {row.row_ref: sorted(fields)}}
