"""What is re-proved of spending: every voucher says on what, its source may pay that, and no earmark is overdrawn."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q, QuerySet, Sum

from sanhu.domains.evidence.filing import misfiled_by_key, misfiled_by_number
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.funding.earmark_terms import EARMARK_PREFIX
from sanhu.domains.funding.lottery_queries import plan_of, spent_of
from sanhu.domains.funding.lottery_rules import check_plan
from sanhu.domains.funding.models import Earmark, LotteryNotice, LotteryProject, Posting, Spending, Voucher
from sanhu.domains.funding.spending_rules import Use, check_use
from sanhu.domains.funding.terms import VoucherKind, VoucherState
from sanhu.domains.subjects.kinds import SubjectKind, SubjectType, type_of
from sanhu.engines.legal_time import legal_day

_AT_A_TIME = 5_000
_OUTWARD = Q(debit__body__isnull=False, credit__body=None, reservation=None)


def spending_says_on_what() -> Iterator[Finding]:
    """What is spent goes from a body outside and says on what; nothing else does; and its source may pay that."""
    spent = Voucher.objects.filter(kind=VoucherKind.SPENDING)
    for voucher in spent.exclude(_OUTWARD & Q(spending__isnull=False)).order_by("pk").iterator():
        yield Finding(kind="spending_wrong", ref=voucher.row_ref, detail=f"{voucher.number} does not say on what")
    rows = Spending.objects.select_related("voucher__debit__body", "voucher__donation_use__donation").order_by("pk")
    for row in rows.iterator(chunk_size=_AT_A_TIME):
        if row.voucher.kind != VoucherKind.SPENDING:
            yield Finding(kind="spending_wrong", ref=row.row_ref, detail=f"{row.voucher.number} is no spending")
        elif faults := _faults_of(row):
            detail = f"{row.voucher.number}: {row.voucher.debit.source} does not pay {row.expense} ({faults})"
            yield Finding(kind="source_rules_broken", ref=row.row_ref, detail=detail)


def _agreed(voucher: Voucher) -> frozenset[str]:
    """Give the kinds of expense to which the donor of what was spent agreed in writing."""
    use = getattr(voucher, "donation_use", None)
    return frozenset(use.donation.agreed_expenses) if use else frozenset()


def _faults_of(row: Spending) -> str:
    account = row.voucher.debit
    if account.body is None:
        return "outside"
    use = Use(
        source=account.source,
        line=account.line,
        expense=row.expense,
        purpose_ref=row.voucher.purpose_ref,
        by_organ=type_of(SubjectKind(account.body.kind)) == SubjectType.GOVERNMENT_ORG,
        agreed=_agreed(row.voucher),
    )
    return " ".join(check_use(use))


def earmarks_were_never_overdrawn() -> Iterator[Finding]:
    """Replay what came in and went out under each earmark: its body's money alone, and never less than nothing."""
    earmarks = {earmark.ref: earmark for earmark in Earmark.objects.order_by("pk")}
    left: dict[tuple[str, int], int] = defaultdict(int)
    told: set[tuple[str, int]] = set()
    columns = ("pk", "voucher__purpose_ref", "account_id", "account__body_id", "account__source", "amount_fen")
    for pk, ref, account_id, body_id, source, fen in _earmarked().values_list(*columns).iterator(chunk_size=_AT_A_TIME):
        earmark, key = earmarks.get(ref), (ref, account_id)
        left[key] += fen
        if earmark is None or (body_id, source) != (earmark.body_id, earmark.source):
            yield Finding(kind="earmark_wrong", ref=f"funding.posting:{pk}", detail=f"{ref} moved by another body")
        elif left[key] < 0 and key not in told:
            told.add(key)
            yield Finding(kind="earmark_overdrawn", ref=earmark.row_ref, detail=f"{left[key]} fen at posting {pk}")


def _earmarked() -> QuerySet[Posting]:
    inside = Posting.objects.filter(account__body__isnull=False, voucher__purpose_ref__startswith=EARMARK_PREFIX)
    return inside.order_by("pk")


def projects_kept_to_their_plan() -> Iterator[Finding]:
    """A project's plan is lawful, its money went on what it names and no more, and on its days."""
    for project in LotteryProject.objects.select_related("earmark").order_by("pk").iterator():
        plan, spent = plan_of(project), spent_of(project.earmark)
        over = [kind for kind, fen in spent.items() if fen > plan.get(kind, 0)]
        if over or not check_plan(plan):
            detail = f"{project.earmark.number}: {', '.join(over) or 'its plan'} is not what it may be spent on"
            yield Finding(kind="project_plan_broken", ref=project.row_ref, detail=detail)
        vouchers = Voucher.objects.filter(purpose_ref=project.earmark.ref, kind=VoucherKind.SPENDING)
        for voucher in vouchers.exclude(state=VoucherState.REJECTED).order_by("pk").iterator():
            if not project.first_on <= legal_day(voucher.asked_at) <= project.last_on:
                detail = f"{voucher.number} was asked for outside the days of {project.earmark.number}"
                yield Finding(kind="project_plan_broken", ref=voucher.row_ref, detail=detail)


def plans_bound_what_came_in() -> Iterator[Finding]:
    """A project never got more than its plan comes to."""
    given = Posting.objects.filter(voucher__kind=VoucherKind.APPROPRIATION, account__body__isnull=False)
    for project in LotteryProject.objects.select_related("earmark").order_by("pk").iterator():
        kept = given.filter(voucher__purpose_ref=project.earmark.ref).exclude(
            voucher__reversed_by__state=VoucherState.POSTED
        )
        received = kept.aggregate(fen=Sum("amount_fen"))["fen"] or 0
        if received > (planned := sum(plan_of(project).values())):
            detail = f"{project.earmark.number} got {received} fen, planned are {planned}"
            yield Finding(kind="project_plan_broken", ref=project.row_ref, detail=detail)


def notices_tell_what_they_must() -> Iterator[Finding]:
    """A notice is of a year that was over."""
    for notice in LotteryNotice.objects.order_by("pk").iterator():
        if legal_day(notice.published_at).year <= notice.year:
            yield Finding(kind="lottery_notice_wrong", ref=notice.row_ref, detail=f"{notice.year} was not over")


def entries_of_spending_are_filed_where_they_belong() -> Iterator[Finding]:
    """Compare the district of every entry about earmarks and notices with theirs."""
    yield from misfiled_by_number("earmark")
    yield from misfiled_by_key("lottery_notice", LotteryNotice, "district")


SPENDING_CHECKS = (
    spending_says_on_what,
    earmarks_were_never_overdrawn,
    projects_kept_to_their_plan,
    plans_bound_what_came_in,
    notices_tell_what_they_must,
    entries_of_spending_are_filed_where_they_belong,
)
