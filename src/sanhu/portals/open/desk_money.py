"""The ledger by program, to read: accounts and vouchers, in whole fen."""

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Query, Router

from sanhu.domains.funding import queries
from sanhu.domains.funding.models import LedgerAccount, Voucher
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals.open.bearer import caller_of
from sanhu.portals.open.fields import Moment, Shape
from sanhu.portals.open.operations import at_desk
from sanhu.portals.open.paging import Paged, page

router = Router()
SEES = (Permission.FUNDING_VIEW, Permission.FUNDING_OVERSEE)


class AccountShape(Shape):
    id: int
    body: str
    source: str
    line: str
    year: int
    cap_fen: int
    posted_fen: int
    reserved_fen: int
    available_fen: int


class AccountPage(Shape):
    items: list[AccountShape]
    next: str | None


class VoucherShape(Shape):
    number: str
    kind: str
    state: str
    debit: int
    credit: int
    amount_fen: int
    purpose: str
    basis: str
    reason: str
    needs_second: bool
    reverses: str
    asked_at: Moment
    settled_at: Moment | None


class VoucherPage(Shape):
    items: list[VoucherShape]
    next: str | None


@router.get("/accounts", url_name="accounts", **at_desk(gettext_noop("经费账户"), AccountPage, scopes=SEES))
def accounts(request: HttpRequest, paged: Query[Paged]) -> AccountPage:
    """List the ledger accounts the caller may see, by body."""
    visible = queries.accounts_visible_to(caller_of(request).actor)
    rows, following = page(request, visible.order_by("body_id", "id"), paged, known=visible)
    return AccountPage(items=[_account(row) for row in rows], next=following)


def _account(row: LedgerAccount) -> AccountShape:
    return AccountShape(
        id=row.pk,
        body=row.body.name if row.body else "",
        source=row.source,
        line=row.line,
        year=row.year,
        cap_fen=row.cap_fen,
        posted_fen=row.posted_fen,
        reserved_fen=row.reserved_fen,
        available_fen=row.available_fen,
    )


@router.get("/vouchers", url_name="vouchers", **at_desk(gettext_noop("凭证，新的在前"), VoucherPage, scopes=SEES))
def vouchers(request: HttpRequest, paged: Query[Paged]) -> VoucherPage:
    """List the vouchers the caller may see, newest first."""
    visible = queries.vouchers_visible_to(caller_of(request).actor)
    rows, following = page(request, visible.order_by("-asked_at", "-id"), paged, known=visible)
    return VoucherPage(items=[_voucher(row) for row in rows], next=following)


def _voucher(row: Voucher) -> VoucherShape:
    return VoucherShape(
        number=row.number,
        kind=row.kind,
        state=row.state,
        debit=row.debit_id,
        credit=row.credit_id,
        amount_fen=row.amount_fen,
        purpose=row.purpose_ref,
        basis=row.basis,
        reason=row.reason,
        needs_second=row.needs_second,
        reverses=row.reverses.number if row.reverses else "",
        asked_at=row.asked_at,
        settled_at=row.settled_at,
    )
