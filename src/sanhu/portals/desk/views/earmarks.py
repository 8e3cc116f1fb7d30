"""Earmarks at the desk: the list, one with its whole way, and lottery projects from registering to their money."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding.earmark_queries import (
    earmark_for,
    earmarks_visible_to,
    left_fen,
    left_in,
    movements_of,
    received_fen,
)
from sanhu.domains.funding.earmark_terms import EarmarkKind
from sanhu.domains.funding.lottery_queries import notices_of, plan_of, spent_of
from sanhu.domains.funding.models import Earmark, LedgerAccount, LotteryProject
from sanhu.domains.funding.queries import accounts_visible_to, with_closing
from sanhu.domains.funding.services import lottery
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.spending_queries import waiting_by_expense
from sanhu.domains.funding.spending_rules import may_spend
from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.spending import GrantForm, ProjectForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.papers import Paper, show_paper
from sanhu.portals.desk.scans import keep_scans
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.views.ledger_accounts import PAGE_SIZE, SEES_MONEY, account_words, money_tabs
from sanhu.portals.look.keyset import Page, page_of


@dataclass(frozen=True)
class KindRow:
    """What of an earmark is planned for a kind of expense, was spent and waits."""

    label: str
    planned_fen: int | None
    spent_fen: int
    waiting_fen: int

    @property
    def left_fen(self) -> int | None:
        """What of the plan is left; None where there is no plan."""
        return None if self.planned_fen is None else self.planned_fen - self.spent_fen - self.waiting_fen


@require_safe
@at_the_desk(*SEES_MONEY)
def earmarks(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the earmarks one may see, the newest first."""
    visible = earmarks_visible_to(acting.actor)
    kind = request.GET.get("kind", "")
    if kind and kind not in set(EarmarkKind):
        raise BadRequest("kind is one of an earmark's")
    found = visible.order_by("-id")
    page: Page[Earmark] = page_of(
        found.filter(kind=kind) if kind else found,
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=visible,
    )
    context = {
        "page": page,
        "rows": [(one, received_fen(one), left_fen(one)) for one in page.rows],
        "kinds": EarmarkKind.choices,
        "kind": kind,
        "may_register": acting.actor.may(Permission.FUNDING_BUDGET),
        "may_announce": acting.actor.may(Permission.FUNDING_DISCLOSE),
        "tabs": money_tabs(acting, "desk:earmarks"),
        "tabs_label": _("经费"),
    }
    return desk_page(request, "earmarks", acting, context)


@require_safe
@at_the_desk(*SEES_MONEY)
def earmark(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show one earmark: what came in, what was spent of it by kind, what is left, and every voucher of it."""
    found = earmark_or_404(acting.actor, number)
    project = LotteryProject.objects.filter(earmark=found).first()
    rows = _by_kind(found, project)
    context = {
        "earmark": found,
        "project": project,
        "received_fen": received_fen(found),
        "spent_fen": sum(row.spent_fen for row in rows),
        "left_fen": left_fen(found),
        "rows": rows,
        "movements": movements_of(found),
        "accounts": _accounts(found, acting),
        "notices": sorted(notices_of(found.body_id).items(), reverse=True) if project else [],
        "may_receive": project is not None and acting.actor.may(Permission.FUNDING_BUDGET),
        "lines": lines_of(found.ref),
        "crumbs": [(_("经费"), reverse("desk:accounts")), (_("专款"), reverse("desk:earmarks")), (found.number, "")],
    }
    return desk_page(request, "earmark", acting, context)


def earmark_or_404(actor: Actor, number: str) -> Earmark:
    """Give the earmark, or not found: another body's money does not exist here."""
    try:
        return earmark_for(actor, number)
    except FundingNotFound:
        raise Http404 from None


def _by_kind(found: Earmark, project: LotteryProject | None) -> list[KindRow]:
    plan = plan_of(project) if project else {}
    spent, waiting = spent_of(found), waiting_by_expense(found.ref)
    return [
        KindRow(
            label=str(kind.label),
            planned_fen=plan.get(kind.value, 0) if project else None,
            spent_fen=spent.get(kind.value, 0),
            waiting_fen=waiting.get(kind.value, 0),
        )
        for kind in ExpenseKind
        if kind.value in {*plan, *spent, *waiting}
    ]


def _accounts(found: Earmark, acting: Acting) -> list[tuple[LedgerAccount, str, int, bool]]:
    """Give the accounts in which an earmark's money lies: each with its name, how much, and whether one may spend."""
    mine = accounts_visible_to(acting.actor).filter(body=found.body_id, source=found.source, line=found.line)
    may = found.kind == EarmarkKind.LOTTERY_PROJECT and bool(
        may_spend(district=found.district, body_id=found.body_id, actor=acting.actor)
    )
    return [
        (account, account_words(account), fen, may and not account.is_closed)
        for account in with_closing(mine).order_by("year")
        if (fen := left_in(found.ref, account))
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def project_new(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Register a lottery project as it was approved."""
    at = clock.now()
    paper = Paper(
        title=_("登记彩票公益金项目"),
        lead=_("按批准文件登记。使用计划只能写公益项目本身的支出，工资福利、办公经费和平衡预算不能写。"),
        submit=_("登记"),
        done=_("项目已登记。"),
        crumbs=(
            (_("经费"), reverse("desk:accounts")),
            (_("专款"), reverse("desk:earmarks")),
            (_("登记项目"), ""),
        ),
    )
    data = (request.POST,) if request.method == "POST" else ()
    form = ProjectForm(*data, district=acting.actor.district, at=at)
    if request.method != "POST" or not form.is_valid():
        return show_paper(request, acting, paper, form)

    def write() -> str:
        client_id = form.cleaned_data["client_id"]
        try:
            made = lottery.register_project(actor=acting.actor, at=at, client_id=client_id, wish=form.wish())
        except FundingNotFound:
            raise Http404 from None
        return made.earmark.number

    written = send(form, write)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    messages.success(request, str(paper.done))
    return redirect("desk:earmark", number=written.ref)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def project_receive(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Let money of a lottery project in."""
    found = earmark_or_404(acting.actor, number)
    if found.kind != EarmarkKind.LOTTERY_PROJECT:
        raise Http404
    at = clock.now()
    paper = Paper(
        title=_("拨入项目资金"),
        lead=_("不超过使用计划的总额；专款专用，只能由项目单位支出。"),
        submit=_("拨入"),
        done=_("凭证已写好。"),
        crumbs=(
            (_("专款"), reverse("desk:earmarks")),
            (found.number, reverse("desk:earmark", kwargs={"number": number})),
            (_("拨入项目资金"), ""),
        ),
    )
    refusals = keep_scans(request, acting) if request.method == "POST" else []
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = GrantForm(*data, at=at)
    if request.method != "POST" or not form.is_valid() or refusals:
        return show_paper(request, acting, paper, form, scan_refusals=refusals)

    def write() -> str:
        client_id = form.cleaned_data["client_id"]
        return lottery.receive_grant(actor=acting.actor, at=at, client_id=client_id, grant=form.grant(number)).number

    written = send(form, write)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    messages.success(request, str(paper.done))
    return redirect("desk:voucher", number=written.ref)
