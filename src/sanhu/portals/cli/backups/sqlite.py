"""Backing up SQLite: its own online copy, taken from one moment while the district goes on writing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from sanhu.domains.evidence.findings import Progress
from sanhu.portals.cli.backups.manifest import BackupError
from sanhu.portals.durable import sync_folder

_PAGES_AT_A_TIME = 4096
_BESIDE = ("-wal", "-shm", "-journal")


class SqliteStore:
    """The district's one file."""

    kind = "sqlite"
    part = "database.sqlite3"

    def __init__(self) -> None:
        self._path = Path(settings.DATABASES["default"]["NAME"])

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    @property
    def folder(self) -> Path:
        """Where the file lies."""
        return self._path.parent

    @property
    def server(self) -> str:
        """The library's version."""
        return sqlite3.sqlite_version

    def size(self) -> int:
        """The file and its write-ahead log."""
        files = (self._path, self._path.with_name(f"{self.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Hold a read transaction: in WAL mode it sees one moment and stops nobody."""
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                cursor.execute("SELECT count(*) FROM sqlite_master")  # the moment is that of the first read
                yield
            finally:
                cursor.execute("ROLLBACK")

    def dump(self, target: Path, progress: Progress) -> None:
        """Copy page by page, in the transaction that holds the moment; the copy is one file that needs no log."""

        def told(_status: int, remaining: int, total: int) -> None:
            progress(self.part, total - remaining, total)

        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy, pages=_PAGES_AT_A_TIME, progress=told)
            copy.execute("PRAGMA journal_mode=DELETE")

    def holds_data(self) -> bool:
        """Tell whether there is a file with anything in it, readable or not."""
        if not self.size():
            return False
        try:
            with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as found:
                return bool(found.execute("SELECT EXISTS (SELECT 1 FROM evidence_entry)").fetchone()[0])
        except sqlite3.OperationalError as missing:
            return "no such table" not in str(missing)
        except sqlite3.DatabaseError:
            return True

    def check_unused(self) -> None:
        """Leave write-ahead logging for a moment: SQLite allows it only to the one who is alone with the file."""
        connection.close()
        if not self._path.exists():
            return
        try:
            with closing(sqlite3.connect(self._path, timeout=1)) as alone:
                mode = alone.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite3.OperationalError:
            mode = "locked"
        except sqlite3.DatabaseError:
            return  # no database any more: nobody works in it
        if mode != "delete":
            raise BackupError(_("数据库正在使用：请先停下 sanhu serve 和 worker。"))

    def load(self, source: Path, progress: Progress) -> None:
        """Check the copy and put it in the file's place in one step."""
        connection.close()
        progress(self.part, 0, 1)
        with closing(sqlite3.connect(source)) as copy:
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            raise BackupError(_("备份里的数据库是坏的：%(why)s") % {"why": found})
        for end in _BESIDE:
            self._path.with_name(f"{self.name}{end}").unlink(missing_ok=True)
        source.replace(self._path)
        sync_folder(self.folder)
        progress(self.part, 1, 1)
