"""Requests to erase personal data: taken down at the window, decided by security; and former officials."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.casework.erasure_rules import ERASURE_ARTICLE, ErasureState
from sanhu.domains.casework.models import Erasure
from sanhu.domains.casework.services.erasure_requests import agree_to_erasure, ask_erasure, refuse_erasure
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.erasing import erase_person, may_erase_person
from sanhu.engines.codes.case_numbers import display
from sanhu.engines.decisions import Decision
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, ask
from sanhu.portals.desk.forms.personal_data import AGREE, DecisionForm, ErasureForm, PersonErasureForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import Written, submit
from sanhu.portals.desk.views.looks import matter_crumbs
from sanhu.portals.desk.views.matters import visible_or_404
from sanhu.portals.desk.views.people import crumbs_of, person_or_404
from sanhu.portals.desk.views.retention import OVERSEERS, personal_data_tabs
from sanhu.portals.look.keyset import Page, page_of

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.MATTER_REGISTER)
def erasure_ask(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Take down what somebody asks to have erased of their matter."""
    found = visible_or_404(acting.actor, number)
    form = ErasureForm(request.POST or None)
    asked = Asked(
        title=_("登记删除个人信息的请求"),
        lead=gettext("依据：%(article)s") % {"article": gettext(ERASURE_ARTICLE)},
        submit=_("登记请求"),
        form=form,
        crumbs=matter_crumbs(found),
        notes=(
            _("安全管理员决定。删除以后不能恢复；编号、类别、网格、状态和日期留下，证明事情办过。"),
            _("最终办结以前，只能删除联系方式，或者删除依法不该收集的内容。"),
        ),
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)

    def write() -> int:
        try:
            return ask_erasure(actor=acting.actor, at=clock.now(), number=found.number, wish=form.wish()).pk
        except MatterNotFound:
            raise Http404 from None

    written = submit(form, acting, write, about=found.ref)
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, _("请求已登记，等安全管理员决定。"))
    return redirect("desk:matter", number=found.number)


@require_safe
@at_the_desk(Permission.PERSONAL_DATA_ERASE, *OVERSEERS)
def erasures(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the district's requests, newest first."""
    found = Erasure.objects.filter(district=acting.actor.district).select_related("matter")
    page: Page[Erasure] = page_of(
        found.order_by("-asked_at", "-id"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
    )
    context = {
        "page": page,
        "may_decide": acting.actor.may(Permission.PERSONAL_DATA_ERASE),
        "tabs": personal_data_tabs(acting, "desk:erasures"),
        "tabs_label": _("个人信息"),
    }
    return desk_page(request, "erasures", acting, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.PERSONAL_DATA_ERASE)
def erasure(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one request, and decide it."""
    found = (
        Erasure.objects.filter(pk=pk, district=acting.actor.district)
        .select_related("matter", "asked_post__organisation", "asked_by", "decided_post__organisation")
        .first()
    )
    if found is None:
        raise Http404
    form = DecisionForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, acting, found, form, status=422 if form.is_bound else 200)
    written = submit(form, acting, lambda: _decide(form, acting, pk).pk, about=f"erasure:{pk}")
    if not written.is_done:
        return _show(request, acting, found, form, decision=written.decision, status=written.status)
    agreed = form.cleaned_data["decision"] == AGREE
    messages.success(request, _("已删除。记录照样能核对。") if agreed else _("已记下不同意的理由。"))
    return redirect("desk:erasures")


def _decide(form: DecisionForm, acting: Acting, pk: int) -> Erasure:
    if form.cleaned_data["decision"] == AGREE:
        return agree_to_erasure(actor=acting.actor, at=clock.now(), erasure_id=pk)
    return refuse_erasure(actor=acting.actor, at=clock.now(), erasure_id=pk, answer=form.cleaned_data["answer"])


def _show(
    request: HttpRequest,
    acting: Acting,
    found: Erasure,
    form: DecisionForm,
    *,
    decision: Decision | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "erasure": found,
        "form": form if found.state == ErasureState.ASKED else None,
        "decision": decision,
        "crumbs": [(_("删除请求"), reverse("desk:erasures")), (display(found.matter.number), "")],
    }
    return desk_page(request, "erasure", acting, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.PERSONAL_DATA_ERASE)
def person_erase(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Erase a former official's data now, where the period is over and the worker has not come by yet."""
    found = person_or_404(acting, pk)
    form = PersonErasureForm(request.POST or None)
    asked = Asked(
        title=_("删除人员资料"),
        submit=_("删除"),
        form=form,
        crumbs=crumbs_of(found),
        notes=(_("最后一个岗位结束、保存期限届满以后，系统会自己删除；在这里可以先删。工号留下，记录照样能核对。"),),
    )
    if request.method != "POST" or not form.is_valid():
        decision = may_erase_person(found, at=clock.now())
        status = 422 if form.is_bound else 200
        return ask(request, acting, asked, None if decision else Written(decision=decision, status=status))
    written = submit(
        form,
        acting,
        lambda: erase_person(person_id=pk, actor=acting.actor, at=clock.now()).pk,
        about=f"person:{pk}",
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, _("已删除。记录照样能核对。"))
    return redirect("desk:person", pk=pk)
