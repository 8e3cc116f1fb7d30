"""The page of roles: what each may do, changed with a reason, and never so that one office swallows another."""

import json
from collections.abc import Iterable

import pytest
from django.urls import reverse

from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.models import Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.powers import ADMINISTRATION, BUSINESS, OFFICES, SHARED, may_carry
from sanhu.domains.subjects.services.roles import shipped_roles
from sanhu.portals.desk.wording import PERMISSIONS
from tests.portals.desk_administration.conftest import District
from tests.portals.desk_administration.filling import HOSTILE, fill
from tests.portals.reading import words


def url_of(code: str) -> str:
    return reverse("desk:role", kwargs={"code": code})


def change(district: District, code: str, permissions: Iterable[str], reason: str = "调整分工"):
    return fill(district.desk("冯"), url_of(code), permissions=list(permissions), reason=reason)


def test_every_permission_has_words_and_one_kind():
    assert set(PERMISSIONS) == set(Permission)
    assert len({str(label) for label in PERMISSIONS.values()}) == len(Permission)
    assert set(Permission) == BUSINESS | ADMINISTRATION | SHARED
    assert sum(map(len, (BUSINESS, SHARED, *OFFICES))) == len(Permission)


def test_the_roles_that_ship_keep_the_rule():
    faulty = {
        role.code: decision.reasons
        for role in shipped_roles()
        if not (
            decision := may_carry(
                is_administrator=role.is_administrator, permissions=[Permission(one) for one in role.permissions]
            )
        )
    }
    assert faulty == {}


def test_roles_are_listed_with_their_powers_in_words(district: District):
    text = words(district.desk("冯").get(reverse("desk:roles")).content.decode())
    assert "街道窗口受理员" in text
    assert "受理或不予受理" in text
    assert "matter.accept" not in text


def test_a_changed_role_counts_from_the_next_request_and_stands_in_the_record(district: District):
    clerk = district.desk("周")
    assert clerk.get(reverse("desk:gaps")).status_code == 403
    before = Role.objects.get(code="window_clerk").permissions
    answer = change(district, "window_clerk", [*before, "matter.assign"], reason="窗口兼任派遣")
    assert answer["Location"] == reverse("desk:roles")
    assert clerk.get(reverse("desk:gaps")).status_code == 200
    entry = Entry.objects.filter(subject_ref="role:window_clerk").get()
    facts = json.loads(entry.body)["facts"]
    assert (entry.event, entry.district) == ("role.changed", "990101")
    assert facts["reason"] == "窗口兼任派遣"
    assert set(facts["after"]) - set(facts["before"]) == {"matter.assign"}
    assert verify().is_clean


def test_what_changes_nothing_leaves_no_entry(district: District):
    role = Role.objects.get(code="window_clerk")
    assert change(district, "window_clerk", role.permissions).status_code == 302
    assert not Entry.objects.filter(event="role.changed").exists()


@pytest.mark.parametrize(
    ("code", "permissions", "reason", "why"),
    [
        ("window_clerk", ["matter.view"], "", "请填写“更改的理由”"),
        ("window_clerk", [], "调整", "请选择“权限”"),
        ("window_clerk", ["matter.view", "role.manage"], "调整", "业务角色不得有管理员的权限"),
        ("window_clerk", ["matter.fly"], "调整", "要从列出的选项里选"),
        ("audit_administrator", ["record.view", "matter.close"], "调整", "管理员的角色不得有业务权限"),
        (
            "audit_administrator",
            ["record.view", "subjects.manage"],
            "调整",
            "系统、安全、审计三类管理权限不得集中在一个角色",
        ),
        ("security_administrator", ["role.manage"], "调整", "不能更改自己岗位所用的角色"),
        ("duty_officer", ["matter.view"], "调整", "别的区也有岗位用这个角色"),
        ("audit_administrator", ["record.view"], "调整", "别的区也有岗位用这个角色"),
    ],
)
def test_a_change_that_may_not_be_says_why(
    code: str, permissions: list[str], reason: str, why: str, district: District
):
    before = Role.objects.get(code=code).permissions
    answer = change(district, code, permissions, reason)
    assert answer.status_code == 422
    assert why in words(answer.content.decode())
    assert Role.objects.get(code=code).permissions == before
    assert not Entry.objects.filter(event="role.changed").exists()


def test_a_hostile_reason_is_shown_as_it_was_written(district: District):
    answer = change(district, "window_clerk", ["role.manage"], reason=HOSTILE)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_an_unknown_role_is_not_found(district: District):
    assert district.desk("冯").get(url_of("emperor")).status_code == 404


@pytest.mark.parametrize("surname", ["钱", "沈", "周"])
def test_nobody_else_changes_roles(surname: str, district: District):
    answer = district.desk(surname).post(url_of("window_clerk"), {"permissions": ["matter.view"], "reason": "调整"})
    assert answer.status_code == 403
