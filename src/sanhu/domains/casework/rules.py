"""The state table of a matter (办件), and the two questions: may this matter move so, and may this person do it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.subjects.kinds import Sector, SubjectKind, sector_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse
from sanhu.engines.workflow import ClockEffect, Move, State, StateTable


class Party(StrEnum):
    """Whose move it can be."""

    WINDOW = "window"
    DISPATCH = "dispatch"
    LEAD = "lead"
    VERIFIER = "verifier"
    CLOSER = "closer"
    SYSTEM = "system"


PARTY_LABELS: Mapping[str, str] = {
    Party.WINDOW: _("受理窗口"),
    Party.DISPATCH: _("派遣员"),
    Party.LEAD: _("主责单位"),
    Party.VERIFIER: _("核查人"),
    Party.CLOSER: _("结案人"),
    Party.SYSTEM: _("系统计时"),
    "": _("无人"),
}

ACCEPT_ARTICLE = _("分类管理办法第八条")
ASSIGN_ARTICLE = _("分类管理办法第九条")
SIGN_ARTICLE = _("分类管理办法第十条")
HANDLE_ARTICLE = _("分类管理办法第十一条")
VERIFY_ARTICLE = _("分类管理办法第十三条")

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
        State("closed", _("已办结"), _("已办结"), "", is_open=False),
        State("returned", _("被退回"), _("正在重新确定承办单位"), Party.DISPATCH),
        State("declined", _("不予受理"), _("不予受理"), "", is_open=False),
    ),
    moves=(
        Move(
            "accept",
            _("受理"),
            ("registered",),
            "accepted",
            Party.WINDOW,
            Permission.MATTER_ACCEPT,
            ACCEPT_ARTICLE,
            MatterEvent.ACCEPTED,
            clock=(ClockEffect.ANSWER_ACCEPTANCE, ClockEffect.START_HANDLING),
            notice=True,
        ),
        Move(
            "decline",
            _("不予受理"),
            ("registered",),
            "declined",
            Party.WINDOW,
            Permission.MATTER_ACCEPT,
            ACCEPT_ARTICLE,
            MatterEvent.DECLINED,
            clock=(ClockEffect.ANSWER_ACCEPTANCE,),
            notice=True,
            needs_reason=True,
            needs_article=True,
        ),
        Move(
            "assign",
            _("交办"),
            ("accepted", "returned"),
            "assigned",
            Party.DISPATCH,
            Permission.MATTER_ASSIGN,
            ASSIGN_ARTICLE,
            MatterEvent.ASSIGNED,
            clock=(ClockEffect.START_SIGNING,),
            notice=True,
        ),
        Move(
            "sign",
            _("签收"),
            ("assigned",),
            "signed",
            Party.LEAD,
            Permission.MATTER_SIGN,
            SIGN_ARTICLE,
            MatterEvent.SIGNED,
            clock=(ClockEffect.ANSWER_SIGNING,),
        ),
        Move(
            "send_back",
            _("退回"),
            ("assigned",),
            "returned",
            Party.LEAD,
            Permission.MATTER_SIGN,
            SIGN_ARTICLE,
            MatterEvent.RETURNED,
            clock=(ClockEffect.ANSWER_SIGNING,),
            needs_reason=True,
            needs_article=True,
        ),
        Move(
            "lapse_into_signed",
            _("逾期未签收，视为签收"),
            ("assigned",),
            "signed",
            Party.SYSTEM,
            "",
            SIGN_ARTICLE,
            MatterEvent.DEEMED_SIGNED,
            clock=(ClockEffect.ANSWER_SIGNING,),
        ),
        Move(
            "lapse_into_returned",
            _("逾期未签收，视为退回"),
            ("assigned",),
            "returned",
            Party.SYSTEM,
            "",
            SIGN_ARTICLE,
            MatterEvent.DEEMED_RETURNED,
            clock=(ClockEffect.ANSWER_SIGNING,),
        ),
        Move(
            "start",
            _("开始办理"),
            ("signed",),
            "in_progress",
            Party.LEAD,
            Permission.MATTER_HANDLE,
            HANDLE_ARTICLE,
            MatterEvent.STARTED,
            notice=True,
        ),
        Move(
            "finish",
            _("办理完毕"),
            ("in_progress",),
            "done",
            Party.LEAD,
            Permission.MATTER_HANDLE,
            HANDLE_ARTICLE,
            MatterEvent.FINISHED,
            needs_reason=True,
        ),
        Move(
            "verify",
            _("核查通过"),
            ("done",),
            "verified",
            Party.VERIFIER,
            Permission.MATTER_VERIFY,
            VERIFY_ARTICLE,
            MatterEvent.VERIFIED,
        ),
        Move(
            "rework",
            _("核查不通过，返工"),
            ("done",),
            "in_progress",
            Party.VERIFIER,
            Permission.MATTER_VERIFY,
            VERIFY_ARTICLE,
            MatterEvent.REWORKED,
            needs_reason=True,
        ),
        Move(
            "close",
            _("办结"),
            ("verified",),
            "closed",
            Party.CLOSER,
            Permission.MATTER_CLOSE,
            VERIFY_ARTICLE,
            MatterEvent.CLOSED,
            clock=(ClockEffect.ANSWER_HANDLING,),
            notice=True,
        ),
    ),
)

NOT_PERMITTED = _("您的岗位没有这项权限")

# Whoever made one of these moves on a matter has handled it.
HANDLING_MOVES = frozenset({"sign", "start", "finish"})


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of a matter: where it is, who leads it and which persons handled it."""

    district: str
    location: str
    state: str
    lead_id: int | None
    handler_ids: frozenset[int]


def may_move(*, standing: Standing, move: str, actor: Actor) -> Decision:
    """May this matter move so now, by this person?"""
    by_table = MATTER.may_move(state=standing.state, move=move)
    return by_table if not by_table else may_person(standing=standing, move=MATTER.move(move), actor=actor)


def may_person(*, standing: Standing, move: Move, actor: Actor) -> Decision:
    """May this person make that move on this matter? Another person is meant by another person, whatever the posts."""
    if move.party == Party.SYSTEM:
        return ALLOWED if actor.kind is ActorKind.SYSTEM else refuse(_("这一步由系统按期限自动记录"))
    if actor.kind is not ActorKind.POST or not actor.may(move.permission):
        return refuse(NOT_PERMITTED, citations=(move.citation,))
    if move.party == Party.LEAD:
        return _is_the_lead(standing, move, actor)
    return all_of(_is_in_scope(standing, move, actor), _is_another_person(standing, move, actor))


def _is_the_lead(standing: Standing, move: Move, actor: Actor) -> Decision:
    if standing.lead_id is not None and actor.organisation_id == standing.lead_id:
        return ALLOWED
    return refuse(_("只有主责单位可以办理这一步"), citations=(move.citation,))


def _is_in_scope(standing: Standing, move: Move, actor: Actor) -> Decision:
    if actor.district == standing.district and actor.covers(standing.location):
        return ALLOWED
    return refuse(_("不在您的辖区"), citations=(move.citation,))


def _is_another_person(standing: Standing, move: Move, actor: Actor) -> Decision:
    if move.party not in {Party.VERIFIER, Party.CLOSER} or actor.person_id not in standing.handler_ids:
        return ALLOWED
    return refuse(_("核查和办结须由承办人以外的人进行，换岗位也不行"), citations=(VERIFY_ARTICLE,))


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


SATISFACTION_LABELS: Mapping[str, str] = {
    Satisfaction.VERY_SATISFIED: _("非常满意"),
    Satisfaction.SATISFIED: _("满意"),
    Satisfaction.FAIR: _("一般"),
    Satisfaction.DISSATISFIED: _("不满意"),
    Satisfaction.VERY_DISSATISFIED: _("很不满意"),
}
