"""Signing in: how often one may fail, what the record says of it, and what its owner reads there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from sanhu.domains.evidence import throttle
from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.rules.signing_in import Way
from sanhu.domains.subjects.services.second_factors import enter
from sanhu.engines.actors import SYSTEM

_FROM_ONE_ADDRESS = 20  # as many times as one account: a street office shares an address
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SignIn:
    """One sign-in as the record has it."""

    at: datetime
    ways: tuple[Way, ...]


def is_locked(username: str, *, at: datetime) -> bool:
    """Tell whether an account has to wait: after failures in a window, or too many wrong second steps in a day."""
    return throttle.tries(_password_tries(username), at=at, window=_window()) >= settings.SANHU_SIGN_IN_FAILURES or (
        throttle.tries(_second_tries(username), at=at, window=_A_DAY) >= settings.SANHU_SECOND_FACTOR_FAILURES
    )


def is_address_locked(address: str, *, at: datetime) -> bool:
    """Tell whether so many tries from one address failed that it has to wait."""
    most = settings.SANHU_SIGN_IN_FAILURES * _FROM_ONE_ADDRESS
    return throttle.tries(_address_tries(address), at=at, window=_window()) >= most


def count_failure(username: str, *, address: str, at: datetime) -> None:
    """Count a wrong password against the account and the address it came from."""
    throttle.count_try(_password_tries(username), at=at, window=_window())
    count_failure_of_address(address, at=at)


def count_second_failure(username: str, *, address: str, at: datetime) -> None:
    """Count a wrong second step: like a wrong password, and by the day, since its codes are short."""
    throttle.count_try(_second_tries(username), at=at, window=_A_DAY)
    count_failure(username, address=address, at=at)


def count_failure_of_address(address: str, *, at: datetime) -> None:
    """Count a failure that names no account."""
    throttle.count_try(_address_tries(address), at=at, window=_window())


def forget_failures(username: str) -> None:
    """Forget an account's failures, after it was signed in to or unlocked."""
    throttle.forget(_password_tries(username))
    throttle.forget(_second_tries(username))


def enter_sign_in(account: Account, *, ways: Sequence[Way], at: datetime) -> None:
    """Enter a sign-in: in the transaction that opens the session."""
    facts = {"ways": [str(way) for way in ways]}
    enter(SubjectEvent.SIGNED_IN, account, actor=SYSTEM, at=at, facts=facts)


def was_reset_since_last(account: Account) -> bool:
    """Tell whether the account's second factor was reset after its owner signed in last."""
    events = (SubjectEvent.SIGNED_IN, SubjectEvent.SECOND_FACTOR_RESET)
    last = Entry.objects.filter(subject_ref=f"account:{account.pk}", event__in=events).order_by("-id")
    return last.values_list("event", flat=True).first() == SubjectEvent.SECOND_FACTOR_RESET


def last_sign_ins(account: Account, *, most: int = 10) -> list[SignIn]:
    """Give the last sign-ins of an account, newest first."""
    entries = Entry.objects.filter(subject_ref=f"account:{account.pk}", event=SubjectEvent.SIGNED_IN)
    found = entries.order_by("-id").values_list("at", "body")[:most]
    return [SignIn(at=at, ways=_ways(body)) for at, body in found]


def _ways(body: str) -> tuple[Way, ...]:
    """Read what was shown; older entries say nothing of it."""
    said = json.loads(body).get("facts", {}).get("ways", ())
    return tuple(Way(way) for way in said if way in Way.values)


def _window() -> timedelta:
    return timedelta(minutes=settings.SANHU_SIGN_IN_WINDOW_MINUTES)


def _password_tries(username: str) -> str:
    return throttle.key_of("sign_in", username)


def _second_tries(username: str) -> str:
    return throttle.key_of("second_factor", username)


def _address_tries(address: str) -> str:
    return throttle.key_of("sign_in_from", address)
