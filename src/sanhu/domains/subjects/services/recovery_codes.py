"""Recovery codes: a set of ten on paper, each good once, for whoever lost the second factor."""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Account, RecoveryCode
from sanhu.domains.subjects.rules.signing_in import as_typed
from sanhu.domains.subjects.services.second_factors import enter, has_second_factor, own_account
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.decisions import Refused, refuse

CODES = 10
# No letter or digit that looks like another. Ten of thirty-one are 49 bits: no list of hashes gives them away,
# the less since the hash is keyed.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_HALF = 5


def issue_recovery_codes(*, account_id: int, actor: Actor, at: datetime) -> list[str]:
    """Draw a new set, withdraw the old one, and give the codes: this once, since only hashes are kept."""
    codes = ["-".join("".join(secrets.choice(_LETTERS) for _ in range(_HALF)) for _ in range(2)) for _ in range(CODES)]
    with transaction.atomic():
        account = own_account(actor, account_id)
        if not has_second_factor(account):
            raise Refused(refuse(_("先设置验证器或者通行密钥，再生成恢复码")))
        rows: list[Witnessed] = []
        for old in RecoveryCode.objects.filter(account=account, used_at__isnull=True, removed_at__isnull=True):
            old.removed_at = at
            old.save(update_fields=["removed_at"])
            rows.append(old)
        rows += [
            RecoveryCode.objects.create(account=account, code_hash=_hash(account, code), created_at=at)
            for code in codes
        ]
        enter(SubjectEvent.RECOVERY_CODES_ISSUED, account, actor=actor, at=at, rows=rows)
    return codes


def take_recovery_code(account: Account, code: str, *, at: datetime) -> bool:
    """Use a code up. False when there is none like it, or it was used or withdrawn."""
    unused = RecoveryCode.objects.select_for_update().filter(
        account=account, code_hash=_hash(account, code), used_at__isnull=True, removed_at__isnull=True
    )
    with transaction.atomic():
        found = unused.first()
        if found is None:
            return False
        found.used_at = at
        found.save(update_fields=["used_at"])
        enter(SubjectEvent.RECOVERY_CODE_USED, account, actor=SYSTEM, at=at, rows=[found])
    return True


def _hash(account: Account, code: str) -> str:
    said = f"recovery\x00{account.pk}\x00{as_typed(code)}"
    return hmac.new(settings.SANHU_RECEIPT_KEY, said.encode(), hashlib.sha256).hexdigest()
