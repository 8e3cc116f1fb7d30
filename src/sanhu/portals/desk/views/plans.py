"""What budgets are held against, at the desk: medium- and long-term plans, and the reference rates of growth."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.evidence.record import lines_of
from sanhu.domains.funding.budget_lines import GROWTH_ARTICLE
from sanhu.domains.funding.budget_queries import budgets_visible_to, plans_visible_to, rates_visible_to
from sanhu.domains.funding.rules import NOT_PERMITTED
from sanhu.domains.funding.services.plan_correcting import correct_plan
from sanhu.domains.funding.services.plans import record_plan, record_rate
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import refuse
from sanhu.portals import clock
from sanhu.portals.budget_words import budget_words
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, ask
from sanhu.portals.desk.forms.plans import PlanCorrectionForm, PlanForm, RateForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.submitting import Written
from sanhu.portals.desk.views.ledger_accounts import SEES_MONEY

_MOST_SHOWN = 200


@require_safe
@at_the_desk(*SEES_MONEY)
def plans(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the plans, the latest first."""
    context = {
        "plans": plans_visible_to(acting.actor).order_by("-first_year", "-pk")[:_MOST_SHOWN],
        "may_record": acting.actor.may(Permission.FUNDING_BUDGET),
        "crumbs": [(_("预算"), reverse("desk:budgets")), (_("中长期规划"), "")],
    }
    return desk_page(request, "budget_plans", acting, context)


@require_safe
@at_the_desk(*SEES_MONEY)
def plan(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one plan: its targets and the budgets that are linked to it."""
    found = plans_visible_to(acting.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    linked = budgets_visible_to(acting.actor).filter(plan=found).order_by("year", "pk")
    context = {
        "plan": found,
        "targets": found.targets.filter(amount_fen__gt=0).order_by("year", "line"),
        "corrections": found.corrections.select_related("corrected_by").order_by("-position"),
        "may_correct": acting.actor.may(Permission.FUNDING_BUDGET),
        "budgets": [(one, budget_words(one)) for one in linked],
        "lines": lines_of(found.ref),
        "crumbs": [
            (_("预算"), reverse("desk:budgets")),
            (_("中长期规划"), reverse("desk:plans")),
            (found.title, ""),
        ],
    }
    return desk_page(request, "budget_plan", acting, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def plan_new(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Record a plan."""
    form = PlanForm(request.POST or None)
    asked = Asked(
        title=_("登记中长期规划"),
        lead=_("规划本身有变动的，按新文件的文号再登记一份；登记时写错的，以后可以更正。"),
        submit=_("登记"),
        crumbs=(
            (_("预算"), reverse("desk:budgets")),
            (_("中长期规划"), reverse("desk:plans")),
            (_("登记"), ""),
        ),
        form=form,
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)

    def write() -> int:
        client_id = form.cleaned_data["client_id"]
        return record_plan(actor=acting.actor, at=clock.now(), client_id=client_id, plan=form.plan()).pk

    written = send(form, write)
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, gettext("已登记。"))
    return redirect("desk:plan", pk=int(written.ref))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.FUNDING_BUDGET)
def plan_correct(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Put right what was recorded of a plan."""
    found = plans_visible_to(acting.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = PlanCorrectionForm(request.POST or None, plan=found)
    asked = Asked(
        title=_("更正规划的登记"),
        lead=_("只更正登记时写错的；规划本身有变动的，按新文件的文号再登记一份。"),
        submit=_("更正"),
        crumbs=(
            (_("预算"), reverse("desk:budgets")),
            (_("中长期规划"), reverse("desk:plans")),
            (found.title, reverse("desk:plan", kwargs={"pk": pk})),
            (_("更正"), ""),
        ),
        form=form,
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)

    def write() -> int:
        said = form.cleaned_data
        whole = {"plan_id": pk, "plan": form.plan(), "reason": said["reason"]}
        return correct_plan(actor=acting.actor, at=clock.now(), client_id=said["client_id"], **whole).pk

    written = send(form, write)
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, gettext("已更正。"))
    return redirect("desk:plan", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*SEES_MONEY)
def reference_rates(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the reference rates; whoever prepares budgets records another."""
    may_record = acting.actor.may(Permission.FUNDING_BUDGET)
    form = RateForm(request.POST or None, at=clock.now()) if may_record else None
    if request.method != "POST":
        return _show_rates(request, acting, form, Written())
    if form is None:
        decision = refuse(NOT_PERMITTED, citations=(GROWTH_ARTICLE,))
        return _show_rates(request, acting, None, Written(decision=decision, status=403))
    if not form.is_valid():
        return _show_rates(request, acting, form, Written(status=422))

    def write() -> int:
        client_id = form.cleaned_data["client_id"]
        return record_rate(actor=acting.actor, at=clock.now(), client_id=client_id, rate=form.rate()).pk

    written = send(form, write)
    if not written.is_done:
        return _show_rates(request, acting, form, written)
    messages.success(request, gettext("已登记。"))
    return redirect("desk:reference_rates")


def _show_rates(request: HttpRequest, acting: Acting, form: RateForm | None, written: Written) -> HttpResponse:
    context = {
        "rates": rates_visible_to(acting.actor).order_by("-year", "-recorded_at", "-pk")[:_MOST_SHOWN],
        "form": form,
        "decision": written.decision,
        "crumbs": [(_("预算"), reverse("desk:budgets")), (_("参照增长率"), "")],
    }
    return desk_page(request, "budget_rates", acting, context, status=written.status)
