"""Rows the record vouches for."""

from django.db import models


class Witnessed(models.Model):
    """A row whose every field is committed to by the entry that wrote it.

    `sanhu verify` compares each such row with the last entry that speaks of it: a changed field, a missing row and a
    row that no entry ever spoke of are all found. Fields named in `unwitnessed` are left out: each is derived from
    witnessed ones, and the model says how.
    """

    unwitnessed: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @property
    def row_ref(self) -> str:
        """The row as a typed reference: table and key."""
        return f"{self._meta.label_lower}:{self.pk}"

    def witnessed_values(self) -> dict[str, object]:
        """Give what the record commits to, by field name."""
        return {
            field.attname: str(value) if isinstance(value := getattr(self, field.attname), str) else value
            for field in self._meta.concrete_fields
            if not field.primary_key and field.attname not in self.unwitnessed
        }
