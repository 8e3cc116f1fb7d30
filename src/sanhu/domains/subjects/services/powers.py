"""Changing what a role may do: the security administrator's alone, with a reason, never for their own role (H.3)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Post, Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_in_force
from sanhu.domains.subjects.rules.holding import ADMINISTRATORS
from sanhu.domains.subjects.rules.powers import may_carry
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound, permit, require
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse

REASON_LENGTH = 500


def set_permissions(
    *, role: str, permissions: Collection[str], reason: str, actor: Actor, at: datetime
) -> tuple[str, ...]:
    """Let a role carry exactly these permissions, and give those that were added or taken away.

    Holders have the new powers from their next request. Roles are shared by every district of an installation: one that
    posts of another district hold is changed by nobody in this one. Raises Refused, or NotFound for an unknown role.
    """
    permit(actor, Permission.ROLE_MANAGE)
    wanted = _known(permissions)
    if not reason.strip():
        raise FieldRefused("reason", refuse(_("须写明更改权限的理由")))
    with transaction.atomic():
        changed = Role.objects.select_for_update().filter(code=role).first()
        if changed is None:
            raise NotFound
        require(may_carry(is_administrator=changed.is_administrator, permissions=wanted), field="permissions")
        _not_ones_own(changed, actor)
        _not_anothers(changed, actor, at=at)
        before = list(changed.permissions)
        after = [permission.value for permission in Permission if permission in wanted]
        differing = tuple(
            permission.value for permission in Permission if (permission in before) != (permission in after)
        )
        if not differing:
            return ()
        changed.permissions = after
        changed.save(update_fields=["permissions"])
        record(
            event=SubjectEvent.ROLE_CHANGED,
            actor=actor,
            at=at,
            subject=f"role:{changed.code}",
            district=actor.district,
            rows=[changed],
            facts={"before": before, "after": after, "reason": reason.strip()[:REASON_LENGTH]},
        )
    return differing


def _known(permissions: Collection[str]) -> frozenset[Permission]:
    try:
        return frozenset(Permission(permission) for permission in permissions)
    except ValueError:
        raise FieldRefused("permissions", refuse(_("没有这项权限"))) from None


def _not_ones_own(role: Role, actor: Actor) -> None:
    """Nobody widens or narrows their own powers; the security administrator's could otherwise lock everybody out."""
    if actor.post_id is not None and Post.objects.filter(pk=actor.post_id, role=role).exists():
        raise Refused(refuse(_("不能更改自己岗位所用的角色"), citations=(ADMINISTRATORS,)))


def _not_anothers(role: Role, actor: Actor, *, at: datetime) -> None:
    if actor.kind is ActorKind.SYSTEM:
        return
    elsewhere = posts_in_force(at).filter(role=role).exclude(organisation__district=actor.district)
    if elsewhere.exists():
        raise Refused(refuse(_("别的区也有岗位用这个角色，改动会改变那里的权限；请由系统运维人员处理")))
