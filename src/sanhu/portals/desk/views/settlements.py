"""Settlements of a year at the desk: proposed by one, read line by line, signed or refused by another."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding.models import SettlementLine, YearSettlement
from sanhu.domains.funding.services import year_settling
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.posting import Papers
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.funding.year_end_queries import settlement_for, settlement_proposers
from sanhu.domains.funding.year_end_rules import may_propose, may_sign_settlement
from sanhu.domains.funding.year_end_terms import YearEndAction
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.year_end import SettlementForm, SettlementRefuseForm, SettlementSignForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.papers import Paper, show_paper
from sanhu.portals.desk.scans import keep_scans
from sanhu.portals.desk.sending import SentForm, send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.ledger_accounts import purpose_of
from sanhu.portals.desk.views.year_end import PAGE_SIZE, years_of
from sanhu.portals.look.amounts import yuan
from sanhu.portals.photos import photo_of

Crumbs = tuple[tuple[str | Promise, str], ...]


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET, Permission.FUNDING_CLOSE)
def settlement_propose(request: HttpRequest, *, acting: Acting, year: int) -> HttpResponse:
    """Propose what becomes of all that is left, on a paper."""
    if year not in years_of(acting.actor.district) or not acting.actor.may(Permission.FUNDING_OVERSEE):
        raise Http404
    paper = Paper(
        title=gettext("提出 %(year)s 年的结算") % {"year": year},
        lead=_("按各来源的规则，把这一年的余额全部列出：结转下年，或者交回。由另一个人签批以后才记账。"),
        submit=_("提出结算"),
        done=_("结算已提出，待第二人签批。"),
        crumbs=(*year_crumbs(year), (_("提出结算"), "")),
        back=_("回到这一年"),
    )
    if not (decision := may_propose(acting.actor)):
        return show_paper(request, acting, paper, None, Written(decision=decision, status=403))
    refusals = keep_scans(request, acting) if request.method == "POST" else []
    form = SettlementForm(request.POST, request.FILES) if request.method == "POST" else SettlementForm()
    if request.method != "POST" or not form.is_valid() or refusals:
        return show_paper(request, acting, paper, form, scan_refusals=refusals)

    def write() -> int:
        said = form.cleaned_data
        papers = Papers(basis=said["basis"], reason=said["reason"], draft_id=said["draft_id"])
        asked = {"actor": acting.actor, "at": clock.now(), "client_id": said["client_id"]}
        return year_settling.propose_settlement(**asked, year=year, papers=papers).pk

    return _settle(request, acting, paper, form, write)


def year_crumbs(year: int) -> Crumbs:
    """Give the way to a year's page."""
    words = gettext("%(year)s 年") % {"year": year}
    return (_("年终结算"), reverse("desk:years")), (words, reverse("desk:year_end", kwargs={"year": year}))


@require_safe
@at_the_desk(Permission.FUNDING_OVERSEE)
def settlement(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one settlement: its sums by source, its lines, its papers, who proposed and who signed."""
    found = settlement_or_404(acting.actor, pk)
    joined = ("account__body", "consent", "voucher")
    here = Paginator(found.lines.select_related(*joined).order_by("pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "settlement": found,
        "sums": _sums(found),
        "here": here,
        "rows": [(line, *purpose_of(line.purpose_ref)) for line in here.object_list],
        "scans": photos_of(found.ref),
        "signing": _may_sign(found, acting.actor),
        "lines": lines_of(found.ref),
        "crumbs": [*year_crumbs(found.year), (settlement_words(found), "")],
        "title": settlement_words(found),
    }
    return desk_page(request, "settlement", acting, context)


def _sums(found: YearSettlement) -> list[tuple[str, int, int]]:
    """Give what goes over and what goes back of each source."""
    rows = SettlementLine.objects.filter(settlement=found).order_by().values_list("account__source", "action")
    sums = {(source, action): fen for source, action, fen in rows.annotate(total=Sum("fen"))}
    return [
        (str(one.label), sums.get((one, YearEndAction.CARRY), 0), sums.get((one, YearEndAction.RETURN), 0))
        for one in FundSource
        if (one, YearEndAction.CARRY) in sums or (one, YearEndAction.RETURN) in sums
    ]


def settlement_words(found: YearSettlement) -> str:
    """Name a settlement."""
    return gettext("%(year)s 年第 %(ordinal)d 次结算") % {"year": found.year, "ordinal": found.ordinal}


def settlement_or_404(actor: Actor, pk: int) -> YearSettlement:
    """Give the settlement, or not found."""
    try:
        return settlement_for(actor, pk)
    except FundingNotFound:
        raise Http404 from None


def _may_sign(found: YearSettlement, actor: Actor) -> Decision:
    return may_sign_settlement(state=found.state, proposed_by=settlement_proposers(found), actor=actor)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_CLOSE)
def settlement_sign(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Sign a settlement as the second person: it all moves."""
    found = settlement_or_404(acting.actor, pk)
    form = SettlementSignForm(request.POST or None)
    paper = _paper(found, title=_("签批结算"), submit=_("签批"), done=_("结算已签批，凭证已记账。"))

    def write() -> int:
        client_id = form.cleaned_data["client_id"]
        return year_settling.sign_settlement(
            actor=acting.actor, at=clock.now(), client_id=client_id, settlement_id=pk
        ).pk

    return _as_second(request, acting, paper, form, write, decision=_may_sign(found, acting.actor))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_CLOSE)
def settlement_refuse(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Refuse a settlement as the second person: nothing moves."""
    found = settlement_or_404(acting.actor, pk)
    form = SettlementRefuseForm(request.POST or None)
    paper = _paper(found, title=_("不同意结算"), submit=_("不同意"), done=_("结算已退回，没有记账。"))

    def write() -> int:
        said = form.cleaned_data
        asked = {"actor": acting.actor, "at": clock.now(), "client_id": said["client_id"]}
        return year_settling.refuse_settlement(**asked, settlement_id=pk, reason=said["reason"]).pk

    return _as_second(request, acting, paper, form, write, decision=_may_sign(found, acting.actor))


def _as_second(
    request: HttpRequest, acting: Acting, paper: Paper, form: SentForm, write: Callable[[], int], *, decision: Decision
) -> HttpResponse:
    """Show the form to whoever may be the second person, and to everybody else why not; then ask the service."""
    if request.method == "POST" and form.is_valid():
        return _settle(request, acting, paper, form, write)
    if not decision:
        return show_paper(request, acting, paper, None, Written(decision=decision, status=403))
    return show_paper(request, acting, paper, form)


def _settle(
    request: HttpRequest, acting: Acting, paper: Paper, form: SentForm, write: Callable[[], int]
) -> HttpResponse:
    def ref() -> int:
        try:
            return write()
        except FundingNotFound:
            raise Http404 from None

    written = send(form, ref)
    if not written.is_done:
        return show_paper(request, acting, paper, form, written)
    messages.success(request, str(paper.done))
    return redirect("desk:settlement", pk=written.ref)


def _paper(found: YearSettlement, *, title: Promise, submit: Promise, done: Promise) -> Paper:
    """What one compares the paper with, beside the form."""
    url = reverse("desk:settlement", kwargs={"pk": found.pk})
    words = gettext("结转 %(carried)s，交回 %(returned)s")
    return Paper(
        title=title,
        submit=submit,
        done=done,
        crumbs=(*year_crumbs(found.year), (settlement_words(found), url), (title, "")),
        facts=(
            (_("年度"), str(found.year)),
            (_("依据"), found.basis),
            (_("说明"), found.reason),
            *(
                (label, words % {"carried": yuan(carried), "returned": yuan(returned)})
                for label, carried, returned in _sums(found)
            ),
        ),
        about=_("这份结算"),
        back=_("回到结算"),
    )


@require_safe
@at_the_desk(Permission.FUNDING_OVERSEE)
def settlement_scan(request: HttpRequest, *, acting: Acting, pk: int, scan: UUID) -> HttpResponse:
    """A scan of the paper a settlement rests on, for whoever may see the settlement."""
    del request
    return photo_of(settlement_or_404(acting.actor, pk).ref, scan)
