"""Co-signing (会签): who may ask other bodies, who may answer for one, and when a question ends by itself.

The lead asks while the matter is in its hands, and cannot call the work done before everybody asked has answered or
the question was withdrawn. An objection is no veto: the lead alone answers for the matter, and says in the result why
it goes on all the same, naming the body that objected.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.moves_aside import IN_HAND
from sanhu.domains.casework.parties import HANDLE_ARTICLE
from sanhu.domains.casework.rules import NOT_PERMITTED, Standing
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse

MOST_BODIES = 10
MOST_WITHIN_WORKING_DAYS = 10
# A suspended matter rests with its lead, and whoever was asked may answer.
_WITH_ITS_LEAD = frozenset({*IN_HAND, "suspended"})


@dataclass(frozen=True)
class Asked:
    """A question as the rules see it: of which body, by which persons, and whether an answer is still waited for."""

    organisation_id: int
    asked_by: frozenset[int]
    is_open: bool


def may_ask(*, standing: Standing, actor: Actor) -> Decision:
    """May this person ask other bodies to co-sign this matter now?"""
    is_in_hand = standing.state in IN_HAND
    by_state = ALLOWED if is_in_hand else _refuse(_("会签在签收以后、办理完毕以前提出"))
    return all_of(_is_the_lead(standing, actor), by_state)


def may_answer(*, asked: Asked, actor: Actor) -> Decision:
    """May this person answer for the body that was asked? Not whoever asked, whatever posts they hold."""
    if actor.kind is not ActorKind.POST or not actor.may(Permission.MATTER_HANDLE):
        return _refuse(NOT_PERMITTED)
    if actor.organisation_id != asked.organisation_id:
        return _refuse(_("只有被请会签的单位可以答复"))
    if not asked.is_open:
        return _refuse(_("这一项会签已经结束"))
    if actor.persons & asked.asked_by:
        return _refuse(_("会签须由提出的人以外的人答复，换岗位也不行"))
    return ALLOWED


def may_withdraw(*, standing: Standing, asked: Asked, actor: Actor) -> Decision:
    """May this person take a question back? Anybody who handles for the lead may."""
    by_state = ALLOWED if asked.is_open else _refuse(_("这一项会签已经结束"))
    return all_of(_is_the_lead(standing, actor), by_state)


def is_over(*, state: str) -> bool:
    """Tell whether a matter in that state has left its lead, so that nobody needs the answer any more."""
    return state not in _WITH_ITS_LEAD


def check_objections(objectors: Sequence[str], *, words: str) -> Decision:
    """May the work be called done over these objections? The result names each body that objected."""
    if all(name in words for name in objectors):
        return ALLOWED
    return _refuse(_("办理结果：有单位不同意会签，须逐一写出该单位的全称，说明为什么仍然这样办"))


def faults_of_question(
    *, bodies: Collection[int], lead_id: int | None, question: str, within: int, most_words: int
) -> list[str]:
    """Give what is wrong with a question, field and rule."""
    faults = (
        (not bodies, _("请谁会签：请选择至少一个单位")),
        (len(bodies) > MOST_BODIES, _("请谁会签：一次不超过 10 个单位")),
        (lead_id in bodies, _("请谁会签：主责单位不会签自己的办件")),
        (not question.strip(), _("会签的问题：请写明要对方同意什么")),
        (len(question) > most_words, _("会签的问题：不超过 2000 个字")),
        (not 1 <= within <= MOST_WITHIN_WORKING_DAYS, _("几个工作日内答复：请写 1 到 10 个工作日")),
    )
    return [reason for is_faulty, reason in faults if is_faulty]


def _is_the_lead(standing: Standing, actor: Actor) -> Decision:
    if actor.kind is not ActorKind.POST or not actor.may(Permission.MATTER_HANDLE):
        return _refuse(NOT_PERMITTED)
    if standing.lead_id is None or actor.organisation_id != standing.lead_id:
        return _refuse(_("只有主责单位可以请其他单位会签"))
    return ALLOWED


def _refuse(*reasons: str) -> Decision:
    return refuse(*reasons, citations=(HANDLE_ARTICLE,))
