"""The second factor of an account as a whole: whether there is one, whether there must be, and its reset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Account, OneTimeCodes, Passkey, Person, RecoveryCode
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_overlapping
from sanhu.domains.subjects.rules.holding import ADMINISTRATORS
from sanhu.domains.subjects.rules.signing_in import ResetReason, SecondFactorPolicy, must_have_second_factor
from sanhu.domains.subjects.services.api_tokens import end_own_tokens
from sanhu.domains.subjects.services.doors import NotFound, account_for, permit
from sanhu.domains.subjects.services.sessions import end_sessions_of
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day


@dataclass(frozen=True)
class Factors:
    """What an account has beside its password."""

    app: OneTimeCodes | None
    passkeys: tuple[Passkey, ...]
    recovery_codes_left: int

    def __bool__(self) -> bool:
        return self.app is not None or bool(self.passkeys)


def factors_of(account: Account) -> Factors:
    """Give the second factors of an account that are in use. Recovery codes alone are none."""
    app = OneTimeCodes.objects.filter(account=account, confirmed_at__isnull=False, removed_at__isnull=True).first()
    passkeys = tuple(Passkey.objects.filter(account=account, removed_at__isnull=True).order_by("created_at", "pk"))
    left = RecoveryCode.objects.filter(account=account, used_at__isnull=True, removed_at__isnull=True).count()
    return Factors(app=app, passkeys=passkeys, recovery_codes_left=left)


def has_second_factor(account: Account) -> bool:
    """Tell whether an account has an app or a passkey in use."""
    return (
        OneTimeCodes.objects.filter(account=account, confirmed_at__isnull=False, removed_at__isnull=True).exists()
        or Passkey.objects.filter(account=account, removed_at__isnull=True).exists()
    )


def second_factor_missing(account: Account, *, at: datetime) -> bool:
    """Tell whether an account must have a second factor and has none: its owner then sets one up before all else."""
    policy = SecondFactorPolicy(settings.SANHU_SECOND_FACTOR)
    if policy is SecondFactorPolicy.OPTIONAL:
        return False
    must = must_have_second_factor(
        policy,
        is_administrator=policy is SecondFactorPolicy.ADMINISTRATORS and is_administrator(account.person, at=at),
        is_demonstration=account.is_demonstration,
    )
    return must and not has_second_factor(account)


def is_administrator(person: Person, *, at: datetime) -> bool:
    """Tell whether somebody is one of the three administrators, or will be."""
    return posts_overlapping(person, starts_on=legal_day(at)).filter(role__is_administrator=True).exists()


def reset_second_factor(*, account_id: int, reason: ResetReason, actor: Actor, at: datetime) -> Account:
    """Take away whatever an account has beside its password, for an owner who lost it; sessions and own tokens end.

    An administrator's is reset on the server alone: whoever could do it at the desk, and issue a password, could act as
    another of the three.
    """
    permit(actor, Permission.ACCOUNT_UNLOCK)
    with transaction.atomic():
        account = account_for(actor, account_id)
        if actor.kind is not ActorKind.SYSTEM:
            if account.person_id == actor.person_id:
                raise Refused(refuse(_("不能重置自己的第二重验证")))
            if is_administrator(account.person, at=at):
                raise Refused(refuse(_("管理员的第二重验证只能在服务器上重置"), citations=(ADMINISTRATORS,)))
        if not has_second_factor(account):
            raise Refused(refuse(_("此账号没有第二重验证")))
        rows = [*end_factors(account, at=at), *end_own_tokens(account.person, actor=actor, at=at)]
        enter(SubjectEvent.SECOND_FACTOR_RESET, account, actor=actor, at=at, rows=rows, facts={"reason": str(reason)})
        end_sessions_of(account)
    return account


def end_factors(account: Account, *, at: datetime) -> list[Witnessed]:
    """End every second factor and every recovery code of an account; give the rows an entry then speaks of."""
    rows: list[Witnessed] = []
    for app in OneTimeCodes.objects.filter(account=account, removed_at__isnull=True):
        app.secret, app.removed_at = "", at
        app.save(update_fields=["secret", "removed_at"])
        rows.append(app)
    for kind in (Passkey, RecoveryCode):
        for row in kind.objects.filter(account=account, removed_at__isnull=True):
            row.removed_at = at
            row.save(update_fields=["removed_at"])
            rows.append(row)
    return rows


def withdraw_codes_without_factor(account: Account, *, at: datetime) -> list[Witnessed]:
    """End the recovery codes of an account whose last second factor has gone: they stand in for nothing."""
    return [] if has_second_factor(account) else end_factors(account, at=at)


def own_account(actor: Actor, account_id: int) -> Account:
    """Give the actor's own account, locked. Raises NotFound for anybody else's."""
    account = Account.objects.select_for_update(of=("self",)).select_related("person").filter(pk=account_id).first()
    if account is None or account.person_id != actor.person_id:
        raise NotFound
    return account


def enter(
    event: SubjectEvent,
    account: Account,
    *,
    actor: Actor,
    at: datetime,
    rows: Sequence[Witnessed] = (),
    facts: Mapping[str, object] | None = None,
) -> None:
    """Enter what happened to an account's ways in."""
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"account:{account.pk}",
        district=account.person.district,
        rows=rows,
        facts=facts,
    )
