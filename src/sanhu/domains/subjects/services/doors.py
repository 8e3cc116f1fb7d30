"""The one door to one object: what belongs to another district is not there, what is given is locked."""

from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.models import Account, Organisation, Person, Post, Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Decision, Refused, refuse

NOT_PERMITTED = _("您的岗位没有这项权限")


class FieldRefused(Refused):
    """A write was refused for what one field says; `field` is the argument's name."""

    def __init__(self, field: str, decision: Decision) -> None:
        super().__init__(decision)
        self.field = field


class NotFound(Exception):  # noqa: N818 - what one may not see is not found
    """There is no such thing for this actor."""


def permit(actor: Actor, permission: Permission) -> None:
    """Raise Refused unless the actor's post carries the permission. The house itself needs none."""
    if actor.kind is not ActorKind.SYSTEM and not actor.may(permission):
        raise Refused(refuse(NOT_PERMITTED))


def require(decision: Decision, *, field: str = "") -> None:
    """Raise what a refusal calls for: FieldRefused where it speaks of a field."""
    if decision:
        return
    raise FieldRefused(field, decision) if field else Refused(decision)


def enter_district(actor: Actor, district: str) -> str:
    """Give the district an actor may write in. Raises NotFound for any other."""
    if actor.kind is not ActorKind.SYSTEM and district != actor.district:
        raise NotFound
    return district


def organisation_for(actor: Actor, pk: int) -> Organisation:
    """Give a body of the actor's district, locked. Raises NotFound."""
    found = Organisation.objects.select_for_update().filter(pk=pk).first()
    if found is None or not _is_own(actor, found.district):
        raise NotFound
    return found


def person_for(actor: Actor, pk: int) -> Person:
    """Give a person of the actor's district, locked. Raises NotFound."""
    found = Person.objects.select_for_update().filter(pk=pk).first()
    if found is None or not _is_own(actor, found.district):
        raise NotFound
    return found


def post_for(actor: Actor, pk: int) -> Post:
    """Give a post of the actor's district, locked with its person. Raises NotFound."""
    posts = Post.objects.select_for_update(of=("self",)).select_related("organisation", "role", "employer")
    found = posts.filter(pk=pk).first()
    if found is None or not _is_own(actor, found.organisation.district):
        raise NotFound
    person_for(actor, found.person_id)
    return found


def account_for(actor: Actor, pk: int) -> Account:
    """Give an account of the actor's district, locked. Raises NotFound."""
    found = Account.objects.select_for_update(of=("self",)).select_related("person").filter(pk=pk).first()
    if found is None or not _is_own(actor, found.person.district):
        raise NotFound
    return found


def role_for(code: str) -> Role:
    """Give a role by its code. Raises FieldRefused for one that is not loaded."""
    found = Role.objects.filter(code=code).first()
    if found is None:
        raise FieldRefused("role", refuse(_("没有这个角色")))
    return found


def _is_own(actor: Actor, district: str) -> bool:
    return actor.kind is ActorKind.SYSTEM or district == actor.district
