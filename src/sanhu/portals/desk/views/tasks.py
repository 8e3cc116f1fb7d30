"""Admitted tasks at the desk: the list by community, and one task with its power, its money and its letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.admission.models import Instalment, PowerGrant, Task
from sanhu.domains.admission.queries import applications
from sanhu.domains.admission.queries import tasks as queries
from sanhu.domains.admission.rules.tasks import Renewal, Withdrawal, may_give_anew, may_move, may_pay, may_withdraw
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.domains.admission.services.steps import steps_of
from sanhu.domains.admission.tables import TASK
from sanhu.domains.evidence.letters import letters_about, letters_visible_to
from sanhu.domains.evidence.models import Letter
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding.holds import over_years, standing_hold
from sanhu.domains.funding.queries import vouchers_visible_to
from sanhu.domains.funding.terms import VoucherState
from sanhu.domains.places.queries import path_of
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import ONE_DAY
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.served import area_names
from sanhu.portals.desk.views.returns import may_propose_return
from sanhu.portals.gate import Choice, choices_on, diagram_of, next_party, state_words
from sanhu.portals.look.keyset import page_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class Row:
    """A task in the list."""

    task: Task
    community: str
    state: str
    is_late: bool
    ends_early: bool


@dataclass(frozen=True)
class InstalmentLine:
    """A part of the money as its table shows it: how it stands, and whether this post may pay it now."""

    part: Instalment
    standing: str
    words: str | Promise
    voucher_number: str
    may_pay: bool


@dataclass(frozen=True)
class LetterLine:
    """A letter about the task; only those it concerns may open it."""

    letter: Letter
    may_open: bool


@require_safe
@at_the_desk(Permission.ADMISSION_VIEW)
def tasks(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the tasks a post may see, by the code of the community."""
    at = clock.now()
    today = legal_day(at)
    page = page_of(
        chosen(acting.actor, request.GET, at),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=queries.visible_to(acting.actor),
    )
    context = {
        "page": page,
        "rows": rows_of(page.rows, today=today),
        "states": [(known.code, gettext(known.label)) for known in TASK.states],
        "state": request.GET.get("state", ""),
    }
    return desk_page(request, "tasks", acting, context)


def chosen(actor: Actor, filters: QueryDict, at: datetime) -> QuerySet[Task]:
    """Give the tasks an actor may see that the filters of an address choose, by the code of the community."""
    late = queries.overdue_instalments(legal_day(at)).filter(task=OuterRef("pk"))
    found = (
        queries.visible_to(actor)
        .select_related("application__organ", "committee", "grant")
        .annotate(is_late=Exists(late))
        .order_by("area_code", "pk")
    )
    state = filters.get("state", "")
    if state not in {"", *(known.code for known in TASK.states)}:
        raise BadRequest("state is one of the state table's")
    return found.filter(state=state) if state else found


def rows_of(found: Sequence[Task], *, today: date) -> list[Row]:
    """Put a list of tasks into words."""
    names = area_names({task.area_code for task in found}, today)
    return [
        Row(
            task=task,
            community=names.get(task.area_code, task.area_code),
            state=state_words(task),
            is_late=bool(getattr(task, "is_late", False)),
            ends_early=ends_early(task, today=today),
        )
        for task in found
    ]


def task_or_404(actor: Actor, number: str) -> Task:
    """Give the task, or not found."""
    try:
        return queries.task_for(actor, number)
    except GateNotFound:
        raise Http404 from None


def choices_of(found: Task, actor: Actor, *, at: datetime) -> list[Choice]:
    """Every move a person could make on a task, with the answer for this one."""
    standing = queries.standing_of(found, actor=actor, at=at)
    return choices_on(found, lambda code: may_move(standing=standing, move=code, actor=actor))


@require_safe
@at_the_desk(Permission.ADMISSION_VIEW)
def task(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show one task."""
    at = clock.now()
    found = task_or_404(acting.actor, number)
    choices = choices_of(found, acting.actor, at=at)
    application = found.application
    seen = queries.visible_to(acting.actor)
    context = {
        "task": found,
        "application": application,
        "has_application": applications.visible_to(acting.actor).filter(pk=application.pk).exists(),
        "state_words": state_words(found),
        "next_party": next_party(found),
        "place": path_of(found.area_code, legal_day(at)),
        "allowed": [choice for choice in choices if choice.decision],
        "refused": [choice for choice in choices if not choice.decision],
        "parts": lines_of_money(found, acting.actor, today=legal_day(at)),
        "payer": standing_hold(found.reservation_id).account,
        "reservation": over_years(found.reservation_id),
        "grant": found.grant,
        "ends_early": ends_early(found, today=legal_day(at)),
        "may_withdraw": _offers_withdrawal(found, acting.actor, today=legal_day(at)),
        "giving": giving(found, acting.actor, today=legal_day(at)),
        "before": seen.filter(succeeded_by=found).select_related("committee").first(),
        "after": seen.filter(succeeds=found).select_related("committee").first(),
        "letters": _letters(found, acting.actor),
        "steps": steps_of(found),
        "diagram": diagram_of(found),
        "lines": lines_of(found.ref),
        "may_return": found.is_open and may_propose_return(acting.actor),
        "title": _("协助任务"),
    }
    return desk_page(request, "task", acting, context)


def ends_early(found: Task, *, today: date) -> bool:
    """Tell whether the power ends before its task does, or has ended already."""
    return found.is_open and (found.grant.valid_to < found.ends_on or found.grant.valid_to < today)


def withdrawing(grant: PowerGrant, actor: Actor, *, today: date) -> Decision:
    """May the post take the power back at all? From which day, the form asks."""
    earlier = min(today, grant.valid_to - ONE_DAY)
    wanted = Withdrawal(grant.district, grant.giver_id, grant.kind, valid_to=grant.valid_to, last_day=earlier)
    return may_withdraw(wanted, today=earlier, actor=actor)


def _offers_withdrawal(found: Task, actor: Actor, *, today: date) -> bool:
    is_in_time = found.is_open and found.grant.valid_to > today
    return is_in_time and bool(withdrawing(found.grant, actor, today=today))


def giving(found: Task, actor: Actor, *, today: date) -> Decision:
    """May the post give the task's power anew?"""
    old = found.grant
    wanted = Renewal(old.district, old.giver_id, old.valid_to, ends_on=found.ends_on, is_open=found.is_open)
    return may_give_anew(wanted, today=today, actor=actor)


def lines_of_money(found: Task, actor: Actor, *, today: date) -> list[InstalmentLine]:
    """Put the parts of a task's money into words."""
    parts = found.instalments.select_related("voucher").order_by("ordinal")
    payer = found.reservation.account.body_id
    pays = found.is_open and bool(may_pay(district=found.district, payer_id=payer, actor=actor))
    open_ones = {part.pk for part in queries.unpaid(found)}
    readable = set(vouchers_visible_to(actor).filter(instalment__task=found).values_list("number", flat=True))
    lines = []
    for part in parts:
        standing, words = standing_of_part(part, is_unpaid=part.pk in open_ones, today=today)
        number = part.voucher.number if part.voucher else ""
        lines.append(
            InstalmentLine(
                part=part,
                standing=standing,
                words=words,
                voucher_number=number if number in readable else "",
                may_pay=pays and part.pk in open_ones and standing != "waiting",
            )
        )
    return lines


def standing_of_part(part: Instalment, *, is_unpaid: bool, today: date) -> tuple[str, str | Promise]:
    """Say how a part of the money stands, by a code for the eye and by words."""
    if part.cancelled_at is not None:
        return "off", _("不再拨付")
    if not is_unpaid:
        return "paid", _("已拨付")
    is_late = part.due_on < today
    if part.voucher is not None and part.voucher.state == VoucherState.WAITING:
        return "waiting", _("逾期，待第二人签批") if is_late else _("待第二人签批")
    if is_late:
        return "overdue", _("逾期未到账")
    return "running", _("未到期")


def _letters(found: Task, actor: Actor) -> list[LetterLine]:
    letters = list(letters_about(found.ref))
    mine = set(letters_visible_to(actor).filter(pk__in=[letter.pk for letter in letters]).values_list("pk", flat=True))
    return [LetterLine(letter=letter, may_open=letter.pk in mine) for letter in letters]
