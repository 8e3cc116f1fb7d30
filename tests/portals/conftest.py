"""The cast at the portals: in office once for a module, each with a browser in which they are signed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.models import Account, Organisation, Post
from sanhu.domains.subjects.services.accounts import open_account
from sanhu.domains.subjects.services.people import add_person
from sanhu.domains.subjects.services.posts import appoint, leave_post
from sanhu.engines.actors import SYSTEM
from sanhu.portals.desk.acting import POST_KEY
from tests.cast import APPOINTED, DISTRICT, FOUNDED_AT, OTHER_DISTRICT, Cast, found_demo_district
from tests.conftest import Clock
from tests.gate import Gate, open_gate

FORMER = "卫"  # has an account, and no post in force any more
NEIGHBOUR = "赵"  # system administrator of the other district


@dataclass
class Desks:
    """The cast, and a browser for each of them."""

    cast: Cast
    others: Mapping[str, Account]

    def account(self, surname: str) -> Account:
        return self.others.get(surname) or self.cast[surname].account

    def browser(self, surname: str = "", **options: Any) -> Client:
        """Give a new browser: signed in as somebody of the cast, or nobody's."""
        client = Client(**options)
        if surname:
            client.cookies[settings.SESSION_COOKIE_NAME] = session_of(self.account(surname))
        return client


def session_of(account: Account, *, post: Post | None = None) -> str:
    """Write the session that a sign-in would, without the price of hashing a password; give its key.

    `post` is the one acted through, where somebody holds several.
    """
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    if post is not None:
        session[POST_KEY] = post.pk
    session.create()
    assert session.session_key is not None
    return session.session_key


def take_office() -> Desks:
    """Found both districts with the cast, and put two more people beside them: see FORMER and what follows it."""
    cast = found_demo_district()
    former = _appointed("0061", "卫离", cast.bodies["和平街道办事处"], "window_clerk")
    leave_post(post_id=former.pk, ground=LeavingGround.REASSIGNED, basis="调任通知", actor=SYSTEM, at=FOUNDED_AT)
    neighbour = Post.objects.get(person__district=OTHER_DISTRICT, role__code="system_administrator")
    Account.objects.filter(person=neighbour.person).update(must_change_password=False)
    posts = {FORMER: former, NEIGHBOUR: neighbour}
    return Desks(cast=cast, others={who: Account.objects.get(person=post.person) for who, post in posts.items()})


def _appointed(number: str, name: str, body: Organisation, role: str) -> Post:
    person = add_person(district=DISTRICT, staff_number=number, name=name, actor=SYSTEM, at=FOUNDED_AT)
    open_account(person_id=person.pk, actor=SYSTEM, at=FOUNDED_AT)
    return appoint(
        person_id=person.pk,
        organisation_id=body.pk,
        role=role,
        title="工作人员",
        terms=APPOINTED,
        actor=SYSTEM,
        at=FOUNDED_AT,
    )


@pytest.fixture(scope="module")
def in_office(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Desks]:
    """Put the cast into office, and clear the database after the module."""
    with django_db_blocker.unblock():
        desks = take_office()
    yield desks
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def desks(in_office: Desks, db: None, clock: Clock) -> Desks:
    """Give the cast to a test that rolls back, at the moment of the clock."""
    del db, clock
    return in_office


@pytest.fixture
def own_desks(transactional_db: None, clock: Clock) -> Desks:
    """Give a cast of its own to a test that commits."""
    del transactional_db, clock
    return take_office()


@pytest.fixture
def moment(clock: Clock) -> datetime:
    """Give the moment the portals see."""
    return clock.now()


@dataclass
class GateDesks:
    """The gate, and a browser for each of its people; 罗会 is 罗 in the joint meeting."""

    gate: Gate
    desks: Desks

    def browser(self, who: str = "", **options: Any) -> Client:
        """Give a new browser, signed in as somebody of the gate or the cast, or nobody's."""
        if who not in self.gate.members:
            return self.desks.browser(who, **options)
        client = Client(**options)
        member = self.gate[who]
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(member.account, post=member.post)
        return client


@pytest.fixture(scope="module")
def gate_in_office(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[GateDesks]:
    """Put everybody of the gate into office, and clear the database after the module."""
    with django_db_blocker.unblock():
        desks = take_office()
        gate_desks = GateDesks(gate=open_gate(desks.cast), desks=desks)
    yield gate_desks
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def at_gate(gate_in_office: GateDesks, db: None, clock: Clock) -> GateDesks:
    """Give the gate's people to a test that rolls back, at the moment of the clock."""
    del db, clock
    return gate_in_office
