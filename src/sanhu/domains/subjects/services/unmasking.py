"""Showing an official's telephone number in full: for a reason, with the permission, and with a trace."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.unmasking import enter_unmasking
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import people_visible_to
from sanhu.domains.subjects.services.doors import NotFound, permit
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse

PHONE = "phone"


def unmask_phone(*, actor: Actor, at: datetime, person_id: int, reason: str) -> str:
    """Give a person's telephone number in full, and enter who looked at it and why.

    Raises NotFound for another district's, Refused without permission or reason, and where none is kept.
    """
    permit(actor, Permission.SUBJECTS_MANAGE)
    with transaction.atomic():
        person = people_visible_to(actor).filter(pk=person_id).first()
        if person is None:
            raise NotFound
        if not person.phone:
            raise Refused(refuse(_("没有可以查看的内容：没有留下，或者已经删除")))
        enter_unmasking(
            actor=actor,
            at=at,
            district=person.district,
            subject_ref=f"person:{person.pk}",
            field=PHONE,
            reason=reason,
        )
    return person.phone
