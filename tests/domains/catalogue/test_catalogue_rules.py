"""The seven classes, the key that finds them, and who may lead what: expected values written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.decision_key import classify
from sanhu.domains.catalogue.rules import (
    AffairClass,
    Answers,
    Assignment,
    Estate,
    LeadKind,
    Matrix,
    Nature,
    Question,
    check_end,
    check_item,
    check_lead,
    check_one_lead,
    unanswered,
)
from sanhu.domains.subjects.kinds import Sector, Specialty, SubjectKind, sector_of

MATRIX = shipped.matrix()

# Who may lead without any condition. Whatever is not here is refused with X-04.
MAY_LEAD = {
    "K1": "district_government functional_department subdistrict_office public_security",
    "K2": (
        "district_coordination_body district_government functional_department subdistrict_office public_security "
        "quasi_government_org public_institution service_centre social_work_station professional_service_org "
        "community_public_benefit_service_org social_organisation"
    ),
    "K3": "owners owners_assembly owners_committee property_firm mediation_committee",
    "K4": "title_unit subdistrict_office property_management_committee owners grassroots_org utility",
    "K5": (
        "party_organisation residents_committee supervision_committee election_committee residents_assembly "
        "representatives_meeting residents_group mediation_committee owners owners_assembly owners_committee "
        "property_management_committee community_public_benefit_service_org social_organisation grassroots_org "
        "resident_unit title_unit residents"
    ),
    "K6": (
        "party_organisation residents_committee owners_assembly owners_committee election_committee "
        "supervision_committee residents_assembly representatives_meeting"
    ),
    "K7": (
        "district_coordination_body district_government functional_department subdistrict_office public_security "
        "quasi_government_org utility inspection_body"
    ),
}


def given_to(affair_class: str, lead: str, **facts: object) -> Assignment:
    """A duty of a class under a lead; no government duty unless the test says so."""
    values = {"item_code": f"{affair_class}-99", "is_government_duty": False, **facts}
    return Assignment(affair_class=AffairClass(affair_class), lead=LeadKind.parse(lead), **values)


@pytest.mark.covers("R35")
def test_there_are_seven_classes_with_their_names():
    assert {str(affair_class): str(affair_class.label) for affair_class in AffairClass} == {
        "K1": "社区行政执法和管理事务",
        "K2": "社区社会服务事务",
        "K3": "商品房小区物业管理事务",
        "K4": "非商品房小区的物业管理事务",
        "K5": "社区居民互助事务",
        "K6": "社区组织事务",
        "K7": "社区临时性、专业性事务",
    }
    assert {code: row.name for code, row in shipped.classes().items()} == {
        affair_class: str(affair_class.label) for affair_class in AffairClass
    }


@pytest.mark.covers("R11", "R17", "X-04")
@pytest.mark.parametrize("affair_class", list(AffairClass))
@pytest.mark.parametrize("kind", list(SubjectKind))
def test_the_matrix_is_the_one_written_here(affair_class: AffairClass, kind: SubjectKind):
    decision = check_lead(given_to(affair_class, kind.value), matrix=MATRIX)
    if kind.value in MAY_LEAD[affair_class].split():
        assert decision.allowed
    else:
        assert not decision.allowed
        assert decision.code == ("X-02" if (affair_class, kind) == ("K1", "residents_committee") else "X-04")
        assert decision.reasons
        assert decision.citations


@pytest.mark.covers("R17")
def test_only_the_housing_department_leads_among_departments_in_non_commodity_estates():
    assert check_lead(given_to("K4", "functional_department:housing"), matrix=MATRIX)
    refused = check_lead(given_to("K4", "functional_department:fire_rescue"), matrix=MATRIX)
    assert refused.code == "X-04"


@pytest.mark.covers("R17", "X-04")
@pytest.mark.parametrize("affair_class", ["K2", "K3", "K4"])
def test_the_committee_leads_services_and_estates_only_in_self_governance(affair_class: str):
    assert check_lead(given_to(affair_class, "residents_committee"), matrix=MATRIX).code == "X-04"
    assert check_lead(given_to(affair_class, "residents_committee", is_self_governance=True), matrix=MATRIX)


@pytest.mark.covers("X-04")
@pytest.mark.parametrize("lead", ["charity", "functional_department:civil_affairs"])
def test_mutual_aid_is_led_by_charity_or_civil_affairs_only_where_a_statute_names_them(lead: str):
    assert check_lead(given_to("K5", lead), matrix=MATRIX).code == "X-04"
    assert check_lead(given_to("K5", lead, is_named_by_statute=True), matrix=MATRIX)


@pytest.mark.covers("X-04")
def test_a_statute_that_names_another_department_does_not_open_mutual_aid_to_it():
    decision = check_lead(given_to("K5", "functional_department:health", is_named_by_statute=True), matrix=MATRIX)
    assert decision.code == "X-04"


@pytest.mark.covers("X-04")
@pytest.mark.parametrize(
    ("code", "allowed"),
    [("K6-08", True), ("K6-12", True), ("K6-14", True), ("K6-01", False), ("K6-09", False)],
)
def test_the_subdistrict_leads_three_organisational_items_and_never_an_election(code: str, allowed: bool):
    decision = check_lead(given_to("K6", "subdistrict_office", item_code=code), matrix=MATRIX)
    assert decision.allowed is allowed
    assert decision.code == ("" if allowed else "X-04")


def test_mutual_aid_is_open_to_every_community_body_but_charities():
    community = {kind.value for kind in SubjectKind if sector_of(kind) is Sector.COMMUNITY}
    assert set(MAY_LEAD["K5"].split()) == community - {"charity"}


@pytest.mark.covers("R4", "R21", "X-02")
def test_the_committee_never_leads_enforcement_even_called_self_governance():
    decision = check_lead(given_to("K1", "residents_committee", is_self_governance=True), matrix=MATRIX)
    assert decision.code == "X-02"
    assert "城市居民委员会组织法第十条第八项" in decision.citations


@pytest.mark.covers("R21", "X-02")
@pytest.mark.parametrize("affair_class", ["K2", "K4", "K5", "K6", "K7"])
def test_the_committee_leads_no_statutory_government_duty(affair_class: str):
    duty = given_to(affair_class, "residents_committee", is_government_duty=True, is_self_governance=True)
    assert check_lead(duty, matrix=MATRIX).code == "X-02"


@pytest.mark.covers("R6", "X-03")
def test_a_duty_has_one_lead_neither_none_nor_two():
    committee, street = LeadKind.parse("residents_committee"), LeadKind.parse("subdistrict_office")
    assert check_one_lead([committee], matrix=MATRIX)
    assert check_one_lead([], matrix=MATRIX).code == "X-03"
    assert check_one_lead([committee, street], matrix=MATRIX).code == "X-03"
    assert check_one_lead([], matrix=MATRIX).reasons != check_one_lead([committee, street], matrix=MATRIX).reasons


@pytest.mark.covers("R2", "X-01")
@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"purposes": ()}, "没有写明社区事务的目的"),
        ({"territory": ()}, "没有写明地域范围"),
        ({"is_public_nature": False}, "纯属私人或者商业的事项，不是社区事务"),
    ],
)
def test_an_item_has_purpose_territory_and_public_nature(missing: dict[str, object], reason: str):
    whole = {"purposes": ["needs"], "territory": ["990101"], "is_public_nature": True}
    assert check_item(**whole, matrix=MATRIX)
    decision = check_item(**whole | missing, matrix=MATRIX)
    assert (decision.code, decision.reasons) == ("X-01", (reason,))


@pytest.mark.covers("X-01")
def test_everything_missing_is_said_at_once():
    decision = check_item(purposes=(), territory=(), is_public_nature=False, matrix=MATRIX)
    assert (decision.code, len(decision.reasons)) == ("X-01", 3)


@pytest.mark.covers("R35")
def test_a_temporary_affair_says_when_it_ends():
    assert not check_end(AffairClass.K7, "", matrix=MATRIX)
    assert check_end(AffairClass.K7, "专项整治结束之日", matrix=MATRIX)
    assert check_end(AffairClass.K6, "", matrix=MATRIX)


@pytest.mark.covers("R17")
@pytest.mark.parametrize(
    ("nature", "found"),
    [
        (Nature(needs_public_power=True, is_temporary_or_specialist=True, is_organisational=True), "K1"),
        (Nature(is_temporary_or_specialist=True, is_organisational=True), "K7"),
        (Nature(is_organisational=True, estate=Estate.COMMODITY), "K6"),
        (Nature(estate=Estate.COMMODITY, is_entitlement_or_bought=True), "K3"),
        (Nature(estate=Estate.NON_COMMODITY, is_entitlement_or_bought=True), "K4"),
        (Nature(is_entitlement_or_bought=True, is_voluntary_between_residents=True), "K2"),
        (Nature(is_voluntary_between_residents=True), "K5"),
        (Nature(), None),
    ],
)
def test_the_first_question_answered_yes_decides_the_class(nature: Nature, found: str | None):
    assert classify(nature) == found


@given(st.builds(LeadKind, st.sampled_from(SubjectKind), st.sampled_from(Specialty)))
def test_a_lead_kind_reads_back_from_its_text(lead: LeadKind):
    assert LeadKind.parse(str(lead)) == lead


@pytest.mark.parametrize("text", ["", "court_of_appeal", "utility:sorcery", "residents committee"])
def test_a_kind_nobody_registered_is_refused(text: str):
    with pytest.raises(ValueError, match="is not a valid"):
        LeadKind.parse(text)


@pytest.mark.parametrize(
    "data",
    [
        {"citations": {}, "classes": {"K8": []}},
        {"citations": {}, "classes": {"K1": [{"kind": "king"}]}},
        {"citations": {}, "classes": {"K1": [{"kind": "utility", "when": "sometimes"}]}},
    ],
)
def test_a_matrix_with_unknown_words_is_refused(data: dict[str, object]):
    with pytest.raises(ValueError, match="is not a valid"):
        Matrix.from_data(data)


@pytest.mark.covers("X-04")
def test_a_class_left_out_of_the_matrix_may_be_led_by_nobody():
    empty = Matrix.from_data({"citations": {"X-04": ["某办法第七条"]}, "classes": {}})
    decision = check_lead(given_to("K3", "property_firm"), matrix=empty)
    assert (decision.code, decision.citations) == ("X-04", ("某办法第七条",))


@pytest.mark.covers("R1")
@pytest.mark.parametrize(
    ("gap", "open_question"),
    [
        ({"definition": ""}, Question.WHAT),
        ({"purposes": ()}, Question.WHAT),
        ({"brought_by": ""}, Question.ORIGIN),
        ({"legal_basis": ()}, Question.ORIGIN),
        ({"has_lead": ()}, Question.DECOMPOSITION),
        ({"has_lead": (True, False)}, Question.DECOMPOSITION),
        ({"indicators": ()}, Question.LONG_TERM),
        ({"review_months": 0}, Question.LONG_TERM),
    ],
)
def test_an_item_answers_four_questions(gap: dict[str, object], open_question: Question):
    whole = {
        "definition": "整治占道经营。",
        "purposes": ("needs",),
        "brought_by": "subdistrict_office",
        "legal_basis": ("城市市容和环境卫生管理条例第十四条",),
        "has_lead": (True,),
        "indicators": ("on_time_rate",),
        "review_months": 12,
    }
    assert unanswered(Answers(**whole)) == ()
    assert unanswered(Answers(**whole | gap)) == (open_question,)
