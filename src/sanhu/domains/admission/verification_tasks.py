"""What `sanhu verify` re-proves of admitted tasks: none without its power and its money (X-07, X-08), none invented."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from sanhu.domains.admission.models import Application, ApplicationCommittee, Instalment, PowerGrant, Task
from sanhu.domains.admission.rules.tasks import Power, check_power
from sanhu.domains.admission.walks import in_pages, walks
from sanhu.domains.casework.walks import Walked
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.funding.holds import chains_of
from sanhu.domains.funding.models import Reservation, Voucher
from sanhu.domains.funding.terms import VoucherKind, VoucherState
from sanhu.engines.legal_time import legal_day

_PUTS_IN_FORCE = frozenset({"begin", "resume"})
_MOST_GRANTS = 1000  # beyond any task: a ring somebody made
_WITH_ALL = ("application__account", "grant", "reservation__account", "reservation__payee")


def admitted_tasks_are_those_asked_for() -> Iterator[Finding]:
    """An application in force, and no other, has one first task for each committee it asked."""
    for applications in in_pages(Application.objects.all()):
        keys = [application.pk for application in applications]
        asked, bearing = _asked(keys), _bearing(keys)
        for application in applications:
            wanted = asked[application.pk] if application.in_force_at else []
            if bearing[application.pk] != wanted:
                detail = f"committees {wanted} were to bear it, {bearing[application.pk]} do"
                yield Finding(kind="tasks_not_as_admitted", ref=application.row_ref, detail=detail)


def _asked(keys: Sequence[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = ApplicationCommittee.objects.filter(application_id__in=keys, ended_at=None).order_by("committee_id")
    for application, committee in rows.values_list("application_id", "committee_id"):
        found[application].append(committee)
    return found


def _bearing(keys: Sequence[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = Task.objects.filter(application_id__in=keys, succeeds=None).order_by("committee_id")
    for application, committee in rows.values_list("application_id", "committee_id"):
        found[application].append(committee)
    return found


def tasks_have_their_power() -> Iterator[Finding]:
    """Every task has a grant of the organ to its committee for its whole period, or one that was taken back since."""
    for tasks in in_pages(Task.objects.select_related(*_WITH_ALL)):
        walked = walks(tasks)
        for task in tasks:
            if fault := _powerless(task, walked[task.ref]):
                yield Finding(kind="power_missing", ref=task.row_ref, detail=fault)


def _powerless(task: Task, walk: Sequence[Walked]) -> str:
    """Say what is wrong with the powers a task was given, the latest of which it names."""
    grants = [task.grant]
    while (before := grants[-1].follows) is not None and len(grants) < _MOST_GRANTS:
        grants.append(before)
    if any((grant.giver_id, grant.holder_id) != (task.application.organ_id, task.committee_id) for grant in grants):
        return "its grant is of other bodies"
    if any(not _is_sound(task, grant) for grant in grants):
        return "X-07: its grant is not valid for its period or lacks its paper"
    if any(later.valid_from <= earlier.valid_to < later.valid_to for later, earlier in pairwise(grants)):
        return "it was given a power anew that it had still"
    late = [step for step in walk if step.move in _PUTS_IN_FORCE and not _has_power(grants, legal_day(step.at))]
    return f"step {late[0].ordinal}: in force without its power" if late else ""


def _is_sound(task: Task, grant: PowerGrant) -> bool:
    """Whether a grant carried the task to its end, or was taken back; one given anew begins when it was given.

    Taking it back only ever brought the last day forward: that it reached to the end before, its first entry shows.
    """
    valid_to = task.ends_on if grant.withdrawn_at else grant.valid_to
    power = Power(grant.kind, grant.article, grant.document_number, grant.valid_from, valid_to)
    starts_on = task.starts_on if grant.follows_id is None else grant.valid_from
    return check_power(power, starts_on=starts_on, ends_on=task.ends_on).allowed


def _has_power(grants: Sequence[PowerGrant], day: date) -> bool:
    """Whether a grant holds on a day; the first one carries what comes into force before its first day, too."""
    return any((grant.follows_id is None or grant.valid_from <= day) and day <= grant.valid_to for grant in grants)


def tasks_have_their_money() -> Iterator[Finding]:
    """Every task has its own reservation, of its amount, for its committee, held while it is open.

    Where a year was settled meanwhile, another reservation goes on with it in the next.
    """
    for tasks in in_pages(Task.objects.select_related(*_WITH_ALL)):
        chains = chains_of(task.reservation_id for task in tasks)
        for task in tasks:
            if fault := _moneyless(task, chains[task.reservation_id]):
                yield Finding(kind="money_missing", ref=task.row_ref, detail=fault)


def _moneyless(task: Task, chain: Sequence[Reservation]) -> str:
    held, application = task.reservation, task.application
    is_first, admitted = task.succeeds_id is None, application.amount_each_fen
    faults = (
        (is_first and task.amount_fen != admitted, f"X-08: {task.amount_fen} fen came along, {admitted} were admitted"),
        (held.purpose_ref != task.ref, "its reservation is for something else"),
        (held.amount_fen != task.amount_fen, f"X-08: {held.amount_fen} fen were set aside for {task.amount_fen}"),
        (held.payee.body_id != task.committee_id, "its money is set aside for another body"),
        (not _is_its_account(task), "its money comes from another account"),
        (task.is_open == (chain[-1].closed_at is not None), "its reservation is not open as long as it is"),
    )
    return next((fault for is_faulty, fault in faults if is_faulty), "")


def _is_its_account(task: Task) -> bool:
    """Whether a task's money is set aside in its application's account; a successor's may have gone over into a later.

    That is the same body's, of the same source and line.
    """
    own, asked = task.reservation.account, task.application.account
    if asked is None or own.pk == asked.pk:
        return asked is not None
    is_same_money = (own.body_id, own.source, own.line) == (asked.body_id, asked.source, asked.line)
    return task.succeeds_id is not None and is_same_money and own.year > asked.year


def instalments_make_the_money() -> Iterator[Finding]:
    """Instalments make a task's amount, the paid ones what was paid on its reservation, and open tasks cancel none."""
    for tasks in in_pages(Task.objects.select_related(*_WITH_ALL)):
        parts = _parts(tasks)
        taken_back, chains = _taken_back(parts), chains_of(task.reservation_id for task in tasks)
        for task in tasks:
            if fault := _not_making(task, parts[task.pk], taken_back, chains[task.reservation_id]):
                yield Finding(kind="instalments_wrong", ref=task.row_ref, detail=fault)


def _parts(tasks: Sequence[Task]) -> Mapping[int, list[Instalment]]:
    found: dict[int, list[Instalment]] = defaultdict(list)
    rows = Instalment.objects.filter(task__in=[task.pk for task in tasks]).select_related("voucher")
    for part in rows.order_by("task_id", "ordinal"):
        found[part.task_id].append(part)
    return found


def _taken_back(parts: Mapping[int, list[Instalment]]) -> frozenset[int]:
    vouchers = [part.voucher_id for some in parts.values() for part in some if part.voucher_id]
    reversals = Voucher.objects.filter(reverses__in=vouchers, state=VoucherState.POSTED)
    return frozenset(key for key in reversals.values_list("reverses_id", flat=True) if key is not None)


def _not_making(
    task: Task, parts: Sequence[Instalment], taken_back: frozenset[int], chain: Sequence[Reservation]
) -> str:
    total, paid, holds = sum(part.amount_fen for part in parts), 0, {hold.pk for hold in chain}
    for part in parts:
        voucher = part.voucher
        if voucher is None:
            if task.is_open == (part.cancelled_at is not None):
                return f"instalment {part.ordinal} is not cancelled when the task ends"
            continue
        is_of_a_hold = voucher.reservation_id in holds
        if not is_of_a_hold or (voucher.kind, voucher.amount_fen) != (VoucherKind.PAYMENT, part.amount_fen):
            return f"instalment {part.ordinal} names a voucher of something else"
        is_paid = voucher.state == VoucherState.POSTED and voucher.pk not in taken_back
        if is_paid and part.cancelled_at is not None:
            return f"instalment {part.ordinal} is both paid and cancelled"
        paid += part.amount_fen if is_paid else 0
    if total != task.amount_fen:
        return f"they sum to {total} of {task.amount_fen} fen"
    got = sum(hold.paid_fen for hold in chain)
    return "" if paid == got else f"{got} fen were paid, {paid} by them"


def what_was_handed_over_went_on() -> Iterator[Finding]:
    """A task that was handed over, and no other, has a successor; no minute and no fen is lost between them."""
    for tasks in in_pages(Task.objects.select_related("application", "succeeds", "succeeded_by")):
        cancelled = _cancelled_fen(tasks)
        for task in tasks:
            if fault := _not_succeeded(task, cancelled) or _minutes_lost(task):
                yield Finding(kind="succession_wrong", ref=task.row_ref, detail=fault)


def _cancelled_fen(tasks: Sequence[Task]) -> Mapping[int, int]:
    """What fell due no more with each task, in fen."""
    found: dict[int, int] = defaultdict(int)
    rows = Instalment.objects.filter(task__in=[task.pk for task in tasks], cancelled_at__isnull=False)
    for task, amount_fen in rows.values_list("task_id", "amount_fen"):
        found[task] += amount_fen
    return found


def _not_succeeded(task: Task, cancelled: Mapping[int, int]) -> str:
    heir = getattr(task, "succeeded_by", None)
    if (task.state == "handed_over") != (heir is not None):
        return "handed over to nobody" if heir is None else "succeeded without having been handed over"
    if heir is None:
        return ""
    faults = (
        (heir.application_id != task.application_id, "its successor is of another application"),
        (heir.in_force_at != task.ended_at, "its successor did not begin when it ended"),
        (heir.ends_on != task.ends_on, "its successor ends on another day"),
        (heir.amount_fen != cancelled[task.pk], f"{heir.amount_fen} of {cancelled[task.pk]} fen went along"),
    )
    return next((fault for is_faulty, fault in faults if is_faulty), "")


def _minutes_lost(task: Task) -> str:
    """Add up the minutes of a first task and of all that succeeded it."""
    if task.succeeds_id is not None:
        return ""
    total, heir = task.minutes, getattr(task, "succeeded_by", None)
    while heir is not None:
        total, heir = total + heir.minutes, getattr(heir, "succeeded_by", None)
    admitted = task.application.minutes_each
    return "" if total == admitted else f"{total} of {admitted} minutes"
