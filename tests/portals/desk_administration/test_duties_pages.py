"""The catalogue at the desk: listed with its versions and findings, and a lead changed only as the rules allow."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion, Duty
from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.queries import actor_of
from tests.approving import approved
from tests.portals.desk_administration.conftest import District
from tests.portals.desk_administration.filling import HOSTILE, fill
from tests.portals.reading import words

LIST = reverse("desk:duties")


def duty_of(version: CatalogueVersion, code: str) -> Duty:
    return Duty.objects.select_related("item").get(item__version=version, item__code=code, position=1)


def choosable(version: CatalogueVersion) -> Duty:
    """A duty for which the catalogue offers more than one body."""
    duties = Duty.objects.filter(item__version=version).select_related("item").order_by("item__code", "position")
    return next(duty for duty in duties if len(duty.alternatives) > 1)


def url_of(duty: Duty) -> str:
    return reverse("desk:duty", kwargs={"pk": duty.pk})


def test_the_duties_are_listed_by_class(district: District, catalogue: CatalogueVersion):
    desk = district.desk("周")
    everything, first_class = desk.get(LIST), desk.get(LIST + "?class=K1")
    assert len(everything.context["rows"]) == Duty.objects.filter(item__version=catalogue).count() > 100
    assert {duty.item.affair_class for duty in first_class.context["rows"]} == {"K1"}
    assert desk.get(LIST + "?class=K9").status_code == 400
    assert desk.get(LIST + "?version=99").status_code == 404


def test_the_list_asks_as_few_queries_for_a_class_as_for_all(district: District, catalogue: CatalogueVersion):
    desk = district.desk("周")
    desk.get(LIST)
    with CaptureQueriesContext(connection) as few:
        desk.get(LIST + "?class=K7")
    with CaptureQueriesContext(connection) as many:
        desk.get(LIST)
    assert len(many) == len(few) <= 12


def test_a_district_without_a_catalogue_is_told_so(district: District):
    assert "本区还没有载入清单" in words(district.desk("周").get(LIST).content.decode())
    assert "本区还没有载入清单" in words(district.desk("徐").get(reverse("desk:gaps")).content.decode())


def test_findings_of_loading_are_listed_with_their_codes(district: District, catalogue: CatalogueVersion):
    text = words(district.desk("周").get(LIST).content.decode())
    assert len(catalogue.findings) > 0
    for finding in catalogue.findings:
        assert finding["item_code"] in text
        assert finding["code"] in text
        assert finding["reasons"][0] in text


def test_who_may_not_amend_reads_only(district: District, catalogue: CatalogueVersion):
    duty = choosable(catalogue)
    page = district.desk("周").get(url_of(duty)).content.decode()
    assert duty.part in page
    assert "提交修改建议" not in page
    answer = district.desk("周").post(url_of(duty), {"lead": "subdistrict_office", "reason": "试试"})
    assert answer.status_code == 403
    assert CatalogueVersion.objects.filter(district="990101").count() == 1


def approve_the_newest(district: District) -> CatalogueVersion:
    """Let 石, who proposed nothing, approve what was proposed last."""
    return approved(CatalogueProposal.objects.latest("pk"), at=district.at, by=actor_of(district.posts["石"]))


@pytest.mark.covers("R6", "R32")
def test_another_lawful_lead_is_proposed_and_makes_a_new_version_once_approved(
    district: District, catalogue: CatalogueVersion
):
    desk, duty = district.desk("高"), choosable(catalogue)
    wanted = str(duty.choices_of_lead[1])
    answer = fill(desk, url_of(duty), lead=wanted, reason="区政府 2026 年第 3 次常务会议决定")
    assert answer["Location"] == reverse("desk:proposal", kwargs={"number": 1})
    assert CatalogueVersion.objects.filter(district="990101").count() == 1
    proposed = Entry.objects.get(subject_ref="catalogue_proposal:990101-1", event="catalogue_proposal.submitted")
    assert proposed.actor_ref == f"post:{district.posts['高'].pk}"
    version = approve_the_newest(district)
    changed = Duty.objects.get(item__version=version, item__code=duty.item.code, part=duty.part)
    assert str(changed.lead) == wanted
    duty.refresh_from_db()
    assert str(duty.lead) != wanted
    entry = Entry.objects.filter(subject_ref="catalogue:990101-2").get()
    assert (entry.event, entry.actor_ref) == ("catalogue.version_made", f"post:{district.posts['石'].pk}")
    listed = words(desk.get(LIST).content.decode())
    assert "第 2 版" in listed
    assert "区政府 2026 年第 3 次常务会议决定" in listed
    assert district.posts["石"].title in listed


def test_a_second_press_makes_no_second_proposal(district: District, catalogue: CatalogueVersion):
    desk, duty = district.desk("高"), choosable(catalogue)
    said = {"lead": str(duty.choices_of_lead[1]), "reason": "会议决定", "client_id": str(uuid4())}
    first, second = desk.post(url_of(duty), said), desk.post(url_of(duty), said)
    assert first["Location"] == second["Location"]
    assert CatalogueProposal.objects.filter(district="990101").count() == 1


def test_an_old_version_is_shown_with_the_way_to_the_new_and_not_amended(
    district: District, catalogue: CatalogueVersion
):
    desk, duty = district.desk("高"), choosable(catalogue)
    fill(desk, url_of(duty), lead=str(duty.choices_of_lead[1]), reason="会议决定")
    approve_the_newest(district)
    text = desk.get(url_of(duty)).content.decode()
    new = Duty.objects.get(item__version__number=2, item__code=duty.item.code, part=duty.part)
    assert "这是旧版本" in text
    assert url_of(new) in text
    answer = desk.post(url_of(duty), {"lead": str(duty.lead), "reason": "再改", "client_id": str(uuid4())})
    assert answer.status_code == 422
    assert "清单已有新版本，请在新版本上修改" in words(answer.content.decode())


def refused(district: District, duty: Duty, **said: str) -> str:
    answer = fill(district.desk("高"), url_of(duty), **{"reason": "会议决定", **said})
    assert answer.status_code == 422
    assert not CatalogueProposal.objects.exists()
    return words(answer.content.decode().split("不能由它主责", 1)[1].split("</section>", 1)[0])


@pytest.mark.covers("X-02", "R21")
def test_a_committee_is_refused_as_lead_of_enforcement(district: District, catalogue: CatalogueVersion):
    duty = Duty.objects.filter(item__version=catalogue, item__affair_class="K1").order_by("pk")[0]
    said = refused(district, duty, lead="residents_committee")
    assert "X-02" in said
    assert "居民委员会不得主责行政执法和管理事务，只能协助" in said
    assert "城市居民委员会组织法第十条" in said


@pytest.mark.covers("X-03", "R6")
def test_no_lead_at_all_is_refused(district: District, catalogue: CatalogueVersion):
    said = refused(district, choosable(catalogue), lead="")
    assert "X-03" in said
    assert "没有主责主体" in said


@pytest.mark.covers("X-04", "R17")
def test_a_kind_the_class_does_not_allow_is_refused(district: District, catalogue: CatalogueVersion):
    duty = Duty.objects.filter(item__version=catalogue, item__affair_class="K1").order_by("pk")[0]
    said = refused(district, duty, lead="property_firm")
    assert "X-04" in said
    assert "这类主体不能主责这类事务" in said


def test_what_is_refused_for_its_words_keeps_them(district: District, catalogue: CatalogueVersion):
    duty = choosable(catalogue)
    desk = district.desk("高")
    nobody = fill(desk, url_of(duty), lead="parliament", reason=HOSTILE)
    text = nobody.content.decode()
    assert nobody.status_code == 422
    assert "主体名录中没有这类主体" in words(text)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    for said, reason in (
        ({"reason": " "}, "请填写“理由”"),
        ({"in_force_from": "2026-08-01"}, "新版本不得早于上一版本施行"),
        ({"lead": str(duty.lead)}, "主责主体没有变化"),
    ):
        answer = fill(desk, url_of(duty), **{"lead": str(duty.choices_of_lead[1]), "reason": "会议决定", **said})
        assert (answer.status_code, reason in words(answer.content.decode())) == (422, True), reason
    assert not CatalogueProposal.objects.exists()


@pytest.mark.covers("X-02")
def test_the_page_says_of_every_other_body_why_it_may_not_lead(district: District, catalogue: CatalogueVersion):
    duty = Duty.objects.filter(item__version=catalogue, item__affair_class="K1").order_by("pk")[0]
    text = words(district.desk("周").get(url_of(duty)).content.decode())
    assert "居民委员会 X-02 居民委员会不得主责行政执法和管理事务" in text
    assert "业主大会 X-04 这类主体不能主责这类事务" in text
