"""Erasing a value for good: its salts go, so that no commitment to it can ever be opened or guessed."""

from sanhu.domains.evidence.models import Opening, Witnessed


def destroy_salts(*, row: Witnessed, field: str) -> int:
    """Destroy every salt under which a row's field was committed to, and give how many entries that touched.

    The caller erases the value and writes the entry that says so, in the same transaction.
    """
    touched = 0
    for opening in Opening.objects.filter(entry__body__contains=f'"{row.row_ref}"'):
        if opening.salts.get(row.row_ref, {}).pop(field, None) is not None:
            opening.save(update_fields=["salts"])
            touched += 1
    return touched
