"""Letting an account try again that failed sign-ins had locked: the security administrator's (H.3)."""

from datetime import datetime

from django.db import transaction

from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import account_for, permit
from sanhu.domains.subjects.services.sign_ins import forget_failures
from sanhu.engines.actors import Actor


def unlock_sign_in(*, account_id: int, actor: Actor, at: datetime) -> Account:
    """Forget an account's failed sign-ins."""
    permit(actor, Permission.ACCOUNT_UNLOCK)
    with transaction.atomic():
        account = account_for(actor, account_id)
        forget_failures(account.username)
        record(
            event=SubjectEvent.SIGN_IN_UNLOCKED,
            actor=actor,
            at=at,
            subject=f"account:{account.pk}",
            district=account.person.district,
        )
    return account
