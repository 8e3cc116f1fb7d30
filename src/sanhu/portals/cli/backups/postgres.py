"""Backing up PostgreSQL: pg_dump on the snapshot of our own transaction; the way back in one transaction of psql."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from sanhu.domains.evidence.findings import Progress
from sanhu.portals.cli.backups.manifest import BackupError

_POLL_SECONDS = 0.2
_LEAVING_SECONDS = 3.0  # connections that were just closed are still listed for a moment
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_WORDS = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
_VARIABLES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
_EMPTIED = ("-c", "DROP SCHEMA public CASCADE", "-c", "CREATE SCHEMA public")


class PostgresStore:
    """The district's database on its server."""

    kind = "postgres"
    part = "database.dump"

    def __init__(self) -> None:
        self._snapshot = ""

    @property
    def name(self) -> str:
        """The database's name."""
        return str(settings.DATABASES["default"]["NAME"])

    @property
    def folder(self) -> Path:
        """Where the archive is unpacked. The server's own disk it cannot see."""
        return Path(settings.SANHU_DATA)

    @property
    def server(self) -> str:
        """The server's version."""
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return str(cursor.fetchone()[0])

    def size(self) -> int:
        """What the server says."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Hold a snapshot that pg_dump can share."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            self._snapshot = str(cursor.fetchone()[0])
            yield

    def dump(self, target: Path, progress: Progress) -> None:
        """Let pg_dump write its own format, compressed."""
        about = self.size()
        program = self._program("pg_dump")
        command = [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={self._snapshot}"]
        with subprocess.Popen(  # noqa: S603 - our own arguments
            [*command, f"--file={target}"], env=self._environment(), stderr=subprocess.PIPE
        ) as running:
            while running.poll() is None:
                progress(self.part, target.stat().st_size if target.exists() else 0, about)
                time.sleep(_POLL_SECONDS)
            assert running.stderr is not None, "asked for above"
            said = running.stderr.read().decode(errors="replace")
        if running.returncode:
            raise BackupError(_("pg_dump 没有成功：%(why)s") % {"why": said.strip()[-500:]})

    def holds_data(self) -> bool:
        """Tell whether the record has an entry."""
        with connection.cursor() as cursor:
            if "evidence_entry" not in connection.introspection.table_names(cursor):
                return False
            cursor.execute("SELECT EXISTS (SELECT 1 FROM evidence_entry)")
            return bool(cursor.fetchone()[0])

    def check_unused(self) -> None:
        """Ask the server who else is connected, once our own pool is gone."""
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # only PostgreSQL's wrapper has one
        until = time.monotonic() + _LEAVING_SECONDS
        while self._others():
            if time.monotonic() > until:
                raise BackupError(_("数据库正在使用：请先停下 sanhu serve 和 worker。"))
            time.sleep(_POLL_SECONDS)

    def _others(self) -> int:
        named = {word: settings.DATABASES["default"].get(key) or None for key, word in _WORDS.items()}
        with psycopg.connect(make_conninfo("", **named)) as alone:
            (others,) = alone.execute(_OTHERS).fetchone() or (0,)
        return int(others)

    def load(self, source: Path, progress: Progress) -> None:
        """Turn the dump into SQL first, so that half a dump is never begun with; then run it all or not at all."""
        script = source.with_suffix(".sql")
        progress(self.part, 0, 1)
        self._run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source))
        run = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *_EMPTIED)
        self._run("psql", *run, f"--file={script}")
        progress(self.part, 1, 1)

    def _run(self, name: str, *arguments: str) -> None:
        program = self._program(name)
        connection.close()
        done = subprocess.run(  # noqa: S603 - our own arguments
            [program, *arguments], env=self._environment(), capture_output=True, check=False
        )
        if done.returncode:
            why = done.stderr.decode(errors="replace").strip()[-500:]
            raise BackupError(_("%(program)s 没有成功：%(why)s") % {"program": name, "why": why})

    def _program(self, name: str) -> str:
        """Find a program of PostgreSQL's that is as new as the server, in SANHU_PG_BIN or on the path."""
        folder = os.environ.get("SANHU_PG_BIN", "")
        found = shutil.which(name, path=folder or None)
        if found is None:
            raise BackupError(
                _("找不到 %(program)s：请安装与服务器同版本的 PostgreSQL 客户端，或用 SANHU_PG_BIN 指出它的目录。")
                % {"program": name}
            )
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        ours, servers = _major(said), _major(self.server)
        if ours < servers:
            raise BackupError(
                _("%(program)s 是 %(ours)s 版，服务器是 %(servers)s 版：请用 SANHU_PG_BIN 指出同版本的目录。")
                % {"program": name, "ours": ours, "servers": servers}
            )
        return found

    def _environment(self) -> dict[str, str]:
        """Say where the database is, without a password among the arguments."""
        named = {variable: str(settings.DATABASES["default"].get(key) or "") for key, variable in _VARIABLES.items()}
        return os.environ | {variable: value for variable, value in named.items() if value}


def _major(said: str) -> int:
    found = re.search(r"\b(\d+)(?:\.\d+|devel|beta\d+|rc\d+)?\b", said)
    return int(found[1]) if found else 0
