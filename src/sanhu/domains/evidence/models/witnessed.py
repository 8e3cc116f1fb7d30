"""Rows the record vouches for."""

from django.db import models


class Witnessed(models.Model):
    """A row whose every field is committed to by the entry that wrote it.

    `sanhu verify` compares each such row with the last entry that speaks of it: a changed field, a missing row and a
    row that no entry ever spoke of are all found. Fields named in `unwitnessed` are left out: each is derived from
    witnessed ones, and the model says how. A migration that gives a witnessed model another field also writes entries
    that speak of it, since a field that no entry speaks of is found as well.

    Where `goes_when_erased`, a row whose every salt was destroyed may be gone. Any other stays, with blanks for what
    was erased: else a faked erasing would take away what somebody did.
    """

    unwitnessed: tuple[str, ...] = ()
    goes_when_erased = False

    class Meta:
        abstract = True

    @property
    def row_ref(self) -> str:
        """The row as a typed reference: table and key."""
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def needs_witness(self) -> bool:
        """Whether the record must speak of this row by now. A model with drafts says which rows it leaves out."""
        return True

    def witnessed_values(self) -> dict[str, object]:
        """Give what the record commits to, by field name, as the values will read when they come from the database."""
        return {
            field.attname: field.to_python(getattr(self, field.attname))
            for field in self._meta.concrete_fields
            if not field.primary_key and field.attname not in self.unwitnessed
        }
