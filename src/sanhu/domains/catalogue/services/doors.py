"""What every door of the catalogue asks and leaves behind: the power, the district, and the entry in the record."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.drafting import Draft
from sanhu.domains.catalogue.tables import AMEND_ARTICLE
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse


def may(actor: Actor, permission: Permission, *, district: str = "") -> Decision:
    """May the actor use this power, in this district where one is named?"""
    if actor.kind is ActorKind.SYSTEM:
        return ALLOWED
    if actor.kind is not ActorKind.POST or not actor.may(permission):
        return refuse(_("您的岗位没有这项权限"), citations=(AMEND_ARTICLE,))
    if district and actor.district != district:
        return refuse(_("不在您的辖区"), citations=(AMEND_ARTICLE,))
    return ALLOWED


def require(decision: Decision) -> None:
    """Raise Refused unless it is allowed."""
    if not decision:
        raise Refused(decision)


def enter(event: str, draft: Draft, *, actor: Actor, at: datetime, facts: Mapping[str, object]) -> None:
    """Write the entry that vouches for every row of a new version."""
    version = draft.version
    record(
        event=event,
        actor=actor,
        at=at,
        subject=version.subject_ref,
        district=version.district,
        rows=draft.rows,
        facts={"number": version.number, "in_force_from": version.in_force_from, **facts},
    )
