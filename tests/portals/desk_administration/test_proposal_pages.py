"""A change of the catalogue at the desk: shown with what it changes and what speaks against it, decided by another."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.rows import Basis, ItemRow, StepRow, StepUnit
from sanhu.domains.catalogue.rules import Nature
from sanhu.domains.catalogue.services.deciding import approve_proposal
from sanhu.domains.catalogue.services.proposing import open_proposal, put_item
from sanhu.domains.catalogue.terms import BasisKind, Boundary, MoneySource
from sanhu.domains.subjects.queries import actor_of
from tests.portals.desk_administration.conftest import District
from tests.portals.desk_administration.filling import fill
from tests.portals.reading import words

LIST = reverse("desk:proposals")


def url_of(proposal: CatalogueProposal, move: str = "") -> str:
    named = {"number": proposal.number}
    return (
        reverse("desk:proposal_move", kwargs={**named, "move": move})
        if move
        else reverse("desk:proposal", kwargs=named)
    )


def opened(district: District, **changes: object) -> CatalogueProposal:
    """Let 高 prepare a change of K3-07."""
    actor = actor_of(district.posts["高"])
    proposal = open_proposal(
        actor=actor, at=district.at, client_id=uuid4(), reason="按季度评估结果调整", in_force_from=None
    )
    row = row_of(proposal.base)
    return put_item(
        actor=actor,
        at=district.at,
        client_id=uuid4(),
        proposal_id=proposal.pk,
        row=replace(row, **(changes or {"definition": "改写后的定义。"})),
    )


def row_of(version: CatalogueVersion | None, code: str = "K3-07") -> ItemRow:
    assert version is not None
    return next(row for row in rows_of(version) if row.code == code)


@pytest.mark.covers("R32")
def test_one_person_proposes_and_another_approves(district: District, catalogue: CatalogueVersion):
    gao, shi = district.desk("高"), district.desk("石")
    proposal = opened(district)
    assert shi.get(url_of(proposal)).status_code == 404  # a draft is its authors'
    page = words(gao.get(url_of(proposal)).content.decode())
    assert "改以最新版本为底本 修改建议已经以最新版本为底本" in page
    assert "按季度评估结果调整" in page
    assert "改动 1 个事项" in page
    assert f"定义 {row_of(catalogue).definition} 改写后的定义。" in page
    assert fill(gao, url_of(proposal, "submit"))["Location"] == url_of(proposal)
    assert "批准 您的岗位没有这项权限" in words(gao.get(url_of(proposal)).content.decode())
    assert gao.get(url_of(proposal, "approve")).status_code == 403
    waiting = words(shi.get(LIST).content.decode())
    assert "等您批准 第 1 号 按季度评估结果调整" in waiting
    answer = fill(shi, url_of(proposal, "approve"), reason="同意")
    assert answer["Location"] == url_of(proposal)
    assert "已形成清单第 2 版，2026-11-09起施行。" in words(shi.get(url_of(proposal)).content.decode())
    assert "等您批准" not in words(shi.get(LIST).content.decode())
    made = CatalogueVersion.objects.get(number=2)
    assert (row_of(made).definition, made.approved_by_post_id) == ("改写后的定义。", district.posts["石"].pk)


@pytest.mark.covers("X-14", "X-15", "X-06")
def test_what_keeps_a_proposal_back_is_named_before_and_after_it_is_submitted(
    district: District, catalogue: CatalogueVersion
):
    proposal = opened(
        district, certificates=("婚姻状况证明",), asked_data=("身份证号",), legal_basis=(), needs_record="议事会纪要"
    )
    gao = district.desk("高")
    for said in (gao.get(url_of(proposal)), fill(gao, url_of(proposal, "submit"))):
        text = words(said.content.decode())
        for code in ("X-14", "X-15", "X-06"):
            assert code in text
        assert "K3-07·婚姻状况证明：这是居民委员会不应出具的证明" in text
        assert "K3-07·身份证号：这项数据已经掌握或者可以核验，不得再要求填报" in text
        assert "市场一方的行为没有法律条文依据，也没有合同依据" in text
    proposal.refresh_from_db()
    assert proposal.state == "draft"


def test_a_missing_answer_is_told_and_stops_nothing(district: District, catalogue: CatalogueVersion):
    proposal = opened(district, definition="")
    gao = district.desk("高")
    assert "K3-07 共用部位、共用设施设备维修养护 · 还没有写全：何为此项事务" in words(
        gao.get(url_of(proposal)).content.decode()
    )
    assert fill(gao, url_of(proposal, "submit")).status_code == 302


def test_a_rejection_needs_its_reason_and_shows_it(district: District, catalogue: CatalogueVersion):
    proposal = opened(district)
    gao, shi = district.desk("高"), district.desk("石")
    fill(gao, url_of(proposal, "submit"))
    assert fill(shi, url_of(proposal, "reject"), reason="").status_code == 422
    fill(shi, url_of(proposal, "reject"), reason="职责还没有谈妥")
    assert "职责还没有谈妥" in words(gao.get(url_of(proposal)).content.decode())
    assert CatalogueVersion.objects.filter(district="990101").count() == 1


def test_a_form_of_before_a_colleague_acted_says_so(district: District, catalogue: CatalogueVersion):
    proposal = opened(district)
    gao = district.desk("高")
    said = {"client_id": str(uuid4()), "revision": "1"}
    answer = gao.post(url_of(proposal, "submit"), said)
    assert answer.status_code == 409
    assert "别人已经改动了这份修改建议" in words(answer.content.decode())
    assert f'name="revision" value="{proposal.revision}"' in answer.content.decode()


def test_a_second_press_moves_once(district: District, catalogue: CatalogueVersion):
    proposal = opened(district)
    gao = district.desk("高")
    said = {"client_id": str(uuid4()), "revision": str(proposal.revision)}
    first, second = (gao.post(url_of(proposal, "submit"), said) for _press in range(2))
    assert first["Location"] == second["Location"] == url_of(proposal)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.revision) == ("submitted", 3)


def test_a_proposal_on_an_older_version_offers_to_be_rebased(district: District, catalogue: CatalogueVersion):
    first, second = opened(district), opened(district, definition="另一写法。")
    gao, shi = district.desk("高"), district.desk("石")
    for proposal in (first, second):
        fill(gao, url_of(proposal, "submit"))
    fill(shi, url_of(first, "approve"))
    refused = shi.get(url_of(second, "approve"))
    assert refused.status_code == 403
    assert "清单已有新版本：请把修改建议改以最新版本为底本，或者撤回" in words(refused.content.decode())
    assert "清单已有第 2 版。请改以它为底本，或者撤回。" in words(gao.get(url_of(second)).content.decode())
    conflict = fill(gao, url_of(second, "rebase"))
    assert "最新版本也改动了这些事项，请先撤回，再在最新版本上修改：K3-07" in words(conflict.content.decode())
    fill(gao, url_of(second, "withdraw"))
    second.refresh_from_db()
    assert second.state == "withdrawn"


def test_who_has_no_part_in_it_sees_no_proposal(district: District, catalogue: CatalogueVersion):
    proposal = opened(district)
    assert [district.desk(surname).get(LIST).status_code for surname in ("周", "吴", "钱")] == [403, 403, 403]
    assert district.desk("周").get(url_of(proposal)).status_code == 403
    assert district.desk("高").get(url_of(proposal, "edit")).status_code == 404
    assert district.desk("高").get(reverse("desk:proposal", kwargs={"number": 99})).status_code == 404


def test_the_list_asks_as_few_queries_for_many_as_for_one(district: District, catalogue: CatalogueVersion):
    opened(district)
    desk = district.desk("高")
    desk.get(LIST)
    with CaptureQueriesContext(connection) as one:
        desk.get(LIST)
    for _more in range(3):
        opened(district)
    with CaptureQueriesContext(connection) as many:
        desk.get(LIST)
    assert len(many) == len(one) <= 14


@pytest.mark.covers("R1", "R15", "R24", "R25", "R44")
def test_an_item_answers_the_four_questions_on_one_page(district: District, catalogue: CatalogueVersion):
    row = row_of(catalogue)
    duty = replace(
        row.duties[0],
        bases=(Basis(BasisKind.CONTRACT, "物业服务合同第六条"),),
        money=(MoneySource.MTF,),
        evidence="业主签字的维修单",
    )
    proposal = opened(
        district,
        needs_record="2026年第一季度居民议事会纪要",
        boundary=Boundary.SHARED,
        boundary_evidence="联席会议纪要〔2026〕1号",
        nature=Nature(is_temporary_or_specialist=True, is_entitlement_or_bought=True),
        asked_data=("报修位置",),
        duties=(duty,),
        procedure=(StepRow("现场查看", "property_firm", ("照片",), 2, StepUnit.NATURAL_DAY, "查看记录"),),
    )
    fill(district.desk("高"), url_of(proposal, "submit"))
    actor = actor_of(district.posts["石"])
    approve_proposal(actor=actor, at=district.at, client_id=uuid4(), proposal_id=proposal.pk)
    text = words(district.desk("周").get(reverse("desk:catalogue_item", kwargs={"code": "K3-07"})).content.decode())
    for said in (
        "何为此项事务",
        "K7：有截止日期，或者由专门单位办理，或者是一次性的专项工作",
        "也符合，可能要分解：是国家给予个人或者家庭的待遇，或者政府购买的服务",
        "与单位共担 联席会议纪要〔2026〕1号",
        "由何而来",
        "2026年第一季度居民议事会纪要",
        "如何分解",
        "市场调节功能、自治功能",
        "合同：物业服务合同第六条",
        "专项维修资金",
        "业主签字的维修单",
        "1. 现场查看 物业服务企业 照片 2 天 查看记录",
        "管理如何长效",
        "报修位置",
    ):
        assert said in text, said
    public = words(Client().get(reverse("public:item", kwargs={"code": "K3-07"})).content.decode())
    assert "居民的需求：2026年第一季度居民议事会纪要" in public
    assert "分几步办 现场查看 物业服务企业 · 2 天 · 要交：照片 · 得到：查看记录" in public
    old = reverse("desk:catalogue_item", kwargs={"code": "K3-07"}) + "?version=1"
    assert "2026年第一季度居民议事会纪要" not in words(district.desk("周").get(old).content.decode())
    for missing in ("K9-01", "K3-07"):
        asked = reverse("desk:catalogue_item", kwargs={"code": missing}) + "?version=9"
        assert district.desk("周").get(asked).status_code == 404


@pytest.mark.covers("R43")
def test_the_duty_table_sets_four_side_by_side_and_the_cards_follow_from_it(
    district: District, catalogue: CatalogueVersion
):
    desk = district.desk("周")
    table = desk.get(reverse("desk:duty_table") + "?class=K1")
    text = words(table.content.decode())
    row = text[text.index("K1-02") :]
    cells = "居民委员会（报告、劝阻） 市场监督管理部门（协助） 街道办事处（主责）"
    assert row.startswith(f"K1-02 占道经营、店外经营整治 {cells} — —"), row[:100]
    assert desk.get(reverse("desk:duty_table") + "?class=K9").status_code == 400
    file = desk.get(reverse("desk:duty_table_csv") + "?class=K1")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("编号,事项,任务,居民委员会,职能部门,街道办事处,")
    assert len(lines) == 1 + len(table.context["rows"])
    cards = desk.get(reverse("desk:post_cards"))
    counts = {body.name: (leads, assists) for body, leads, assists in cards.context["bodies"]}
    committee, street = district.bodies["committee"], district.bodies["street"]
    assert counts[committee.name][1] > counts[committee.name][0] > 0
    card = words(desk.get(reverse("desk:post_card", kwargs={"pk": street.pk})).content.decode())
    assert f"主责 {counts[street.name][0]} 项" in card
    assert "工作人员 周慧 · 街道窗口受理员 · 任命" in card
    unseeing = words(district.desk("马").get(reverse("desk:post_card", kwargs={"pk": street.pk})).content.decode())
    assert "周慧" not in unseeing  # a firm's officer reads the card, not who is in office
    saved = desk.get(reverse("desk:post_card_csv", kwargs={"pk": committee.pk})).content.decode("utf-8-sig")
    assert len(saved.splitlines()) == 1 + sum(counts[committee.name])
    away = district.bodies["other_street"]
    assert desk.get(reverse("desk:post_card", kwargs={"pk": away.pk})).status_code == 404
    assert desk.get(reverse("desk:post_card_csv", kwargs={"pk": away.pk})).status_code == 404


def test_a_district_without_a_catalogue_has_an_empty_table(district: District):
    for name in ("duty_table", "post_cards"):
        assert "本区还没有现行的清单" in words(district.desk("周").get(reverse(f"desk:{name}")).content.decode())
