"""Going back at the desk: what waits on whom, and one return with its way and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.admission.models import ReturnProposal
from sanhu.domains.admission.queries import returns as queries
from sanhu.domains.admission.queries import tasks
from sanhu.domains.admission.queries.demands import visible_to as visible_demands
from sanhu.domains.admission.rules.returns import ANSWERS, may_move, may_propose
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.steps import steps_of
from sanhu.domains.admission.tables import RETURN
from sanhu.domains.admission.terms import Contradiction
from sanhu.domains.catalogue.queries import proposals_visible_to
from sanhu.domains.evidence.letters import letters_about, letters_visible_to
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding.queries import vouchers_visible_to
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.gate import Choice, DueCard, choices_on, diagram_of, due_card, state_words
from sanhu.portals.look.keyset import page_of
from sanhu.portals.look.moments import day_of_year_words

PAGE_SIZE = 50


@dataclass(frozen=True)
class Row:
    """A return in a list: how it stands, and what it waits for."""

    proposal: ReturnProposal
    state: str
    waits: str
    is_late: bool


@require_safe
@at_the_desk(Permission.ADMISSION_VIEW)
def returns(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List what waits on the post, then every return it may see, newest first."""
    at = clock.now()
    known = queries.visible_to(acting.actor)
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    if state not in {"", *(one.code for one in RETURN.states)}:
        raise BadRequest("state is one of the state table's")
    found = _joined(known).order_by("-proposed_at", "-id")
    page = page_of(
        found.filter(state=state) if state else found,
        after=after,
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=known,
    )
    waiting = [] if after or state else list(_joined(queries.waiting_on(acting.actor, at=at))[:PAGE_SIZE])
    context = {
        "page": page,
        "rows": rows_of(page.rows, today=legal_day(at)),
        "waiting": rows_of(waiting, today=legal_day(at)),
        "states": [(one.code, gettext(one.label)) for one in RETURN.states],
        "state": state,
        "may_propose": may_propose_return(acting.actor),
    }
    return desk_page(request, "returns", acting, context)


def _joined(found: QuerySet[ReturnProposal]) -> QuerySet[ReturnProposal]:
    joined = ("committee", "bearer", "organ", "proposer", "list_proposal__version")
    return found.select_related(*joined).prefetch_related("answers")


def rows_of(found: Sequence[ReturnProposal], *, today: date) -> list[Row]:
    """Put a list of returns into words."""
    return [
        Row(
            proposal=row, state=state_words(row), waits=waits_words(row, today=today), is_late=is_late(row, today=today)
        )
        for row in found
    ]


def is_late(row: ReturnProposal, *, today: date) -> bool:
    """Tell whether what came of it was to have been looked at by now."""
    return row.state == "transferred" and row.check_due_on is not None and row.check_due_on < today


def waits_words(row: ReturnProposal, *, today: date) -> str:
    """Say for whom or what a return waits; empty where it is over."""
    match row.state:
        case "proposed":
            heard = {answer.organisation_id for answer in row.answers.all()}
            bodies = [body for body in (row.bearer, row.organ, row.committee) if body is not None]
            asked = queries.asked_of(row) - heard
            names = "、".join(dict.fromkeys(body.name for body in bodies if body.pk in asked))
            said = {"names": names, "day": day_of_year_words(row.answers_due_on)}
            return gettext("%(names)s答复，最迟%(day)s") % said
        case "consulted":
            return gettext("区社区建设协调管理机构决定")
        case "decided":
            return _waits_for_transfer(row, today=today)
        case "transferred":
            return _waits_for_check(row, today=today)
        case _:
            return ""


def _waits_for_transfer(row: ReturnProposal, *, today: date) -> str:
    listed = row.list_proposal
    if row.item_code and (listed is None or listed.state in {"rejected", "withdrawn"}):
        return gettext("区社区建设协调管理机构提出清单修改建议")
    if row.item_code and listed is not None and listed.version is None:
        return gettext("另一人批准清单修改建议")
    begins = row.transfers_on or today
    if listed is not None and listed.version is not None:
        begins = max(begins, listed.version.in_force_from)
    if begins > today:
        return gettext("%(day)s起移交") % {"day": day_of_year_words(begins)}
    return gettext("区社区建设协调管理机构移交")


def _waits_for_check(row: ReturnProposal, *, today: date) -> str:
    assert row.check_from is not None, "what was transferred is looked at"
    if is_late(row, today=today):
        return gettext("核验已经超期")
    if row.stated_at is not None:
        return gettext("区社区建设协调管理机构核验")
    if today < row.check_from:
        return gettext("%(day)s起核验") % {"day": day_of_year_words(row.check_from)}
    return gettext("%(committee)s说明是否还在做") % {"committee": row.committee.name}


@require_safe
@at_the_desk(Permission.ADMISSION_VIEW)
def return_proposal(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show one return: what is asked, what was said, what moved, and what came of it."""
    found, at = return_or_404(acting.actor, number), clock.now()
    standing = queries.standing_of(found, actor=acting.actor, at=at)
    choices = _one_answer(choices_on(found, lambda move: may_move(standing=standing, move=move, actor=acting.actor)))
    context = {
        "proposal": found,
        "state": state_words(found),
        "waits": waits_words(found, today=legal_day(at)),
        "is_late": is_late(found, today=legal_day(at)),
        "tags": [str(Contradiction(code).label) for code in found.contradictions],
        "answers": queries.answers_of(found),
        "unheard": queries.unheard_of(found) if found.state == "proposed" else [],
        "since": queries.came_since(found),
        "followed": queries.visible_to(acting.actor).filter(follows=found).order_by("pk").first(),
        "allowed": [choice for choice in choices if choice.decision],
        "refused": [choice for choice in choices if not choice.decision],
        "due": _due(found, at=at),
        "steps": steps_of(found),
        "diagram": diagram_of(found),
        "lines": lines_of(found.ref),
        "may_propose": may_propose_return(acting.actor),
        **_links(found, acting.actor),
        "crumbs": [(_("任务回归"), reverse("desk:returns")), (found.number, "")],
    }
    return desk_page(request, "return_proposal", acting, context)


def _one_answer(choices: list[Choice]) -> list[Choice]:
    """Answering and answering last are one thing to whoever answers: show the one that may be made, or one refusal."""
    answering = [choice for choice in choices if choice.move.code in ANSWERS]
    shown = next((choice for choice in answering if choice.decision), answering[-1])
    return [shown, *(choice for choice in choices if choice not in answering)]


def _due(found: ReturnProposal, *, at: datetime) -> DueCard | None:
    """By when whoever is heard answers; None where it was withdrawn before."""
    if found.consulted_at is None and not found.is_open:
        return None
    return due_card(
        started_at=found.proposed_at,
        within=found.answer_within,
        due_on=found.answers_due_on,
        answered_at=found.consulted_at,
        at=at,
    )


def _links(found: ReturnProposal, actor: Actor) -> dict[str, object]:
    """Give what the post may open of all this belongs to."""
    mine = letters_visible_to(actor).filter(subject_ref=found.ref)
    return {
        "has_task": found.task_id is not None and tasks.visible_to(actor).filter(pk=found.task_id).exists(),
        "has_list": found.list_proposal_id is not None
        and proposals_visible_to(actor).filter(pk=found.list_proposal_id).exists(),
        "has_voucher": found.voucher_id is not None and vouchers_visible_to(actor).filter(pk=found.voucher_id).exists(),
        "has_demand": found.demand_id is not None and visible_demands(actor).filter(pk=found.demand_id).exists(),
        "letters": letters_about(found.ref),
        "readable": set(mine.values_list("pk", flat=True)),
    }


def return_or_404(actor: Actor, number: str) -> ReturnProposal:
    """Give the return, or not found."""
    try:
        return queries.return_for(actor, number)
    except GateNotFound:
        raise Http404 from None


def may_propose_return(actor: Actor) -> bool:
    """May this post propose that something goes back?"""
    body = Organisation.objects.filter(pk=actor.organisation_id or 0).first()
    return bool(may_propose(kind=SubjectKind(body.kind) if body else None, actor=actor))
