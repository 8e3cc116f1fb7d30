"""What a demand is found to be (B.8), by a table written by hand, and the list of statutory assistance (RC law 10)."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from sanhu.domains.admission import statutory
from sanhu.domains.admission.parties import ADMISSION_ARTICLE, COMMITTEE_LAW_43, EMERGENCY_ARTICLE
from sanhu.domains.admission.rules.demands import (
    UNADMITTED_ARTICLE,
    Facts,
    Judgement,
    ListedTask,
    Words,
    faults_of,
    is_statutory,
    judge,
    may_demand,
)
from sanhu.domains.admission.rules.inflows import check_order
from sanhu.domains.admission.terms import Ground
from sanhu.domains.catalogue import shipped
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.engines.legal_time import SHANGHAI

BUREAU, OTHER_BUREAU, COMMITTEE, OTHER_COMMITTEE = 1, 2, 11, 12
CAMPAIGN, CORRECTIONS, FLOOD = "K7-13", "K1-10", "K7-02"  # by admission only; RC law 10(5); an emergency's
RIGHT = "《示范市居民委员会工作条例》（第7号）第二十七条"


def on(day: str, clock: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)


# From Tuesday 2026-10-13 to Monday 2026-11-30.
TASK = ListedTask(
    number="990101-2026-T0001",
    organ_id=BUREAU,
    committee_id=COMMITTEE,
    item_code=CAMPAIGN,
    starts_at=on("2026-10-13", "00:00"),
    ends_at=on("2026-12-01", "00:00"),
)
DEMAND = Facts(
    organ_id=BUREAU,
    committee_id=COMMITTEE,
    received_at=on("2026-11-09"),
    item_code=CAMPAIGN,
    assist_list=(TASK,),
)
ADMITTED = Judgement(Ground.ADMITTED, ADMISSION_ARTICLE, task_number=TASK.number)
STATUTORY = Judgement(Ground.STATUTORY, "城市居民委员会组织法第十条第五项、社区矫正法第十二条")
FLOOD_WORK = Judgement(Ground.STATUTORY, "城市居民委员会组织法第十条第五项、突发事件应对法第二十二条")
EMERGENCY = Judgement(Ground.EMERGENCY, EMERGENCY_ARTICLE)
LETTER = Judgement(Ground.UNADMITTED, UNADMITTED_ARTICLE)
REFUSABLE = Judgement(Ground.UNADMITTED, RIGHT, is_refusable=True)
DECLARED = {"is_emergency": True, "emergency_basis": "区防汛指挥部 Ⅲ 级应急响应"}


@pytest.mark.covers("R40")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # The assist list: this organ's task at this committee, by the same item …
        ({}, ADMITTED),
        ({"received_at": on("2026-10-13", "00:00")}, ADMITTED),
        ({"received_at": on("2026-10-12", "23:59")}, LETTER),
        ({"received_at": on("2026-11-30", "23:59")}, ADMITTED),
        ({"received_at": on("2026-12-01", "00:00")}, LETTER),
        ({"organ_id": OTHER_BUREAU}, LETTER),
        ({"committee_id": OTHER_COMMITTEE}, LETTER),
        ({"item_code": "K7-12"}, LETTER),
        ({"item_code": ""}, LETTER),
        ({"item_code": "", "assist_list": (replace(TASK, item_code=""),)}, LETTER),
        ({"assist_list": ()}, LETTER),
        # … or by its number, whatever the item; a number that does not hold finds nothing else.
        ({"item_code": "", "task_number": TASK.number}, ADMITTED),
        ({"item_code": "K7-12", "task_number": TASK.number}, ADMITTED),
        ({"task_number": "990101-2026-T0009"}, LETTER),
        ({"organ_id": OTHER_BUREAU, "task_number": TASK.number}, LETTER),
        # A task that ended before its time is on the list until then.
        ({"assist_list": (replace(TASK, until=on("2026-11-09", "10:01")),)}, ADMITTED),
        ({"assist_list": (replace(TASK, until=on("2026-11-09", "10:00")),)}, LETTER),
        ({"assist_list": (replace(TASK, number="990101-2026-T0002"), TASK)}, ADMITTED),
        # Statutory assistance.
        ({"item_code": CORRECTIONS}, STATUTORY),
        ({"item_code": CORRECTIONS, "organ_id": OTHER_BUREAU, "assist_list": ()}, STATUTORY),
        ({"item_code": FLOOD}, FLOOD_WORK),
        # Emergencies, when somebody is said to have declared one.
        ({"item_code": "", **DECLARED}, EMERGENCY),
        ({"item_code": "K7-12", **DECLARED}, EMERGENCY),
        ({"item_code": FLOOD, **DECLARED}, EMERGENCY),
        ({"item_code": "K7-12", "is_emergency": True}, LETTER),
        ({"item_code": "K7-12", "is_emergency": True, "emergency_basis": "  "}, LETTER),
        ({"item_code": "K7-12", "emergency_basis": "区防汛指挥部"}, LETTER),
        # Which comes first.
        (DECLARED, ADMITTED),
        ({"item_code": CORRECTIONS, **DECLARED}, STATUTORY),
        ({"item_code": CORRECTIONS, "task_number": TASK.number}, ADMITTED),
        ({"item_code": FLOOD, "assist_list": (replace(TASK, item_code=FLOOD),), **DECLARED}, ADMITTED),
        # A right to refuse changes what is unadmitted, and nothing else.
        ({"item_code": "K7-12", "refusal_article": RIGHT}, REFUSABLE),
        ({"organ_id": OTHER_BUREAU, "refusal_article": RIGHT}, REFUSABLE),
        ({"refusal_article": RIGHT}, ADMITTED),
        ({"item_code": CORRECTIONS, "refusal_article": RIGHT}, STATUTORY),
        ({"item_code": FLOOD, "refusal_article": RIGHT}, FLOOD_WORK),
        ({"item_code": "K7-12", "refusal_article": RIGHT, **DECLARED}, EMERGENCY),
    ],
)
def test_a_demand_is_held_against_list_statutes_and_emergencies_in_this_order(
    changes: dict[str, object], expected: Judgement
):
    assert judge(replace(DEMAND, **changes)) == expected


def test_where_no_right_is_given_the_law_that_sets_who_pays_is_cited():
    assert COMMITTEE_LAW_43 in UNADMITTED_ARTICLE
    assert ADMISSION_ARTICLE in UNADMITTED_ARTICLE


# Item by item as K-rows name the committee's help, and the clause of the Committee Law it falls under.
@pytest.mark.parametrize(
    ("item", "clause"),
    [
        ("K1-10", "第十条第五项"),
        ("K5-08", "第十条第五项"),
        ("K7-02", "第十条第五项"),
        ("K7-03", "第十条第五项"),
        ("K3-15", "第十条第四项、第五项、第七项"),
        ("K3-01", "第十条第七项"),
        ("K2-01", "第十条第八项、社会救助法第五条"),
        ("K2-05", "第十条第八项、社会救助法第五条"),
        ("K1-12", "第十条第八项、精神卫生法第十条、第二十条"),
        ("K1-13", "第十条第八项、反家庭暴力法第十四条、第十七条、第三十二条"),
        ("K6-06", "第四十条"),
    ],
)
def test_statutory_assistance_cites_the_clause_that_makes_it_a_duty(item: str, clause: str):
    found = is_statutory(item)
    assert found is not None
    assert found.article == f"城市居民委员会组织法{clause}" or found.article.startswith(
        f"城市居民委员会组织法{clause}、"
    )


@pytest.mark.parametrize("item", ["", "K7-05", "K7-07", "K7-12", "K7-13", "K7-14", "K9-99", "k1-10"])
def test_what_no_statute_demands_of_committees_is_no_statutory_assistance(item: str):
    assert is_statutory(item) is None


def test_the_file_of_statutory_assistance_is_sound():
    grounds = statutory.grounds()
    listed = [code for ground in grounds for code in ground.item_codes]
    known = {row.code for row in shipped.items()}
    assert len(listed) == len(set(listed))
    assert set(listed) <= known
    assert len({ground.code for ground in grounds}) == len(grounds)
    assert all(len(ground.article) <= 200 and ground.label for ground in grounds)
    # A broad clause is this house's reading and says so; what the law names is not to be configured away.
    assert {ground.code for ground in grounds if not ground.is_configurable} == {
        "public_order",
        "disputes",
        "corrections",
        "emergency_response",
        "owners_assembly",
    }
    assert [ground.code for ground in grounds if ground.is_emergency_response] == ["emergency_response"]


def test_every_word_of_the_file_is_known_to_the_translators():
    rows = json.loads(statutory._FILE.read_text(encoding="utf-8"))
    assert [word for row in rows for word in (row["label"], row["article"])] == list(statutory.WORDS)


@pytest.mark.parametrize(
    ("kind", "may"),
    [
        (SubjectKind.FUNCTIONAL_DEPARTMENT, True),
        (SubjectKind.SUBDISTRICT_OFFICE, True),
        (SubjectKind.PUBLIC_SECURITY, True),
        (SubjectKind.PUBLIC_INSTITUTION, True),
        (SubjectKind.UTILITY, True),
        (SubjectKind.PROPERTY_FIRM, False),
        (SubjectKind.RESIDENTS_COMMITTEE, False),
        (SubjectKind.OWNERS_COMMITTEE, False),
        (SubjectKind.RESIDENT_UNIT, False),
    ],
)
def test_whose_demands_are_held_here(kind: SubjectKind, may: bool):
    assert may_demand(kind) is may


SAID = Words(
    name="上门登记养犬情况",
    words="请三天内报来。",
    minutes=600,
    money_fen=0,
    is_emergency=False,
    emergency_basis="",
    received_at=on("2026-11-09", "09:40"),
)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"name": "字" * 60, "words": "字" * 2000, "minutes": 1, "money_fen": 100}, []),
        ({"name": "  "}, ["要做什么"]),
        ({"name": "字" * 61}, ["要做什么"]),
        ({"words": "\n"}, ["原话"]),
        ({"words": "字" * 2001}, ["原话"]),
        ({"minutes": 0}, ["工作量"]),
        ({"minutes": -5}, ["工作量"]),
        ({"minutes": 6_000_001}, ["工作量"]),
        ({"money_fen": -1}, ["随附经费"]),
        ({"money_fen": 101}, ["随附经费"]),
        ({"is_emergency": True}, ["应急依据"]),
        ({"is_emergency": True, "emergency_basis": " "}, ["应急依据"]),
        ({"is_emergency": True, "emergency_basis": "字" * 201}, ["应急依据"]),
        ({"received_at": on("2026-11-09", "09:41")}, ["收到时间"]),
        ({"name": "", "words": "", "minutes": 0}, ["要做什么", "原话", "工作量"]),
    ],
)
def test_bad_input_names_every_field_and_its_rule(changes: dict[str, object], fields: list[str]):
    faults = faults_of(replace(SAID, **changes), most_fen=100, at=on("2026-11-09", "09:40"))
    assert [fault.partition("：")[0] for fault in faults] == fields


@pytest.mark.covers("X-21")
@pytest.mark.parametrize("order", ["minutes", "-demands", "unadmitted", "rank", "CODE", "name"])
def test_nobody_is_ranked(order: str):
    decision = check_order(order)
    assert not decision
    assert decision.code == "X-21"
    assert decision.citations == ("整治形式主义为基层减负若干规定",)


def test_by_code_is_the_order_there_is():
    assert check_order("code")
    assert check_order("")
