"""Legal instruments at the desk (R31): listed, read with who cites them, drafted, registered, led through life."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sanhu.domains.catalogue.models import AffairItem, CatalogueVersion, Instrument
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.rows import Basis
from sanhu.domains.catalogue.services.deciding import approve_proposal
from sanhu.domains.catalogue.services.proposal_door import FaultyProposal
from sanhu.domains.catalogue.services.proposing import open_proposal, put_item, submit_proposal
from sanhu.domains.catalogue.terms import BasisKind
from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.queries import actor_of
from tests.portals.desk_administration.conftest import District
from tests.portals.reading import words

LIST, DRAFT, REGISTER = (reverse(f"desk:{name}") for name in ("instruments", "instrument_draft", "instrument_register"))
SAID = {
    "title": "示范市社区事务分类管理条例",
    "level": "local_regulation",
    "maker": "示范市人民代表大会常务委员会",
    "number": "草案一",
    "articles": "第1条 为了明确责任主体，制定本条例。\n第二条 社区事务分为七类。\n各类的主责主体由清单确定。",
}


def page_of(instrument: Instrument) -> str:
    return reverse("desk:instrument", kwargs={"pk": instrument.pk})


def stage_of(instrument: Instrument, stage: str) -> str:
    return reverse("desk:instrument_stage", kwargs={"pk": instrument.pk, "stage": stage})


def sent(client: Client, url: str, **said: Any) -> Any:
    return client.post(url, {"client_id": str(uuid4()), **said})


@pytest.mark.covers("R31")
def test_an_instrument_is_drafted_and_led_through_its_life(district: District, catalogue: CatalogueVersion):
    desk = district.desk("高")
    assert f'href="{LIST}"' in desk.get(reverse("desk:duties")).content.decode()
    assert sent(desk, DRAFT, **SAID).status_code == 302
    made = Instrument.objects.get(number="草案一")
    assert list(made.articles.values_list("number", flat=True)) == ["第一条", "第二条"]
    page = words(desk.get(page_of(made)).content.decode())
    assert "地方性法规 · 草案一 · 起草" in page
    assert "社区事务分为七类。 各类的主责主体由清单确定。" in page
    told = {"organ": "示范市人大常委会", "document_number": "示市人发〔2026〕7号"}
    skipped = desk.get(stage_of(made, "in_force"))
    assert skipped.status_code == 403
    assert "现在的阶段之后不能是这一阶段" in words(skipped.content.decode())
    assert sent(desk, stage_of(made, "in_force"), on="2026-11-09", **told).status_code == 422
    for stage, on in (("adopted", "2026-11-09"), ("approved", "2026-11-09"), ("in_force", "2026-12-01")):
        assert sent(desk, stage_of(made, stage), on=on, **told).status_code == 302, stage
    assert words(desk.get(page_of(made)).content.decode()).count("· 批准") == 1  # in force from December only
    made.refresh_from_db()
    assert (made.number, str(made.in_force_from)) == ("示市人发〔2026〕7号", "2026-12-01")
    said = {"on": "2026-12-02", "organ": "示范市人大常委会", "document_number": "示市人发〔2026〕9号"}
    assert sent(desk, stage_of(made, "amended"), **said, articles="第二条 分为七类，由区制定清单。").status_code == 302
    assert "分为七类，由区制定清单" not in words(desk.get(page_of(made)).content.decode())  # not before its day
    said |= {"on": "2026-12-31", "document_number": "示市人发〔2026〕11号"}
    assert sent(desk, stage_of(made, "repealed"), **said).status_code == 302
    events = Entry.objects.filter(subject_ref=f"instrument:990101-{made.pk}").order_by("pk")
    assert [entry.event for entry in events] == [
        "instrument.drafted",
        *["instrument.advanced"] * 3,
        "instrument.amended",
        "instrument.repealed",
    ]
    listed = words(desk.get(LIST).content.decode())
    assert "示范市社区事务分类管理条例" in listed
    assert "示范区社区事务分类管理办法（试行） 示政规〔2026〕3号 · 示范区人民政府" in listed
    assert "第 1 版" in listed


@pytest.mark.covers("R31")
def test_bad_words_are_named_and_nothing_is_lost(district: District, catalogue: CatalogueVersion):
    desk = district.desk("高")
    bad = sent(desk, DRAFT, **{**SAID, "articles": "总则\n第一条 为了"})
    assert bad.status_code == 422
    page = words(bad.content.decode())
    assert "条文：第 1 行不属于任何一条" in page
    assert "示范市社区事务分类管理条例" in bad.content.decode()
    days = {"adopted_on": "2026-08-20", "in_force_from": "2026-08-01", "in_force_to": "2026-07-01"}
    bad = sent(desk, REGISTER, **SAID, **days)
    assert bad.status_code == 422
    page = words(bad.content.decode())
    assert "施行日期：不得早于通过日期" in page
    assert "有效期：不得早于施行日期" in page
    doubled = sent(desk, DRAFT, **{**SAID, "number": "示政规〔2026〕3号"})
    assert doubled.status_code == 422
    assert "这个文号的文件已经登记" in words(doubled.content.decode())
    assert Instrument.objects.filter(district="990101").count() == 1
    good = {**days, "in_force_from": "2026-09-01", "in_force_to": ""}
    once = {"client_id": str(uuid4()), **SAID, **good}
    first, again = desk.post(REGISTER, once), desk.post(REGISTER, once)
    assert (first.status_code, again.status_code, first["Location"]) == (302, 302, again["Location"])
    assert Instrument.objects.filter(district="990101").count() == 2
    own = Instrument.objects.get(number="草案一")
    assert sent(desk, stage_of(own, "amended"), on="2026-11-09", organ="甲", document_number="乙").status_code == 422
    assert desk.get(stage_of(own, "draft")).status_code == 404


def test_who_may_not_amend_reads_only_and_another_district_finds_nothing(
    district: District, catalogue: CatalogueVersion
):
    own = catalogue.instrument
    assert own is not None
    reader = district.desk("周")
    page = reader.get(page_of(own))
    assert page.status_code == 200
    assert stage_of(own, "amended") not in page.content.decode()
    for url in (DRAFT, REGISTER, stage_of(own, "amended")):
        assert reader.get(url).status_code == 403, url
        assert sent(reader, url).status_code == 403, url
    assert district.desk("郑").get(page_of(own)).status_code == 404


@pytest.mark.covers("R31", "X-06")
def test_an_article_that_is_cited_leads_back_to_who_cites_it_and_one_that_is_not_there_is_no_basis(
    district: District, catalogue: CatalogueVersion
):
    gao, shi, at = actor_of(district.posts["高"]), actor_of(district.posts["石"]), district.at
    row = next(row for row in rows_of(catalogue) if row.code == "K3-06")
    clock = replace(row.duties[0].clock, citation="分类管理办法第十二条（承诺时限）")
    duty = replace(row.duties[0], bases=(Basis(BasisKind.ARTICLE, "分类管理办法第7条"),), clock=clock)
    vain = replace(duty, bases=(Basis(BasisKind.ARTICLE, "分类管理办法第九十九条"),))
    made = open_proposal(actor=gao, at=at, client_id=uuid4(), reason="写明条文", in_force_from=None)
    asked: dict[str, Any] = {"actor": gao, "at": at, "proposal_id": made.pk}
    put_item(**asked, client_id=uuid4(), row=replace(row, duties=(vain, *row.duties[1:])))
    with pytest.raises(FaultyProposal) as faulty:
        submit_proposal(**asked, client_id=uuid4())
    assert [(one.code, one.about) for one in faulty.value.findings] == [("X-06", "第九十九条")]
    put_item(**asked, client_id=uuid4(), row=replace(row, duties=(duty, *row.duties[1:])))
    submit_proposal(**asked, client_id=uuid4())
    approve_proposal(actor=shi, at=at, client_id=uuid4(), proposal_id=made.pk, words="同意")
    assert AffairItem.objects.get(version__number=2, code="K3-06").status == "effective"
    own = catalogue.instrument
    assert own is not None
    desk = district.desk("周")
    item = desk.get(reverse("desk:catalogue_item", kwargs={"code": "K3-06"}) + "?version=2").content.decode()
    assert f'href="{page_of(own)}#第七条"' in item
    assert f'href="{page_of(own)}#第十二条"' in item
    page = words(desk.get(page_of(own)).content.decode())
    assert f"K3-06 任务“{duty.part}”的依据" in page
    assert f"K3-06 任务“{duty.part}”的期限" in page
