"""Making a backup where something is in the way: said before anything is begun, and nothing half is left."""

import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from sanhu.domains.evidence.findings import Progress
from sanhu.portals.cli.backups import making
from sanhu.portals.cli.backups.making import check_room, make
from sanhu.portals.cli.backups.manifest import BackupError, Manifest, Part, contents, read_manifest
from sanhu.portals.cli.backups.postgres import PostgresStore

BODY = b"\x00rows\xff" * 1000


def hear(_what: str, _done: int, _total: int) -> None:
    """Hear of progress."""


class Tables:
    """A database that is dumped in a moment, or fails to be."""

    kind, part, server = "sqlite", "database.sqlite3", "3"

    def __init__(self, *, fault: Exception | None = None) -> None:
        self._fault = fault

    def size(self) -> int:
        return len(BODY)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        yield

    def dump(self, target: Path, progress: Progress) -> None:
        target.write_bytes(BODY)
        progress(self.part, 1, 1)
        if self._fault:
            raise self._fault


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch):
    def put(**said: Exception) -> None:
        monkeypatch.setattr(making, "store", lambda: Tables(**said))

    return put


@pytest.mark.django_db
def test_an_archive_holds_the_manifest_and_what_it_promises(tables, tmp_path: Path, at: datetime):
    tables()
    made = make(tmp_path / "district.tar", at=at, progress=hear)
    with tarfile.open(tmp_path / "district.tar") as archive:
        first, second = archive.getmembers()
        assert read_manifest(archive.extractfile(first).read()) == made
        assert archive.extractfile(second).read() == BODY
    assert (made.made_at, made.parts["database.sqlite3"].bytes) == (at, len(BODY))
    assert made.contents == contents()
    assert set(made.keys) >= {"field", "receipt"}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [BackupError("pg_dump"), OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_backup_that_fails_half_way_leaves_nothing(fault: Exception, tables, tmp_path: Path, at: datetime):
    tables(fault=fault)
    with pytest.raises(type(fault)):
        make(tmp_path / "district.tar", at=at, progress=hear)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_file_that_appears_meanwhile_is_not_replaced(
    tables, tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    tables()
    really = making._pack

    def pack(archive: Path, manifest: Manifest, part: Path) -> None:
        really(archive, manifest, part)
        (tmp_path / "district.tar").write_text("somebody else's")

    monkeypatch.setattr(making, "_pack", pack)
    with pytest.raises(BackupError, match="文件已经存在"):
        make(tmp_path / "district.tar", at=at, progress=hear)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["somebody else's"]


@pytest.mark.django_db
def test_a_disk_without_second_names_takes_a_backup_too(
    tables, tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    def unsupported(*_said: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    tables()
    monkeypatch.setattr(making.os, "link", unsupported)
    make(tmp_path / "district.tar", at=at, progress=hear)
    assert [file.name for file in tmp_path.iterdir()] == ["district.tar"]
    assert tarfile.is_tarfile(tmp_path / "district.tar")


def test_a_full_disk_is_said_before_anything_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(making.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 100 * 2**20}))
    check_room(tmp_path, needed=36 * 2**20)
    with pytest.raises(BackupError, match="要 101 MB，只有 100 MB"):
        check_room(tmp_path, needed=37 * 2**20)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path):
    with pytest.raises(BackupError, match="写不进去"):
        check_room(tmp_path / "nowhere", needed=1)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give the folder in which the programs of a server of version 18 are looked for."""
    monkeypatch.setattr(PostgresStore, "server", "18.4 (Debian 18.4-1)")
    monkeypatch.setenv("SANHU_PG_BIN", str(tmp_path))
    return tmp_path


def program(folder: Path, said: str) -> None:
    (folder / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {said}'\n")
    (folder / "pg_dump").chmod(0o755)


def test_programs_that_are_not_there_or_too_old_are_named(server: Path):
    with pytest.raises(BackupError, match="找不到 pg_dump"):
        PostgresStore()._program("pg_dump")
    program(server, "15.9")
    with pytest.raises(BackupError, match="pg_dump 是 15 版，服务器是 18 版"):
        PostgresStore()._program("pg_dump")
    program(server, "18.1")
    assert PostgresStore()._program("pg_dump") == str(server / "pg_dump")


def test_a_password_stands_in_no_argument(settings, monkeypatch: pytest.MonkeyPatch):
    named = {"NAME": "sanhu", "HOST": "db", "PORT": 5433, "USER": "lin", "PASSWORD": "geheim"}
    monkeypatch.setitem(settings.DATABASES, "default", named)
    monkeypatch.setattr(os, "environ", {"PATH": "/usr/bin"})
    told = PostgresStore()._environment()
    assert {key: told[key] for key in told if key.startswith("PG")} == {
        "PGDATABASE": "sanhu",
        "PGHOST": "db",
        "PGPORT": "5433",
        "PGUSER": "lin",
        "PGPASSWORD": "geheim",
    }


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"format": "sanhu-backup/2"}', b'{"format": "sanhu-backup/1"}'])
def test_what_is_no_manifest_is_none(text: bytes):
    with pytest.raises(ValueError):  # noqa: PT011 - what it says differs
        read_manifest(text)


@pytest.mark.django_db
def test_a_manifest_reads_as_it_was_written(at: datetime):
    written = Manifest(
        made_at=at,
        database="sqlite",
        server="3",
        migrations=("evidence.0001_initial",),
        contents=contents(),
        keys={"field": "0" * 16},
        parts={"database.sqlite3": Part(bytes=3, sha256="a")},
    )
    assert read_manifest(written.to_json().encode()) == written
