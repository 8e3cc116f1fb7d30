"""What is done with a donation: registered, money let in and spent, a new key, another purpose, published."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.funding.disclosure_rules import COMMUNITY_KINDS
from sanhu.domains.funding.donation_way import postings_of
from sanhu.domains.funding.earmark_queries import left_in
from sanhu.domains.funding.models import Donation, LedgerAccount
from sanhu.domains.funding.services import donating, donation_changes
from sanhu.domains.funding.services.donation_spending import spend_donation
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import active_organisations
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.donations import (
    DonationForm,
    DonationMoneyForm,
    DonationSpendingForm,
    NewKeyForm,
    PublishDonationForm,
    PurposeForm,
)
from sanhu.portals.desk.papers import Paper, show_paper
from sanhu.portals.desk.scans import keep_scans
from sanhu.portals.desk.sending import SentForm, send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.donations import donation_or_404, show_receipt
from sanhu.portals.look.amounts import yuan

Found = TypeVar("Found")
_KEEPERS = (Permission.FUNDING_PAY, Permission.FUNDING_BUDGET)
_PUBLISHERS = (Permission.FUNDING_DISCLOSE, *_KEEPERS)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*_KEEPERS)
def donation_register(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Register a donation; show the receipt with the donor's key, this once."""
    at = clock.now()
    paper = Paper(
        title=_("登记捐赠"),
        lead=_("只登记捐款；捐赠的物品还没有登记在这里。登记以后打印收据，上面有捐赠人的查询码，只显示一次。"),
        submit=_("登记"),
        done=_("捐赠已登记。"),
        crumbs=((_("捐赠"), reverse("desk:donations")), (_("登记捐赠"), "")),
    )
    form = DonationForm(request.POST or None, bodies=_bodies(acting), at=at)
    if request.method != "POST" or not form.is_valid():
        return show_paper(request, acting, paper, form)
    given: list[donating.Registered] = []

    def write() -> str:
        client_id = form.cleaned_data["client_id"]
        found = _or_404(
            lambda: donating.register(actor=acting.actor, at=at, client_id=client_id, agreement=form.wish())
        )
        given.append(found)
        return found.donation.number

    written = send(form, write)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    return show_receipt(request, acting, given[0].donation, key=given[0].key)


def _bodies(acting: Acting) -> list[tuple[int, str]]:
    """Give for whom one may register: one's own body, or any of the district for a budget officer."""
    actor = acting.actor
    bodies = active_organisations(clock.now()).filter(district=actor.district, kind__in=COMMUNITY_KINDS)
    if not actor.may(Permission.FUNDING_BUDGET):
        bodies = bodies.filter(pk=actor.organisation_id or 0)
    return list(bodies.order_by("name", "id").values_list("pk", "name"))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*_KEEPERS)
def donation_receive(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Let money of a donation in."""
    found, at = donation_or_404(acting.actor, number), clock.now()
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DonationMoneyForm(*data, at=at)
    paper = _paper(found, title=_("捐赠款到账"), submit=_("记账"), done=_("到账已经写成凭证。"))

    def write() -> object:
        said = form.cleaned_data
        asked = {name: said[name] for name in ("client_id", "year", "amount_fen", "basis", "draft_id")}
        return donating.receive_money(actor=acting.actor, at=at, number=number, **asked).number

    return _with_scans(request, acting, paper, form, write)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_PAY)
def donation_spend(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Spend money of a donation on what it was given for."""
    found = donation_or_404(acting.actor, number)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DonationSpendingForm(*data, accounts=_accounts(found))
    lead = _("只能用于：%(purpose)s") % {"purpose": found.earmark.purpose}
    paper = _paper(found, title=_("支出捐赠款"), submit=_("支出"), done=_("支出已经写成凭证。"), lead=lead)

    def write() -> object:
        said = form.cleaned_data
        return spend_donation(
            actor=acting.actor,
            at=clock.now(),
            client_id=said["client_id"],
            number=number,
            order=form.order(),
            meets=said["meets"],
        ).number

    return _with_scans(request, acting, paper, form, write)


def _accounts(found: Donation) -> list[tuple[LedgerAccount, str]]:
    """Give the accounts in which money of a donation lies, and how much."""
    keys = postings_of(found.earmark).order_by().values("account")
    accounts = LedgerAccount.objects.filter(pk__in=keys).order_by("-year")
    return [
        (account, gettext("%(year)s 年，剩 %(left)s") % {"year": account.year, "left": yuan(left)})
        for account in accounts
        if (left := left_in(found.earmark.ref, account)) > 0
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*_KEEPERS)
def donation_key(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Give a donor a new key; show the receipt with it, this once."""
    found = donation_or_404(acting.actor, number)
    form = NewKeyForm(request.POST or None)
    lead = _("新的查询码只显示一次，原来的从此打不开。")
    paper = _paper(found, title=_("换新的查询码"), submit=_("换新的"), done=_("已换新的查询码。"), lead=lead)
    if request.method != "POST" or not form.is_valid():
        return show_paper(request, acting, paper, form)
    given: list[donating.Registered] = []

    def write() -> str:
        said = form.cleaned_data
        wish = {"client_id": said["client_id"], "number": number, "checked": said["checked"]}
        given.append(_or_404(lambda: donating.give_new_key(actor=acting.actor, at=clock.now(), **wish)))
        return number

    written = send(form, write)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    return show_receipt(request, acting, given[0].donation, key=given[0].key)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*_KEEPERS)
def donation_purpose(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Change what a donation is for, as the donor agreed in writing."""
    found = donation_or_404(acting.actor, number)
    form = PurposeForm(request.POST, request.FILES) if request.method == "POST" else PurposeForm()
    lead = _("现在的用途：%(purpose)s。没有捐赠人的书面同意不能变更。") % {"purpose": found.earmark.purpose}
    paper = _paper(found, title=_("变更用途"), submit=_("变更"), done=_("用途已变更。"), lead=lead)

    def write() -> object:
        said = form.cleaned_data
        asked = {name: said[name] for name in ("client_id", "purpose", "consent", "draft_id")}
        return donation_changes.change_purpose(actor=acting.actor, at=clock.now(), number=number, **asked).ref

    return _with_scans(request, acting, paper, form, write)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*_PUBLISHERS)
def donation_publish(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Publish what came in and went out of a donation, as far as it is posted."""
    found = donation_or_404(acting.actor, number)
    form = PublishDonationForm(request.POST or None)
    lead = _("公布以后所有人都能看到已经记账的每一笔；捐赠人按自己的意愿署名，收款的个人只写姓。")
    paper = _paper(found, title=_("公布捐赠收支"), submit=_("公布"), done=_("捐赠收支已公布。"), lead=lead)
    if request.method != "POST" or not form.is_valid():
        return show_paper(request, acting, paper, form)

    def write() -> object:
        client_id = form.cleaned_data["client_id"]
        return donation_changes.publish(actor=acting.actor, at=clock.now(), client_id=client_id, number=number).pk

    return _settle(request, acting, paper, form, write)


def _with_scans(
    request: HttpRequest, acting: Acting, paper: Paper, form: SentForm, write: Callable[[], object]
) -> HttpResponse:
    """Take the scans first, so that none is lost with a faulty form; then ask the service."""
    refusals = keep_scans(request, acting) if request.method == "POST" else []
    if request.method != "POST" or not form.is_valid() or refusals:
        return show_paper(request, acting, paper, form, scan_refusals=refusals)
    return _settle(request, acting, paper, form, write)


def _settle(
    request: HttpRequest, acting: Acting, paper: Paper, form: SentForm, write: Callable[[], object]
) -> HttpResponse:
    written: Written = send(form, lambda: _or_404(write))
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    messages.success(request, str(paper.done))
    return redirect(paper.crumbs[1][1])  # the donation's own page


def _or_404(write: Callable[[], Found]) -> Found:
    try:
        return write()
    except FundingNotFound:
        raise Http404 from None


def _paper(found: Donation, *, title: Promise, submit: Promise, done: Promise, lead: str | Promise = "") -> Paper:
    return Paper(
        title=title,
        submit=submit,
        done=done,
        lead=lead,
        crumbs=(
            (_("捐赠"), reverse("desk:donations")),
            (found.number, reverse("desk:donation", kwargs={"number": found.number})),
            (title, ""),
        ),
    )
