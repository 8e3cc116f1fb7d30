"""One door for every move of every return: scoped, locked, decided, applied, recorded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.models import ReturnAnswer, ReturnProposal
from sanhu.domains.admission.parties import LIST_ARTICLE, RETURN_ARTICLE
from sanhu.domains.admission.queries import returns as queries
from sanhu.domains.admission.rules.returned_items import parts_of_committee, without_committee
from sanhu.domains.admission.rules.returns import check_agree, check_outcome, may_move
from sanhu.domains.admission.rules.words import check_words
from sanhu.domains.admission.services import steps
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.return_letters import issue_return_letter
from sanhu.domains.admission.services.returning import Going, transfer_task
from sanhu.domains.admission.tables import RETURN
from sanhu.domains.admission.terms import ReturnOutcome
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.rules import LeadKind
from sanhu.domains.catalogue.services.proposal_door import lock_district, newest_version
from sanhu.domains.catalogue.services.proposing import write_opened, write_submitted
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day

MOST_ANSWER = 500
_DECISIONS = frozenset({"agree", "reject"})


@dataclass(frozen=True)
class ReturnMove:
    """A move as somebody asks for it; `revision` is the return's as the form showed it.

    `agrees` belongs to an answer, `document_number` and `transfers_on` to the decision. `unspent_fen` is what of the
    money paid is left at the transfer, `power_document` what gives another committee its power. `still_does` is what
    the committee says afterwards, `outcome` what is found, `demand_number` the demand by which it came back.
    """

    move: str
    revision: int
    reason: str = ""
    article: str = ""
    agrees: bool | None = None
    document_number: str = ""
    transfers_on: date | None = None
    unspent_fen: int = 0
    power_document: str = ""
    still_does: bool | None = None
    outcome: str = ""
    demand_number: str = ""

    def asked(self, number: str) -> dict[str, object]:
        """What a repeated request is compared by."""
        return {"return": number, **self.__dict__}


def make_move(*, actor: Actor, at: datetime, client_id: UUID, number: str, request: ReturnMove) -> ReturnProposal:
    """Make one move on one return.

    Raises GateNotFound for what the actor may not see, Refused with the decision when rules or input forbid it,
    FaultyProposal where the list would break its rules, StaleForm when a colleague acted meanwhile,
    requests.ConflictError for a client_id used for something else.
    """
    once = Once(client_id=client_id, actor=actor, asked=request.asked(number), at=at)
    once.answer(lambda: _make_move(once, number, request, at=at))
    return queries.return_for(actor, number)


@transaction.atomic
def _make_move(once: Once, number: str, request: ReturnMove, *, at: datetime) -> str:
    actor = once.actor
    proposal = queries.visible_to(actor).select_for_update(of=("self",)).filter(number=number).first()
    if proposal is None:
        raise GateNotFound(number)
    at = steps.not_before_the_last_step(proposal, at)
    steps.check_revision(proposal, request.revision)
    decision = may_move(standing=queries.standing_of(proposal, actor=actor, at=at), move=request.move, actor=actor)
    if not decision:
        raise Refused(decision)
    move = RETURN.move(request.move)
    words = check_words(move, reason=request.reason, article=request.article, document_number=request.document_number)
    if not words:
        raise Refused(words)
    at, rows = _do(proposal, request, actor=actor, at=at)
    step = steps.apply(
        proposal,
        move,
        actor=actor,
        at=at,
        reason=request.reason.strip(),
        article=request.article.strip() or move.citation,
        rows=rows,
        facts=_facts(proposal, request.move),
    )
    if request.move in _DECISIONS:
        issue_return_letter(proposal, reason=request.reason, actor=actor, at=at)
    return once.remember(f"gate_step:{step.pk}")


def _do(
    proposal: ReturnProposal, request: ReturnMove, *, actor: Actor, at: datetime
) -> tuple[datetime, list[Witnessed]]:
    """Do what a move does beyond the state; give its moment and the rows it wrote. Raises Refused."""
    match request.move:
        case "answer" | "answer_last":
            return at, [_answer(proposal, request, actor=actor, at=at)]
        case "agree" | "reject":
            _decide(proposal, request, at=at)
        case "change_list":
            return _change_list(proposal, actor=actor, at=at), []
        case "transfer":
            return _transfer(proposal, request, actor=actor, at=at), []
        case "state_outcome":
            _state(proposal, request, at=at)
        case "verify":
            _verify(proposal, request, at=at)
        case _:
            pass
    return at, []


def _facts(proposal: ReturnProposal, move: str) -> dict[str, object]:
    match move:
        case "change_list":
            return {"proposal": proposal.list_proposal.ref if proposal.list_proposal else ""}
        case "transfer":
            return {
                "amount_fen": proposal.released_fen,
                "unspent_fen": proposal.unspent_fen,
                "voucher": proposal.voucher.number if proposal.voucher else "",
                "version": proposal.list_version.number if proposal.list_version else 0,
            }
        case "verify":
            return {"outcome": proposal.outcome}
        case _:
            return {}


def _answer(proposal: ReturnProposal, request: ReturnMove, *, actor: Actor, at: datetime) -> ReturnAnswer:
    if request.agrees is None:
        raise Refused(refuse(_("意见：须选择同意或者不同意"), citations=(RETURN_ARTICLE,)))
    words = request.reason.strip()
    if len(words) > MOST_ANSWER:
        raise Refused(refuse(_("理由：意见不超过 500 个字"), citations=(RETURN_ARTICLE,)))
    assert actor.organisation_id is not None, "only bodies are asked"
    if request.move == "answer_last":
        proposal.consulted_at = at
    return ReturnAnswer.objects.create(
        proposal=proposal,
        organisation_id=actor.organisation_id,
        agrees=request.agrees,
        words=words,
        at=at,
        person_id=actor.person_id,
        post_id=actor.post_id,
    )


def _decide(proposal: ReturnProposal, request: ReturnMove, *, at: datetime) -> None:
    number = request.document_number.strip()
    if request.move == "agree":
        decision = check_agree(document_number=number, transfers_on=request.transfers_on, today=legal_day(at))
        if not decision:
            raise Refused(decision)
        proposal.transfers_on = request.transfers_on
    elif not number:
        reason = _("决定文号：须写明联席会议纪要或者决定的文号")
        raise Refused(refuse(reason, citations=(RETURN_ARTICLE,)))
    proposal.document_number, proposal.decided_at = number, at


def _change_list(proposal: ReturnProposal, *, actor: Actor, at: datetime) -> datetime:
    """Prepare the change of the list that takes the committees out of the item; another person approves it."""
    lock_district(proposal.district)
    newest = newest_version(proposal.district)
    rows = list(rows_of(newest)) if newest else []
    place = next((place for place, row in enumerate(rows) if row.code == proposal.item_code), None)
    if newest is None or place is None or not parts_of_committee(rows[place]):
        reason = _("清单的最新版本里，居民委员会在这一项已经没有任务；请核对后撤换")
        raise Refused(refuse(reason, citations=(LIST_ARTICLE,)))
    bearer = LeadKind.of(proposal.bearer.kind, proposal.bearer.specialty)
    rows[place] = without_committee(rows[place], bearer)
    wanted = proposal.transfers_on
    earliest = max(legal_day(at), newest.in_force_from)
    listed = write_opened(
        actor=actor,
        at=at,
        district=proposal.district,
        reason=f"任务回归{proposal.number}（{proposal.document_number}）：{proposal.name}由{proposal.bearer.name}承担。",
        in_force_from=wanted if wanted and wanted > earliest else None,
        instrument=None,
        rows=rows,
        facts={"return": proposal.number},
    )
    write_submitted(listed, actor=actor, at=at)
    proposal.list_proposal = listed
    return at


def _transfer(proposal: ReturnProposal, request: ReturnMove, *, actor: Actor, at: datetime) -> datetime:
    """Move power, money and work in one transaction, and set the days on which what came of it is looked at."""
    if request.unspent_fen < 0:
        raise Refused(refuse(_("未用余额：不能小于 0"), citations=(RETURN_ARTICLE,)))
    if request.unspent_fen and (proposal.task is None or not proposal.task.is_open):
        raise Refused(refuse(_("未用余额：没有随任务划转的经费"), citations=(RETURN_ARTICLE,)))
    going = Going(unspent_fen=request.unspent_fen, document_number=request.power_document.strip())
    article = request.article.strip() or proposal.article
    at = transfer_task(proposal, going, reason=request.reason.strip(), article=article, actor=actor, at=at)
    proposal.list_version = proposal.list_proposal.version if proposal.list_proposal else None
    proposal.transferred_at = at
    proposal.check_after = settings.SANHU_RETURN_CHECK_FROM_DAYS
    proposal.check_within = settings.SANHU_RETURN_CHECK_WITHIN_DAYS
    proposal.check_from = legal_day(at) + timedelta(days=proposal.check_after)
    proposal.check_due_on = proposal.check_from + timedelta(days=proposal.check_within)
    return at


def _state(proposal: ReturnProposal, request: ReturnMove, *, at: datetime) -> None:
    if request.still_does is None:
        raise Refused(refuse(_("是否还在做：须选择一项"), citations=(RETURN_ARTICLE,)))
    _check_time(proposal, has_held=not request.still_does, at=at)
    proposal.stated_at, proposal.still_does = at, request.still_does


def _verify(proposal: ReturnProposal, request: ReturnMove, *, at: datetime) -> None:
    if request.outcome not in ReturnOutcome.values:
        raise Refused(refuse(_("成效：须选择一项"), citations=(RETURN_ARTICLE,)))
    has_held = request.outcome == ReturnOutcome.HELD
    _check_time(proposal, has_held=has_held, at=at)
    if request.demand_number:
        demand = queries.demands_since(proposal).filter(number=request.demand_number).first()
        if demand is None or has_held:
            reason = _("下派登记：须是移交以后登记的、同一件事的下派，并且成效为又回到居民委员会")
            raise Refused(refuse(reason, citations=(RETURN_ARTICLE,)))
        proposal.demand = demand
    proposal.verified_at, proposal.outcome = at, request.outcome


def _check_time(proposal: ReturnProposal, *, has_held: bool, at: datetime) -> None:
    assert proposal.check_from is not None, "what was transferred is looked at"
    decision = check_outcome(has_held=has_held, check_from=proposal.check_from, today=legal_day(at))
    if not decision:
        raise Refused(decision)
