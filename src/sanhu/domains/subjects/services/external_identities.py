"""Whose account it is that the district's own sign-on names: linked on purpose, never guessed, never made up."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Account, ExternalIdentity
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.holding import ADMINISTRATORS
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound, account_for, permit
from sanhu.domains.subjects.services.second_factors import (
    enter,
    factors_of,
    has_second_factor,
    is_administrator,
    own_account,
)
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse


def account_of(*, issuer: str, subject: str) -> Account | None:
    """Give the account linked to a subject of the sign-on, or None."""
    linked = ExternalIdentity.objects.select_related("account__person")
    found = linked.filter(issuer=issuer, subject=subject, removed_at__isnull=True).first()
    return found.account if found else None


def identity_of(account: Account, *, issuer: str) -> ExternalIdentity | None:
    """Give who an account's owner is to the sign-on, or None."""
    return ExternalIdentity.objects.filter(account=account, issuer=issuer, removed_at__isnull=True).first()


def stands_for_both_steps(account: Account, *, issuer: str) -> bool:
    """Tell whether two factors of the sign-on may stand for the second step here too.

    Where the account has no second factor, or had one when it was linked: then its owner linked it. An older link may
    be an administrator's, to a subject of theirs.
    """
    identity, factors = identity_of(account, issuer=issuer), factors_of(account)
    since = [factor.created_at for factor in (factors.app, *factors.passkeys) if factor is not None]
    return not since or (identity is not None and min(since) <= identity.linked_at)


def link_own(*, account_id: int, issuer: str, subject: str, actor: Actor, at: datetime) -> ExternalIdentity:
    """Link one's own account to the subject one has just signed in as."""
    with transaction.atomic():
        return _link(own_account(actor, account_id), issuer=issuer, subject=subject, actor=actor, at=at)


def link_for(*, account_id: int, issuer: str, subject: str, actor: Actor, at: datetime) -> ExternalIdentity:
    """Link an account beforehand, for its owner. An administrator's is linked by its owner, or on the server.

    So is one with a second factor: whoever linked it to themselves would come in by the sign-on's two instead.
    """
    permit(actor, Permission.ACCOUNT_MANAGE)
    with transaction.atomic():
        account = account_for(actor, account_id)
        if actor.kind is not ActorKind.SYSTEM and is_administrator(account.person, at=at):
            raise Refused(refuse(_("管理员的统一身份认证只能由本人关联"), citations=(ADMINISTRATORS,)))
        if actor.kind is not ActorKind.SYSTEM and has_second_factor(account):
            raise Refused(refuse(_("此账号已有第二重验证，只能由本人登录后关联")))
        return _link(account, issuer=issuer, subject=subject, actor=actor, at=at)


def unlink_own(*, account_id: int, issuer: str, actor: Actor, at: datetime) -> None:
    """Undo the link of one's own account."""
    with transaction.atomic():
        account = own_account(actor, account_id)
        found = identity_of(account, issuer=issuer)
        if found is None:
            raise NotFound
        if not account.has_usable_password():
            raise Refused(refuse(_("此账号没有密码，解除关联以后就无法登录；请先请系统管理员发放一次性密码")))
        found.removed_at = at
        found.save(update_fields=["removed_at"])
        enter(SubjectEvent.SIGN_ON_UNLINKED, account, actor=actor, at=at, rows=[found])


def _link(account: Account, *, issuer: str, subject: str, actor: Actor, at: datetime) -> ExternalIdentity:
    if identity_of(account, issuer=issuer) is not None:
        raise FieldRefused("subject", refuse(_("此账号已经关联；要换，请先由本人解除")))
    if account_of(issuer=issuer, subject=subject) is not None:
        raise FieldRefused("subject", refuse(_("这一身份已经关联到别的账号")))
    identity = ExternalIdentity.objects.create(account=account, issuer=issuer, subject=subject, linked_at=at)
    enter(SubjectEvent.SIGN_ON_LINKED, account, actor=actor, at=at, rows=[identity])
    return identity
