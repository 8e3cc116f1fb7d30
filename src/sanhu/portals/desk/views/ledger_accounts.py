"""Accounts of the ledger: what a body may spend, what is spent and set aside, and what every fen of it rests on."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.funding.budget_queries import count_to_decide
from sanhu.domains.funding.clearing_queries import to_settle
from sanhu.domains.funding.models import LedgerAccount, Posting, Reservation, Voucher
from sanhu.domains.funding.queries import accounts_visible_to, is_closed, unsigned_for
from sanhu.domains.funding.services.budgets import appropriate as order_money
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.spending_rules import may_spend
from sanhu.domains.funding.terms import FundSource, Side, VoucherState
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.vouchers import AppropriationForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.papers import Paper, show_paper
from sanhu.portals.desk.scans import keep_scans
from sanhu.portals.desk.sending import send
from sanhu.portals.look.keyset import Page, page_of

SEES_MONEY = (Permission.FUNDING_VIEW, Permission.FUNDING_OVERSEE)
PAGE_SIZE = 50
RESERVATIONS = "reservations"


@dataclass(frozen=True)
class Tab:
    """A way among the pages of money."""

    url: str
    label: str | Promise
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class Line:
    """A posting as a book shows it: what came in or went out, and whose account stands on the other side."""

    voucher: Voucher
    other: str
    in_fen: int | None
    out_fen: int | None


def money_tabs(acting: Acting, current: str) -> list[Tab]:
    """The pages of money a post may open."""
    actor = acting.actor
    pages: list[tuple[str, Promise, bool, int | None]] = [
        ("desk:budgets", _("预算"), True, count_to_decide(actor) or None),
        ("desk:accounts", _("账户"), True, None),
        ("desk:earmarks", _("专款"), True, None),
        ("desk:vouchers", _("凭证"), True, unsigned_for(actor).count() or None),
        ("desk:statements", _("对账单"), actor.may(Permission.FUNDING_OVERSEE), None),
        ("desk:differences", _("差异"), actor.may(Permission.FUNDING_OVERSEE), len(to_settle(actor)) or None),
        ("desk:donations", _("捐赠"), True, None),
        ("desk:disclosures", _("账目公布"), actor.may(Permission.FUNDING_DISCLOSE), None),
        ("desk:sources", _("经费来源"), True, None),
        ("desk:years", _("年终结算"), actor.may(Permission.FUNDING_OVERSEE), None),
        ("desk:year_close", _("年度结账"), actor.may(Permission.FUNDING_CLOSE), None),
    ]
    return [
        Tab(url=reverse(name), label=label, is_current=name == current, count=count)
        for name, label, is_offered, count in pages
        if is_offered
    ]


@require_safe
@at_the_desk(*SEES_MONEY)
def accounts(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the accounts of one's own body, or of the district; a body's stand together, nobody is ranked."""
    visible = accounts_visible_to(acting.actor)
    year = request.GET.get("year", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise BadRequest("year has four digits")
    found = visible.order_by("body_id", "id")
    page: Page[LedgerAccount] = page_of(
        found.filter(year=int(year)) if year else found,
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=visible,
    )
    context = {
        "page": page,
        "years": [(str(one), str(one)) for one in visible.order_by("-year").values_list("year", flat=True).distinct()],
        "year": year,
        "sees_all": acting.actor.may(Permission.FUNDING_OVERSEE),
        "may_appropriate": acting.actor.may(Permission.FUNDING_BUDGET),
        "tabs": money_tabs(acting, "desk:accounts"),
        "tabs_label": _("经费"),
    }
    return desk_page(request, "accounts", acting, context)


@require_safe
@at_the_desk(*SEES_MONEY)
def account(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one account with its postings, or with what is set aside, newest first."""
    found = accounts_visible_to(acting.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    shows_reservations = request.GET.get("show", "") == RESERVATIONS
    page: Page[Any] = _reservations(request, found) if shows_reservations else _postings(request, found)
    context = {
        "ledger": found,
        "page": page,
        "lines": [] if shows_reservations else [_line(posting) for posting in page.rows],
        "holds": [(held, purpose_of(held.purpose_ref)) for held in page.rows] if shows_reservations else [],
        "shows_reservations": shows_reservations,
        "is_closed": (is_done := is_closed(found.district, found.year)),
        "may_spend": not is_done and _may_spend(found, acting.actor),
        "tabs": _tabs_of(found, shows_reservations=shows_reservations),
        "tabs_label": _("账户"),
        "crumbs": [(_("经费"), reverse("desk:accounts")), (account_words(found), "")],
        "title": account_words(found),
    }
    return desk_page(request, "account", acting, context)


def _may_spend(account: LedgerAccount, actor: Actor) -> bool:
    """Tell whether a page offers to spend from an account of an open year: a donation is spent from its own page."""
    mine = may_spend(district=account.district, body_id=account.body_id, actor=actor)
    return bool(mine) and account.source != FundSource.SOCIAL_DONATION


def account_words(account: LedgerAccount) -> str:
    """Name an account by whose it is, its line and its year."""
    whose = account.body.name if account.body else gettext("账外")
    return gettext("%(whose)s %(line)s %(year)s 年") % {
        "whose": whose,
        "line": account.get_line_display(),
        "year": account.year,
    }


def purpose_of(ref: str) -> tuple[str, str]:
    """Give what money is for by its number, and the page of that where there is one."""
    kind, _colon, number = ref.partition(":")
    page = {
        "task": "desk:task",
        "application": "desk:application",
        "return": "desk:return_proposal",
        "earmark": "desk:earmark",
    }.get(kind)
    return number or ref, reverse(page, kwargs={"number": number}) if page else ""


def _tabs_of(found: LedgerAccount, *, shows_reservations: bool) -> list[Tab]:
    url = reverse("desk:account", kwargs={"pk": found.pk})
    return [
        Tab(url=url, label=_("收支"), is_current=not shows_reservations),
        Tab(url=f"{url}?show={RESERVATIONS}", label=_("预留"), is_current=shows_reservations),
    ]


def _postings(request: HttpRequest, found: LedgerAccount) -> Page[Posting]:
    beside = ("voucher__debit__body", "voucher__credit__body")
    return page_of(
        Posting.objects.filter(account=found, voucher__state=VoucherState.POSTED)
        .select_related(*beside)
        .order_by("-id"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
    )


def _line(posting: Posting) -> Line:
    """A posting counts with its sign on the side it came by: what went out stands there without it."""
    voucher = posting.voucher
    other = voucher.credit if posting.account_id == voucher.debit_id else voucher.debit
    is_in = posting.side == Side.IN
    return Line(
        voucher=voucher,
        other=other.body.name if other.body else gettext("账外"),
        in_fen=posting.amount_fen if is_in else None,
        out_fen=None if is_in else -posting.amount_fen,
    )


def _reservations(request: HttpRequest, found: LedgerAccount) -> Page[Reservation]:
    concerning = Reservation.objects.filter(Q(account=found) | Q(payee=found))
    return page_of(
        concerning.select_related("account__body", "payee__body").order_by("-id"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def appropriate(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Let money in on a budget line of a body."""
    at = clock.now()
    paper = Paper(
        title=_("拨入经费"),
        lead=_("经费按单位、来源、科目和年度记一个账户；来源之间不能相互挪借。"),
        submit=_("拨入"),
        done=_("凭证已写好。"),
        crumbs=((_("经费"), reverse("desk:accounts")), (_("拨入经费"), "")),
    )
    refusals = keep_scans(request, acting) if request.method == "POST" else []
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AppropriationForm(*data, district=acting.actor.district, at=at)
    if request.method != "POST" or not form.is_valid() or refusals:
        return show_paper(request, acting, paper, form, scan_refusals=refusals)

    def write() -> str:
        try:
            client_id = form.cleaned_data["client_id"]
            return order_money(actor=acting.actor, at=at, client_id=client_id, order=form.order()).number
        except FundingNotFound:
            raise Http404 from None

    written = send(form, write)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    messages.success(request, str(paper.done))
    return redirect("desk:voucher", number=written.ref)
