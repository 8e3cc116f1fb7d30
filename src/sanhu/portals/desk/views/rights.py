"""The local article that lets a committee refuse what was not admitted (R30): which one is in force, and which were."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.admission.queries.demands import refusal_article, right_in_force, rights_visible_to
from sanhu.domains.admission.queries.parties import coordination_body
from sanhu.domains.admission.services.refusal_rights import end_right, may_register, register_right
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, ask
from sanhu.portals.desk.forms.demands import RightEndForm, RightForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import send
from sanhu.portals.desk.views.demands import demand_tabs


@require_safe
@at_the_desk(Permission.DEMAND_SETTLE)
def rights(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the district's rights, the one in force first."""
    found = rights_visible_to(acting.actor)
    coordination = coordination_body(acting.actor.district, at=clock.now())
    context = {
        "rights": found,
        "registered": found.filter(ended_at=None).first(),
        "in_force": right_in_force(acting.actor.district, legal_day(clock.now())),
        "may_register": bool(may_register(acting.actor, coordination_id=coordination)),
        "tabs": demand_tabs(acting, "desk:rights"),
        "tabs_label": _("下派"),
    }
    return desk_page(request, "rights", acting, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.ADMISSION_EXAMINE)
def right_new(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Name the article of a local instrument in force."""
    at = clock.now()
    form = RightForm(request.POST or None, district=acting.actor.district, on=legal_day(at))
    asked = Asked(
        title=_("登记拒绝承接的依据"),
        lead=_("只有生效的地方性法规、规章或者本区的办法写明居民委员会有权拒绝的，告知单才写“拒绝承接”。"),
        submit=_("登记"),
        form=form,
        crumbs=[(_("拒绝承接的依据"), reverse("desk:rights")), (_("登记"), "")],
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)

    def write() -> int:
        said = form.cleaned_data
        right = register_right(actor=acting.actor, at=at, client_id=said["client_id"], article_id=said["article"])
        return right.pk

    written = send(form, write)
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, _("已登记。从现在起，告知单写明拒绝承接的依据。"))
    return redirect("desk:rights")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.ADMISSION_EXAMINE)
def right_end(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Say that the right holds no longer."""
    found = rights_visible_to(acting.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = RightEndForm(request.POST or None)
    asked = Asked(
        title=_("拒绝承接的依据失效"),
        lead=refusal_article(found),
        submit=_("登记失效"),
        form=form,
        crumbs=[(_("拒绝承接的依据"), reverse("desk:rights")), (_("失效"), "")],
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)

    def write() -> int:
        return end_right(actor=acting.actor, at=clock.now(), client_id=form.cleaned_data["client_id"], right_id=pk).pk

    written = send(form, write)
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, _("已登记失效。"))
    return redirect("desk:rights")
