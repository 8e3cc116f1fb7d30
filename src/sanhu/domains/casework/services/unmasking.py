"""Showing in full what a matter's page shows masked: for a reason, with the permission, and with a trace."""

from datetime import datetime

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, gettext_noop

from sanhu.domains.casework import queries
from sanhu.domains.casework.models import Contact, Matter
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.evidence.unmasking import enter_unmasking
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import permit
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse


class MaskedField(TextChoices):
    """What a matter's page shows masked."""

    CONTACT = "contact", gettext_lazy("联系方式")
    ADDRESS = "address", gettext_lazy("具体位置")
    WORDS = "words", gettext_lazy("反映的内容")


def unmask_matter(*, actor: Actor, at: datetime, number: str, field: MaskedField, reason: str) -> str:
    """Give one value of a matter in full, and enter who looked at it and why.

    Raises MatterNotFound for what the actor may not see, Refused without permission or reason, and where there is
    nothing, or nothing any more.
    """
    permit(actor, Permission.PERSONAL_DATA_UNMASK)
    with transaction.atomic():
        matter = queries.visible_to(actor).filter(number=number).first()
        if matter is None:
            raise MatterNotFound(number)
        value = _value_of(matter, field)
        if not value:
            raise Refused(refuse(gettext_noop("没有可以查看的内容：没有留下，或者已经删除")))
        enter_unmasking(
            actor=actor, at=at, district=matter.district, subject_ref=matter.ref, field=field.value, reason=reason
        )
    return value


def _value_of(matter: Matter, field: MaskedField) -> str:
    match field:
        case MaskedField.CONTACT:
            contact = Contact.objects.filter(matter=matter, erased_at__isnull=True).first()
            return contact.address if contact else ""
        case MaskedField.ADDRESS:
            return matter.address
        case MaskedField.WORDS:
            return matter.words
