"""What keeps a row from being activated: no basis, a banned certificate, data on record, a boundary unproven."""

from dataclasses import replace

import pytest

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.acts import acts
from sanhu.domains.catalogue.decision_key import KeyQuestion, explain, propose_class
from sanhu.domains.catalogue.review import Finding, ReviewedItem, review
from sanhu.domains.catalogue.rows import Assistant, Basis, ItemRow, LeadOption
from sanhu.domains.catalogue.rules import AffairClass, Estate, Nature
from sanhu.domains.catalogue.terms import AssistRole, BasisKind, Boundary, ItemStatus

BY_CODE = {row.code: row for row in shipped.items()}
REPAIR = BY_CODE["K3-07"]  # a property firm leads, the owners' committee assists
PATROL = BY_CODE["K1-02"]  # the street leads, a department and the committee assist

ARTICLE = Basis(BasisKind.ARTICLE, "物业管理条例第三十五条")
CONTRACT = Basis(BasisKind.CONTRACT, "物业服务合同第六条")
DECISION = Basis(BasisKind.DECISION, "2026年第二次业主大会决议")


def reviewed(row: ItemRow) -> ReviewedItem:
    """Hold one row against the rules."""
    (item,) = review([row], classes=shipped.classes(), territory="990101", matrix=shipped.matrix())
    return item


def without_law(row: ItemRow, *bases: Basis) -> ItemRow:
    """The row with no article of its own, its first duty resting on these."""
    duty = replace(row.duties[0], bases=bases)
    return replace(row, legal_basis=(), needs_record="2026年第一季度居民需求调查", duties=(duty, *row.duties[1:]))


GOVERNMENT, MARKET, COMMUNITY = (
    "政府一方的行为没有法律条文依据",
    "市场一方的行为没有法律条文依据，也没有合同依据",
    "社区一方的行为没有法律条文依据，也没有章程、公约或者会议决定",
)

BASES: list[tuple[ItemRow, tuple[Basis, ...], tuple[str, ...]]] = [
    (REPAIR, (), (MARKET, COMMUNITY)),
    (REPAIR, (CONTRACT,), (COMMUNITY,)),
    (REPAIR, (DECISION,), (MARKET,)),
    (REPAIR, (CONTRACT, DECISION), ()),
    (REPAIR, (ARTICLE,), ()),
    (REPAIR, (Basis(BasisKind.ARTICLE, "  "),), (MARKET, COMMUNITY)),
    (PATROL, (), (GOVERNMENT, COMMUNITY)),
    (PATROL, (CONTRACT, DECISION), (GOVERNMENT,)),  # no contract stands in for a law
    (PATROL, (ARTICLE,), ()),
]


@pytest.mark.covers("X-06", "R24")
@pytest.mark.parametrize(("row", "bases", "missing"), BASES)
def test_each_sector_that_takes_part_needs_a_basis(row: ItemRow, bases: tuple[Basis, ...], missing: tuple[str, ...]):
    item = reviewed(without_law(row, *bases))
    assert [finding.code for finding in item.findings] == (["X-06"] if missing else [])
    assert [reason for finding in item.findings for reason in finding.reasons] == list(missing)
    assert item.status is (ItemStatus.DRAFT if missing else ItemStatus.EFFECTIVE)
    assert all(finding.citations == ("分类管理办法第三条",) for finding in item.findings)


@pytest.mark.covers("R24")
def test_an_article_of_the_item_holds_for_every_participant():
    assert reviewed(REPAIR).findings == ()


TWENTY = [
    ("亲属关系证明", True),
    ("居民身份信息证明", True),
    ("户口登记项目变更申请证明", True),
    ("养犬证明", True),
    ("无犯罪记录证明", True),
    ("社区戒毒（康复）人员情况证明", True),
    ("人员失踪证明", True),
    ("婚姻状况证明", True),
    ("出生证明", True),
    ("健在 证明", True),
    ("死亡证明", True),
    ("疾病状况证明", True),
    ("残疾状况证明", True),
    ("婚育状况证明", True),
    ("就业状况证明", True),
    ("个人档案证明", True),
    ("财产证明", True),
    ("遗产继承权证明", True),
    ("市场主体住所证明", True),
    ("证件遗失证明", True),
    ("居住证明", False),
    ("志愿服务时长证明", False),
]


@pytest.mark.covers("X-14")
@pytest.mark.parametrize(("name", "is_banned"), TWENTY)
def test_the_committee_issues_none_of_the_twenty_certificates(name: str, is_banned: bool):
    item = reviewed(replace(REPAIR, certificates=("居住证明", name)))
    expected = [("X-14", name, ("民发〔2020〕20号",))] if is_banned else []
    assert [(found.code, found.about, found.citations) for found in item.findings] == expected
    assert item.status is (ItemStatus.DRAFT if is_banned else ItemStatus.EFFECTIVE)


@pytest.mark.covers("X-14")
def test_each_of_the_twenty_is_known_by_the_words_of_its_own_label():
    banned = [act for act in acts().values() if act.refusal == "X-14"]
    assert len(banned) == 20
    for act in banned:
        item = reviewed(replace(REPAIR, certificates=(act.label.removeprefix("出具"),)))
        assert [finding.code for finding in item.findings] == ["X-14"], act.code


@pytest.mark.covers("X-15")
def test_nobody_is_asked_for_what_is_on_record_already():
    item = reviewed(replace(REPAIR, asked_data=("报修位置", "居民 身份证号", "户籍所在地")))
    assert [(found.code, found.about) for found in item.findings] == [
        ("X-15", "居民 身份证号"),
        ("X-15", "户籍所在地"),
    ]
    assert item.status is ItemStatus.DRAFT
    assert reviewed(replace(REPAIR, asked_data=("报修位置",))).status is ItemStatus.EFFECTIVE


BOUNDARIES = [
    ({}, ItemStatus.EFFECTIVE, ()),
    ({"boundary": Boundary.SHARED, "boundary_evidence": "联席会议纪要〔2026〕1号"}, ItemStatus.EFFECTIVE, ()),
    ({"boundary": Boundary.SHARED}, ItemStatus.DRAFT, ("认定为共担或者不属于社区事务的，须写明依据",)),
    (
        {"boundary": Boundary.OUT_OF_SCOPE, "boundary_evidence": "联席会议纪要〔2026〕1号"},
        ItemStatus.DRAFT,
        ("认定为不属于社区事务的，不能生效",),
    ),
    (
        {"boundary": Boundary.OUT_OF_SCOPE},
        ItemStatus.DRAFT,
        ("认定为不属于社区事务的，不能生效", "认定为共担或者不属于社区事务的，须写明依据"),
    ),
]


@pytest.mark.covers("R15")
@pytest.mark.parametrize(("changes", "status", "reasons"), BOUNDARIES)
def test_a_boundary_is_decided_on_evidence(changes: dict[str, object], status: ItemStatus, reasons: tuple[str, ...]):
    item = reviewed(replace(REPAIR, **changes))
    assert (item.status, tuple(reason for found in item.findings for reason in found.reasons)) == (status, reasons)
    assert {found.code for found in item.findings} <= {""}


@pytest.mark.covers("R15", "R1")
def test_an_item_rests_on_a_law_or_on_a_need():
    needed = without_law(REPAIR, ARTICLE)
    assert reviewed(needed).status is ItemStatus.EFFECTIVE
    neither = reviewed(replace(needed, needs_record=" "))
    assert neither.status is ItemStatus.DRAFT
    assert [found.reasons for found in neither.findings] == [("没有写明需求依据，也没有法律依据",)]


@pytest.mark.covers("X-04")
def test_an_assistant_nobody_registered_is_told():
    duty = REPAIR.duties[0]
    helper = Assistant((AssistRole.ASSIST,), kind="guild")
    item = reviewed(replace(REPAIR, duties=(replace(duty, assist=(*duty.assist, helper)),)))
    assert [(found.code, found.lead) for found in item.findings] == [("X-04", "guild")]


def test_an_item_s_own_indicators_and_period_come_before_its_class_s():
    own = reviewed(replace(REPAIR, indicators=("一次修复率",), review_months=3))
    assert (own.indicators, own.review_months) == (("一次修复率",), 3)
    assert (reviewed(REPAIR).indicators, reviewed(REPAIR).review_months) == (
        shipped.classes()[AffairClass.K3].indicators,
        shipped.classes()[AffairClass.K3].review_months,
    )


def test_a_duty_without_a_lawful_lead_is_kept_with_its_place():
    extra = replace(REPAIR.duties[0], part="另一任务", leads=(LeadOption("subdistrict_office"),))
    item = reviewed(replace(REPAIR, duties=(extra, *REPAIR.duties)))
    assert item.unplaced == ((0, extra),)


def test_a_finding_is_said_with_its_place():
    found = Finding("K3-07", "维修", "court", "X-04", ("主体名录中没有这类主体",), ())
    assert found.words == "K3-07·维修·人民法院：主体名录中没有这类主体"
    assert Finding("K3-07", "", "", "X-14", ("这是居民委员会不应出具的证明",), (), about="养犬证明").words == (
        "K3-07·养犬证明：这是居民委员会不应出具的证明"
    )


KEY = [
    (Nature(needs_public_power=True, is_temporary_or_specialist=True), "K1", KeyQuestion.PUBLIC_POWER, 0, 1),
    (Nature(is_temporary_or_specialist=True), "K7", KeyQuestion.TEMPORARY_OR_SPECIALIST, 1, 0),
    (Nature(is_organisational=True), "K6", KeyQuestion.ORGANISATIONAL, 2, 0),
    (Nature(estate=Estate.COMMODITY), "K3", KeyQuestion.COMMODITY_ESTATE, 3, 0),
    (Nature(estate=Estate.NON_COMMODITY, is_entitlement_or_bought=True), "K4", KeyQuestion.NON_COMMODITY_ESTATE, 4, 1),
    (Nature(is_entitlement_or_bought=True), "K2", KeyQuestion.ENTITLEMENT_OR_BOUGHT, 5, 0),
    (Nature(is_voluntary_between_residents=True), "K5", KeyQuestion.VOLUNTARY, 6, 0),
]


@pytest.mark.covers("R17")
@pytest.mark.parametrize(("nature", "found", "question", "passed", "also"), KEY)
def test_the_key_proposes_a_class_and_says_which_question_decided(
    nature: Nature, found: str, question: KeyQuestion, passed: int, also: int
):
    proposed = propose_class(nature)
    assert (proposed.affair_class, proposed.decided_by, explain(nature)) == (AffairClass(found), question, question)
    assert (len(proposed.passed), len(proposed.also)) == (passed, also)
    assert str(question.label)


@pytest.mark.covers("R17")
def test_what_answers_no_question_is_no_community_affair_so_far():
    proposed = propose_class(Nature())
    assert (proposed.affair_class, proposed.decided_by, explain(Nature())) == (None, None, None)
    assert proposed.passed == tuple(KeyQuestion)
