"""The two kinds of database, as far as backing up and restoring goes."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from django.db import connection

from sanhu.domains.evidence.findings import Progress


class Store(Protocol):
    """The database the settings name."""

    kind: str
    part: str

    @property
    def name(self) -> str:
        """What one has to type to replace it."""

    @property
    def server(self) -> str:
        """Which version it is of."""

    def size(self) -> int:
        """How many bytes it takes, about."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Hold one moment, without keeping a writer waiting."""

    def dump(self, target: Path, progress: Progress) -> None:
        """Write the moment that `snapshot` holds to a file. Raises BackupError."""

    def holds_data(self) -> bool:
        """Tell whether anything would be lost by replacing it."""

    def check_unused(self) -> None:
        """Raise BackupError while anybody else works in it."""

    def load(self, source: Path, progress: Progress) -> None:
        """Replace what it holds by what `dump` wrote: wholly or not at all. Raises BackupError."""

    @property
    def folder(self) -> Path:
        """Where there has to be room while it is restored."""


def store() -> Store:
    """Give the database the settings name."""
    if connection.vendor == "postgresql":
        from sanhu.portals.cli.backups.postgres import PostgresStore  # noqa: PLC0415 - needs psycopg

        return PostgresStore()
    from sanhu.portals.cli.backups.sqlite import SqliteStore  # noqa: PLC0415 - one of the two

    return SqliteStore()
