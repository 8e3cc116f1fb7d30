"""What proves who signs in, without looking at any stored row: codes, counters, and who needs a second factor."""

import hmac
import re
import unicodedata
from datetime import datetime
from enum import StrEnum

import pyotp
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

STEP_SECONDS = 30  # RFC 6238: a code of an app lives this long …
DIGITS = 6
_STEPS_AROUND = (0, -1, 1)  # … and the one before and after are taken too, for clocks that differ a little
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015]+")


class SecondFactorPolicy(StrEnum):
    """Who must have a second factor (domain.md H.3: level three asks for two ways of identification)."""

    OPTIONAL = "optional"
    ADMINISTRATORS = "administrators"
    EVERYBODY = "everybody"


class Way(TextChoices):
    """What somebody showed to sign in."""

    PASSWORD = "password", _("密码")
    DISTRICT = "district", _("统一身份认证")
    PASSKEY = "passkey", _("通行密钥")
    APP = "app", _("验证器")
    RECOVERY_CODE = "recovery_code", _("恢复码")


class ResetReason(TextChoices):
    """Why a second factor was reset. A choice, not words: it stands in the record in the open."""

    LOST = "lost", _("设备遗失")
    REPLACED = "replaced", _("更换设备，旧设备已不能用")
    BROKEN = "broken", _("设备损坏")
    SUSPECTED = "suspected", _("怀疑被他人使用")


def must_have_second_factor(policy: SecondFactorPolicy, *, is_administrator: bool, is_demonstration: bool) -> bool:
    """Tell whether an account needs a second factor. What a demonstration shows is written down beside it anyway."""
    if is_demonstration:
        return False
    return policy is SecondFactorPolicy.EVERYBODY or (policy is SecondFactorPolicy.ADMINISTRATORS and is_administrator)


def as_typed(code: str) -> str:
    r"""Read a code as people write it: in full-width digits, with spaces and dashes, in capitals.

    >>> as_typed(" \uff11\uff12\uff13 456 "), as_typed("ABCDE-fghjk")
    ('123456', 'abcdefghjk')
    """
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", code)).lower()


def is_code_of_app(code: str) -> bool:
    """Tell an app's six digits from a recovery code, which is longer."""
    typed = as_typed(code)
    return len(typed) == DIGITS and typed.isascii() and typed.isdigit()


def step_of(at: datetime) -> int:
    """Give the time step a moment lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def step_of_code(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """Give the time step an app's code belongs to, or None when it is wrong, too old, or not after the last taken."""
    shows, typed = pyotp.TOTP(secret), as_typed(code)
    for around in _STEPS_AROUND:
        step = step_of(at) + around
        if step > after and hmac.compare_digest(shows.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def counter_goes_on(*, stored: int, shown: int) -> bool:
    """Tell whether a passkey's counter went on; a key that keeps none always shows zero. Going back means a copy."""
    return shown > stored or shown == stored == 0
