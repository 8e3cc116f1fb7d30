"""The pages of people: registered, appointed, put right, leaving as the law allows."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.models import Person, Post
from sanhu.domains.subjects.services.people import add_person
from sanhu.engines.actors import SYSTEM
from tests.portals.desk_administration.conftest import District
from tests.portals.desk_administration.filling import HOSTILE, fill
from tests.portals.reading import words

ADD = "/desk/people/add/"


def url_of(name: str, pk: int) -> str:
    return reverse(f"desk:{name}", kwargs={"pk": pk})


def newcomer(district: District, number: str = "0099", name: str = "新来") -> Person:
    return add_person(district="990101", staff_number=number, name=name, actor=SYSTEM, at=district.at)


def test_people_are_listed_by_staff_number_with_their_posts(district: District):
    text = words(district.desk("钱").get(reverse("desk:people")).content.decode())
    assert text.index("0011") < text.index("0012") < text.index("0051")
    assert "周慧" in text
    assert "翠园社区居民委员会 工作人员" in text
    found = words(district.desk("钱").get(reverse("desk:people") + "?staff_number=003").content.decode())
    assert "陈兰" in found
    assert "周慧" not in found


def test_the_list_of_people_asks_no_more_for_more_people(district: District):
    desk, url = district.desk("钱"), reverse("desk:people")
    desk.get(url)
    with CaptureQueriesContext(connection) as few:
        desk.get(url)
    for number in range(60):
        newcomer(district, f"2{number:03}", "甲")
    with CaptureQueriesContext(connection) as many:
        first = desk.get(url)
    assert len(many) == len(few)
    second = desk.get(first.context["page"].next_url)
    numbers = [one.staff_number for answer in (first, second) for one in answer.context["page"].rows]
    assert numbers == sorted(Person.objects.filter(district="990101").values_list("staff_number", flat=True))


def test_somebody_is_registered_once_and_shown(district: District):
    desk, said = district.desk("钱"), {"staff_number": "0077", "name": HOSTILE[:20], "client_id": str(uuid4())}
    first, second = desk.post(ADD, said), desk.post(ADD, said)
    person = Person.objects.get(staff_number="0077")
    assert first["Location"] == second["Location"] == url_of("person", person.pk)
    shown = desk.get(first["Location"]).content.decode()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_rare_character_in_a_name_survives(district: District):
    desk = district.desk("钱")
    answer = fill(desk, ADD, staff_number="0078", name="𠮷㛃")
    assert Person.objects.get(staff_number="0078").name == "𠮷㛃"
    assert "𠮷㛃" in desk.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"staff_number": "0011"}, "本区已有人使用这个工号"),
        ({"staff_number": "甲"}, "工号应为 1 至 20 位数字或者字母"),
        ({"name": ""}, "请填写“姓名”"),
        ({"name": "甲\u2028乙"}, "含有控制字符或者换行"),
        ({"phone": "12345"}, "电话应为 11 位手机号码，或者带区号的固定电话"),
    ],
)
def test_a_refused_person_says_why_and_keeps_the_words(said: dict[str, str], reason: str, district: District):
    before = Person.objects.count()
    answer = fill(district.desk("钱"), ADD, **{"staff_number": "0077", "name": "黄新", "phone": "", **said})
    assert answer.status_code == 422
    assert reason in words(answer.content.decode())
    assert said.get("staff_number", "0077") in answer.content.decode()
    assert Person.objects.count() == before


@pytest.mark.parametrize("who", ["钱", "冯"])
def test_a_telephone_is_masked_for_everybody(district: District, who: str):
    shown = district.desk(who).get(url_of("person", district.posts["周"].person_id)).content.decode()
    assert "13912345678" not in shown
    assert "139******78" in shown


def test_name_and_telephone_are_put_right(district: District):
    person = district.posts["周"].person
    answer = fill(district.desk("钱"), url_of("person_change", person.pk), name="周蕙", forget_phone="on")
    assert answer.status_code == 302
    person.refresh_from_db()
    assert (person.name, person.phone) == ("周蕙", "")
    assert Entry.objects.filter(subject_ref=f"person:{person.pk}", event="person.changed").count() == 1


APPOINTED = {"appointment": "appointed", "starts_on": "2026-11-01", "title": "窗口受理员", "role": "window_clerk"}


def test_an_appointment_gives_a_post_with_its_entry(district: District):
    desk, person = district.desk("钱"), newcomer(district)
    said = {**APPOINTED, "organisation": str(district.bodies["street"].pk)}
    answer = fill(desk, url_of("appoint", person.pk), **said)
    post = Post.objects.get(person=person)
    assert answer["Location"] == url_of("person", person.pk)
    assert (post.appointment, post.role.code, post.title) == ("appointed", "window_clerk", "窗口受理员")
    assert Entry.objects.filter(subject_ref=f"post:{post.pk}", event="post.appointed").count() == 1
    assert "窗口受理员" in desk.get(answer["Location"]).content.decode()


@pytest.mark.covers("R48")
@pytest.mark.parametrize(
    ("said", "place", "reason"),
    [
        ({"appointment": "hired"}, "street", "聘用的职务须写明合同编号"),
        ({"role": "committee_member"}, "committee", "这类组织的成员由选举或者推选产生，不能聘用或者任命"),
        ({"term_ends_on": "2031-01-01"}, "street", "任命的职务没有任期"),
        ({"contract_number": "甲-1"}, "street", "任命的职务没有合同和用人单位"),
        (
            {"role": "committee_member", "appointment": "elected", "term_ends_on": "2032-01-01"},
            "committee",
            "任期不得超过五年",
        ),
    ],
)
def test_elected_hired_and_appointed_are_not_mixed(said: dict[str, str], place: str, reason: str, district: District):
    person = newcomer(district)
    answer = fill(
        district.desk("钱"),
        url_of("appoint", person.pk),
        **{**APPOINTED, "organisation": str(district.bodies[place].pk), **said},
    )
    assert answer.status_code == 422
    assert reason in words(answer.content.decode())
    assert "窗口受理员" in answer.content.decode()
    assert not Post.objects.filter(person=person).exists()


def test_each_administrator_gives_only_the_posts_of_his_office(district: District):
    person = newcomer(district)
    place = str(district.bodies["coordination"].pk)
    said = {**APPOINTED, "organisation": place, "starts_on": "2026-11-09"}
    by_system = fill(district.desk("钱"), url_of("appoint", person.pk), **{**said, "role": "audit_administrator"})
    by_security = fill(district.desk("冯"), url_of("appoint", person.pk), **said)
    assert (by_system.status_code, by_security.status_code) == (422, 422)
    assert not Post.objects.filter(person=person).exists()
    lawful = fill(district.desk("冯"), url_of("appoint", person.pk), **{**said, "role": "audit_administrator"})
    assert lawful.status_code == 302


def test_a_contract_is_renewed(district: District):
    post = district.posts["何"]
    answer = fill(district.desk("钱"), url_of("post_change", post.pk), contract_ends_on="2029-12-31")
    assert answer.status_code == 302
    post.refresh_from_db()
    assert post.contract_ends_on == date(2029, 12, 31)


@pytest.mark.covers("X-09")
def test_an_elected_term_is_the_electors_own(district: District):
    post = district.posts["陈"]
    answer = fill(district.desk("钱"), url_of("post_change", post.pk), term_ends_on="2030-12-31")
    assert answer.status_code == 422
    assert "X-09" in words(answer.content.decode())
    post.refresh_from_db()
    assert post.term_ends_on == date(2031, 1, 9)


@pytest.mark.covers("X-09", "R48")
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            {"ground": "contract_terminated", "basis": "街道决定"},
            "选举产生的成员不能以解除合同、合同期满或者调任的方式免去",
        ),
        ({"ground": "reassigned", "basis": "街道决定"}, "选举产生的成员不能以解除合同、合同期满或者调任的方式免去"),
        ({"ground": "term_ended", "basis": "换届"}, "任期尚未届满"),
        ({"ground": "recalled", "basis": ""}, "须写明离任所依据的决议、裁判或者证明"),
    ],
)
def test_an_elected_member_leaves_only_by_law(said: dict[str, str], reason: str, district: District):
    post = district.posts["陈"]
    answer = fill(district.desk("钱"), url_of("post_end", post.pk), **said)
    text = words(answer.content.decode())
    assert answer.status_code == 422
    assert reason in text
    assert "X-09" in text
    assert said["basis"] in answer.content.decode()
    post.refresh_from_db()
    assert post.left_at is None


def test_an_elected_member_who_was_recalled_leaves_at_once(district: District):
    post, desk = district.posts["陈"], district.desk("钱")
    held = district.desk("陈")
    assert held.get(reverse("desk:organisations")).status_code == 200
    basis = "翠园社区居民会议 2026 年第 2 号决议"
    answer = fill(desk, url_of("post_end", post.pk), ground="recalled", basis=basis)
    assert answer.status_code == 302
    assert held.get(reverse("desk:organisations")).status_code == 403
    shown = words(desk.get(answer["Location"]).content.decode())
    assert "依法罢免" in shown
    assert basis in shown
    assert Entry.objects.filter(subject_ref=f"post:{post.pk}", event="post.left").count() == 1


def test_a_post_ended_twice_by_one_form_ends_once(district: District):
    post, desk = district.posts["周"], district.desk("钱")
    said = {"ground": "reassigned", "basis": "", "client_id": str(uuid4())}
    url = url_of("post_end", post.pk)
    assert [desk.post(url, said).status_code for _ in range(2)] == [302, 302]
    again = desk.post(url, {**said, "client_id": str(uuid4())})
    assert again.status_code == 422
    assert "此人已离任" in words(again.content.decode())


def test_a_system_administrator_does_not_end_administrators_posts(district: District):
    post = district.posts["沈"]
    url = url_of("post_end", post.pk)
    assert district.desk("钱").get(url).status_code == 403
    assert district.desk("钱").post(url, {"ground": "reassigned"}).status_code == 403
    assert district.desk("冯").get(url).status_code == 200
    assert district.desk("冯").get(url_of("post_end", district.posts["周"].pk)).status_code == 403
