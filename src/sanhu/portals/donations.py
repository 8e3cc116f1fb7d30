"""The way of a donation's money in words, for its donor, for everybody and at the desk; on pages and in files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, gettext_noop

from sanhu.domains.funding.disclosure_rules import shown_words
from sanhu.domains.funding.donation_queries import shown_donor
from sanhu.domains.funding.donation_terms import DonorKind, Naming
from sanhu.domains.funding.donation_way import Doing, WayStep
from sanhu.domains.funding.models import Donation, DonationUse, Spending
from sanhu.domains.funding.spending_queries import spendings_of
from sanhu.domains.funding.spending_rules import shown_outsider
from sanhu.domains.funding.terms import BudgetLine
from sanhu.engines.tables import write_rows
from sanhu.portals.look.moments import full_day_words

_FEN = 100
COLUMNS = (
    gettext_noop("日期"),
    gettext_noop("凭证编号"),
    gettext_noop("做了什么"),
    gettext_noop("怎样符合用途"),
    gettext_noop("收款方"),
    gettext_noop("账户"),
    gettext_noop("依据"),
    gettext_noop("收入（元）"),
    gettext_noop("支出（元）"),
    gettext_noop("结余（元）"),
    gettext_noop("公布日期"),
)


@dataclass(frozen=True)
class StepLine:
    """A step as everybody may read it."""

    step: WayStep
    what: str
    meets: str
    payee: str
    account: str
    basis: str
    standing: str
    mark: str

    @property
    def number(self) -> str:
        """The number of its voucher."""
        return self.step.voucher.number


def step_lines(donation: Donation, steps: Sequence[WayStep], *, today: date) -> list[StepLine]:
    """Put the steps of a donation into words. Two statements, however many there are."""
    vouchers = [step.voucher for step in steps]
    spent = spendings_of(vouchers)
    uses = {use.voucher_id: use for use in DonationUse.objects.filter(voucher__in=vouchers)}
    line = str(BudgetLine(donation.earmark.line).label)
    return [
        _line(step, spent.get(step.voucher.pk), uses.get(step.voucher.pk), line=line, today=today) for step in steps
    ]


def _line(step: WayStep, spending: Spending | None, use: DonationUse | None, *, line: str, today: date) -> StepLine:
    standing, mark = published_words(due_on=step.due_on, published_on=step.published_on, today=today)
    years = " → ".join(str(year) for year in step.years)
    return StepLine(
        step=step,
        what=_what(step, spending),
        meets=use.meets if use else "",
        payee=shown_outsider(spending.payee_name, spending.payee_kind) if spending else "",
        account=gettext("%(line)s，%(year)s 年") % {"line": line, "year": years},
        basis=shown_words(step.voucher.basis),
        standing=standing,
        mark=mark,
    )


def _what(step: WayStep, spending: Spending | None) -> str:
    match step.doing:
        case Doing.CAME_IN:
            return gettext("捐赠款到账")
        case Doing.WENT_OVER:
            return gettext("结转到下一年，金额不变")
        case Doing.WENT_BACK:
            return gettext("结余交回")
        case Doing.TAKEN_BACK:
            taken = step.voucher.reverses.number if step.voucher.reverses else ""
            return gettext("冲销 %(number)s") % {"number": taken}
        case Doing.WENT_OUT if spending:
            return gettext("支出：%(expense)s") % {"expense": spending.get_expense_display()}
        case Doing.WENT_OUT:
            return gettext("支出")


def published_words(*, due_on: date, published_on: date | None, today: date) -> tuple[str, str]:
    """Say whether something was published in time, and how that is marked."""
    if published_on is None:
        day, late = full_day_words(due_on), (today - due_on).days
        if late > 0:
            words = gettext("没有按时公布：应于%(day)s以前，已经晚了 %(days)d 天")
            return words % {"day": day, "days": late}, "overdue"
        return gettext("还没有公布，最迟%(day)s") % {"day": day}, "near"
    if published_on > due_on:
        return gettext("晚了 %(days)d 天公布") % {"days": (published_on - due_on).days}, "answered_late"
    return gettext("已按时公布"), "answered_on_time"


def standing_of(donation_steps: Iterable[tuple[date, date | None]], *, today: date) -> tuple[str, str]:
    """Say how a donation stands as a whole: by the first of its steps that is not published, else by its last."""
    steps = list(donation_steps)
    open_steps = [due_on for due_on, published_on in steps if published_on is None]
    if open_steps:
        return published_words(due_on=min(open_steps), published_on=None, today=today)
    due_on, published_on = steps[-1]
    return published_words(due_on=due_on, published_on=published_on, today=today)


def donor_words(donation: Donation) -> str:
    """Name the donor as they wished to be named."""
    if shown := shown_donor(donation):
        return shown
    if donation.naming == Naming.MASKED and donation.donor_kind != DonorKind.PERSON:
        return gettext("一家单位") if donation.donor_kind == DonorKind.ORGANISATION else gettext("一家企业")
    return gettext("匿名捐赠人")


def as_csv(lines: Iterable[StepLine]) -> bytes:
    """Write the steps for a spreadsheet, in the language of whoever asks."""
    return b"".join(write_rows([gettext(column) for column in COLUMNS], map(_cells, lines)))


def _cells(line: StepLine) -> tuple[str, ...]:
    step = line.step
    return (
        step.day.isoformat(),
        line.number,
        line.what,
        line.meets,
        line.payee,
        line.account,
        line.basis,
        _yuan(step.in_fen),
        _yuan(step.out_fen),
        _yuan(step.left_fen) or "0.00",
        step.published_on.isoformat() if step.published_on else "",
    )


def _yuan(fen: int) -> str:
    """Write what is more than nothing as a plain number of yuan."""
    return f"{fen // _FEN}.{fen % _FEN:02}" if fen else ""
