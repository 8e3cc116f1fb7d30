"""What a role may carry, who changes it, and who lets a locked account try again."""

from datetime import datetime, timedelta

import pytest

from sanhu.domains.evidence import throttle
from sanhu.domains.subjects.models import Account, Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.powers import ADMINISTRATION, BUSINESS, SHARED, may_carry
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.domains.subjects.services.founding import FoundedDistrict
from sanhu.domains.subjects.services.powers import set_permissions
from sanhu.domains.subjects.services.roles import ShippedRole, shipped_roles
from sanhu.domains.subjects.services.unlocking import unlock_sign_in
from sanhu.engines.actors import SYSTEM, Actor
from sanhu.engines.decisions import Refused
from tests.domains.subjects import building

P = Permission
BY_TABLE = (
    # administrator's role?, what it would carry, reasons against it
    (False, {P.MATTER_VIEW, P.SUBJECTS_VIEW}, ()),
    (False, {P.CATALOGUE_AMEND}, ()),
    (False, {P.MATTER_VIEW, P.RECORD_VIEW}, ("业务角色不得有管理员的权限",)),
    (False, {P.SUBJECTS_MANAGE}, ("业务角色不得有管理员的权限",)),
    (False, set(), ("角色至少要有一项权限",)),
    (True, {P.SUBJECTS_MANAGE, P.ACCOUNT_MANAGE, P.SUBJECTS_VIEW}, ()),
    (True, {P.ROLE_MANAGE, P.ACCOUNT_UNLOCK}, ()),
    (True, {P.RECORD_VIEW}, ()),
    (True, {P.SUBJECTS_VIEW}, ("管理员的角色须有一项管理权限",)),
    (True, {P.RECORD_VIEW, P.MATTER_VIEW}, ("管理员的角色不得有业务权限",)),
    (True, {P.ACCOUNT_MANAGE, P.ROLE_MANAGE}, ("系统、安全、审计三类管理权限不得集中在一个角色",)),
    (True, {P.ROLE_MANAGE, P.RECORD_VIEW}, ("系统、安全、审计三类管理权限不得集中在一个角色",)),
    (True, {P.SUBJECTS_MANAGE, P.RECORD_VIEW}, ("系统、安全、审计三类管理权限不得集中在一个角色",)),
)


@pytest.mark.parametrize(("is_administrator", "carried", "reasons"), BY_TABLE)
def test_what_a_role_may_carry(is_administrator: bool, carried: set[Permission], reasons: tuple[str, ...]):
    assert may_carry(is_administrator=is_administrator, permissions=carried).reasons == reasons


def test_every_power_is_business_administration_or_shared():
    assert frozenset(Permission) == BUSINESS | ADMINISTRATION | SHARED
    assert BUSINESS.isdisjoint(ADMINISTRATION)


@pytest.mark.parametrize("role", shipped_roles(), ids=lambda role: role.code)
def test_every_role_that_ships_may_carry_what_it_carries(role: ShippedRole):
    permissions = [Permission(permission) for permission in role.permissions]
    assert may_carry(is_administrator=role.is_administrator, permissions=permissions).allowed


@pytest.mark.parametrize(
    ("is_administrator", "permissions"),
    [
        (True, ["personal_data.oversee", "personal_data.unmask"]),
        (True, ["personal_data.erase", "record.view"]),
        (True, ["personal_data.erase", "subjects.manage"]),
        (False, ["personal_data.unmask", "personal_data.oversee"]),
        (False, ["matter.register", "personal_data.erase"]),
    ],
)
def test_who_oversees_personal_data_does_not_look_at_it_and_no_business_role_erases(
    is_administrator: bool, permissions: list[str]
):
    wanted = [Permission(permission) for permission in permissions]
    decision = may_carry(is_administrator=is_administrator, permissions=wanted)
    assert not decision
    assert decision.citations == ("GB/T 22239-2019 三员分立",)


@pytest.mark.django_db
def test_the_security_administrator_narrows_a_role_and_its_holders_feel_it_at_once(feng: Actor, at: datetime):
    holder = building.person("周慧", "0011", at=at)
    building.post(holder, building.street(at=at), "window_clerk", building.APPOINTED, at=at)
    account = building.account(holder, at=at)
    changed = set_permissions(
        role="window_clerk", permissions=["matter.view", "matter.register"], reason="窗口不再受理", actor=feng, at=at
    )
    assert {"matter.accept", "subjects.view", "personal_data.unmask"} <= set(changed)
    [actor] = building.actors(account, at=at)
    assert actor.permissions == {"matter.view", "matter.register"}
    entry = building.last_entry()
    assert (entry.event, entry.subject_ref, entry.actor_ref) == ("role.changed", "role:window_clerk", feng.ref)
    assert (
        set_permissions(
            role="window_clerk", permissions=["matter.view", "matter.register"], reason="同上", actor=feng, at=at
        )
        == ()
    )
    assert building.last_entry() == entry


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "permissions", "reason", "field"),
    [
        ("window_clerk", ["matter.view", "record.view"], "理由", "permissions"),
        ("window_clerk", ["matter.fly"], "理由", "permissions"),
        ("window_clerk", ["matter.view"], "  ", "reason"),
        ("audit_administrator", ["record.view", "matter.view"], "理由", "permissions"),
    ],
)
def test_a_change_that_cannot_be_is_refused_by_its_field(
    feng: Actor, at: datetime, role: str, permissions: list[str], reason: str, field: str
):
    before = Role.objects.get(code=role).permissions
    with pytest.raises(FieldRefused) as told:
        set_permissions(role=role, permissions=permissions, reason=reason, actor=feng, at=at)
    assert told.value.field == field
    assert Role.objects.get(code=role).permissions == before


@pytest.mark.django_db
def test_nobody_changes_their_own_role_nor_one_that_another_district_uses(
    qian: Actor, feng: Actor, neighbour: FoundedDistrict, at: datetime
):
    with pytest.raises(Refused) as told:
        set_permissions(role="security_administrator", permissions=["role.manage"], reason="理由", actor=feng, at=at)
    assert told.value.decision.reasons == ("不能更改自己岗位所用的角色",)
    with pytest.raises(Refused) as told:
        set_permissions(role="audit_administrator", permissions=["record.view"], reason="理由", actor=feng, at=at)
    assert told.value.decision.reasons == ("别的区也有岗位用这个角色，改动会改变那里的权限；请由系统运维人员处理",)
    with pytest.raises(Refused):
        set_permissions(role="window_clerk", permissions=["matter.view"], reason="理由", actor=qian, at=at)
    with pytest.raises(NotFound):
        set_permissions(role="mayor", permissions=["matter.view"], reason="理由", actor=feng, at=at)
    assert set_permissions(
        role="audit_administrator", permissions=["record.view"], reason="理由", actor=SYSTEM, at=at
    ) == ("subjects.view",)


@pytest.mark.django_db
def test_a_locked_account_is_let_in_again_by_the_security_administrator_alone(
    qian: Actor, feng: Actor, neighbour: FoundedDistrict, at: datetime
):
    own = Account.objects.get(username="990101-0003")
    key = throttle.key_of("sign_in", own.username)
    window = timedelta(minutes=15)
    throttle.count_try(key, at=at, window=window)
    with pytest.raises(Refused):
        unlock_sign_in(account_id=own.pk, actor=qian, at=at)
    assert throttle.tries(key, at=at, window=window) == 1
    unlock_sign_in(account_id=own.pk, actor=feng, at=at)
    assert throttle.tries(key, at=at, window=window) == 0
    assert building.last_entry().event == "account.unlocked"
    with pytest.raises(NotFound):
        unlock_sign_in(account_id=Account.objects.get(username="990102-0003").pk, actor=feng, at=at)
