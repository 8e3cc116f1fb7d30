"""Somebody stands in for somebody else: 孙代吴 is 孙 in 吴's post, through a delegation made by the service."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from sanhu.domains.subjects.models import Delegation
from sanhu.domains.subjects.queries import capacities_of, held
from sanhu.domains.subjects.rules.delegating import lendable
from sanhu.domains.subjects.services.delegations import delegate
from sanhu.engines.actors import Actor
from sanhu.engines.legal_time import legal_day
from tests.cast import MONDAY_MORNING, Cast, Member
from tests.gate import Gate

People = TypeVar("People", Cast, Gate)


@dataclass(frozen=True, repr=False)
class Deputy(Member):
    """A person in the post of somebody who is away."""

    delegation: Delegation

    def actor(self, at: datetime = MONDAY_MORNING) -> Actor:
        """Give the actor as the portals build it. Raises StopIteration where the person does not stand in."""
        capacities = capacities_of(self.account, at=at)
        return next(capacity.actor for capacity in capacities if capacity.delegation == self.delegation)


def lend(
    absent: Member,
    deputy: Member,
    *,
    by: Actor | None = None,
    at: datetime = MONDAY_MORNING,
    starts_on: date | None = None,
    days: int = 30,
    permissions: Collection[str] | None = None,
    reason: str = "leave",
) -> Delegation:
    """Lend all that may be lent of somebody's post for so many days, through its holder unless another is said."""
    first = starts_on or legal_day(at)
    return delegate(
        post_id=absent.post.pk,
        deputy_staff_number=deputy.person.staff_number,
        permissions=lendable(held(absent.post)) if permissions is None else permissions,
        starts_on=first,
        ends_on=first + timedelta(days=days - 1),
        reason=reason,
        actor=by or absent.actor(at),
        at=at,
        client_id=uuid4(),
    )


def with_deputies(people: People, pairs: Mapping[str, str], *, at: datetime = MONDAY_MORNING) -> People:
    """Give the people with deputies beside them; `pairs` says for whom each stands in: {"孙": "吴"} is 孙代吴."""
    members = dict(people.members)
    for deputy, absent in pairs.items():
        who = members[deputy]
        members[f"{deputy}代{absent}"] = Deputy(
            person=who.person,
            account=who.account,
            post=members[absent].post,
            password=who.password,
            delegation=lend(members[absent], who, at=at),
        )
    return replace(people, members=members)
