"""Codes of an app as the second factor (TOTP): set up, confirmed with a first code, taken once each, removed."""

from datetime import datetime

import pyotp
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Account, OneTimeCodes
from sanhu.domains.subjects.rules.signing_in import step_of_code
from sanhu.domains.subjects.services.doors import FieldRefused
from sanhu.domains.subjects.services.second_factors import enter, own_account, withdraw_codes_without_factor
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse


def begin_app(*, account_id: int, actor: Actor, at: datetime) -> OneTimeCodes:
    """Give the secret an app is to be told: a fresh one, or the one that still waits to be confirmed.

    Until it is confirmed it opens nothing, and the record does not speak of it.
    """
    with transaction.atomic():
        account = own_account(actor, account_id)
        found = OneTimeCodes.objects.filter(account=account, removed_at__isnull=True).first()
        if found is None:
            return OneTimeCodes.objects.create(account=account, secret=pyotp.random_base32(), created_at=at)
        if found.confirmed_at is not None:
            raise Refused(refuse(_("已经设置过验证器；要换一个，请先停用现在的")))
    return found


def confirm_app(*, account_id: int, code: str, actor: Actor, at: datetime) -> OneTimeCodes:
    """Let the app count from now on, after it showed the right code. Raises FieldRefused for a wrong one."""
    with transaction.atomic():
        account = own_account(actor, account_id)
        waiting = OneTimeCodes.objects.filter(account=account, confirmed_at__isnull=True, removed_at__isnull=True)
        app = waiting.first()
        if app is None:
            raise Refused(refuse(_("没有等待确认的验证器，请重新开始")))
        step = step_of_code(app.secret, code, at=at, after=app.last_step)
        if step is None:
            raise FieldRefused("code", refuse(_("验证码不对；请看一下设备的时间是否准确，再输入新的验证码")))
        app.confirmed_at, app.last_step = at, step
        app.save(update_fields=["confirmed_at", "last_step"])
        enter(SubjectEvent.APP_SET_UP, account, actor=actor, at=at, rows=[app])
    return app


def take_code(account: Account, code: str, *, at: datetime) -> bool:
    """Take a code of the account's app; none is taken twice, and none older than the last."""
    app = OneTimeCodes.objects.filter(account=account, confirmed_at__isnull=False, removed_at__isnull=True).first()
    if app is None:
        return False
    step = step_of_code(app.secret, code, at=at, after=app.last_step)
    # Of two tries with the same code at the same moment one finds the row as it was.
    return step is not None and OneTimeCodes.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step) == 1


def remove_app(*, account_id: int, actor: Actor, at: datetime) -> None:
    """Let the app count no longer, and blank its secret."""
    with transaction.atomic():
        account = own_account(actor, account_id)
        app = OneTimeCodes.objects.filter(account=account, confirmed_at__isnull=False, removed_at__isnull=True).first()
        if app is None:
            raise Refused(refuse(_("没有可以停用的验证器")))
        app.secret, app.removed_at = "", at
        app.save(update_fields=["secret", "removed_at"])
        rows = [app, *withdraw_codes_without_factor(account, at=at)]
        enter(SubjectEvent.APP_REMOVED, account, actor=actor, at=at, rows=rows)
