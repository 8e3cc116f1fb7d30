"""One door for every move of every application: scoped, locked, decided, applied, recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.models import Application
from sanhu.domains.admission.parties import ADMISSION_ARTICLE, POWER_ARTICLE
from sanhu.domains.admission.queries.applications import application_for, standing_of
from sanhu.domains.admission.rules.applications import Standing, check_return, figures_of, may_move
from sanhu.domains.admission.rules.findings import CheckFinding
from sanhu.domains.admission.rules.words import check_words
from sanhu.domains.admission.services import ending, entering, opinions, voting
from sanhu.domains.admission.services.application_door import locked
from sanhu.domains.admission.services.checking import check_against_tasks, check_application
from sanhu.domains.admission.services.steps import apply, check_revision, not_before_the_last_step
from sanhu.domains.admission.tables import APPLICATION
from sanhu.domains.admission.terms import GrantKind
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.actors import Actor
from sanhu.engines.deadlines import Fact, FactKind, Rule, Unit, compute
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar

# What a move dates, beside its step.
_DATES: Mapping[str, tuple[str, ...]] = {
    "submit": ("submitted_at",),
    "accept": ("accepted_at",),
    "approve": ("decided_at",),
    "reject": ("decided_at", "ended_at"),
    "withdraw": ("ended_at",),
    "put_in_force": ("in_force_at",),
    "revoke": ("ended_at",),
}
_DECISIONS = frozenset({"approve", "reject"})


@dataclass(frozen=True)
class ApplicationMove:
    """A move as somebody asks for it; `revision` is the application's as the form showed it.

    `agrees` belongs to the three opinions, `account_id` to agreeing with the money, `meets_on` to convening, `choice`
    to voting, and the last three to coming into force: the number of the paper that gives the power, and from when to
    when it holds, which is the whole period where no day is named.
    """

    move: str
    revision: int
    reason: str = ""
    article: str = ""
    agrees: bool | None = None
    account_id: int | None = None
    meets_on: date | None = None
    choice: str = ""
    document_number: str = ""
    power_from: date | None = None
    power_to: date | None = None

    def asked(self, number: str) -> dict[str, object]:
        """What a repeated request is compared by."""
        return {"application": number, **self.__dict__}


def make_move(*, actor: Actor, at: datetime, client_id: UUID, number: str, request: ApplicationMove) -> Application:
    """Make one move on one application.

    Raises GateNotFound for what the actor may not see, Refused with the decision when rules or input forbid it,
    StaleForm when a colleague acted meanwhile, requests.ConflictError for a client_id used for something else.
    """
    once = Once(client_id=client_id, actor=actor, asked=request.asked(number), at=at)
    once.answer(lambda: _make_move(once, number, request, at=at))
    return application_for(actor, number)


@transaction.atomic
def _make_move(once: Once, number: str, request: ApplicationMove, *, at: datetime) -> str:
    actor = once.actor
    application = locked(actor, number)
    at = not_before_the_last_step(application, at)
    check_revision(application, request.revision)
    standing = standing_of(application, actor=actor, at=at)
    decision = may_move(standing=standing, move=request.move, actor=actor)
    if not decision:
        raise Refused(decision)
    if request.move == "edit":
        raise Refused(refuse(_("请在申请的修改页面修改"), citations=(ADMISSION_ARTICLE,)))
    move = APPLICATION.move(request.move)
    words = check_words(move, reason=request.reason, article=request.article, document_number=request.document_number)
    if not words:
        raise Refused(words)
    returned = check_return(move.code, request.reason.strip())
    if not returned:
        raise Refused(returned)
    rows = _do(application, standing, request, actor=actor, at=at)
    step = apply(
        application,
        move,
        actor=actor,
        at=at,
        reason=request.reason.strip(),
        article=request.article.strip() or move.citation,
        rows=rows,
        facts=_counted(standing) if request.move in _DECISIONS else None,
    )
    return once.remember(f"gate_step:{step.pk}")


def _counted(standing: Standing) -> Mapping[str, object]:
    """The quorum as it was: who belonged to the meeting cannot be told once posts have changed."""
    assert standing.tally is not None, "a decision ends a joint meeting"
    return {**figures_of(standing.tally), "quorum_percent": settings.SANHU_QUORUM_PERCENT}


def _do(
    application: Application, standing: Standing, request: ApplicationMove, *, actor: Actor, at: datetime
) -> Sequence[Witnessed]:
    """Do what a move does beyond the state, and give the rows it wrote. Raises Refused for what may not be."""
    for name in _DATES.get(request.move, ()):
        setattr(application, name, at)
    match request.move:
        case "submit":
            _submit(application, at=at)
        case "accept":
            _accept(application, at=at)
        case "return" | "return_by_legality":
            # The clock of the decision and the money are looked at anew when the application comes in again.
            application.account = None
            application.accepted_at = application.decide_within = application.due_on = application.overdue_at = None
        case "check_legality" | "check_funding" | "hear":
            said = opinions.Words(request.agrees, request.reason.strip(), request.article.strip(), request.account_id)
            return [opinions.give(application, request.move, said, actor=actor, at=at)]
        case "convene":
            _convene(application, request.meets_on, at=at)
        case "vote":
            words = request.reason.strip()
            return [voting.vote(application, standing, choice=request.choice, words=words, actor=actor, at=at)]
        case "put_in_force":
            document = entering.Document(request.document_number.strip(), request.power_from, request.power_to)
            return _put_in_force(application, document, actor=actor, at=at)
        case "revoke":
            return ending.end_tasks(application, move="revoke", actor=actor, at=at)
        case _:
            pass
    return []


def _submit(application: Application, *, at: datetime) -> None:
    """Take an application in after its checks, all faults named together; the second time opinions begin anew."""
    findings = check_application(application, at=at)
    _refuse_for(findings)
    application.findings = [finding.as_json() for finding in findings]
    if application.state == "returned":
        application.round = 2


def _refuse_for(findings: Sequence[CheckFinding]) -> None:
    """Raise Refused with everything that is more than a hint, under the first code there is."""
    if refusals := [finding for finding in findings if finding.is_refusal]:
        raise Refused(
            refuse(
                *(finding.words for finding in refusals),
                citations=tuple(dict.fromkeys(finding.citation for finding in refusals if finding.citation)),
                code=next((finding.code for finding in refusals if finding.code), ""),
            )
        )


def _accept(application: Application, *, at: datetime) -> None:
    """Start the clock of the decision. Raises Refused with X-17 where its end lies beyond the calendar."""
    application.decide_within = settings.SANHU_DECIDE_WITHIN_WORKING_DAYS
    rule = Rule(amount=settings.SANHU_DECIDE_WITHIN_WORKING_DAYS, unit=Unit.WORKING_DAY)
    try:
        application.due_on = compute(rule, [Fact(FactKind.STARTED, at)], working_calendar(at)).due_on
    except BeyondCalendar as beyond:
        raise Refused(beyond.decision) from beyond


def _convene(application: Application, meets_on: date | None, *, at: datetime) -> None:
    if meets_on is None or meets_on < legal_day(at):
        raise Refused(refuse(_("会议日期：须为今天或者以后的日期"), citations=(ADMISSION_ARTICLE,)))
    application.meets_on = meets_on


def _put_in_force(
    application: Application, document: entering.Document, *, actor: Actor, at: datetime
) -> Sequence[Witnessed]:
    if not document.number and application.power_kind != GrantKind.STATUTORY:
        reason = _("授权文书号：授权或者委托须附文书，写明文号")
        raise Refused(refuse(reason, citations=(POWER_ARTICLE,), code="X-07"))
    # Another application may have come into force at the same committee since this one was checked.
    asked = application.committees.filter(ended_at=None).values("committee_id")
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=asked).order_by("pk"))
    _refuse_for(check_against_tasks(application, at=at))
    return entering.put_in_force(application, document=document, actor=actor, at=at)
