"""The state table of a matter (办件), and the two questions: may this matter move so, and may this person do it?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.deferring import DeferralKind
from sanhu.domains.casework.moves_aside import MOVES_ASIDE
from sanhu.domains.casework.moves_on_the_way import MOVES_ON_THE_WAY
from sanhu.domains.casework.parties import (
    ACCEPT_ARTICLE,
    RULING_ARTICLE,
    URGE_ARTICLE,
    VERIFY_ARTICLE,
    Party,
)
from sanhu.domains.subjects.kinds import Sector, SubjectKind, sector_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse
from sanhu.engines.workflow import Move, State, StateTable

MATTER = StateTable(
    name="matter",
    initial="registered",
    states=(
        State("registered", _("待受理"), _("已收到"), Party.WINDOW),
        State("accepted", _("待交办"), _("已受理"), Party.DISPATCH),
        State("assigned", _("待签收"), _("已交办"), Party.LEAD),
        State("signed", _("已签收"), _("已签收"), Party.LEAD),
        State("in_progress", _("办理中"), _("办理中"), Party.LEAD),
        State("done", _("待核查"), _("办理完毕，等待核查"), Party.VERIFIER),
        State("verified", _("待办结"), _("已核查"), Party.CLOSER),
        State("closed", _("已办结"), _("已办结"), "", is_open=False, may_reopen=True),
        State("returned", _("被退回"), _("正在重新确定承办单位"), Party.DISPATCH),
        State("suspended", _("挂账"), _("暂缓办理，条件具备后恢复"), Party.DISPATCH),
        State("reopened", _("待重新交办"), _("重新办理，等待交办"), Party.DISPATCH),
        State("merged", _("已并案"), _("已并入另一件办理"), "", is_open=False),
        State("declined", _("不予受理"), _("不予受理"), "", is_open=False),
    ),
    moves=(*MOVES_ON_THE_WAY, *MOVES_ASIDE),
)

NOT_PERMITTED = _("您的岗位没有这项权限")
_UNANSWERED = _("还有单位没有答复会签，不能办理完毕；不再需要的，可以撤回")

# Whoever made one of these moves on a matter has handled it.
HANDLING_MOVES = frozenset({"sign", "start", "finish"})
URGING_MOVES = frozenset({"urge", "urge_by_reporter"})


# Moves by which a matter comes under another item or duty, or to a lead that was ruled.
RECLASSIFYING_MOVES = frozenset({"reclassify", "rule"})


def is_handoff(move: str, *, before: str) -> bool:
    """Tell whether a move passes a matter from hand to hand: sent back, or assigned anew.

    The first assignment is none, nor is the first after the matter was opened again.
    """
    return move in {"send_back", "lapse_into_returned"} or (move == "assign" and before == "returned")


@dataclass(frozen=True)
class Pending:
    """A deferral that somebody asked for and nobody has decided; for a deputy's asking two persons answer."""

    kind: DeferralKind
    asked_by: frozenset[int]


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of a matter: where it is, who leads it and which persons handled it.

    What a deputy did in the post of somebody absent both have done.
    Beyond that: what is asked and not yet decided, whether an answer to a supervisor is due, whether the matter was
    opened again, whether others were merged into it, whether a body was asked to co-sign and has not answered, whether
    it was handed back so often that it waits for a ruling, whether it was given to its lead by one, and which step of
    its item's procedure comes next.
    """

    district: str
    location: str
    state: str
    lead_id: int | None
    handler_ids: frozenset[int]
    pending: Pending | None = None
    is_supervised: bool = False
    is_reopened: bool = False
    has_merged: bool = False
    is_being_cosigned: bool = False
    awaits_ruling: bool = False
    is_ruled: bool = False
    open_step: str = ""


def may_move(*, standing: Standing, move: str, actor: Actor) -> Decision:
    """May this matter move so now, by this person?"""
    by_table = MATTER.may_move(state=standing.state, move=move)
    if not by_table:
        return by_table
    found = MATTER.move(move)
    by_person = may_person(standing=standing, move=found, actor=actor)
    return by_person if not by_person else _may_now(standing, found)


def _may_now(standing: Standing, move: Move) -> Decision:
    """May it happen to the matter as it stands beyond its state?"""
    reasons = [reason for stands_against, reason in _AGAINST.get(move.code, ()) if stands_against(standing)]
    if move.code == "finish" and standing.open_step:
        reasons.append(gettext("程序里的“%(step)s”还没有办好，不能办理完毕") % {"step": standing.open_step})
    return refuse(*reasons, citations=(_RESTS_ON.get(move.code, move.citation),)) if reasons else ALLOWED


def _is_asked(kind: DeferralKind) -> "_Test":
    return lambda standing: standing.pending is not None and standing.pending.kind is kind


def _is_pending(standing: Standing) -> bool:
    return standing.pending is not None


def _not(test: "_Test") -> "_Test":
    return lambda standing: not test(standing)


_Test = Callable[[Standing], bool]
_is_supervised: _Test = attrgetter("is_supervised")
_awaits_ruling: _Test = attrgetter("awaits_ruling")
_is_reopened: _Test = attrgetter("is_reopened")

_ASKED_ALREADY = ((_is_pending, _("已有一项申请等待批准")),)
_NO_EXTENSION = ((_not(_is_asked(DeferralKind.EXTENSION)), _("没有等待批准的延期申请")),)
_NO_SUSPENSION = ((_not(_is_asked(DeferralKind.SUSPENSION)), _("没有等待批准的挂账申请")),)
_HANDED_ROUND = ((_awaits_ruling, _("这件事已经多次转手，要等区社区建设协调管理机构裁定主责")),)

# What may stand against a move beyond the state, with the words in which it is refused.
_AGAINST: Mapping[str, tuple[tuple[_Test, str], ...]] = {
    "assign": _HANDED_ROUND,
    "reclassify": _HANDED_ROUND,
    "rule": ((_not(_awaits_ruling), _("转手还没有到要裁定的次数，由派遣员交办")),),
    "send_back": (
        (attrgetter("is_ruled"), _("主责单位是区社区建设协调管理机构裁定的，不能退回；不同意的，向该机构书面提出")),
    ),
    "finish": ((attrgetter("is_being_cosigned"), _UNANSWERED),),
    "close": ((_is_supervised, _("督办还没有答复，不能办结")),),
    "ask_extension": _ASKED_ALREADY,
    "ask_suspension": _ASKED_ALREADY,
    "grant_extension": _NO_EXTENSION,
    "refuse_extension": _NO_EXTENSION,
    "grant_suspension": _NO_SUSPENSION,
    "refuse_suspension": _NO_SUSPENSION,
    "supervise": ((_is_supervised, _("已经在督办，正等待答复")),),
    "answer_supervision": ((_not(_is_supervised), _("没有等待答复的督办")),),
    "merge": (
        (_is_reopened, _("重新办理的办件不再并案")),
        (attrgetter("has_merged"), _("已有办件并入这一件；请把另一件并入这一件")),
        (_is_supervised, _("督办还没有答复，不能并案")),
    ),
    "reopen": ((_is_reopened, _("只能重新办理一次")),),
}
# What speaks against these rests on another article than the move itself.
_RESTS_ON: Mapping[str, str] = {
    "close": URGE_ARTICLE,
    "assign": RULING_ARTICLE,
    "reclassify": RULING_ARTICLE,
    "send_back": RULING_ARTICLE,
}


def may_person(*, standing: Standing, move: Move, actor: Actor) -> Decision:
    """May this person make that move on this matter? Another person is meant by another person, whatever the posts."""
    if move.party == Party.SYSTEM:
        return ALLOWED if actor.kind is ActorKind.SYSTEM else refuse(_("这一步由系统按期限自动记录"))
    if move.party == Party.REPORTER:
        return _is_the_reporter(standing, move, actor)
    if actor.kind is not ActorKind.POST or not actor.may(move.permission):
        return refuse(NOT_PERMITTED, citations=(move.citation,))
    if move.party == Party.LEAD:
        return _is_the_lead(standing, move, actor)
    return all_of(_is_in_scope(standing, move, actor), _is_another_person(standing, move, actor))


def _is_the_reporter(standing: Standing, move: Move, actor: Actor) -> Decision:
    """Who holds the receipt is asked by the door; here it is only that no official speaks for the reporter."""
    if actor.kind is ActorKind.RESIDENT and actor.district == standing.district:
        return ALLOWED
    return refuse(_("这一步由反映人凭回执码办理"), citations=(move.citation,))


def _is_the_lead(standing: Standing, move: Move, actor: Actor) -> Decision:
    if standing.lead_id is not None and actor.organisation_id == standing.lead_id:
        return ALLOWED
    return refuse(_("只有主责单位可以办理这一步"), citations=(move.citation,))


def _is_in_scope(standing: Standing, move: Move, actor: Actor) -> Decision:
    if actor.district == standing.district and actor.covers(standing.location):
        return ALLOWED
    return refuse(_("不在您的辖区"), citations=(move.citation,))


def _is_another_person(standing: Standing, move: Move, actor: Actor) -> Decision:
    if move.party == Party.APPROVER:
        asked_by = standing.pending.asked_by if standing.pending else frozenset()
        if actor.persons & (standing.handler_ids | asked_by):
            reason = _("延期和挂账须由申请人和承办人以外的人批准，换岗位也不行")
            return refuse(reason, citations=(move.citation,))
    elif move.party in {Party.VERIFIER, Party.CLOSER} and actor.persons & standing.handler_ids:
        return refuse(_("核查和办结须由承办人以外的人进行，换岗位也不行"), citations=(VERIFY_ARTICLE,))
    return ALLOWED


def may_register(*, district: str, location: str, actor: Actor) -> Decision:
    """May this person register a report about that place? A resident may in the district, a post in its areas."""
    if actor.kind is ActorKind.RESIDENT:
        return ALLOWED if actor.district == district else refuse(_("不在本区"), citations=(ACCEPT_ARTICLE,))
    if actor.kind is not ActorKind.POST or not actor.may(Permission.MATTER_REGISTER):
        return refuse(NOT_PERMITTED, citations=(ACCEPT_ARTICLE,))
    if actor.district == district and actor.covers(location):
        return ALLOWED
    return refuse(_("不在您的辖区"), citations=(ACCEPT_ARTICLE,))


def silence_move(lead_kind: SubjectKind) -> str:
    """What an unanswered assignment becomes after the signing limit (R36).

    Silence of a body that leads by statute counts as acceptance; a residents' committee's counts as refusal. A market
    or other community body is bound by contract or choice, not by silence: the desk looks again.
    """
    return "lapse_into_signed" if sector_of(lead_kind) is Sector.GOVERNMENT else "lapse_into_returned"


class Satisfaction(StrEnum):
    """The five grades of a resident's rating (G.3)."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    FAIR = "fair"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"


# Grades that may open a matter again.
UNHAPPY = frozenset({Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED})

SATISFACTION_LABELS: Mapping[str, str] = {
    Satisfaction.VERY_SATISFIED: _("非常满意"),
    Satisfaction.SATISFIED: _("满意"),
    Satisfaction.FAIR: _("一般"),
    Satisfaction.DISSATISFIED: _("不满意"),
    Satisfaction.VERY_DISSATISFIED: _("很不满意"),
}
