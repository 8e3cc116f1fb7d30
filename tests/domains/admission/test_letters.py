"""Letters (H.1): number, parties, dates and check code as official papers have them, and the words of the three."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import translation

from sanhu.domains.admission.queries.tasks import overdue
from sanhu.domains.admission.services.demand_ticks import tick
from sanhu.domains.admission.services.notices import issue_suspension_notice, person_time, series_of, yuan
from sanhu.domains.evidence.letters import (
    Body,
    as_issued,
    find_letter,
    in_groups,
    issue,
    letters_about,
    letters_visible_to,
    official_date,
)
from sanhu.domains.evidence.models import Letter
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import SYSTEM
from tests.cast import COORDINATING, DISTRICT, MONDAY_MORNING
from tests.domains.admission.bearing import Bearing, noon
from tests.domains.admission.demanding import DECLARED, facts_of, recorded, right
from tests.domains.admission.demanding import words as demand_words
from tests.domains.casework.test_clocks import shanghai
from tests.gate import COMMITTEE, ORGAN, Gate

NEXT_YEAR = datetime(2027, 1, 4, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
LAW_43 = "《中华人民共和国城市居民委员会组织法》第四十三条"
COORDINATION = "示范区社区建设协调管理机构"
MEASURE = "《示范区社区事务分类管理办法（试行）》（示政规〔2026〕3号）"


def text_of(letter: Letter) -> str:
    """Everything a reader reads in the letter itself."""
    paragraphs: Sequence[str] = letter.paragraphs
    return "\n".join([letter.title, *paragraphs])


def issued(gate: Gate, *, series: str = "翠园居告", at: datetime = MONDAY_MORNING, subject: str = "demand:x") -> Letter:
    """Issue a letter of 翠园's committee to nobody's harm."""
    body = gate.bodies[COMMITTEE]
    with transaction.atomic():
        return issue(
            district=DISTRICT,
            kind="refusal_notice",
            issuer=Body(body.pk, body.name),
            addressee=Body(gate.bodies[ORGAN].pk, ORGAN),
            copied_to=None,
            series=series,
            title="样张",
            paragraphs=["一段。"],
            subject_ref=subject,
            actor=SYSTEM,
            at=at,
        )


# --- issuing


def test_numbers_run_by_series_and_year_without_zeros(gate: Gate):
    given = [issued(gate).number for _each in range(10)]
    assert given[0] == "翠园居告〔2026〕1号"
    assert given[9] == "翠园居告〔2026〕10号"
    assert issued(gate, series="柳堤居告").number == "柳堤居告〔2026〕1号"
    assert issued(gate, at=NEXT_YEAR).number == "翠园居告〔2027〕1号"
    assert [ord(bracket) for bracket in (given[0][4], given[0][9])] == [0x3014, 0x3015]
    assert verify().findings == ()


def test_a_letter_is_issued_in_the_transaction_that_decides(transactional_db: None):
    with pytest.raises(RuntimeError):
        issue(
            district=DISTRICT,
            kind="refusal_notice",
            issuer=Body(1, "甲"),
            addressee=Body(2, "乙"),
            copied_to=None,
            series="甲",
            title="样张",
            paragraphs=[],
            subject_ref="demand:x",
            actor=SYSTEM,
            at=MONDAY_MORNING,
        )
    assert not Letter.objects.exists()


def test_a_check_code_is_sixteen_characters_nobody_misreads_and_no_two_are_alike(gate: Gate):
    codes = [issued(gate).check_code for _each in range(20)]
    assert len(set(codes)) == 20
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{16}", code) for code in codes)
    assert len({letter for code in codes for letter in code}) > 20  # drawn from the whole alphabet


def test_a_letter_is_found_by_its_code_as_people_type_it(gate: Gate):
    letter = issued(gate)
    Letter.objects.filter(pk=letter.pk).update(check_code="0189ABCDEFGHJKMV")
    for typed in (
        "0189 ABCD EFGH JKMV",
        "0189-abcd-efgh-jkmv",
        "oi89abcdefghjkmu",
        " OL89ABCDEFGHJKMV ",
        "\uff10\uff11\uff18\uff19ABCD EFGH JKMV",
    ):
        assert find_letter(typed) == letter
    for wrong in ("", "0189", "0189ABCDEFGHJKMW", "0189ABCDEFGHJKMV0"):
        assert find_letter(wrong) is None


def test_codes_are_shown_in_groups_of_four_and_dates_without_zeros():
    assert in_groups("0189ABCDEFGHJKMV") == "0189 ABCD EFGH JKMV"
    assert as_issued(in_groups("0189ABCDEFGHJKMV")) == "0189ABCDEFGHJKMV"
    assert official_date(date(2026, 11, 22)) == "2026年11月22日"
    assert official_date(date(2027, 1, 4)) == "2027年1月4日"


def test_letters_about_something_are_listed_oldest_first(gate: Gate):
    later, earlier = issued(gate), issued(gate, at=shanghai("2026-11-08"))
    issued(gate, subject="demand:y")
    assert list(letters_about("demand:x")) == [earlier, later]
    entries = facts_of("demand:y", "letter.issued")
    assert entries == {"kind": "refusal_notice", "number": "翠园居告〔2026〕3号", "title": "样张"}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("陈", True),  # issued it
        ("吴", True),  # it went to them
        ("孙", True),
        ("高", True),  # got a copy
        ("石", True),
        ("柳", False),
        ("董", False),
        ("罗", False),
        ("何", False),
        ("周", False),
        ("郑", False),
        ("林", False),
    ],
)
def test_a_letter_is_seen_by_whoever_wrote_received_or_got_a_copy(gate: Gate, who: str, sees: bool):
    recorded(gate)
    assert letters_visible_to(gate.actor(who)).exists() is sees


@pytest.mark.parametrize(
    ("committee", "series"),
    [
        ("翠园社区居民委员会", "翠园居告"),
        ("东风第一居民委员会", "东风第一居告"),
        ("柳堤社区居委会", "柳堤居告"),
        ("居民委员会", "居民委员会居告"),
        ("翠园工作组", "翠园工作组居告"),
    ],
)
def test_a_committee_has_its_mark(committee: str, series: str):
    assert series_of(committee) == series


# --- the words


@pytest.mark.covers("R40", "X-05")
def test_the_letter_that_asks_to_apply(gate: Gate):
    with translation.override("en"):  # official papers are Chinese in every language
        demand = recorded(gate, money_fen=123_456, has_power=True, minutes=750)
    assert facts_of(demand.ref, "demand.noticed")["code"] == "X-05"
    letter = letters_about(demand.ref).get()
    assert letter.number == "翠园居告〔2026〕1号"
    assert (letter.issuer, letter.addressee, letter.copied_to) == (COMMITTEE, ORGAN, COORDINATION)
    assert letter.title == "关于请按准入程序申请协助事项的告知函"
    text = text_of(letter)
    assert "拒绝" not in text
    for said in (
        "你单位于2026年11月9日以电话方式要求我委承担“创建迎检材料整理”（编号990101-2026-D0001，清单K7-13）",
        "估计工作量12小时30分，随附授权：有，经费：1,234.56元，人员：无。",
        "未经准入",
        LAW_43,
        f"{MEASURE}第二十一条",
        "请根据",
        "按照准入程序在系统中一键转为准入申请",
        "收到本件后5个工作日内，即2026年11月16日以前（含当日）",
        "写明理由收回要求",
        "逾期的，系统报请区社区建设协调管理机构处理",
        "依法应当协助的事项和突发事件应对，我委照常协助。",
    ):
        assert said in text


@pytest.mark.covers("R40", "R30", "X-05")
def test_the_refusal_cites_the_article_that_gives_the_right_and_the_number_of_its_instrument(gate: Gate):
    right(gate)
    demand = recorded(gate, item_code="")
    assert facts_of(demand.ref, "demand.noticed")["code"] == "X-05"
    letter = letters_about(demand.ref).get()
    assert (letter.title, letter.copied_to) == ("拒绝承接告知单", COORDINATION)
    text = text_of(letter)
    for said in (
        "依据《示范市居民委员会工作条例》（示范市人大常委会公告第7号）第二十七条，我委不予承接",
        "（编号990101-2026-D0001），估计工作量10小时，随附授权：无，经费：无，人员：无。",
        LAW_43,
        f"{MEASURE}第二十一条",
        "2026年11月16日以前（含当日）",
        "依法应当协助的事项和突发事件应对，我委照常协助。",
    ):
        assert said in text


@pytest.mark.covers("R40", "X-05")
def test_the_letter_of_a_lapsed_emergency_refuses_nothing(gate: Gate):
    right(gate)
    demand = recorded(gate, item_code="", **DECLARED)
    tick(at=shanghai("2026-11-17"))
    assert facts_of(demand.ref, "demand.lapsed")["code"] == "X-05"
    letter = letters_about(demand.ref).get()
    assert letter.title == "关于请按准入程序申请协助事项的告知函"
    text = text_of(letter)
    assert "拒绝" not in text
    for said in (
        "作为突发事件应急协助，我委已经先行协助",
        "应当在2026年11月16日以前补办",
        LAW_43,
        "仍需协助的，请根据",
        "按照准入程序在系统中一键转为准入申请",
        "2026年11月24日以前（含当日）",
    ):
        assert said in text


def test_no_letter_names_a_person_or_repeats_what_somebody_said(gate: Gate):
    recorded(gate)
    right(gate)
    recorded(gate)
    recorded(gate, item_code="", **DECLARED)
    tick(at=shanghai("2026-11-17"))
    said = demand_words(gate).words
    assert "刘科长" in said  # somebody took the name down
    names = {said, "刘科长", *(member.person.name for member in gate.members.values())}
    letters = list(Letter.objects.all())
    assert len(letters) == 3
    assert [(letter.number, name) for letter in letters for name in names if name in text_of(letter)] == []


def test_the_coordinating_body_gets_no_copy_of_what_goes_to_itself(gate: Gate):
    letter = letters_about(recorded(gate, organ=COORDINATING).ref).get()
    assert (letter.addressee, letter.copied_to, letter.copied_to_id) == (COORDINATION, "", None)


def test_without_a_measure_in_force_the_law_alone_is_cited(gate: Gate):
    gate.cast.version.instrument.__class__.objects.filter(number="示政规〔2026〕3号").update(in_force_to="2026-11-08")
    text = text_of(letters_about(recorded(gate).ref).get())
    assert LAW_43 in text
    assert "第二十一条" not in text


@pytest.mark.covers("R58")
def test_the_suspension_notice(bearing: Bearing):
    task = bearing.task()
    at, day = noon(date(2026, 12, 8)), date(2026, 12, 8)
    task.refresh_from_db()
    late = overdue(task, on=day)
    with transaction.atomic():
        letter = issue_suspension_notice(
            task, reason="第一笔经费没有到账。", overdue=late, actor=bearing.purse.gate.actor("陈", at), at=at
        )
    assert (letter.number, letter.title) == ("翠园居告〔2026〕1号", "中止协助告知单")
    assert (letter.issuer, letter.addressee, letter.copied_to) == (COMMITTEE, ORGAN, COORDINATION)
    text = text_of(letter)
    for said in (
        f"“垃圾分类入户宣传”（任务编号{task.number}，期限2026年12月1日至2026年12月30日）",
        "第1笔1,200.00元，应于2026年12月5日前拨付",
        LAW_43,
        f"{MEASURE}第二十条",
        "自2026年12月8日起中止该项协助。理由：第一笔经费没有到账。",
        "不是拒绝法定协助，也不是拒绝突发事件应急协助",
    ):
        assert said in text
    assert "第2笔" not in text
    assert list(letters_about(task.ref)) == [letter]


def test_money_and_time_in_letters():
    assert [yuan(fen) for fen in (0, 5, 100, 123_456, 1_000_000_00)] == [
        "0.00元",
        "0.05元",
        "1.00元",
        "1,234.56元",
        "1,000,000.00元",
    ]
    assert [person_time(minutes) for minutes in (45, 60, 61, 750)] == ["45分钟", "1小时", "1小时1分", "12小时30分"]
