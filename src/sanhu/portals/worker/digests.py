"""The daily digest: what comes due and what is overdue on a post's desk, in numbers, states and dates alone.

Nobody's words, names or addresses leave the house with it. It is told in the installation's own language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from sanhu.domains.casework.models import Clock, Matter, Step
from sanhu.domains.casework.queries import visible_by_key
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.casework.waiting import waiting_on
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.subjects.models import DigestSubscription
from sanhu.domains.subjects.services import digests
from sanhu.engines.actors import Actor
from sanhu.engines.codes.case_numbers import display
from sanhu.engines.deadlines import ClockState, Unit
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar, WorkCalendar
from sanhu.portals import site
from sanhu.portals.look.moments import day_of_year_words, left_words
from sanhu.portals.matters import days_left
from sanhu.portals.worker.webhooks import MOST_BYTES

MOST_MATTERS = 50
MOST_AT_ONCE = 10  # most want the same hour of the morning, and the clocks and the outbox go on meanwhile
_SATURDAY = 5
_COMES_DUE = (ClockState.NEAR, ClockState.OVERDUE)


def send_digests(at: datetime) -> int:
    """Send digests whose hour has come, some at a time; give how many. Costs one query while there is none."""
    due = digests.digests_due(at=at)
    waiting = list(due[:MOST_AT_ONCE])
    if not waiting:
        return 0
    calendar, day = working_calendar(at), legal_day(at)
    if not _is_working(calendar, at):
        digests.pass_over(due, day=day)
        return 0
    sent, failures = 0, list[Exception]()
    with translation.override(settings.LANGUAGE_CODE):
        for digest in waiting:
            try:
                sent += _send(digest, at=at)
            except Exception as failure:  # noqa: BLE001 - raised below; the others get theirs
                failures.append(failure)
    if failures:
        raise ExceptionGroup("digests that could not be sent", failures)
    return sent


def _send(digest: DigestSubscription, *, at: datetime) -> bool:
    reader = digests.reader_of(digest, at=at)
    if reader is None:
        digests.end_if_left(digest, at=at)
        return digests.send_once(digest, "", district="", at=at)
    return digests.send_once(digest, digest_text(reader, digest.channel, at=at), district=reader.district, at=at)


def _is_working(calendar: WorkCalendar, at: datetime) -> bool:
    """Past the last calendar that was announced, Monday to Friday: no deadline hangs on it, only a reminder."""
    day = legal_day(at)
    try:
        return calendar.is_working(day)
    except BeyondCalendar:
        return day.weekday() < _SATURDAY


def coming_due(reader: Actor) -> QuerySet[Matter]:
    """Near and overdue matters that wait on the post or that its body leads, those that changed last first."""
    pressing = Clock.objects.filter(is_open=True, state__in=_COMES_DUE)
    # Not joined by OR, which would lead a database past all matters there are.
    led = Matter.objects.filter(lead_id=reader.organisation_id, is_open__in=(True,)).values("pk")
    own = waiting_on(reader).order_by().values("pk").union(led)
    last = Step.objects.filter(matter=OuterRef("pk")).order_by("-ordinal").values("at")[:1]
    return (
        visible_by_key(reader)
        .filter(Exists(pressing.filter(matter=OuterRef("pk"))), pk__in=own, is_open__in=(True,))
        .annotate(changed_at=Subquery(last))
        .prefetch_related(Prefetch("clocks", queryset=pressing.order_by("due_at", "id"), to_attr="pressing"))
        .order_by("-changed_at", "-id")
    )


def digest_text(reader: Actor, channel: str, *, at: datetime) -> str:
    """Write a digest, at most 50 matters and for a group's robot at most 2,048 bytes; nothing when nothing is due."""
    found = coming_due(reader)
    total = found.count()
    if not total:
        return ""
    calendar = working_calendar(at)
    blocks = [_block(matter, calendar, at=at) for matter in found[:MOST_MATTERS]]
    head = ngettext("有 %(count)d 件临近到期或者超期：", "有 %(count)d 件临近到期或者超期：", total) % {"count": total}
    layout = _Layout(head, foot=f"{site.address()}{reverse('desk:inbox')}", total=total)
    return layout.fitting(blocks, most_bytes=None if channel == Channel.EMAIL else MOST_BYTES)


def _block(matter: Matter, calendar: WorkCalendar, *, at: datetime) -> str:
    return "\n".join([_matter_line(matter), *_clock_lines(matter, calendar, at=at), _link(matter)])


def _matter_line(matter: Matter) -> str:
    return gettext("%(number)s：%(state)s") % {
        "number": display(matter.number),
        "state": gettext(MATTER.state(matter.state).label),
    }


def _clock_lines(matter: Matter, calendar: WorkCalendar, *, at: datetime) -> Iterator[str]:
    pressing: list[Clock] = getattr(matter, "pressing", [])
    for clock in pressing:
        left = days_left(clock, calendar, at=at)
        if clock.due_on is None or left is None:
            continue
        unit = Unit.WORKING_DAY if clock.unit == Unit.WORKING_DAY else Unit.NATURAL_DAY
        yield gettext("%(purpose)s：%(day)s到期，%(left)s") % {
            "purpose": clock.get_purpose_display(),
            "day": day_of_year_words(clock.due_on),
            "left": left_words(left, unit),
        }


def _link(matter: Matter) -> str:
    return f"{site.address()}{reverse('desk:matter', kwargs={'number': matter.number})}"


@dataclass(frozen=True)
class _Layout:
    """A digest's frame: what it begins with, the address at its end, and how many there are in all."""

    head: str
    foot: str
    total: int

    def fitting(self, blocks: Sequence[str], *, most_bytes: int | None) -> str:
        """Give the longest digest that fits; it is cut between matters, and says how many are left out."""
        shown = len(blocks)
        while shown and most_bytes is not None and len(self._text(blocks[:shown]).encode()) > most_bytes:
            shown -= 1
        return self._text(blocks[:shown])

    def _text(self, blocks: Sequence[str]) -> str:
        more = self.total - len(blocks)
        rest = [ngettext("还有 %(count)d 件。", "还有 %(count)d 件。", more) % {"count": more}] if more else []
        return "\n\n".join([self.head, *blocks, *rest, self.foot])
