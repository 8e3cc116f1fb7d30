"""Which notices were handed over already: a mark for each, in SANHU_DATA and so outside the database.

A worker may be killed between handing a notice over and saying so in the database, and a restored database knows
nothing of what left after its backup was made. The mark outlives both. Its name is a hash, the file is empty: nothing
in it tells of anybody.
"""

import hashlib
import shutil
from pathlib import Path

from django.conf import settings

from sanhu.domains.evidence.models import Notice
from sanhu.portals.durable import sync_folder

_MONTHS_KEPT = 24


def name_of(notice: Notice) -> str:
    """Give the name a notice bears outside: the same at every attempt, and never another notice's.

    A database restored from a backup gives its numbers and keys anew; the moment tells such twins apart.
    """
    return hashlib.sha256(f"{notice.key}\n{notice.created_at.isoformat()}".encode()).hexdigest()[:32]


def is_handed_over(notice: Notice) -> bool:
    """Tell whether a notice has left, whatever the database says."""
    return _mark(notice).exists()


def note(notice: Notice) -> None:
    """Note durably that a notice has left."""
    mark = _mark(notice)
    if not mark.parent.exists():
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(mark.parent.parent)
        _drop_old(mark.parent.parent)
    mark.touch(mode=0o600)
    sync_folder(mark.parent)


def _mark(notice: Notice) -> Path:
    folder = Path(settings.SANHU_DATA) / "handed-over"
    return folder / f"{notice.created_at:%Y-%m}" / name_of(notice)


def _drop_old(folder: Path) -> None:
    """Once a month, when its folder is made, drop what no backup that is still of use could bring back."""
    months = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    for month in months[:-_MONTHS_KEPT]:
        shutil.rmtree(month, ignore_errors=True)
