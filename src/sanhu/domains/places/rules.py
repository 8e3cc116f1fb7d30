"""Who may change places: the house itself anywhere, a post with the permission in its own district."""

from django.utils.translation import gettext_noop as _

from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, refuse

# The permissions are listed in subjects, higher up the stairs.
IMPORT = "places.import"

NOT_PERMITTED = _("您的岗位没有导入区划的权限")
OTHER_DISTRICT = _("不属于本区")


def may_import(actor: Actor) -> Decision:
    """Answer whether an actor may import divisions and draw cells at all."""
    if actor.kind is ActorKind.SYSTEM or (actor.district and actor.may(IMPORT)):
        return ALLOWED
    return refuse(NOT_PERMITTED)


def is_own(actor: Actor, code: str) -> bool:
    """Tell whether a division or a cell lies where the actor may change it."""
    return actor.kind is ActorKind.SYSTEM or code.startswith(actor.district)
