"""The pages of bodies: found, registered, changed, ended, and refused with the words kept."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.services.organisations import create_organisation
from sanhu.engines.actors import SYSTEM
from tests.portals.desk_administration.conftest import District
from tests.portals.desk_administration.filling import HOSTILE, fill
from tests.portals.reading import words

ADD = "/desk/organisations/add/"
GOOD = {
    "name": "湖滨社区居民委员会",
    "kind": "residents_committee",
    "areas": "990101001002",
    "active_from": "2026-01-01",
}


def page(desk, name: str = "organisations", query: str = "", **named: int) -> str:
    answer = desk.get(reverse(f"desk:{name}", kwargs=named) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_is_filtered_by_kind_and_by_sector(district: District):
    desk = district.desk("周")

    def listed(query: str) -> set[str]:
        rows = page(desk, query=query).split("<tbody>", 1)[1]
        return {body.name for body in district.bodies.values() if body.name in rows}

    own = {body.name for body in district.bodies.values() if body.district == "990101"}
    assert listed("") == own
    assert listed("?sector=community") == {"翠园社区居民委员会"}
    assert listed("?kind=subdistrict_office") == {"东湖街道办事处"}
    assert listed("?kind=subdistrict_office&sector=community") == set()


@pytest.mark.parametrize("query", ["?kind=parliament", "?sector=heaven", "?after=x"])
def test_a_filter_that_is_none_is_a_bad_request(query: str, district: District):
    assert district.desk("周").get(reverse("desk:organisations") + query).status_code == 400


def test_a_closed_body_is_listed_only_when_asked_for(district: District):
    desk, body = district.desk("钱"), district.bodies["bureau"]
    Organisation.objects.filter(pk=body.pk).update(active_to=date(2026, 11, 8))
    assert body.name not in page(desk)
    assert body.name in page(desk, query="?closed=on")


def owners_committees(numbers: range, district: District) -> None:
    for number in numbers:
        create_organisation(
            district="990101",
            name=f"第{number:03}号业主委员会",
            kind=SubjectKind.OWNERS_COMMITTEE,
            areas=["990101001001"],
            active_from=date(2026, 1, 1),
            actor=SYSTEM,
            at=district.at,
        )


def test_a_long_list_comes_in_pages_that_lose_nobody_and_ask_no_more(district: District):
    owners_committees(range(3), district)
    desk, url = district.desk("周"), reverse("desk:organisations")
    desk.get(url)  # the session is renewed once a minute
    with CaptureQueriesContext(connection) as few:
        desk.get(url)
    owners_committees(range(3, 60), district)
    with CaptureQueriesContext(connection) as many:
        first = desk.get(url)
    assert len(many) == len(few)
    second = desk.get(first.context["page"].next_url)
    names = [body.name for answer in (first, second) for body in answer.context["page"].rows]
    assert sorted(names) == sorted(Organisation.objects.filter(district="990101").values_list("name", flat=True))


def test_one_body_shows_its_areas_and_posts_but_no_telephone(district: District):
    text = page(district.desk("周"), "organisation", pk=district.bodies["street"].pk)
    assert "东湖街道" in words(text)
    assert "990101001" in text
    assert "徐安" in text
    assert "13912345678" not in text


def test_a_registered_body_has_its_entry_and_is_shown(district: District):
    answer = fill(district.desk("钱"), ADD, **GOOD)
    body = Organisation.objects.get(name=GOOD["name"])
    assert answer["Location"] == reverse("desk:organisation", kwargs={"pk": body.pk})
    assert [area.code for area in body.served_areas.all()] == ["990101001002"]
    entry = Entry.objects.filter(subject_ref=f"organisation:{body.pk}").get()
    assert (entry.event, entry.actor_ref) == ("organisation.created", f"post:{district.posts['钱'].pk}")


def test_a_second_press_of_the_button_registers_nothing_again(district: District):
    desk = district.desk("钱")
    said = {**GOOD, "specialty": "general", "client_id": str(uuid4())}
    first, second = desk.post(ADD, said), desk.post(ADD, said)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Entry.objects.filter(event="organisation.created", body__contains="990101001002").count() == 1


def test_the_same_form_with_other_words_is_a_conflict_and_keeps_them(district: District):
    desk = district.desk("钱")
    said = {**GOOD, "specialty": "general", "client_id": str(uuid4())}
    desk.post(ADD, said)
    answer = desk.post(ADD, {**said, "name": "另一个居民委员会"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "另一个居民委员会" in text
    assert said["client_id"] not in text
    assert not Organisation.objects.filter(name="另一个居民委员会").exists()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"name": ""}, "请填写“名称”"),
        ({"name": "东湖街道办事处"}, "本区已有同名机构"),
        ({"kind": "parliament"}, "“种类”要从列出的选项里选"),
        ({"kind": "social_work_station"}, "社会服务工作站须隶属街道社区服务中心"),
        ({"areas": "990102001001"}, "服务区域不在本区之内"),
        ({"areas": "12"}, "服务区域应为 6、9、12 位区划代码或者 15 位网格代码"),
        ({"areas": "990101"}, "服务区域大于这类机构的层级"),
        ({"uscc": "91110000000000000X"}, "统一社会信用代码"),
        ({"active_from": "2026-02-30"}, "“设立日期”要写成 2026-11-23 这样的日期"),
        ({"active_from": "0201-01-01"}, "年份不对"),
        ({"name": "甲\u202e乙"}, "含有控制字符或者换行"),
    ],
)
def test_a_refused_body_says_why_and_keeps_the_words(said: dict[str, str], reason: str, district: District):
    before = Organisation.objects.count()
    answer = fill(district.desk("钱"), ADD, **{**GOOD, **said})
    assert answer.status_code == 422
    assert reason in words(answer.content.decode())
    assert said.get("areas", GOOD["areas"]) in answer.content.decode()
    assert Organisation.objects.count() == before


def test_html_sql_and_rare_characters_are_kept_and_shown_as_they_are(district: District):
    answer = fill(district.desk("钱"), ADD, **{**GOOD, "name": HOSTILE})
    assert answer.status_code == 302
    assert Organisation.objects.filter(name=HOSTILE).count() == 1
    shown = district.desk("周").get(answer["Location"]).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "𠮷㛃" in shown


def test_a_changed_body_keeps_its_kind_and_leaves_an_entry(district: District):
    desk, body = district.desk("钱"), district.bodies["committee"]
    url = reverse("desk:organisation_change", kwargs={"pk": body.pk})
    answer = fill(desk, url, name="翠园社区居民委员会（筹）", areas="990101001001\n990101001002")
    assert answer.status_code == 302
    body.refresh_from_db()
    assert (body.name, body.kind) == ("翠园社区居民委员会（筹）", "residents_committee")
    assert sorted(body.served_areas.values_list("code", flat=True)) == ["990101001001", "990101001002"]
    assert Entry.objects.filter(subject_ref=f"organisation:{body.pk}", event="organisation.changed").count() == 1


def test_a_body_ends_on_its_last_day(district: District):
    desk, body = district.desk("钱"), district.bodies["bureau"]
    answer = fill(desk, reverse("desk:organisation_end", kwargs={"pk": body.pk}), active_to="2026-12-31")
    assert answer.status_code == 302
    body.refresh_from_db()
    assert body.active_to == date(2026, 12, 31)
    assert "2026-12-31" in desk.get(answer["Location"]).content.decode()


@pytest.mark.covers("X-09")
def test_a_body_with_elected_members_does_not_end_without_a_decision(district: District):
    desk, body = district.desk("钱"), district.bodies["committee"]
    answer = fill(desk, reverse("desk:organisation_end", kwargs={"pk": body.pk}), active_to="2026-12-31")
    text = words(answer.content.decode())
    assert answer.status_code == 422
    assert "X-09" in text
    assert "撤销有当选成员的组织，须写明批准撤销的决定" in text
    body.refresh_from_db()
    assert body.active_to is None


def test_a_body_of_another_district_is_no_parent(district: District):
    desk = district.desk("钱")
    answer = fill(desk, ADD, **{**GOOD, "parent": str(district.bodies["other_street"].pk)})
    assert answer.status_code == 422
    assert "“隶属”要从列出的选项里选" in words(answer.content.decode())
