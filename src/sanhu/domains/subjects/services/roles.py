"""Roles are data: loading the list that ships."""

import json
from dataclasses import asdict, dataclass
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
    """Add the roles that ship and are not there yet, and give their codes. Loading twice changes nothing.

    A role that is there stays as it is: what it carries is the security administrator's to decide. Roles are shared by
    every district of an installation, so only the house itself loads them.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Refused(refuse(NOT_PERMITTED))
    with transaction.atomic():
        known = set(Role.objects.values_list("code", flat=True))
        added = [Role.objects.create(**asdict(shipped)) for shipped in shipped_roles() if shipped.code not in known]
        if added:
            record(
                event=SubjectEvent.ROLES_LOADED,
                actor=actor,
                at=at,
                subject="roles",
                district="",
                rows=added,
                facts={"codes": [role.code for role in added]},
            )
    return [role.code for role in added]
