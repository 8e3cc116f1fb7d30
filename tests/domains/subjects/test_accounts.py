"""Accounts: opened without a password, given one once, changed by their owner, closed and opened again."""

import re
from datetime import datetime

import pytest

from sanhu.domains.subjects.models import Account, Post
from sanhu.domains.subjects.queries import accounts_visible_to
from sanhu.domains.subjects.services.accounts import (
    change_password,
    deactivate_account,
    issue_password,
    open_account,
    reactivate_account,
)
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.domains.subjects.services.founding import FoundedDistrict
from sanhu.engines.actors import SYSTEM, Actor, ActorKind
from sanhu.engines.decisions import Refused
from tests.domains.subjects import building

pytestmark = pytest.mark.django_db
NEW = "翠园-2026-柳堤-七里"


@pytest.fixture
def zhou(district: FoundedDistrict, at: datetime) -> Post:
    """Give 周's post at the street's window."""
    return building.post(
        building.person("周慧", "00A1", at=at), building.street(at=at), "window_clerk", building.APPOINTED, at=at
    )


def acting(account: Account) -> Actor:
    return Actor(kind=ActorKind.POST, district=account.person.district, person_id=account.person_id, post_id=1)


def test_an_account_is_named_by_district_and_staff_number_and_opens_nothing_yet(zhou: Post, qian: Actor, at: datetime):
    account = open_account(person_id=zhou.person_id, actor=qian, at=at)
    assert account.username == "990101-00a1"
    assert not account.has_usable_password()
    assert building.last_entry().event == "account.opened"
    assert Account.objects.get_by_natural_key(" 990101-00A1 ") == account
    with pytest.raises(Refused) as told:
        open_account(person_id=zhou.person_id, actor=qian, at=at)
    assert told.value.decision.reasons == ("此人已有账号",)


def test_a_one_time_password_opens_and_must_be_changed(zhou: Post, qian: Actor, at: datetime):
    account = open_account(person_id=zhou.person_id, actor=qian, at=at)
    password = issue_password(account_id=account.pk, actor=qian, at=at)
    account.refresh_from_db()
    assert re.fullmatch(r"([a-z2-9]{5}-){3}[a-z2-9]{5}", password)
    assert account.check_password(password)
    assert account.must_change_password
    assert issue_password(account_id=account.pk, actor=qian, at=at) != password
    account.refresh_from_db()
    assert not account.check_password(password)
    entry = building.last_entry()
    assert entry.event == "account.password_issued"
    assert account.password not in entry.body


def test_the_owner_replaces_the_password(zhou: Post, qian: Actor, at: datetime):
    account = open_account(person_id=zhou.person_id, actor=qian, at=at)
    once = issue_password(account_id=account.pk, actor=qian, at=at)
    changed = change_password(account_id=account.pk, old=once, new=NEW, actor=acting(account), at=at)
    account.refresh_from_db()
    assert changed == account
    assert account.check_password(NEW)
    assert not account.must_change_password
    assert building.last_entry().event == "account.password_changed"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("wrong", NEW, "old"),
        (None, "short", "new"),
        (None, "1234567890123", "new"),
        (None, "990101-00a1", "new"),
        (None, None, "new"),
    ],
    ids=["wrong old", "short", "digits alone", "the user name", "the same again"],
)
def test_a_wrong_or_weak_password_is_refused(
    zhou: Post, qian: Actor, at: datetime, old: str | None, new: str | None, field: str
):
    account = open_account(person_id=zhou.person_id, actor=qian, at=at)
    once = issue_password(account_id=account.pk, actor=qian, at=at)
    with pytest.raises(FieldRefused) as told:
        change_password(account_id=account.pk, old=old or once, new=new or once, actor=acting(account), at=at)
    assert told.value.field == field
    account.refresh_from_db()
    assert account.check_password(once)


def test_nobody_changes_anothers_password(zhou: Post, qian: Actor, at: datetime):
    account = open_account(person_id=zhou.person_id, actor=qian, at=at)
    once = issue_password(account_id=account.pk, actor=qian, at=at)
    for other in (qian, SYSTEM):
        with pytest.raises(NotFound):
            change_password(account_id=account.pk, old=once, new=NEW, actor=other, at=at)


def test_an_account_is_closed_and_opened_again_with_its_password(zhou: Post, qian: Actor, at: datetime):
    account = open_account(person_id=zhou.person_id, actor=qian, at=at)
    once = issue_password(account_id=account.pk, actor=qian, at=at)
    assert not deactivate_account(account_id=account.pk, actor=qian, at=at).is_active
    assert building.last_entry().event == "account.deactivated"
    with pytest.raises(Refused):
        deactivate_account(account_id=account.pk, actor=qian, at=at)
    opened = reactivate_account(account_id=account.pk, actor=qian, at=at)
    assert opened.is_active
    assert opened.check_password(once)


def test_nobody_closes_their_own_account(qian: Actor, at: datetime):
    own = Account.objects.get(person_id=qian.person_id)
    with pytest.raises(Refused) as told:
        deactivate_account(account_id=own.pk, actor=qian, at=at)
    assert told.value.decision.reasons == ("不能停用或者恢复自己的账号",)


@pytest.mark.parametrize("role", ["system_administrator", "security_administrator", "audit_administrator"])
def test_an_administrators_password_is_issued_on_the_server_alone(qian: Actor, at: datetime, role: str):
    account = Account.objects.get(person__posts__role__code=role)
    with pytest.raises(Refused) as told:
        issue_password(account_id=account.pk, actor=qian, at=at)
    assert told.value.decision.reasons == ("管理员的密码只能在服务器上重新发放",)
    assert issue_password(account_id=account.pk, actor=SYSTEM, at=at)


def test_a_demonstration_account_keeps_its_password_and_is_made_by_the_house_alone(
    zhou: Post, qian: Actor, at: datetime
):
    with pytest.raises(Refused):
        open_account(person_id=zhou.person_id, actor=qian, at=at, is_demonstration=True)
    account = open_account(person_id=zhou.person_id, actor=SYSTEM, at=at, is_demonstration=True)
    issue_password(account_id=account.pk, actor=SYSTEM, at=at)
    account.refresh_from_db()
    assert account.is_demonstration
    assert not account.must_change_password


def test_another_districts_account_is_not_found(qian: Actor, neighbour: FoundedDistrict, at: datetime):
    theirs = Account.objects.filter(person__district="990102")[0]
    stranger = building.person("郑远", "0011", district="990102", at=at)
    for act in (deactivate_account, reactivate_account, issue_password):
        with pytest.raises(NotFound):
            act(account_id=theirs.pk, actor=qian, at=at)
    with pytest.raises(NotFound):
        open_account(person_id=stranger.pk, actor=qian, at=at)
    assert not accounts_visible_to(qian).filter(pk=theirs.pk).exists()
    assert accounts_visible_to(qian).count() == 3


def test_accounts_are_the_administrators_business(zhou: Post, district: FoundedDistrict, at: datetime):
    clerk = Actor(
        kind=ActorKind.POST, district="990101", person_id=zhou.person_id, permissions=frozenset({"matter.accept"})
    )
    account = open_account(person_id=zhou.person_id, actor=SYSTEM, at=at)
    assert not accounts_visible_to(clerk).exists()
    for act in (deactivate_account, reactivate_account, issue_password):
        with pytest.raises(Refused):
            act(account_id=account.pk, actor=clerk, at=at)
    with pytest.raises(Refused):
        open_account(person_id=zhou.person_id, actor=clerk, at=at)
