"""Restoring a backup: refused unless it is whole and this installation's, proved afterwards by the record itself."""

import hashlib
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.http import Http404
from django.utils.translation import gettext as _

from sanhu.domains.casework.verification import CHECKS as CASEWORK
from sanhu.domains.catalogue.verification import CHECKS as CATALOGUE
from sanhu.domains.evidence.events import RecordEvent
from sanhu.domains.evidence.findings import Progress, Report
from sanhu.domains.evidence.models import Checkpoint
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.verification import CHECKS as SUBJECTS
from sanhu.engines import checkpoints as notes
from sanhu.engines.actors import SYSTEM
from sanhu.portals import erasures
from sanhu.portals.cli.backups.making import MANIFEST, check_room
from sanhu.portals.cli.backups.manifest import (
    BackupError,
    Contents,
    Manifest,
    contents,
    key_fingerprints,
    read_manifest,
)
from sanhu.portals.cli.backups.stores import Store, store
from sanhu.portals.erasures import Erasure
from sanhu.portals.record_keeping import witnesses
from sanhu.portals.site import home_district

_MOST_MANIFEST_BYTES = 4 * 1024 * 1024
_BLOCK = 1024 * 1024
_ROOM = 4  # a dump turned into SQL takes several times its size
_CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(frozen=True)
class Restored:
    """What stands in the database now, and what does not fit what the backup promised."""

    manifest: Manifest
    differences: tuple[str, ...]
    report: Report | None = None
    set_aside: Path | None = None
    signed_beyond: int = 0
    undone: tuple[Erasure, ...] = ()

    @property
    def is_proved(self) -> bool:
        """Whether the record proves itself and is the one the backup was made of."""
        return self.report is not None and self.report.is_clean and not self.differences


def restore(file: Path, *, at: datetime, replace: str, progress: Progress) -> Restored:
    """Put a backup in the database's place and prove it. Raises BackupError before anything was changed.

    `replace` is the database's name, typed by whoever means to lose what it holds.
    """
    found = store()
    with _opened(file) as archive:
        manifest = _manifest_of(archive)
        _check_fits(manifest, found)
        found.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_room(found.folder, needed=_ROOM * manifest.parts[found.part].bytes)
        with tempfile.TemporaryDirectory(dir=found.folder, prefix=".restoring-") as work:
            part = Path(work) / found.part
            _unpack(archive, manifest, part, progress)
            if found.holds_data() and replace != found.name:
                raise BackupError(
                    _("数据库里有数据。确实要丢掉它们，请加上 --replace %(name)s。") % {"name": found.name}
                )
            found.check_unused()
            found.load(part, progress)
    return _proved(manifest, at=at, progress=progress)


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, mode="r:") as archive:
            yield archive
    except (OSError, tarfile.TarError) as fault:
        raise BackupError(_("备份读不出来：%(why)s") % {"why": fault}) from fault


def _manifest_of(archive: tarfile.TarFile) -> Manifest:
    try:
        return read_manifest(_member(archive, MANIFEST).read(_MOST_MANIFEST_BYTES))
    except (KeyError, ValueError) as fault:
        raise BackupError(_("这不是三互的备份，或者是看不懂的版本：%(why)s") % {"why": fault}) from fault


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    member = archive.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member


def _check_fits(manifest: Manifest, found: Store) -> None:
    """Refuse what this installation could not use: another kind of database, other keys, a newer Sanhu."""
    if manifest.database != found.kind or found.part not in manifest.parts:
        raise BackupError(
            _("备份来自 %(theirs)s 数据库，这里是 %(ours)s。") % {"theirs": manifest.database, "ours": found.kind}
        )
    ours = key_fingerprints()
    others = sorted(name for name, said in manifest.keys.items() if ours.get(name) != said)
    if others:
        raise BackupError(
            _("这不是做备份时的密钥（%(names)s）：请先放回当时的密钥文件，否则加密的内容打不开。")
            % {"names": ", ".join(others)}
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or ()}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise BackupError(
            _("备份来自更新的版本 %(version)s：这里不认识 %(name)s。") % {"version": manifest.sanhu, "name": unknown[0]}
        )


def _unpack(archive: tarfile.TarFile, manifest: Manifest, target: Path, progress: Progress) -> None:
    """Write the part to the disk, and compare what came with what the manifest says."""
    expected = manifest.parts[target.name]
    digest, done = hashlib.sha256(), 0
    try:
        read = _member(archive, target.name)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            while block := read.read(_BLOCK):
                written.write(block)
                digest.update(block)
                done += len(block)
                progress("sha256", done, expected.bytes)
            written.flush()
            os.fsync(written.fileno())
    except KeyError as missing:
        raise BackupError(_("备份里缺少 %(name)s。") % {"name": target.name}) from missing
    if (done, digest.hexdigest()) != (expected.bytes, expected.sha256):
        raise BackupError(_("备份坏了：%(name)s 的校验值与清单不符。") % {"name": target.name})


def _proved(manifest: Manifest, *, at: datetime, progress: Progress) -> Restored:
    """Hold what is there now against the manifest and against itself."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        behind = _("备份来自较早的版本 %(version)s：请先运行 sanhu migrate，再运行 sanhu verify。")
        return Restored(manifest, (behind % {"version": manifest.sanhu},))
    here = contents()
    set_aside, signed_beyond = _set_aside(here.size, at=at)
    report = verify(progress=progress, checks=(*SUBJECTS, *CATALOGUE, *CASEWORK), witnesses=witnesses())
    undone = tuple(erasures.undone(since=manifest.made_at - _CLOCKS_DIFFER))
    erasures.begin_again_at(here.size, at=at)
    _enter(manifest, signed_beyond=signed_beyond, undone=len(undone), at=at)
    return Restored(manifest, _differences(manifest.contents, here), report, set_aside, signed_beyond, undone)


def _differences(promised: Contents, here: Contents) -> tuple[str, ...]:
    then, now = asdict(promised), asdict(here)
    counts = {name: (then["counts"].get(name), now["counts"].get(name)) for name in then["counts"] | now["counts"]}
    pairs = {name: (then[name], now[name]) for name in ("size", "root", "unsequenced")} | counts
    return tuple(f"{name}: {before} → {after}" for name, (before, after) in pairs.items() if before != after)


def _set_aside(size: int, *, at: datetime) -> tuple[Path | None, int]:
    """Keep what was signed beyond the restored record, and go on from the last checkpoint that still holds.

    Gives where the file with all checkpoints lies now, and how far the lost record had been signed. Nothing is thrown
    away: whoever holds such a checkpoint can still show what was lost.
    """
    witness: Path = settings.SANHU_CHECKPOINTS_FILE
    if not witness.exists():
        kept = [row.note for row in Checkpoint.objects.order_by("at")]
        if kept:
            _write(witness, kept)
        return None, 0
    try:
        found = notes.notes_in(witness.read_text(encoding="utf-8"))
    except ValueError:
        return None, 0  # verifying says that it is no file of checkpoints
    sizes = [notes.read_note(note).size for note in found]
    if max(sizes, default=0) <= size:
        return None, 0
    aside = witness.with_name(f"{witness.name}.{at:%Y%m%dT%H%M%SZ}")
    witness.rename(aside)
    _write(witness, [note for note, signed in zip(found, sizes, strict=True) if signed <= size])
    return aside, max(sizes)


def _write(path: Path, kept: list[str]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as file:
        file.write("".join(kept).encode())
        file.flush()
        os.fsync(file.fileno())


def _enter(manifest: Manifest, *, signed_beyond: int, undone: int, at: datetime) -> None:
    """Let the record itself say that it was set back, and how far it had been signed."""
    try:
        district = home_district()
    except Http404:  # no district was founded yet when the backup was made
        return
    with transaction.atomic():
        record(
            event=RecordEvent.RESTORED,
            actor=SYSTEM,
            at=at,
            subject="record",
            district=district,
            facts={
                "backup_made_at": manifest.made_at,
                "size": manifest.contents.size,
                "root": manifest.contents.root,
                "signed_beyond": signed_beyond,
                "erasures_undone": undone,
            },
        )
