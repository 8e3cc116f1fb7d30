"""Roles and what they let their holders do; the security administrator changes that, with a reason."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.models import Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.domains.subjects.services.powers import set_permissions
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, ask
from sanhu.portals.desk.forms.roles import RoleForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import submit
from sanhu.portals.desk.wording import permission_words, role_words

_NOTES = (
    _("改动以后，担任这个角色的人下一次打开页面就按新的权限。"),
    _("管理员的角色不得有业务权限；系统、安全、审计三类管理权限分开（三员分立）。"),
)


@require_safe
@at_the_desk(Permission.ROLE_MANAGE)
def roles(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the roles, what each may do, and how many posts of the district carry it."""
    here = posts_in_force(clock.now()).filter(organisation__district=acting.actor.district).values("pk")
    found = Role.objects.annotate(held=Count("posts", filter=Q(posts__in=here))).order_by("is_administrator", "name")
    rows = [
        {
            "role": role,
            "permissions": [permission_words(permission) for permission in role.permissions],
            "appointments": [Appointment(one).label for one in role.appointments],
        }
        for role in found
    ]
    return desk_page(request, "roles", acting, {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(Permission.ROLE_MANAGE)
def role(request: HttpRequest, *, acting: Acting, code: str) -> HttpResponse:
    """Change what a role may do."""
    found = Role.objects.filter(code=code).first()
    if found is None:
        raise Http404
    form = RoleForm(request.POST or None, role=found)
    asked = Asked(
        title=_("更改角色的权限"),
        lead=role_words(found),
        submit=_("保存权限"),
        crumbs=[(_("角色权限"), reverse("desk:roles")), (role_words(found), "")],
        form=form,
        notes=_NOTES,
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    said = form.cleaned_data
    written = submit(
        form,
        acting,
        lambda: set_permissions(
            role=code,
            permissions=said["permissions"],
            reason=said["reason"],
            actor=acting.actor,
            at=clock.now(),
        ),
        about=f"role:{code}",
    )
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, gettext("已保存：%(name)s的权限。") % {"name": role_words(found)})
    return redirect("desk:roles")
