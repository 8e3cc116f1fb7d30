"""Giving posts, putting them right and ending them: elected, hired and appointed never blur (R48, X-09)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sanhu.domains.subjects.appointments import Appointment, LeavingGround
from sanhu.domains.subjects.models import Organisation, Post, Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import active_organisations, posts_visible_to
from sanhu.domains.subjects.services import posts as services
from sanhu.domains.subjects.services.doors import NOT_PERMITTED
from sanhu.engines.decisions import refuse
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, Words, ask
from sanhu.portals.desk.forms.people import AppointForm, PostChangeForm, PostEndForm
from sanhu.portals.desk.submitting import OnceForm, submit
from sanhu.portals.desk.views.people import crumbs_of, may_touch, person_or_404

_ELECTED_NOTE = _("选举产生的成员只能依法离任：不能解除合同、合同期满或者调任（X-09）。")
_NOTES: dict[str, tuple[Words, ...]] = {
    Appointment.ELECTED: (_ELECTED_NOTE,),
    Appointment.HIRED: (),
    Appointment.APPOINTED: (),
}
_AT_ONCE = _("离任以后，这个岗位的权限当时就停止。")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.SUBJECTS_MANAGE, Permission.ROLE_MANAGE)
def appoint(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Give somebody a post. Administrators' posts are given by the security administrator, others by the system's."""
    found, at = person_or_404(acting, pk), clock.now()
    form = AppointForm(request.POST or None, bodies=_bodies(acting), roles=_roles_to_give(acting), today=legal_day(at))
    asked = Asked(
        title=_("任职"),
        lead=f"{found.staff_number} {found.name}",
        submit=_("任职"),
        crumbs=crumbs_of(found),
        form=form,
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    said = form.cleaned_data
    written = submit(
        form,
        acting,
        lambda: (
            services.appoint(
                person_id=pk,
                organisation_id=said["organisation"],
                role=said["role"],
                title=said["title"],
                terms=form.terms(),
                actor=acting.actor,
                at=at,
            ).pk
        ),
        about=f"person:{pk}",
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, gettext("已任职：%(title)s。") % {"title": said["title"]})
    return redirect("desk:person", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.SUBJECTS_MANAGE, Permission.ROLE_MANAGE)
def post_change(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Put a post's title right, or renew its contract."""
    post = _post_or_404(acting, pk)
    if not may_touch(acting, post):
        return _not_yours(request, acting)
    form = PostChangeForm(request.POST or None, post=post)
    asked = _asked_of(post, form, title=_("变更岗位"), submit=_("保存变更"))
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    written = submit(
        form,
        acting,
        lambda: services.change_post(post_id=pk, change=form.change(), actor=acting.actor, at=clock.now()),
        about=f"post:{pk}",
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, _("已保存。"))
    return redirect("desk:person", pk=post.person_id)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.SUBJECTS_MANAGE, Permission.ROLE_MANAGE)
def post_end(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """End a post on a ground; an elected member's on a lawful one alone."""
    post = _post_or_404(acting, pk)
    if not may_touch(acting, post):
        return _not_yours(request, acting)
    form = PostEndForm(request.POST or None, post=post)
    asked = _asked_of(post, form, title=_("离任"), submit=_("记为离任"), notes=(_AT_ONCE, *_NOTES[post.appointment]))
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    said = form.cleaned_data
    written = submit(
        form,
        acting,
        lambda: (
            services.leave_post(
                post_id=pk,
                ground=LeavingGround(said["ground"]),
                basis=said["basis"],
                actor=acting.actor,
                at=clock.now(),
            ).pk
        ),
        about=f"post:{pk}",
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, gettext("已离任：%(title)s。权限已经停止。") % {"title": post.title})
    return redirect("desk:person", pk=post.person_id)


def _asked_of(post: Post, form: OnceForm, *, title: Words, submit: Words, notes: tuple[Words, ...] = ()) -> Asked:
    lead = gettext("%(body)s %(title)s（%(appointment)s）") % {
        "body": post.organisation.name,
        "title": post.title,
        "appointment": post.get_appointment_display(),
    }
    return Asked(title=title, lead=lead, submit=submit, crumbs=crumbs_of(post.person), form=form, notes=notes)


def _not_yours(request: HttpRequest, acting: Acting) -> HttpResponse:
    context = {"decision": refuse(NOT_PERMITTED), "acting": acting}
    return render(request, "desk/forbidden.html", context, status=403)


def _bodies(acting: Acting) -> list[Organisation]:
    bodies = active_organisations(clock.now()).filter(district=acting.actor.district)
    return list(bodies.only("id", "name").order_by("name", "id"))


def _roles_to_give(acting: Acting) -> list[Role]:
    kinds = {
        True: acting.actor.may(Permission.ROLE_MANAGE),
        False: acting.actor.may(Permission.SUBJECTS_MANAGE),
    }
    return [role for role in Role.objects.order_by("is_administrator", "name") if kinds[role.is_administrator]]


def _post_or_404(acting: Acting, pk: int) -> Post:
    found = posts_visible_to(acting.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
