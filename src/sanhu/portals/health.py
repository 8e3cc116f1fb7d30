"""How the installation is: each sign read for itself, so that one that cannot be read hides no other."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from django.conf import settings
from django.db import DatabaseError, Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence import checkpoints
from sanhu.domains.evidence.models import Entry, Notice
from sanhu.domains.evidence.outbox import MOST_ATTEMPTS
from sanhu.engines.legal_time import legal_day
from sanhu.portals import stamps
from sanhu.portals.record_keeping import signing_key

WORKER = "worker"
_WORKER_SILENT = timedelta(minutes=1)
_TAIL_OLD = timedelta(minutes=5)
_NOTICE_OLD = timedelta(hours=1)
_CALENDAR_ENDS_DAYS = 60
_DISK_LOW, _DISK_FULL = 2**30, 2**27
_BACKUP_OLD = timedelta(days=2)
_VERIFY_OLD = timedelta(days=8)
_MB = 2**20


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    ATTENTION = "attention"
    FAILING = "failing"


LEVELS: dict[Level, str | Promise] = {Level.OK: _("正常"), Level.ATTENTION: _("要留意"), Level.FAILING: _("有故障")}
_ORDER = tuple(Level)


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at. `since` is a moment the words speak of."""

    name: str
    label: str | Promise
    level: Level
    words: str
    since: datetime | None = None

    @property
    def level_words(self) -> str:
        """Name the level."""
        return str(LEVELS[self.level])


def status(at: datetime) -> Level:
    """Give the worst of what a monitor outside is told. Only reads, so that asking often harms nobody."""
    return worst(_signs(_FOR_MONITORS, at))


def signs(at: datetime) -> list[Sign]:
    """Look at everything, the worst first."""
    found = _signs((*_FOR_MONITORS, *_FOR_ADMINISTRATORS), at)
    return sorted(found, key=lambda sign: _ORDER.index(sign.level), reverse=True)


def worst(found: Iterator[Sign] | list[Sign]) -> Level:
    """Give the worst level among signs."""
    return max((sign.level for sign in found), key=_ORDER.index, default=Level.OK)


def beat(at: datetime) -> int:
    """Note that the worker goes round and that the database lets it write; gives how many notes that were.

    Raises DatabaseError where the database cannot be written to: then no note is left, and health says so.
    """
    with transaction.atomic(), connection.cursor() as cursor:  # on SQLite this takes the write lock
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_setting('transaction_read_only')::bool")
            if cursor.fetchone()[0]:
                raise DatabaseError("the database takes no writes")
    stamps.note(WORKER, at=at)
    return 1


def _signs(readers: tuple["_Reader", ...], at: datetime) -> Iterator[Sign]:
    for name, label, read in readers:
        try:
            level, words, since = read(at)
        except (Error, OSError, ValueError):
            level, words, since = Level.FAILING, gettext("读不出来"), None
        yield Sign(name, label, level, words, since)


_Told = tuple[Level, str, datetime | None]
_Reader = tuple[str, str | Promise, Callable[[datetime], _Told]]


def _database(at: datetime) -> _Told:
    del at
    behind = _known_migrations() - set(MigrationRecorder(connection).applied_migrations())
    if behind:
        return Level.FAILING, gettext("结构是较早的版本，还有 %(count)s 步没有执行") % {"count": len(behind)}, None
    return Level.OK, gettext("连得上，结构是最新的"), None


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations or ())


def _worker(at: datetime) -> _Told:
    beaten = stamps.last(WORKER)
    if beaten is None:
        return Level.FAILING, gettext("后台进程从来没有运行过"), None
    if at - beaten.at > _WORKER_SILENT:
        return Level.FAILING, gettext("后台进程没有动静，或者写不进数据库"), beaten.at
    return Level.OK, gettext("后台进程在运行，能写入数据库"), beaten.at


def _disk(at: datetime) -> _Told:
    del at
    free = shutil.disk_usage(settings.SANHU_DATA).free
    level = Level.FAILING if free < _DISK_FULL else Level.ATTENTION if free < _DISK_LOW else Level.OK
    return level, gettext("剩余 %(free)s MB") % {"free": f"{free // _MB:,}"}, None


def _tail(at: datetime) -> _Told:
    waiting = Entry.objects.filter(seq__isnull=True)
    count, oldest = waiting.count(), waiting.order_by("id").values_list("at", flat=True).first()
    level = Level.ATTENTION if oldest and at - oldest > _TAIL_OLD else Level.OK
    return level, gettext("%(count)s 条等待入链") % {"count": count}, oldest


def _notices(at: datetime) -> _Told:
    unsent = Notice.objects.filter(sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS)
    oldest = unsent.order_by("created_at").values_list("created_at", flat=True).first()
    level = Level.ATTENTION if oldest and at - oldest > _NOTICE_OLD else Level.OK
    return level, gettext("%(count)s 条通知没有发出") % {"count": unsent.count()}, oldest


def _calendar(at: datetime) -> _Told:
    last = working_calendar(at).last
    left = (last - legal_day(at)).days
    level = Level.ATTENTION if left < _CALENDAR_ENDS_DAYS else Level.OK
    words = gettext("载入到 %(last)s，还有 %(left)s 天；之后的工作日期限不推算（X-17）")
    return level, words % {"last": last.isoformat(), "left": left}, None


def _backup(at: datetime) -> _Told:
    made = stamps.last("backup")
    if made is None:
        return Level.ATTENTION, gettext("没有做过备份：sanhu backup FILE"), None
    level = Level.ATTENTION if at - made.at > _BACKUP_OLD else Level.OK
    return level, gettext("记录到第 %(size)s 条") % {"size": made.facts.get("size", "?")}, made.at


def _verified(at: datetime) -> _Told:
    made = stamps.last("verify")
    if made is None:
        return Level.ATTENTION, gettext("没有核对过：sanhu verify"), None
    if not made.facts.get("clean"):
        return Level.FAILING, gettext("发现 %(count)s 处问题") % {"count": made.facts.get("count", "?")}, made.at
    return Level.ATTENTION if at - made.at > _VERIFY_OLD else Level.OK, gettext("没有发现问题"), made.at


def _checkpoint(at: datetime) -> _Told:
    if signing_key() is None:
        return Level.ATTENTION, gettext("没有签名的密钥：sanhu keys create"), None
    last = checkpoints.last_witnessed(settings.SANHU_CHECKPOINTS_FILE)
    if last is None:
        return Level.ATTENTION, gettext("还没有签过检查点"), None
    late = timedelta(minutes=2 * settings.SANHU_CHECKPOINT_IDLE_MINUTES)
    level = Level.ATTENTION if at - last.at > late else Level.OK
    return level, gettext("签到第 %(size)s 条") % {"size": last.size}, last.at


def _restored(at: datetime) -> _Told:
    del at
    made = stamps.last("restore")
    if made is None:
        return Level.OK, gettext("没有从备份恢复过"), None
    undone = int(made.facts.get("undone", 0))
    if not made.facts.get("proved"):
        return Level.FAILING, gettext("恢复以后没有核对成功"), made.at
    if undone:
        return Level.ATTENTION, gettext("恢复以后要重新删除 %(count)s 项") % {"count": undone}, made.at
    return Level.OK, gettext("恢复以后核对无误"), made.at


_FOR_MONITORS: tuple[_Reader, ...] = (
    ("database", _("数据库"), _database),
    ("worker", _("后台进程"), _worker),
    ("disk", _("磁盘"), _disk),
)
_FOR_ADMINISTRATORS: tuple[_Reader, ...] = (
    ("tail", _("入链"), _tail),
    ("checkpoint", _("检查点"), _checkpoint),
    ("notices", _("发件箱"), _notices),
    ("calendar", _("工作日历"), _calendar),
    ("backup", _("上次备份"), _backup),
    ("verify", _("上次核对"), _verified),
    ("restore", _("上次恢复"), _restored),
)
