"""Writing an application: begun anew, going on where an admission ends, or changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.admission.models import Application, GateStep
from sanhu.domains.admission.queries.applications import standing_of, visible_to
from sanhu.domains.admission.rules.applications import may_move
from sanhu.domains.admission.services.drafting import draft, edit
from sanhu.domains.admission.services.errors import StaleForm
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.applications import ApplicationForm, initial_of, renewal_of
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.views.applications import application_or_404, return_of


@dataclass(frozen=True)
class _Shown:
    """The form with what speaks against it, and the application it is about, if there is one already."""

    form: ApplicationForm | None
    application: Application | None = None
    decision: Decision | None = None
    changed: Sequence[GateStep] = field(default=())
    status: int = 200


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.ADMISSION_APPLY)
def application_new(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show an empty form, or one filled from what is to be renewed; keep the draft."""
    at, district = clock.now(), acting.actor.district
    if request.method != "POST":
        return _show(
            request, acting, _Shown(ApplicationForm(initial=_begun(request, acting), district=district, at=at))
        )
    form = ApplicationForm(request.POST, district=district, at=at)
    if not form.is_valid():
        return _show(request, acting, _Shown(form, status=422))
    written = send(
        form,
        lambda: draft(actor=acting.actor, at=at, client_id=form.cleaned_data["client_id"], wish=form.wish()).number,
    )
    if not written.is_done:
        return _show(request, acting, _Shown(form, decision=written.decision, status=written.status))
    return _saved(request, form, written.ref)


def _begun(request: HttpRequest, acting: Acting) -> dict[str, object]:
    """What the form begins with: the words of an own application that is to be renewed."""
    number = request.GET.get("renews", "")
    if not number:
        return {}
    own = visible_to(acting.actor).filter(organ_id=acting.actor.organisation_id, state__in=["effective", "expired"])
    before = own.filter(number=number).first()
    if before is None:
        raise Http404
    return renewal_of(before)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.ADMISSION_APPLY)
def application_edit(request: HttpRequest, *, acting: Acting, number: str) -> HttpResponse:
    """Show a draft, or what was returned; keep what was changed."""
    at = clock.now()
    found = application_or_404(acting.actor, number)
    decision = _may_edit(acting, found)
    is_of_before = request.method == "POST" and request.POST.get("revision") != str(found.revision)
    if not decision and not is_of_before:
        return _show(request, acting, _Shown(None, found, decision, status=403))
    if request.method != "POST":
        form = ApplicationForm(initial=initial_of(found), district=found.district, at=at)
        return _show(request, acting, _Shown(form, found))
    form = ApplicationForm(request.POST, district=found.district, at=at)
    if not form.is_valid():
        return _show(request, acting, _Shown(form, found, status=422))
    try:
        written = send(
            form,
            lambda: (
                edit(
                    actor=acting.actor,
                    at=at,
                    client_id=form.cleaned_data["client_id"],
                    number=found.number,
                    revision=form.cleaned_data["revision"] or 0,
                    wish=form.wish(),
                ).number
            ),
        )
    except StaleForm as stale:
        return _show_stale(request, acting, number, stale)
    if not written.is_done:
        return _show(request, acting, _Shown(form, found, written.decision, status=written.status))
    return _saved(request, form, written.ref)


def _may_edit(acting: Acting, found: Application) -> Decision:
    standing = standing_of(found, actor=acting.actor, at=clock.now())
    return may_move(standing=standing, move="edit", actor=acting.actor)


def _show_stale(request: HttpRequest, acting: Acting, number: str, stale: StaleForm) -> HttpResponse:
    """A colleague acted meanwhile: show what changed, keep the words, and let the person decide anew."""
    fresh = application_or_404(acting.actor, number)
    kept = request.POST.copy()
    kept["revision"] = str(fresh.revision)
    form = ApplicationForm(kept, district=fresh.district, at=clock.now())
    decision = _may_edit(acting, fresh)
    return _show(request, acting, _Shown(form, fresh, None if decision else decision, stale.steps, status=409))


def _saved(request: HttpRequest, form: ApplicationForm, number: str) -> HttpResponse:
    """Saving and submitting are two deeds: the second has a page of its own, with what the checks say."""
    messages.success(request, gettext("已保存：%(number)s。") % {"number": number})
    if form.goes_out:
        return redirect("desk:application_move", number=number, move="submit")
    return redirect("desk:application", number=number)


def _show(request: HttpRequest, acting: Acting, shown: _Shown) -> HttpResponse:
    crumbs: list[tuple[object, str]] = [(_("准入申请"), reverse("desk:applications"))]
    if shown.application is None:
        title = gettext("起草准入申请")
    else:
        title = gettext("修改申请")
        url = reverse("desk:application", kwargs={"number": shown.application.number})
        crumbs.append((shown.application.number, url))
    context = {
        "form": shown.form,
        "sections": shown.form.sections() if shown.form else [],
        "application": shown.application,
        "renews": str(shown.form["renews"].value() or "") if shown.form else "",
        "returned": return_of(shown.application) if shown.application else None,
        "decision": shown.decision,
        "changed": shown.changed,
        "title": title,
        "crumbs": [*crumbs, (title, "")],
        "back_url": crumbs[-1][1],
    }
    return desk_page(request, "application_edit", acting, context, status=shown.status)
