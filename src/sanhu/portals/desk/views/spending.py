"""Spending from an account of one's own body: to somebody outside the ledger, on what its source may pay."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.funding.models import LedgerAccount
from sanhu.domains.funding.queries import accounts_visible_to
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.spending import spend
from sanhu.domains.funding.source_rules import source_rules
from sanhu.domains.funding.spending_rules import may_spend
from sanhu.domains.funding.spending_terms import ExpenseKind
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.spending import SpendForm
from sanhu.portals.desk.papers import Paper, show_paper
from sanhu.portals.desk.scans import keep_scans
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.ledger_accounts import account_words
from sanhu.portals.look.amounts import yuan


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_PAY)
def account_spend(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Pay somebody outside the ledger from an account."""
    account = accounts_visible_to(acting.actor).filter(pk=pk).first()
    if account is None:
        raise Http404
    decision = may_spend(district=account.district, body_id=account.body_id, actor=acting.actor)
    paper = _paper(account)
    if not decision:
        return show_paper(request, acting, paper, None, Written(decision=decision, status=403))
    refusals = keep_scans(request, acting) if request.method == "POST" else []
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SpendForm(*data, account=account, wanted=request.GET.get("for", ""))
    if request.method != "POST" or not form.is_valid() or refusals:
        return show_paper(request, acting, paper, form, scan_refusals=refusals)

    def write() -> str:
        try:
            client_id = form.cleaned_data["client_id"]
            return spend(actor=acting.actor, at=clock.now(), client_id=client_id, order=form.order()).number
        except FundingNotFound:
            raise Http404 from None

    written = send(form, write)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    messages.success(request, str(paper.done))
    return redirect("desk:voucher", number=written.ref)


def _paper(account: LedgerAccount) -> Paper:
    rule = source_rules()[account.source]
    allowed = gettext("、").join(str(kind.label) for kind in ExpenseKind if kind in rule.expenses)
    facts: list[tuple[str | Promise, str | Promise]] = [
        (_("账户"), account_words(account)),
        (_("来源"), account.get_source_display()),
        (_("可用余额"), yuan(account.available_fen)),
        (_("这种来源可以用于"), allowed),
        (_("依据"), gettext(rule.article)),
    ]
    return Paper(
        title=_("支出"),
        lead=_("钱付到账外：写明付给谁、用在什么上。达到限额的由第二人签批。"),
        submit=_("提交"),
        done=_("凭证已写好。"),
        facts=tuple(facts),
        crumbs=(
            (_("经费"), reverse("desk:accounts")),
            (account_words(account), reverse("desk:account", kwargs={"pk": account.pk})),
            (_("支出"), ""),
        ),
    )
