"""Accounts and their passwords: opened without one, given a one-time one, then known to their owner alone."""

import secrets
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Account, Person
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.holding import ADMINISTRATORS
from sanhu.domains.subjects.services.api_tokens import end_own_tokens
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound, account_for, permit, person_for
from sanhu.domains.subjects.services.second_factors import is_administrator
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse

# No letter or digit that looks like another: these are read aloud and copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 5


def username_of(person: Person) -> str:
    """Give the sign-in name: district and staff number."""
    return f"{person.district}-{person.staff_number}".lower()


def open_account(*, person_id: int, actor: Actor, at: datetime, is_demonstration: bool = False) -> Account:
    """Open a person's one account. It takes no password until one is issued."""
    permit(actor, Permission.ACCOUNT_MANAGE)
    if is_demonstration and actor.kind is not ActorKind.SYSTEM:
        raise Refused(refuse(_("演示账号只由演示数据生成")))
    with transaction.atomic():
        person = person_for(actor, person_id)
        if Account.objects.filter(person=person).exists():
            raise Refused(refuse(_("此人已有账号")))
        account = Account(person=person, username=username_of(person), is_demonstration=is_demonstration)
        account.set_unusable_password()
        account.save()
        _enter(SubjectEvent.ACCOUNT_OPENED, account, actor=actor, at=at)
    return account


def issue_password(*, account_id: int, actor: Actor, at: datetime) -> str:
    """Give an account a random one-time password, to be changed at the first sign-in, and return it.

    An administrator's is issued on the server alone: whoever could issue it at the desk could act as another of the
    three. A demonstration account keeps its password, which is written down beside the database anyway.

    Whoever had the old one may have made tokens with it, so the person's own end too.
    """
    permit(actor, Permission.ACCOUNT_MANAGE)
    password = "-".join(
        "".join(secrets.choice(_LETTERS) for _place in range(_GROUP_LENGTH)) for _group in range(_GROUPS)
    )
    # Hashed before the transaction, which on SQLite would keep every other writer waiting.
    hashed = make_password(password)
    with transaction.atomic():
        account = account_for(actor, account_id)
        if actor.kind is not ActorKind.SYSTEM and is_administrator(account.person, at=at):
            raise Refused(refuse(_("管理员的密码只能在服务器上重新发放"), citations=(ADMINISTRATORS,)))
        account.password, account.must_change_password = hashed, not account.is_demonstration
        account.save(update_fields=["password", "must_change_password"])
        ended = end_own_tokens(account.person, actor=actor, at=at)
        _enter(SubjectEvent.PASSWORD_ISSUED, account, *ended, actor=actor, at=at)
    return password


def change_password(*, account_id: int, old: str, new: str, actor: Actor, at: datetime) -> Account:
    """Let somebody replace their own password. Raises FieldRefused for a wrong old or a weak new one.

    Whoever signed in keeps the session by handing the account that is returned to `update_session_auth_hash`.
    """
    account = Account.objects.filter(pk=account_id).first()
    if account is None or account.person_id != actor.person_id:
        raise NotFound
    if not check_password(old, account.password):
        raise FieldRefused("old", refuse(_("原密码不正确")))
    if old == new:
        raise FieldRefused("new", refuse(_("新密码须与原密码不同")))
    try:
        validate_password(new, user=account)
    except ValidationError as weak:
        raise FieldRefused("new", refuse(*weak.messages)) from weak
    checked, hashed = account.password, make_password(new)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        if account.password != checked:
            raise FieldRefused("old", refuse(_("密码刚刚被更改，请重新登录")))
        account.password, account.must_change_password = hashed, False
        account.save(update_fields=["password", "must_change_password"])
        _enter(SubjectEvent.PASSWORD_CHANGED, account, actor=actor, at=at)
    return account


def deactivate_account(*, account_id: int, actor: Actor, at: datetime) -> Account:
    """Close an account to its owner; the posts remain, and another account never takes its place."""
    permit(actor, Permission.ACCOUNT_MANAGE)
    return _switch(account_id, is_active=False, actor=actor, at=at)


def reactivate_account(*, account_id: int, actor: Actor, at: datetime) -> Account:
    """Open a deactivated account again, with the password it had."""
    permit(actor, Permission.ACCOUNT_MANAGE)
    return _switch(account_id, is_active=True, actor=actor, at=at)


def _switch(account_id: int, *, is_active: bool, actor: Actor, at: datetime) -> Account:
    with transaction.atomic():
        account = account_for(actor, account_id)
        if account.person_id == actor.person_id:
            raise Refused(refuse(_("不能停用或者恢复自己的账号")))
        if account.is_active is is_active:
            raise Refused(refuse(_("账号已是这一状态")))
        account.is_active = is_active
        account.save(update_fields=["is_active"])
        event = SubjectEvent.ACCOUNT_REACTIVATED if is_active else SubjectEvent.ACCOUNT_DEACTIVATED
        _enter(event, account, actor=actor, at=at)
    return account


def _enter(event: SubjectEvent, account: Account, *others: Witnessed, actor: Actor, at: datetime) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"account:{account.pk}",
        district=account.person.district,
        rows=[account, *others],
    )
