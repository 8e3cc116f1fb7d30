"""What matters are found by: one row of keyed tokens beside each."""

from typing import TYPE_CHECKING

from django.db import models

from sanhu.domains.casework.models.matter import Matter

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    _Text = models.TextField[str, str]
else:
    _Text = models.TextField


class TokensField(_Text):
    """Tokens parted by blanks: a tsvector on PostgreSQL, where its index reads it; plain text elsewhere."""

    def db_type(self, connection: "BaseDatabaseWrapper") -> str | None:
        """Give the column's type."""
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)


class SearchEntry(models.Model):
    """The tokens of one matter. Derived from it and from nothing else, so the record does not speak of it.

    On SQLite triggers carry every change into the full-text table `casework_search`; a migration that lets Django
    remake this table has to make them anew.
    """

    privacy_default = "internal"

    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, primary_key=True, related_name="search_entry")
    tokens = TokensField()
