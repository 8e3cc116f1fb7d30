"""The district's bodies: what they are, whom they serve, who holds their posts."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.subjects.kinds import Sector, Specialty, SubjectKind, sector_of
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import (
    active_organisations,
    organisations_visible_to,
    posts_in_force,
    posts_visible_to,
)
from sanhu.domains.subjects.services.organisations import OrganisationChange, change_organisation, create_organisation
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, Words, ask
from sanhu.portals.desk.forms.organisations import (
    OrganisationChangeForm,
    OrganisationEndForm,
    OrganisationFilter,
    OrganisationForm,
)
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.served import area_names
from sanhu.portals.desk.submitting import submit
from sanhu.portals.look.keyset import Page, page_of

PAGE_SIZE = 50


@require_safe
@at_the_desk(Permission.SUBJECTS_VIEW)
def organisations(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the bodies by name, of one kind or sector where asked."""
    at = clock.now()
    page: Page[Organisation] = page_of(
        chosen(acting.actor, request.GET, at),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
    )
    codes = {area.code for body in page.rows for area in body.served_areas.all()}
    context = {
        "page": page,
        "filter": OrganisationFilter(request.GET),
        "names": area_names(codes, legal_day(at)),
        "today": legal_day(at),
        "may_manage": acting.actor.may(Permission.SUBJECTS_MANAGE),
    }
    return desk_page(request, "organisations", acting, context)


def chosen(actor: Actor, filters: QueryDict, at: datetime) -> QuerySet[Organisation]:
    """Give the bodies an actor may see that the filters of an address choose, by name."""
    wanted = OrganisationFilter(filters)
    if not wanted.is_valid():
        raise BadRequest("kind and sector are those of the lists")
    bodies, asked = organisations_visible_to(actor).order_by("name", "id"), wanted.cleaned_data
    if not asked["closed"]:
        bodies = bodies.filter(pk__in=active_organisations(at).values("pk"))
    if asked["kind"]:
        bodies = bodies.filter(kind=asked["kind"])
    if asked["sector"]:
        kinds = [kind for kind in SubjectKind if sector_of(kind) is Sector(asked["sector"])]
        bodies = bodies.filter(kind__in=kinds)
    return bodies


@require_safe
@at_the_desk(Permission.SUBJECTS_VIEW)
def organisation(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one body: facts, areas, posts in force. Telephones are nobody's business here."""
    at = clock.now()
    body = _visible_or_404(acting, pk)
    in_force = posts_in_force(at).filter(organisation=body).values("pk")
    context = {
        "body": body,
        "names": area_names({area.code for area in body.served_areas.all()}, legal_day(at)),
        "children": organisations_visible_to(acting.actor).filter(parent=body).order_by("name"),
        "posts": posts_visible_to(acting.actor).filter(pk__in=in_force).order_by("starts_at", "id"),
        "may_manage": acting.actor.may(Permission.SUBJECTS_MANAGE),
        "may_open_people": any(
            acting.actor.may(permission) for permission in (Permission.SUBJECTS_MANAGE, Permission.ACCOUNT_UNLOCK)
        ),
        "crumbs": [(_("单位"), reverse("desk:organisations")), (SubjectKind(body.kind).label, "")],
    }
    return desk_page(request, "organisation", acting, context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.SUBJECTS_MANAGE)
def organisation_add(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Register a body."""
    at = clock.now()
    form = OrganisationForm(request.POST or None, bodies=_possible_parents(acting), today=legal_day(at))
    asked = Asked(title=_("登记单位"), submit=_("登记"), crumbs=[(_("单位"), reverse("desk:organisations"))], form=form)
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    said = form.cleaned_data
    written = submit(
        form,
        acting,
        lambda: (
            create_organisation(
                district=acting.actor.district,
                name=said["name"],
                kind=SubjectKind(said["kind"]),
                specialty=Specialty(said["specialty"]),
                uscc=said["uscc"],
                parent_id=said["parent"],
                areas=said["areas"],
                active_from=said["active_from"],
                actor=acting.actor,
                at=at,
            ).pk
        ),
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, gettext("已登记：%(name)s。") % {"name": said["name"]})
    return redirect("desk:organisation", pk=int(written.ref))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.SUBJECTS_MANAGE)
def organisation_change(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Change a body's name, competence, code, parent or areas."""
    body = _visible_or_404(acting, pk)
    form = OrganisationChangeForm(request.POST or None, body=body, bodies=_possible_parents(acting))
    asked = _asked_of(body, form, title=_("变更单位"), submit=_("保存变更"))
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    written = submit(
        form,
        acting,
        lambda: change_organisation(organisation_id=pk, change=form.change(), actor=acting.actor, at=clock.now()),
        about=f"organisation:{pk}",
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, gettext("已保存：%(name)s。") % {"name": form.cleaned_data["name"]})
    return redirect("desk:organisation", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.SUBJECTS_MANAGE)
def organisation_end(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """End a body on its last day."""
    body = _visible_or_404(acting, pk)
    form = OrganisationEndForm(request.POST or None, initial={"active_to": body.active_to})
    asked = _asked_of(body, form, title=_("撤销单位"), submit=_("撤销"))
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    said = form.cleaned_data
    change = OrganisationChange(active_to=said["active_to"], basis=said["basis"])
    written = submit(
        form,
        acting,
        lambda: change_organisation(organisation_id=pk, change=change, actor=acting.actor, at=clock.now()),
        about=f"organisation:{pk}",
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    day = said["active_to"].isoformat()
    messages.success(request, gettext("已记下：%(name)s的最后一天是 %(day)s。") % {"name": body.name, "day": day})
    return redirect("desk:organisation", pk=pk)


def _asked_of(
    body: Organisation, form: OrganisationChangeForm | OrganisationEndForm, *, title: Words, submit: Words
) -> Asked:
    here = reverse("desk:organisation", kwargs={"pk": body.pk})
    return Asked(
        title=title,
        lead=body.name,
        submit=submit,
        crumbs=[(_("单位"), reverse("desk:organisations")), (body.name, here)],
        form=form,
    )


def _possible_parents(acting: Acting) -> list[Organisation]:
    bodies = active_organisations(clock.now()).filter(district=acting.actor.district)
    return list(bodies.only("id", "name").order_by("name", "id"))


def _visible_or_404(acting: Acting, pk: int) -> Organisation:
    found = organisations_visible_to(acting.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
