"""Showing a personal value in full: only for a reason, and never without a trace."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.erasure import Fields
from sanhu.domains.evidence.events import PersonalDataEvent
from sanhu.domains.evidence.models import Unmasking
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse

UNMASKING_ARTICLE = _("个人信息保护法第五十一条")
LEAST_REASON, MOST_REASON = 4, 500


def enter_unmasking(
    *, actor: Actor, at: datetime, district: str, subject_ref: str, field: str, reason: str
) -> Unmasking:
    """Keep and enter that somebody looked at a value, in the transaction that then gives it. Who may, the room says.

    Raises Refused without a reason.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a value is shown in the transaction that records it")
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise Refused(refuse(_("理由：须写明为什么要看原文"), citations=(UNMASKING_ARTICLE,)))
    if len(reason) > MOST_REASON:
        raise Refused(refuse(_("理由：不超过 500 个字"), citations=(UNMASKING_ARTICLE,)))
    look = Unmasking.objects.create(
        district=district, subject_ref=subject_ref, field=field, actor_ref=actor.ref, reason=reason, at=at
    )
    record(
        event=PersonalDataEvent.UNMASKED,
        actor=actor,
        at=at,
        subject=subject_ref,
        district=district,
        rows=[look],
        facts={"field": field},
    )
    return look


def unmaskings(district: str) -> QuerySet[Unmasking]:
    """List a district's looks, newest first."""
    return Unmasking.objects.filter(district=district).order_by("-at", "-id")


def forget_reasons(subject_ref: str) -> tuple[list[Unmasking], Fields]:
    """Erase the reasons for looking at an object's values; give the rows, and what the record says was erased."""
    looks = list(Unmasking.objects.select_for_update().filter(subject_ref=subject_ref).exclude(reason=""))
    for look in looks:
        look.reason = ""
        look.save(update_fields=["reason"])
    return looks, {look.row_ref: ["reason"] for look in looks}
