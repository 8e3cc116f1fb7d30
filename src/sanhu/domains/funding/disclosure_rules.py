"""When a community's account is published, by whom, and what of it names persons. No models are imported here.

An account's year is its fiscal year. A quarter holds what was posted on its days; what is posted before the year begins
belongs to the first, and what is posted after it ended, until the books are closed, to the last: so four quarters are
the year, to the fen.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources

from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse
from sanhu.engines.legal_time import day_start
from sanhu.engines.personal_marks import find, mask

DISCLOSURE_ARTICLE = _("居民委员会组织法第三十四条")
NOT_YET_OVER = _("期间：还没有结束，不能公布")
NOTHING_NEW = _("期间：已经公布过，以后没有变动")
NOT_THEIRS = _("只有这个社区的居民委员会或者所在街道办事处可以公布")
_NOT_PERMITTED = _("您的岗位没有这项权限")

WHOLE_YEAR, QUARTERS = 0, (1, 2, 3, 4)
_MONTHS = 3
# Whose money is a community's own: the bodies that act for it. What owners have in common is theirs alone.
COMMUNITY_KINDS = frozenset(
    {
        SubjectKind.PARTY_ORGANISATION,
        SubjectKind.RESIDENTS_COMMITTEE,
        SubjectKind.SUPERVISION_COMMITTEE,
        SubjectKind.ELECTION_COMMITTEE,
        SubjectKind.RESIDENTS_ASSEMBLY,
        SubjectKind.REPRESENTATIVES_MEETING,
        SubjectKind.RESIDENTS_GROUP,
        SubjectKind.MEDIATION_COMMITTEE,
        SubjectKind.SOCIAL_WORK_STATION,
    }
)
DISCLOSERS = frozenset({SubjectKind.RESIDENTS_COMMITTEE, SubjectKind.SUBDISTRICT_OFFICE})
# Kinds that stand for people: every other payee is a body, which is named.
PERSONS = frozenset({SubjectKind.RESIDENTS, SubjectKind.OWNERS})


@dataclass(frozen=True, order=True)
class Period:
    """A quarter of a fiscal year, or the whole of it."""

    year: int
    quarter: int = WHOLE_YEAR

    @property
    def code(self) -> str:
        """Write it as an address does: 2026 or 2026Q3."""
        return f"{self.year}Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def starts_on(self) -> date:
        """Its first day."""
        return date(self.year, (self.quarter - 1) * _MONTHS + 1 if self.quarter else 1, 1)

    @property
    def ends_on(self) -> date:
        """Its last day."""
        if self.quarter in {WHOLE_YEAR, QUARTERS[-1]}:
            return date(self.year, 12, 31)
        return date(self.year, self.quarter * _MONTHS + 1, 1) - timedelta(days=1)

    @property
    def due_on(self) -> date:
        """The last day on which it may be published."""
        days = _days()
        within = days["quarter_within_days"] if self.quarter else days["year_within_days"]
        return self.ends_on + timedelta(days=int(within))

    @property
    def since(self) -> datetime | None:
        """The first moment whose postings belong to it; None where whatever came before belongs to it too."""
        return None if self.quarter in {WHOLE_YEAR, QUARTERS[0]} else day_start(self.starts_on)

    @property
    def until(self) -> datetime | None:
        """The first moment after it; None where whatever comes later belongs to it too."""
        if self.quarter in {WHOLE_YEAR, QUARTERS[-1]}:
            return None
        return day_start(self.ends_on + timedelta(days=1))

    def holds(self, at: datetime) -> bool:
        """Tell whether what was posted at a moment belongs to it, the year being right."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


def periods_of(year: int) -> tuple[Period, ...]:
    """Give what of a year is published: each quarter, and then the whole."""
    return (*(Period(year, quarter) for quarter in QUARTERS), Period(year))


@cache
def _days() -> dict[str, str | int]:
    """Read the days within which accounts are published; their source stands beside them."""
    text = resources.files("sanhu.domains.funding").joinpath("data/disclosure_days.json").read_text(encoding="utf-8")
    found: dict[str, str | int] = json.loads(text)
    return found


def may_disclose(*, kind: str, area_code: str, actor: Actor) -> Decision:
    """May this person, whose body is of a kind, publish a community's account?"""
    if actor.kind is not ActorKind.POST or not actor.may(Permission.FUNDING_DISCLOSE):
        return refuse(_NOT_PERMITTED, citations=(DISCLOSURE_ARTICLE,))
    if kind not in DISCLOSERS or not actor.covers(area_code):
        return refuse(NOT_THEIRS, citations=(DISCLOSURE_ARTICLE,))
    return ALLOWED


def check_over(period: Period, *, today: date) -> Decision:
    """Is it over, so that it can be published?"""
    return ALLOWED if today > period.ends_on else refuse(NOT_YET_OVER, citations=(DISCLOSURE_ARTICLE,))


def shown_payee(name: str, kind: str) -> str:
    """Name a body; of what stands for a person leave the surname (H.2).

    >>> shown_payee("翠园物业服务有限公司", "property_firm"), shown_payee("张三", "residents")
    ('翠园物业服务有限公司', '张*')
    """
    return f"{name[:1]}*" if kind in PERSONS else name


def shown_words(words: str) -> str:
    """Give what somebody wrote on a voucher with whatever tells of a person masked."""
    return mask(words, find(words))
