"""Roles are data: loading the list that ships."""

import json
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from django.db import transaction

from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import NOT_PERMITTED
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse


@dataclass(frozen=True)
class ShippedRole:
    """A role as the data file has it, checked: every permission and every appointment is known."""

    code: str
    name: str
    permissions: list[str]
    appointments: list[str]
    is_administrator: bool


def shipped_roles() -> list[ShippedRole]:
    """Read the roles that ship. Raises ValueError for an unknown permission or appointment."""
    text = resources.files("sanhu.domains.subjects").joinpath("data/roles.json").read_text(encoding="utf-8")
    return [
        ShippedRole(
            code=row["code"],
            name=row["name"],
            permissions=[Permission(permission).value for permission in row["permissions"]],
            appointments=[Appointment(appointment).value for appointment in row["appointments"]],
            is_administrator=row.get("is_administrator", False),
        )
        for row in json.loads(text)
    ]


def load_roles(*, actor: Actor, at: datetime) -> list[str]:
    """Bring the roles to what ships, and give the codes that were added or changed. Loading twice changes nothing.

    Roles are shared by every district of an installation, so only the house itself loads them.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Refused(refuse(NOT_PERMITTED))
    with transaction.atomic():
        known = {role.code: role for role in Role.objects.select_for_update()}
        changed = [role for shipped in shipped_roles() if (role := _brought_to(shipped, known.get(shipped.code)))]
        if changed:
            record(
                event=SubjectEvent.ROLES_LOADED,
                actor=actor,
                at=at,
                subject="roles",
                district="",
                rows=changed,
                facts={"codes": [role.code for role in changed]},
            )
    return [role.code for role in changed]


def _brought_to(shipped: ShippedRole, role: Role | None) -> Role | None:
    """Save the role where it differs from what ships; None where it does not."""
    role = role or Role(code=shipped.code)
    wanted = (shipped.name, shipped.permissions, shipped.appointments, shipped.is_administrator)
    if role.pk and (role.name, role.permissions, role.appointments, role.is_administrator) == wanted:
        return None
    role.name, role.permissions, role.appointments, role.is_administrator = wanted
    role.save()
    return role
