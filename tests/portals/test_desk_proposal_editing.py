"""A change of the catalogue written at the desk item by item: what is shown, kept, refused, and what becomes of it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.catalogue.reading import rows_of
from sanhu.domains.catalogue.rows import Assistant, Basis, LeadOption, StepRow, StepUnit
from sanhu.domains.catalogue.rules import AffairClass, Estate, Nature
from sanhu.domains.catalogue.services.proposing import open_proposal
from sanhu.domains.catalogue.terms import AssistRole, BasisKind, Boundary, MoneySource, Origin, Publicity, Purpose
from sanhu.engines.actors import SYSTEM
from sanhu.engines.deadlines import ClockKind, Roll, Rule, Unit
from tests.cast import MONDAY_MORNING, OTHER_DISTRICT
from tests.portals.conftest import GateDesks
from tests.portals.desk_administration.filling import answers, fill
from tests.portals.proposing import CODE, WRITTEN, form_of, items_of, move_of, opened_by, put, stored, url_of
from tests.portals.reading import words

NEW, LIST = reverse("desk:proposal_new"), reverse("desk:proposals")


@pytest.fixture
def gao(at_gate: GateDesks) -> Client:
    """Give the browser of 高, who keeps the catalogue."""
    return at_gate.browser("高")


@pytest.fixture
def proposal(at_gate: GateDesks) -> CatalogueProposal:
    """Give a change 高 has opened, with nothing changed in it yet."""
    return opened_by(at_gate)


@pytest.mark.covers("R32", "R1")
def test_an_item_changed_at_the_desk_stands_in_the_next_version_once_another_approved(at_gate: GateDesks, gao: Client):
    before = rows_of(CatalogueVersion.objects.get(district="990101"))
    assert NEW in gao.get(LIST).content.decode()
    opening = fill(gao, NEW, reason="街道与城管的分工已经谈妥", in_force_from="2026-12-01")
    assert opening["Location"] == url_of(1, page="proposal")
    assert items_of(1) in gao.get(opening["Location"]).content.decode()
    assert url_of(1, CODE) in gao.get(items_of(1)).content.decode()
    sent = fill(gao, url_of(1, CODE), definition="整治占用道路和店门以外的经营。", **{"duty-0-evidence": "整治记录"})
    assert sent["Location"] == url_of(1, CODE)
    said = words(gao.get(url_of(1, CODE)).content.decode())
    assert f"已存入第 1 号修改建议：{CODE} 占道经营、店外经营整治。" in said
    assert "与底本不同" in said
    fill(gao, move_of(1, "submit"))
    assert gao.get(move_of(1, "approve")).status_code == 403  # whoever wrote it does not decide on it
    approved = fill(at_gate.browser("石"), move_of(1, "approve"), reason="同意")
    assert approved.status_code == 302
    made = CatalogueVersion.objects.get(district="990101", number=2)
    assert made.in_force_from.isoformat() == "2026-12-01"
    (old, new) = ({row.code: row for row in rows} for rows in (before, rows_of(made)))
    duty = replace(old[CODE].duties[0], evidence="整治记录")
    assert new[CODE] == replace(old[CODE], definition="整治占用道路和店门以外的经营。", duties=(duty,))
    assert {code for code in old if old[code] != new[code]} == {CODE}


def test_every_field_of_an_item_can_be_written(gao: Client, proposal: CatalogueProposal):
    """A new item, with a duty and a step added by buttons: each field set, and read as the sheet reads it."""
    url = url_of(proposal.number, page="proposal_item_new")
    said = form_of(gao, url) | WRITTEN
    assert "seen" in said
    sent = gao.post(url, said)
    assert sent.status_code == 302, words(sent.content.decode())
    row = stored(proposal, "K4-77")
    assert (row.name, row.affair_class, row.origin, row.publicity) == (
        "旧楼管道更新",
        AffairClass.K4,
        Origin.UNIT_SHED,
        Publicity.RECEIPT_ONLY,
    )
    assert row == replace(
        row,
        name_en="Old pipes",
        definition="更换公用管道。",
        purposes=(Purpose.DEVELOPMENT, Purpose.NEEDS),
        is_public_nature=True,
        boundary=Boundary.SHARED,
        boundary_evidence="联席会议纪要",
        nature=Nature(estate=Estate.NON_COMMODITY),
        legal_basis=("物业管理条例第五十一条", "民法典第二百八十一条"),
        needs_record="议事会纪要",
        former_bearer="纺织厂",
        money=(MoneySource.UNIT, MoneySource.FIS),
        indicators=("返修率",),
        review_months=6,
        end_rule="更换完为止",
        certificates=(),
        asked_data=("报修位置",),
        source_lead="厂办",
        mark="P",
        procedure=(
            StepRow("查勘", "产权单位", ("照片", "图纸"), 3, StepUnit.NATURAL_DAY, "查勘记录"),
            StepRow("施工", "产权单位"),
        ),
    )
    duty, second = row.duties
    assert (duty.part, duty.part_en, second.part) == ("旧楼管道更新", "Old pipes", "告知居民")
    assert [str(option.kind) for option in duty.leads] == ["title_unit", "subdistrict_office"]
    assert duty.leads[1] == LeadOption("subdistrict_office", "托底")
    assert duty.assist == (
        Assistant((AssistRole.REPORT, AssistRole.ASSIST), "residents_committee"),
        Assistant((AssistRole.ASSIST,), "", "楼门长"),
    )
    assert duty.bases == (Basis(BasisKind.CONTRACT, "移交协议"), Basis(BasisKind.ARTICLE, "民法典第二百八十一条"))
    assert duty.clock.rule == Rule(30, Unit.WORKING_DAY, Roll.NEXT_WORKDAY)
    assert (duty.clock.kind, duty.clock.citation, duty.clock.is_demonstration) == (
        ClockKind.CONTRACT,
        "协议第三条",
        True,
    )
    assert (duty.money, duty.evidence) == ((MoneySource.UNIT,), "竣工单")
    shown = words(gao.get(url_of(proposal.number, "K4-77")).content.decode())
    assert "协助主体：主体名录中没有“楼门长”，按说明文字保留" in shown
    assert (
        "K4 非商品房小区的物业管理事务 因为是公房、单位房、无物业的老旧小区或者安置房的共用部分或者共同事务。" in shown
    )


@pytest.mark.covers("X-02", "R21")
def test_a_committee_leading_a_government_duty_is_kept_as_a_draft_named_and_not_submitted(
    gao: Client, proposal: CatalogueProposal
):
    clean = gao.get(url_of(proposal.number, CODE))
    assert "X-02" not in words(clean.content.decode())
    sent = fill(gao, url_of(proposal.number, CODE), **{"duty-0-leads": "居民委员会"})
    assert sent.status_code == 302
    assert stored(proposal).duties[0].leads == (LeadOption("residents_committee"),)
    page = words(gao.get(url_of(proposal.number, CODE)).content.decode())
    assert "不合办法，不能提交 X-02 K1-02·占道经营、店外经营整治·居民委员会：居民委员会不得主责" in page
    assert "K1-02 占道经营、店外经营整治 居民委员会 改动 X-02" in words(
        gao.get(items_of(proposal.number)).content.decode()
    )
    refused = fill(gao, move_of(proposal.number, "submit"))
    assert refused.status_code == 422
    assert "X-02" in words(refused.content.decode())
    proposal.refresh_from_db()
    assert proposal.state == "draft"


@pytest.mark.covers("X-03")
def test_two_leads_are_refused_at_their_field_with_the_code_and_nothing_is_lost(
    gao: Client, proposal: CatalogueProposal
):
    before = stored(proposal)
    said = {"duty-0-leads": "街道办事处；公安机关", "definition": "只写了一半的定义"}
    sent = fill(gao, url_of(proposal.number, CODE), **said)
    text = words(sent.content.decode())
    assert sent.status_code == 422
    assert "任务 1：主责主体不止一个" in text
    assert "没有保存" in text
    assert "X-03" in text
    kept = answers(sent.content.decode())
    assert {name: kept[name] for name in said} == said
    assert stored(proposal) == before


BAD = (
    ("name", "", "请填写“事项名称”。"),
    ("name", "长" * 101, "事项名称：最多 100 个字"),
    ("review_months", "半年", "评估周期（月）：须为整数"),
    ("review_months", "121", "评估周期（月）：须在 0 到 120 之间"),
    ("nature", ["需要公权力", "都不是"], "归类判断：答案互相矛盾"),
    ("nature", ["商品房小区", "非商品房小区"], "归类判断：答案互相矛盾"),
    ("origin", "hearsay", "“由何而来”要从列出的选项里选。"),
    ("purposes", ["profit"], "“目的”要从列出的选项里选。"),
    ("duty-0-clock_amount", "", "任务 1：请填写“期限”。"),
    ("duty-0-clock_amount", "0", "任务 1：期限：须在 1 到 3650 之间"),
    ("duty-0-clock_citation", "", "任务 1：请填写“期限依据”。"),
    ("duty-0-assist", "居委会：处罚", "任务 1：协助主体：“处罚”不在可选的词里"),
    ("duty-0-bases", "物业服务合同", "任务 1：行为依据：须写明依据的种类"),
    ("step-0-name", "受理", "步骤 1：请填写“由谁承办”。"),
    ("step-0-limit", "三", "步骤 1：时限：须为整数"),
)


def test_bad_input_names_field_and_rule_all_at_once(gao: Client, proposal: CatalogueProposal):
    before = stored(proposal)
    first = form_of(gao, url_of(proposal.number, CODE))
    step = {"step-0-name": "", "step-0-actor": "", "step-0-limit": "", "step-0-unit": "working_day"}
    for field, value, rule in BAD:
        sent = gao.post(url_of(proposal.number, CODE), {**first, **step, field: value})
        assert (sent.status_code, rule in words(sent.content.decode())) == (422, True), (field, value)
    hours = {"duty-0-clock_unit": "clock_hour", "duty-0-clock_roll": "next_workday"}
    kinds = {"duty-0-clock_kind": "statutory", "duty-0-is_demonstration": "on"}
    sent = gao.post(url_of(proposal.number, CODE), {**first, **hours, **kinds, "name": ""})
    text = words(sent.content.decode())
    for rule in ("按小时计算的期限不顺延", "法定期限不能是示范值", "请填写“事项名称”。"):
        assert rule in text
    assert stored(proposal) == before


def test_a_duty_and_a_step_are_added_and_taken_away_without_a_script_and_nothing_is_lost(
    gao: Client, proposal: CatalogueProposal
):
    url, before = url_of(proposal.number, CODE), stored(proposal)
    opening = form_of(gao, url)
    said = opening | {"name": "", "review_months": "半年"}  # what is not yet right is no hindrance
    for then, there in (("add_duty", "duty-1-leads"), ("add_duty", "duty-2-leads"), ("add_step", "step-0-name")):
        sent = gao.post(url, {**said, "then": then})
        assert sent.status_code == 200
        assert "请改正后再提交" not in words(sent.content.decode())
        said = answers(sent.content.decode())
        assert there in said
        said[there] = f"写在{there}里"
    sent = gao.post(url, {**said, "then": "drop_duty-1"})
    said = answers(sent.content.decode())
    assert "duty-1-leads" not in said
    assert said["duty-2-leads"] == "写在duty-2-leads里"
    assert said["step-0-name"] == "写在step-0-name里"
    assert (said["name"], said["review_months"], said["duty-0-leads"]) == ("", "半年", opening["duty-0-leads"])
    gone = answers(gao.post(url, {**said, "then": "drop_step-0"}).content.decode())
    assert not [name for name in gone if name.startswith("step-")]
    assert stored(proposal) == before
    said |= {"name": before.name, "review_months": "", "duty-2-part": "", "duty-2-leads": "", "step-0-name": ""}
    assert gao.post(url, {**said, "then": "save"}).status_code == 302  # blocks nobody wrote in are not there
    assert stored(proposal) == before


def test_a_form_holds_so_many_duties_and_no_more(gao: Client, proposal: CatalogueProposal, at_gate: GateDesks):
    row = stored(proposal)
    duties = tuple(replace(row.duties[0], part=f"任务{place}") for place in range(20))
    put(at_gate, proposal, replace(row, duties=duties))
    said = form_of(gao, url_of(proposal.number, CODE))
    more = gao.post(url_of(proposal.number, CODE), {**said, "then": "add_duty"})
    assert "duty-20-part" not in answers(more.content.decode())
    put(at_gate, proposal, replace(row, duties=(*duties, replace(row.duties[0], part="又一个"))))
    refused = gao.get(url_of(proposal.number, CODE))
    assert (refused.status_code, "请用表格导入" in words(refused.content.decode())) == (403, True)


def test_an_item_is_taken_out_after_a_question_and_put_back(gao: Client, proposal: CatalogueProposal):
    url, before = url_of(proposal.number, CODE, page="proposal_item_remove"), stored(proposal)
    assert "按它办理中的事，仍按原来的版本办完" in words(gao.get(url).content.decode())
    stale = gao.post(url, {**form_of(gao, url), "revision": "0"})
    assert (stale.status_code, "有了改动" in words(stale.content.decode())) == (409, True)
    assert fill(gao, url)["Location"] == items_of(proposal.number)
    assert gao.get(url).status_code == 200
    shown = words(gao.get(items_of(proposal.number) + "?changed=1").content.decode())
    assert "占道经营、店外经营整治 街道办事处 删去 恢复" in shown
    assert url_of(proposal.number, CODE) in gao.get(url_of(proposal.number, page="proposal")).content.decode()
    back = gao.get(url_of(proposal.number, CODE))
    assert "这份修改建议删去了这一项。保存下面的内容，就把它放回来。" in words(back.content.decode())
    gao.post(url_of(proposal.number, CODE), answers(back.content.decode()))
    assert stored(proposal) == before
    nothing = fill(gao, move_of(proposal.number, "submit"))  # it stands last now, and that is no change
    assert (nothing.status_code, "与上一版本没有任何不同" in words(nothing.content.decode())) == (422, True)


@pytest.mark.covers("R17")
def test_the_decision_key_says_which_class_and_why_and_another_class_is_another_item(
    gao: Client, proposal: CatalogueProposal
):
    fill(gao, url_of(proposal.number, CODE), nature=["临时或者专业", "法定待遇或者购买服务"])
    page = words(gao.get(url_of(proposal.number, CODE)).content.decode())
    assert "K7 社区临时性、专业性事务 因为有截止日期，或者由专门单位办理，或者是一次性的专项工作。" in page
    assert "也符合，可能要分解：是国家给予个人或者家庭的待遇，或者政府购买的服务" in page
    assert "按归类判断应为 K7" in page
    like = url_of(proposal.number, page="proposal_item_new") + f"?like={CODE}"
    said = form_of(gao, like)
    assert (said["code"], said["name"], said["seen"]) == ("", "占道经营、店外经营整治", "")
    wrong = gao.post(like, {**said, "code": "K7-90", "affair_class": "K1"})
    assert (wrong.status_code, "与事项代码的类别不一致" in words(wrong.content.decode())) == (422, True)
    taken = gao.post(like, {**said, "code": CODE})
    assert (taken.status_code, "已经有这个代码" in words(taken.content.decode())) == (422, True)
    sent = gao.post(like, {**said, "code": "K7-90", "affair_class": "K7", "end_rule": "2027年6月底"})
    assert sent["Location"] == url_of(proposal.number, "K7-90")
    twin = words(gao.get(url_of(proposal.number, "K7-90")).content.decode())
    assert "与现有事项 K1-02《占道经营、店外经营整治》同名" in twin


def test_the_items_are_found_by_code_name_class_and_change(gao: Client, proposal: CatalogueProposal):
    fill(gao, url_of(proposal.number, "K3-07"), definition="改写后的定义。")

    def codes(query: str) -> list[str]:
        return [item.row.code for item in gao.get(items_of(proposal.number) + query).context["items"]]

    assert len(codes("")) == 50
    assert codes("?page=2")[-1] == "K7-15"
    assert codes("?q=k3-07") == ["K3-07"] == codes("?changed=1")
    assert codes("?q=占道") == [CODE]
    assert {code[:2] for code in codes("?class=K5")} == {"K5"}
    assert codes("?q=没有的") == []
    assert gao.get(items_of(proposal.number) + "?class=K9").status_code == 400
    with CaptureQueriesContext(connection) as asked:
        gao.get(items_of(proposal.number))
    assert len(asked) <= 20


def test_from_an_item_one_comes_to_it_in_a_draft_or_in_a_new_proposal(gao: Client, at_gate: GateDesks):
    item = reverse("desk:catalogue_item", kwargs={"code": CODE})
    link = f"{NEW}?item={CODE}"
    assert link in gao.get(item).content.decode()
    assert link not in at_gate.browser("周").get(item).content.decode()
    draft = opened_by(at_gate)
    page = gao.get(link).content.decode()
    assert url_of(draft.number, CODE) in page
    assert "按季度评估结果调整" in words(page)
    sent = gao.post(link, {**answers(page), "reason": "只改这一项"})
    assert sent["Location"] == url_of(draft.number + 1, CODE)
    missing = fill(gao, NEW, reason=" ", in_force_from="2026-11-01")
    assert (missing.status_code, "请填写“理由”" in words(missing.content.decode())) == (422, True)
    early = fill(gao, NEW, reason="早了", in_force_from="2026-09-02")
    assert (early.status_code, "施行日期：不得早于今天" in words(early.content.decode())) == (422, True)
    assert gao.get(f"{NEW}?item=K9-99").status_code == 404


def test_who_has_no_part_in_it_finds_nothing(gao: Client, at_gate: GateDesks, proposal: CatalogueProposal):
    elsewhere = open_proposal(
        actor=SYSTEM,
        at=MONDAY_MORNING,
        client_id=uuid4(),
        reason="邻区的",
        in_force_from=None,
        rows=shipped.items()[:2],
        district=OTHER_DISTRICT,
    )
    elsewhere.number = 77
    elsewhere.save()
    pages = ("proposal_item", "proposal_item_remove")
    urls = [items_of(77), url_of(77, page="proposal_item_new"), *(url_of(77, "K1-01", page=page) for page in pages)]
    assert [gao.get(url).status_code for url in urls] == [404] * 4
    assert gao.get(url_of(proposal.number, "K9-99")).status_code == 404
    own = [items_of(proposal.number), url_of(proposal.number, CODE), NEW]
    assert [at_gate.browser("周").get(url).status_code for url in own] == [403] * 3
    assert at_gate.browser("石").get(items_of(proposal.number)).status_code == 404  # a draft is its authors'
