"""How the yearly notice of lottery money stands and what it tells, in words, for officials and residents alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from sanhu.domains.funding.lottery_queries import NoticeStanding
from sanhu.domains.funding.lottery_terms import LotteryField
from sanhu.domains.funding.models import LotteryNotice
from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.engines.tables import write_rows
from sanhu.portals.look.moments import full_day_words

COLUMNS = (
    gettext_noop("项目编号"),
    gettext_noop("项目用途"),
    gettext_noop("使用方向"),
    gettext_noop("支出类别"),
    gettext_noop("收入（元）"),
    gettext_noop("支出（元）"),
    gettext_noop("交回（元）"),
    gettext_noop("年末结余（元）"),
)


@dataclass(frozen=True)
class FigureRow:
    """A project's year: what came in, went back and is left, and what was spent by kind of expense."""

    number: str
    purpose: str
    field: str
    received_fen: int
    spent: tuple[tuple[str, int], ...]
    returned_fen: int
    left_fen: int

    @property
    def spent_fen(self) -> int:
        """What was spent in all."""
        return sum(fen for _label, fen in self.spent)


def figure_rows(figures: Sequence[Mapping[str, Any]]) -> list[FigureRow]:
    """Read the figures of a notice, or of the ledger."""
    return [
        FigureRow(
            number=row["number"],
            purpose=row["purpose"],
            field=str(LotteryField(row["field"]).label),
            received_fen=row["received_fen"],
            spent=tuple((str(ExpenseKind(kind).label), fen) for kind, fen in row["spent"].items()),
            returned_fen=row["returned_fen"],
            left_fen=row["left_fen"],
        )
        for row in figures
    ]


def notice_csv(notice: LotteryNotice) -> bytes:
    """Write a notice for a spreadsheet: one row for each project, and under it one for each kind of expense."""
    header = [gettext(column) for column in COLUMNS]
    return b"".join(write_rows(header, _cells(figure_rows(notice.figures))))


def _cells(rows: Iterable[FigureRow]) -> Iterable[tuple[str, ...]]:
    for row in rows:
        named = (row.number, row.purpose, row.field)
        sums = (row.received_fen, row.spent_fen, row.returned_fen, row.left_fen)
        yield (*named, gettext("合计"), *map(_yuan, sums))
        for label, fen in row.spent:
            yield (*named, label, "", _yuan(fen), "", "")


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02}"


def notice_words(standing: NoticeStanding) -> str:
    """Say how the notice of a year stands."""
    due = {"due": full_day_words(standing.due_on)}
    if not standing.is_over:
        return gettext("这一年还没有结束；最迟 %(due)s 公告") % due
    if standing.notice is None and standing.is_late:
        return gettext("逾期未公告：应当在 %(due)s 以前") % due
    if standing.notice is None:
        return gettext("还没有公告，最迟 %(due)s") % due
    return gettext("已公告，晚于 %(due)s") % due if standing.is_late else gettext("已按时公告")


def notice_mark(standing: NoticeStanding) -> str:
    """Give the mark that goes with the words."""
    if standing.notice is None:
        return ("overdue" if standing.is_late else "near") if standing.is_over else "running"
    return "answered_late" if standing.is_late else "answered_on_time"
