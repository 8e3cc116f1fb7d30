"""The postings of a community's account as a table: the same rows on the page, in the file, and in what was published.

What was taken back stands in columns of its own, so that every amount is positive and no spreadsheet takes one for a
formula; what came over from the year before, went over into the next or went back stands in the last three. A payee is
a body of the ledger and is named, or stands outside it; of one that is or stands for a person the surname is left.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from sanhu.domains.funding.disclosure_rules import shown_payee, shown_words
from sanhu.domains.funding.models import Posting
from sanhu.domains.funding.public_account import Sums
from sanhu.domains.funding.spending_rules import shown_outsider
from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.domains.funding.terms import BudgetLine, FundSource, VoucherKind
from sanhu.engines.legal_time import legal_day
from sanhu.engines.tables import write_rows

_LANGUAGE = "zh-hans"  # what is published is published in one language, whoever asks
_AT_A_TIME = 2_000
OUTSIDE = gettext_noop("区财政（账外）")

COLUMNS = (
    gettext_noop("凭证编号"),
    gettext_noop("日期"),
    gettext_noop("种类"),
    gettext_noop("经费来源"),
    gettext_noop("预算科目"),
    gettext_noop("用途编号"),
    gettext_noop("本社区单位"),
    gettext_noop("对方单位"),
    gettext_noop("依据"),
    gettext_noop("收入（元）"),
    gettext_noop("支出（元）"),
    gettext_noop("冲减收入（元）"),
    gettext_noop("冲减支出（元）"),
    gettext_noop("上年结转（元）"),
    gettext_noop("结转下年（元）"),
    gettext_noop("交回（元）"),
)
# What a voucher was spent on, and where it takes spending back, what that was.
_WAYS = ("voucher", "voucher__reverses")
_FIELDS = (
    "pk",
    "side",
    "amount_fen",
    "account_id",
    "account__source",
    "account__line",
    "voucher__number",
    "voucher__kind",
    "voucher__settled_at",
    "voucher__purpose_ref",
    "voucher__basis",
    "voucher__debit_id",
    "voucher__debit__body__name",
    "voucher__debit__body__kind",
    "voucher__credit__body__name",
    "voucher__credit__body__kind",
    *(f"{way}__spending__{fact}" for way in _WAYS for fact in ("expense", "payee_kind", "payee_name")),
)


@dataclass(frozen=True)
class AccountRow:
    """One posting as everybody may read it; `other` is empty for everybody outside the ledger.

    Of spending `expense` says on what it went, and `other` to whom: of a person the surname alone.
    """

    pk: int
    number: str
    day: date
    kind: str
    source: str
    line: str
    purpose_ref: str
    body: str
    other: str
    basis: str
    side: str
    fen: int
    expense: str = ""

    @property
    def sums(self) -> Sums:
        """What it counts as."""
        return Sums().plus(self.side, self.fen, self.kind)

    @property
    def income_fen(self) -> int:
        """What came in; less than nothing where that was taken back."""
        return self.sums.income_fen

    @property
    def spending_fen(self) -> int:
        """What went out; less than nothing where that was taken back."""
        return self.sums.spending_fen

    @property
    def purpose(self) -> str:
        """What it was for, by its number."""
        return self.purpose_ref.partition(":")[2]


def rows_of(postings: QuerySet[Posting]) -> Iterator[AccountRow]:
    """Give postings as rows, in the order in which they were made."""
    return rows_in(postings.order_by("pk").values_list(*_FIELDS).iterator(chunk_size=_AT_A_TIME))


def page_rows(keys: Iterable[int]) -> dict[int, AccountRow]:
    """Give the rows of these postings by their keys."""
    return {row.pk: row for row in rows_in(Posting.objects.filter(pk__in=list(keys)).values_list(*_FIELDS))}


def rows_in(found: Iterable[tuple[Any, ...]]) -> Iterator[AccountRow]:
    """Read rows of the database."""
    for values in found:
        row = dict(zip(_FIELDS, values, strict=True))
        is_debit = row["account_id"] == row["voucher__debit_id"]
        own, other = ("debit", "credit") if is_debit else ("credit", "debit")
        yield AccountRow(
            pk=row["pk"],
            number=row["voucher__number"],
            day=legal_day(row["voucher__settled_at"]),
            kind=row["voucher__kind"],
            source=row["account__source"],
            line=row["account__line"],
            purpose_ref=row["voucher__purpose_ref"],
            body=_payee(row, own),
            other=_outsider(row) or _payee(row, other),
            basis=shown_words(row["voucher__basis"]),
            side=row["side"],
            fen=row["amount_fen"],
            expense=_spent(row, "expense"),
        )


def _spent(row: Mapping[str, Any], fact: str) -> str:
    """Give a fact of what was spent, or of the spending that is taken back; empty for any other voucher."""
    return next((found for way in _WAYS if (found := row[f"{way}__spending__{fact}"]) is not None), "")


def _outsider(row: Mapping[str, Any]) -> str:
    return shown_outsider(_spent(row, "payee_name"), _spent(row, "payee_kind")) if _spent(row, "expense") else ""


def _payee(row: Mapping[str, Any], side: str) -> str:
    name, kind = row[f"voucher__{side}__body__name"], row[f"voucher__{side}__body__kind"]
    return shown_payee(name, kind) if name else ""


def as_csv(rows: Iterable[AccountRow]) -> bytes:
    """Write rows for a spreadsheet, in the language of whoever asks."""
    return b"".join(write_rows([gettext(column) for column in COLUMNS], map(_cells, rows)))


def kind_words(kind: str, expense: str = "") -> str:
    """Say what a voucher does, and of spending on what."""
    label = str(VoucherKind(kind).label)
    if not expense:
        return label
    return gettext("%(kind)s（%(expense)s）") % {"kind": label, "expense": ExpenseKind(expense).label}


def _cells(row: AccountRow) -> tuple[str, ...]:
    sums = row.sums
    return (
        row.number,
        row.day.isoformat(),
        kind_words(row.kind, row.expense),
        str(FundSource(row.source).label),
        str(BudgetLine(row.line).label),
        row.purpose,
        row.body,
        row.other or gettext(OUTSIDE),
        row.basis,
        _yuan(sums.income_fen),
        _yuan(sums.spending_fen),
        _yuan(-sums.income_fen),
        _yuan(-sums.spending_fen),
        _yuan(sums.carried_in_fen),
        _yuan(sums.carried_over_fen),
        _yuan(sums.returned_fen),
    )


def _yuan(fen: int) -> str:
    """Write what is more than nothing as a plain number of yuan."""
    return f"{fen // 100}.{fen % 100:02}" if fen > 0 else ""


def published(postings: QuerySet[Posting]) -> tuple[bytes, str]:
    """Write what is to be published, always in Chinese, and give its SHA-256."""
    with translation.override(_LANGUAGE):
        data = as_csv(rows_of(postings))
    return data, hashlib.sha256(data).hexdigest()
