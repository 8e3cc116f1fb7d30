"""The district's people: who they are by staff number, the posts they hold and held, how they sign in."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.evidence.fields import mask_phone
from sanhu.domains.subjects.models import Person, Post
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import (
    accounts_visible_to,
    delegations_visible_to,
    held,
    not_over,
    people_visible_to,
    posts_in_force,
    posts_visible_to,
)
from sanhu.domains.subjects.rules.delegating import lendable
from sanhu.domains.subjects.rules.signing_in import ResetReason
from sanhu.domains.subjects.services.people import add_person, change_person
from sanhu.domains.subjects.services.second_factors import has_second_factor
from sanhu.domains.subjects.services.sign_ins import is_locked
from sanhu.engines.decisions import Decision
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, ask
from sanhu.portals.desk.forms.people import PeopleFilter, PersonChangeForm, PersonForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import submit
from sanhu.portals.desk.views.delegations import rows_of
from sanhu.portals.look.keyset import Page, page_of

PAGE_SIZE = 50
ADMINISTERS_PEOPLE = (
    Permission.SUBJECTS_MANAGE,
    Permission.ACCOUNT_MANAGE,
    Permission.ACCOUNT_UNLOCK,
    Permission.ROLE_MANAGE,
)


@require_safe
@at_the_desk(*ADMINISTERS_PEOPLE)
def people(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List people by staff number, from one onwards where asked, with the posts they hold now."""
    wanted = PeopleFilter(request.GET)
    if not wanted.is_valid():
        raise BadRequest("a staff number has at most 20 characters")
    found = people_visible_to(acting.actor).order_by("staff_number", "id")
    if start := wanted.cleaned_data["staff_number"].strip().upper():
        found = found.filter(staff_number__startswith=start)
    held = posts_in_force(clock.now()).select_related("organisation", "role").order_by("starts_at", "id")
    page: Page[Person] = page_of(
        found.prefetch_related(Prefetch("posts", held, to_attr="held")),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
    )
    context = {"page": page, "filter": wanted, "may_manage": acting.actor.may(Permission.SUBJECTS_MANAGE)}
    return desk_page(request, "people", acting, context)


@require_safe
@at_the_desk(*ADMINISTERS_PEOPLE)
def person(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Show one person: number, posts past and present, account."""
    return show_person(request, acting, person_or_404(acting, pk))


def show_person(
    request: HttpRequest,
    acting: Acting,
    found: Person,
    *,
    decision: Decision | None = None,
    password: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show a person's page, after an act on the account with what came of it."""
    at, actor = clock.now(), acting.actor
    account = accounts_visible_to(actor).filter(person=found).first()
    in_force = set(posts_in_force(at).filter(person=found).values_list("pk", flat=True))
    posts = posts_visible_to(actor).filter(person=found).order_by("-starts_at", "-id")
    may_manage = actor.may(Permission.SUBJECTS_MANAGE)
    concerned = Q(post__person=found) | Q(deputy=found)
    context = {
        "person": found,
        "phone": mask_phone(found.phone),
        "may_look": may_manage and bool(found.phone),
        "may_erase": actor.may(Permission.PERSONAL_DATA_ERASE) and bool(found.name),
        "held_account": account,
        "has_second_factor": account is not None and has_second_factor(account),
        "reset_reasons": ResetReason.choices,
        "can_be_linked": account is not None and bool(settings.SANHU_OIDC_ISSUER),
        "is_locked": account is not None and is_locked(account.username, at=at),
        "current": [post for post in posts if post.pk in in_force],
        "others": [post for post in posts if post.pk not in in_force],
        "lendable": {post.pk for post in posts if may_manage and post.pk in in_force and lendable(held(post))},
        "delegations": rows_of(not_over(delegations_visible_to(actor).filter(concerned), at=at), at=at),
        "endable": {post.pk for post in posts if may_touch(acting, post) and post.left_at is None},
        "password": password,
        "decision": decision,
        "may_manage": may_manage,
        "may_appoint": may_manage or actor.may(Permission.ROLE_MANAGE),
        "may_keep_accounts": actor.may(Permission.ACCOUNT_MANAGE),
        "may_unlock": actor.may(Permission.ACCOUNT_UNLOCK),
        "sees_accounts": actor.may(Permission.ACCOUNT_MANAGE) or actor.may(Permission.ACCOUNT_UNLOCK),
        "crumbs": [(_("人员岗位"), reverse("desk:people"))],
    }
    return desk_page(request, "person", acting, context, status=status)


def may_touch(acting: Acting, post: Post) -> bool:
    """Tell whose posts one may give and end: administrators' are the security administrator's."""
    needed = Permission.ROLE_MANAGE if post.role.is_administrator else Permission.SUBJECTS_MANAGE
    return acting.actor.may(needed)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.SUBJECTS_MANAGE)
def person_add(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Register somebody."""
    form = PersonForm(request.POST or None)
    asked = Asked(title=_("登记人员"), submit=_("登记"), crumbs=[(_("人员岗位"), reverse("desk:people"))], form=form)
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    said = form.cleaned_data
    written = submit(
        form,
        acting,
        lambda: (
            add_person(
                district=acting.actor.district,
                staff_number=said["staff_number"],
                name=said["name"],
                phone=said["phone"],
                actor=acting.actor,
                at=clock.now(),
            ).pk
        ),
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, gettext("已登记：%(name)s。") % {"name": said["name"]})
    return redirect("desk:person", pk=int(written.ref))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.SUBJECTS_MANAGE)
def person_change(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Put name or telephone right."""
    found = person_or_404(acting, pk)
    form = PersonChangeForm(request.POST or None, person=found)
    asked = Asked(title=_("更正人员资料"), submit=_("保存"), crumbs=crumbs_of(found), form=form)
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    said = form.cleaned_data
    written = submit(
        form,
        acting,
        lambda: change_person(
            person_id=pk, name=said["name"], phone=form.new_phone(), actor=acting.actor, at=clock.now()
        ),
        about=f"person:{pk}",
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, _("已保存。"))
    return redirect("desk:person", pk=pk)


def crumbs_of(found: Person) -> list[tuple[str, str]]:
    """The way to a person's page."""
    here = reverse("desk:person", kwargs={"pk": found.pk})
    return [(gettext("人员岗位"), reverse("desk:people")), (f"{found.staff_number} {found.name}".strip(), here)]


def person_or_404(acting: Acting, pk: int) -> Person:
    """Give one person of the district; another district's is not found."""
    found = people_visible_to(acting.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
