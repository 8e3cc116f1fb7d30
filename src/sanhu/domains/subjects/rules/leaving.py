"""How a post may end: a contract by its end or its notice, an elected member's office by law alone (X-09).

The articles are those of the 城市居民委员会组织法 as revised in 2025, unless another law is named.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.appointments import LAWFUL_GROUNDS, Appointment, LeavingGround
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.rules.holding import FIVE_YEAR_TERM, SEPARATION, TERM_ARTICLE
from sanhu.engines.decisions import ALLOWED, Decision, refuse

LEAVING_ARTICLES = _("城市居民委员会组织法第二十条至第二十四条、第三十七条")
CLOSING_ARTICLE = _("城市居民委员会组织法第三条")
DISMISSAL = "X-09"


@dataclass(frozen=True)
class Leaving:
    """How a post is to end. `basis` names the decision, letter or certificate."""

    appointment: Appointment
    body: SubjectKind
    ground: LeavingGround
    basis: str
    on: date
    ends_on: date | None


_ARTICLES = {
    LeavingGround.RECALLED: _("城市居民委员会组织法第二十条"),
    LeavingGround.RESIGNED: _("城市居民委员会组织法第二十一条"),
    LeavingGround.ELECTION_INVALID: _("城市居民委员会组织法第二十二条"),
    LeavingGround.LOST_CAPACITY: _("城市居民委员会组织法第二十三条"),
    LeavingGround.SENTENCED: _("城市居民委员会组织法第二十三条"),
    LeavingGround.TWO_INCOMPETENT_APPRAISALS: _("城市居民委员会组织法第三十七条"),
    LeavingGround.TERM_ENDED: TERM_ARTICLE,
    LeavingGround.NOMINATED: _("城市居民委员会组织法第十五条"),
    LeavingGround.DIED: _("民法典第十三条"),
}
# Grounds which an article knows for one body alone.
_ONLY_IN = {
    LeavingGround.TWO_INCOMPETENT_APPRAISALS: SubjectKind.RESIDENTS_COMMITTEE,
    LeavingGround.NOMINATED: SubjectKind.ELECTION_COMMITTEE,
}


def article_of(ground: LeavingGround, body: SubjectKind) -> str:
    """Give the article an elected member's leaving rests on; empty where the body's own charter governs it."""
    own = _ONLY_IN.get(ground, SubjectKind.RESIDENTS_COMMITTEE)
    return _ARTICLES.get(ground, "") if body is own or ground is LeavingGround.DIED else ""


def may_leave(leaving: Leaving) -> Decision:
    """May the post end so? An elected member's ends by law, and by no contract or order (X-09)."""
    if leaving.appointment is Appointment.ELECTED:
        return _may_leave_elected(leaving)
    if leaving.ground not in LAWFUL_GROUNDS[leaving.appointment]:
        return refuse(_("这种理由不适用于以这种方式担任的职务"), citations=(SEPARATION,))
    if leaving.ground is LeavingGround.CONTRACT_ENDED and not _is_over(leaving):
        return refuse(_("合同尚未期满"))
    return ALLOWED


def _may_leave_elected(leaving: Leaving) -> Decision:
    ground = leaving.ground
    article = article_of(ground, leaving.body)
    citations = (article,) if article else (LEAVING_ARTICLES,)
    if ground not in LAWFUL_GROUNDS[Appointment.ELECTED]:
        reason = _("选举产生的成员不能以解除合同、合同期满或者调任的方式免去")
        return refuse(reason, citations=(LEAVING_ARTICLES,), code=DISMISSAL)
    if _ONLY_IN.get(ground, leaving.body) is not leaving.body:
        reason = _("法律没有为这类组织的成员规定这种离任方式")
        return refuse(reason, citations=(LEAVING_ARTICLES,), code=DISMISSAL)
    if ground is LeavingGround.TERM_ENDED and not _is_over(leaving):
        return refuse(_("任期尚未届满"), citations=citations, code=DISMISSAL)
    if not leaving.basis.strip():
        return refuse(_("须写明离任所依据的决议、裁判或者证明"), citations=citations, code=DISMISSAL)
    return ALLOWED


def _is_over(leaving: Leaving) -> bool:
    return leaving.ends_on is not None and leaving.on >= leaving.ends_on


def may_change_end(*, appointment: Appointment, body: SubjectKind, is_changed: bool) -> Decision:
    """May the last day of a post be moved? A contract may be renewed; an elected term is the electors' (X-09)."""
    if appointment is not Appointment.ELECTED or not is_changed:
        return ALLOWED
    article = FIVE_YEAR_TERM.get(body, LEAVING_ARTICLES)
    return refuse(_("选举产生的职务，任期不能更改，只能依法换届或者离任"), citations=(article,), code=DISMISSAL)


def may_close(*, body: SubjectKind, has_elected: bool, basis: str) -> Decision:
    """May a body be closed? Where members were elected only by a named decision, for it ends their posts (X-09)."""
    if not has_elected or basis.strip():
        return ALLOWED
    citations = (CLOSING_ARTICLE,) if body is SubjectKind.RESIDENTS_COMMITTEE else (LEAVING_ARTICLES,)
    return refuse(_("撤销有当选成员的组织，须写明批准撤销的决定"), citations=citations, code=DISMISSAL)
