"""Accounts on a person's page: opened, given a password once, closed, unlocked; each by whoever may."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from sanhu.domains.evidence import throttle
from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.services.people import add_person
from sanhu.engines.actors import SYSTEM
from tests.conftest import Clock
from tests.portals.desk_administration.conftest import District
from tests.portals.reading import words


def act(district: District, surname: str, person: int, name: str):
    return district.desk(surname).post(reverse("desk:account_act", kwargs={"pk": person, "act": name}))


def events_of(account: Account) -> list[str]:
    return list(
        Entry.objects.filter(subject_ref=f"account:{account.pk}").order_by("id").values_list("event", flat=True)
    )


def test_an_account_is_opened_without_a_password(district: District):
    person = add_person(district="990101", staff_number="0099", name="新来", actor=SYSTEM, at=district.at)
    answer = act(district, "钱", person.pk, "open")
    account = Account.objects.get(person=person)
    assert answer["Location"] == reverse("desk:person", kwargs={"pk": person.pk})
    assert not account.has_usable_password()
    assert events_of(account) == ["account.opened"]
    again = act(district, "钱", person.pk, "open")
    assert again.status_code == 422
    assert "此人已有账号" in words(again.content.decode())


def test_a_one_time_password_is_shown_once_and_works(district: District):
    person = district.posts["周"].person
    answer = act(district, "钱", person.pk, "password")
    password = answer.context["password"]
    assert answer.status_code == 200
    assert password in answer.content.decode()
    account = Account.objects.get(person=person)
    assert account.check_password(password)
    assert account.must_change_password
    assert events_of(account)[-1] == "account.password_issued"
    shown = district.desk("钱").get(reverse("desk:person", kwargs={"pk": person.pk})).content.decode()
    assert password not in shown
    assert password not in "".join(Entry.objects.values_list("body", flat=True))


def test_an_administrators_password_is_not_issued_at_the_desk(district: District):
    person = district.posts["冯"].person
    before = Account.objects.get(person=person).password
    answer = act(district, "钱", person.pk, "password")
    assert answer.status_code == 422
    assert "管理员的密码只能在服务器上重新发放" in words(answer.content.decode())
    assert Account.objects.get(person=person).password == before


def test_a_deactivated_account_is_out_at_once_and_comes_back(district: District):
    person, desk = district.posts["周"].person, district.desk("周")
    assert desk.get(reverse("desk:organisations")).status_code == 200
    assert act(district, "钱", person.pk, "deactivate").status_code == 302
    assert desk.get(reverse("desk:organisations")).status_code != 200
    assert act(district, "钱", person.pk, "deactivate").status_code == 422
    assert act(district, "钱", person.pk, "reactivate").status_code == 302
    account = Account.objects.get(person=person)
    assert account.is_active
    assert events_of(account)[-2:] == ["account.deactivated", "account.reactivated"]


def test_nobody_deactivates_themselves(district: District):
    answer = act(district, "钱", district.posts["钱"].person_id, "deactivate")
    assert answer.status_code == 422
    assert "不能停用或者恢复自己的账号" in words(answer.content.decode())


@pytest.mark.parametrize("name", ["open", "password", "deactivate", "reactivate"])
def test_the_security_administrator_keeps_no_accounts(name: str, district: District):
    person = district.posts["周"].person
    before = Account.objects.get(person=person).password
    answer = act(district, "冯", person.pk, name)
    assert answer.status_code == 422
    assert "您的岗位没有这项权限" in words(answer.content.decode())
    account = Account.objects.get(person=person)
    assert (account.password, account.is_active) == (before, True)


def lock(district: District, account: Account) -> None:
    key, window = throttle.key_of("sign_in", account.username), timedelta(minutes=15)
    for _ in range(settings.SANHU_SIGN_IN_FAILURES):
        throttle.count_try(key, at=district.at, window=window)


def test_a_locked_sign_in_is_unlocked_by_the_security_administrator_alone(district: District, clock: Clock):
    account = Account.objects.select_related("person").get(person=district.posts["周"].person)
    url = reverse("desk:person", kwargs={"pk": account.person_id})
    assert "暂时锁定" not in words(district.desk("冯").get(url).content.decode())
    lock(district, account)
    clock.forward(minutes=1)
    shown = words(district.desk("冯").get(url).content.decode())
    assert "登录失败太多，暂时锁定" in shown
    assert "解除登录锁定" in shown
    assert act(district, "钱", account.person_id, "unlock").status_code == 422
    assert act(district, "冯", account.person_id, "unlock").status_code == 302
    assert "暂时锁定" not in words(district.desk("冯").get(url).content.decode())
    entry = Entry.objects.filter(event="account.unlocked").get()
    assert (entry.subject_ref, entry.actor_ref) == (f"account:{account.pk}", f"post:{district.posts['冯'].pk}")


def test_an_act_nobody_knows_is_not_found(district: District):
    assert act(district, "钱", district.posts["周"].person_id, "promote").status_code == 404


def test_an_act_is_no_link(district: District):
    url = reverse("desk:account_act", kwargs={"pk": district.posts["周"].person_id, "act": "deactivate"})
    assert district.desk("钱").get(url).status_code == 405
