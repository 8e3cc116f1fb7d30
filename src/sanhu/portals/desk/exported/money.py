"""Vouchers as a file."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.funding.models import LedgerAccount, Voucher
from sanhu.domains.funding.terms import VoucherKind, VoucherState
from sanhu.engines.actors import Actor
from sanhu.portals.desk.views import vouchers
from sanhu.portals.desk.views.ledger_accounts import SEES_MONEY
from sanhu.portals.exports.listed import Column, Listed


def _lines(found: Sequence[Voucher], actor: Actor, at: datetime) -> Sequence[Voucher]:
    del actor, at
    return found


def _whose(account: LedgerAccount) -> str:
    return account.body.name if account.body else gettext("账外")


VOUCHERS = Listed(
    code="vouchers",
    title=_("凭证"),
    page="desk:vouchers",
    permissions=frozenset(SEES_MONEY),
    chosen=vouchers.chosen,
    lines=_lines,
    columns=(
        Column("number", _("凭证"), lambda row: row.number, 18),
        Column("asked_at", _("提出时间"), lambda row: row.asked_at, 18),
        Column("kind", _("种类"), lambda row: str(VoucherKind(row.kind).label), 12),
        Column("amount", _("金额（元）"), lambda row: Decimal(row.amount_fen).scaleb(-2), 16),
        Column("from", _("从哪里"), lambda row: _whose(row.debit), 24),
        Column("to", _("到哪里"), lambda row: _whose(row.credit), 24),
        Column("basis", _("依据"), lambda row: row.basis, 24),
        Column("state", _("状态"), lambda row: str(VoucherState(row.state).label), 12),
        Column("settled_at", _("入账或者退回时间"), lambda row: row.settled_at, 18),
    ),
)
