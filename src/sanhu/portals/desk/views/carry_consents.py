"""The budget office lets fiscal money go over into the next year, or takes that back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.funding.leftovers import Left, draft_of
from sanhu.domains.funding.queries import accounts_visible_to
from sanhu.domains.funding.services.carry_consents import CarryWish, consent, withdraw_consent
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.year_end_queries import consents_visible_to
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.year_end import ConsentEndForm, ConsentForm
from sanhu.portals.desk.papers import Paper, show_paper
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.views.ledger_accounts import account_words, purpose_of
from sanhu.portals.desk.views.settlements import year_crumbs
from sanhu.portals.look.amounts import yuan


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def carry_consent(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Let what is left of one account under one purpose go over, on the budget office's paper."""
    purpose = request.GET.get("purpose", "")
    found = _left(acting, pk, purpose)
    year = found[0].account.year
    form = ConsentForm(request.POST or None)
    paper = Paper(
        title=_("同意结转"),
        lead=_("财政资金没有用完的，年末交回；预算部门同意的，结转下年使用。"),
        submit=_("同意结转"),
        done=_("已记下，年度结算时结转。"),
        crumbs=(*year_crumbs(year), (_("同意结转"), "")),
        facts=(
            (_("账户"), account_words(found[0].account)),
            (_("用途"), purpose_of(purpose)[0] or gettext("未指定用途")),
            (_("余额"), yuan(sum(left.line.fen for left in found))),
        ),
        about=_("这笔余额"),
        back=_("回到这一年"),
    )
    if request.method != "POST" or not form.is_valid():
        return show_paper(request, acting, paper, form)

    def write() -> int:
        said = form.cleaned_data
        wish = CarryWish(
            account_id=found[0].account.pk, purpose_ref=purpose, basis=said["basis"], reason=said["reason"]
        )
        try:
            return consent(actor=acting.actor, at=clock.now(), client_id=said["client_id"], wish=wish).pk
        except FundingNotFound:
            raise Http404 from None

    written = send(form, write)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    messages.success(request, str(paper.done))
    return redirect("desk:year_end", year=year)


def _left(acting: Acting, pk: int, purpose: str) -> list[Left]:
    """Give what is left of that account under that purpose; nothing there is not found."""
    account = accounts_visible_to(acting.actor).filter(pk=pk).first()
    draft = draft_of(account.district, account.year) if account else []
    found = [left for left in draft if left.account.pk == pk and left.line.purpose_ref == purpose]
    if not found:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def carry_consent_end(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Take a consent back while nothing went over by it."""
    found = consents_visible_to(acting.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    year = found.account.year
    form = ConsentEndForm(request.POST or None)
    paper = Paper(
        title=_("收回结转的同意"),
        submit=_("收回"),
        done=_("已收回，这笔余额年末交回。"),
        crumbs=(*year_crumbs(year), (_("收回结转的同意"), "")),
        facts=(
            (_("账户"), account_words(found.account)),
            (_("依据"), found.basis),
            (_("理由"), found.reason),
        ),
        about=_("这份同意"),
        back=_("回到这一年"),
    )
    if request.method != "POST" or not form.is_valid():
        return show_paper(request, acting, paper, form)

    def write() -> int:
        try:
            asked = {"actor": acting.actor, "at": clock.now(), "client_id": form.cleaned_data["client_id"]}
            return withdraw_consent(**asked, consent_id=pk).pk
        except FundingNotFound:
            raise Http404 from None

    written = send(form, write)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    messages.success(request, str(paper.done))
    return redirect("desk:year_end", year=year)
