"""Making a backup: one moment of the database and what it held then, in one file that appears whole or not at all."""

import hashlib
import io
import os
import shutil
import tarfile
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from sanhu.domains.evidence.findings import Progress
from sanhu.portals.cli.backups.manifest import (
    BackupError,
    Manifest,
    Part,
    applied_migrations,
    contents,
    key_fingerprints,
)
from sanhu.portals.cli.backups.stores import Store, store
from sanhu.portals.durable import sync_folder

MANIFEST = "manifest.json"
_SPARE_BYTES = 64 * 1024 * 1024
_BLOCK = 1024 * 1024


def make(file: Path, *, at: datetime, progress: Progress) -> Manifest:
    """Write a backup of the district as it is now, while it works. Raises BackupError, and then leaves nothing."""
    if file.exists():
        raise BackupError(_("文件已经存在，没有改动：%(path)s") % {"path": file})
    found = store()
    check_room(file.parent, needed=2 * found.size())  # the dump and the archive lie side by side for a while
    work = Path(tempfile.mkdtemp(dir=file.parent, prefix=f".{file.name}-"))  # for its owner alone
    try:
        manifest = _dumped(found, work, at=at, progress=progress)
        archive = work / "archive.tar"
        _pack(archive, manifest, work / found.part)
        _keep(archive, file)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return manifest


def _dumped(found: Store, work: Path, *, at: datetime, progress: Progress) -> Manifest:
    """Write the database's part, and read in the same snapshot what it holds."""
    part = work / found.part
    with found.snapshot():
        manifest = Manifest(
            made_at=at,
            database=found.kind,
            server=found.server,
            migrations=applied_migrations(),
            contents=contents(),
            keys=key_fingerprints(),
        )
        found.dump(part, progress)
    size = part.stat().st_size
    return replace(manifest, parts={found.part: Part(bytes=size, sha256=sha256_of(part, progress))})


def _pack(archive: Path, manifest: Manifest, part: Path) -> None:
    """Put the manifest first: a reader sees at once what it is."""
    text = manifest.to_json().encode()
    with os.fdopen(os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as packed:
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mode, head.mtime = len(text), 0o600, int(manifest.made_at.timestamp())
            packed.addfile(head, io.BytesIO(text))
            body = tarfile.TarInfo(part.name)
            body.size, body.mode, body.mtime = part.stat().st_size, 0o600, head.mtime
            with part.open("rb") as read:
                packed.addfile(body, read)
        file.flush()
        os.fsync(file.fileno())


def _keep(archive: Path, file: Path) -> None:
    """Give the finished archive its name, never another's, and wait until the disk knows it."""
    try:
        os.link(archive, file)
    except FileExistsError as taken:
        raise BackupError(_("文件已经存在，没有改动：%(path)s") % {"path": file}) from taken
    except OSError:  # a disk that knows no second name for a file, as many network drives
        if file.exists():
            raise BackupError(_("文件已经存在，没有改动：%(path)s") % {"path": file}) from None
        archive.rename(file)
    sync_folder(file.parent)


def sha256_of(file: Path, progress: Progress) -> str:
    """Hash a file, block by block."""
    total, done, digest = file.stat().st_size, 0, hashlib.sha256()
    with file.open("rb") as read:
        while block := read.read(_BLOCK):
            digest.update(block)
            done += len(block)
            progress("sha256", done, total)
    return digest.hexdigest()


def check_room(folder: Path, *, needed: int) -> None:
    """Raise BackupError where the disk has no room for so many bytes and something to spare."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as fault:
        raise BackupError(_("写不进去：%(why)s") % {"why": fault.strerror}) from fault
    if free < needed + _SPARE_BYTES:
        raise BackupError(
            _("%(folder)s 的空间不够：要 %(needed)d MB，只有 %(free)d MB。")
            % {"folder": folder, "needed": (needed + _SPARE_BYTES) // 2**20, "free": free // 2**20}
        )
