"""The checks before anybody reads an application: each refusal beside what passes, with the figures by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from sanhu.domains.admission.application_fields import LABELS, REQUIRED
from sanhu.domains.admission.models import Application
from sanhu.domains.admission.rules.checks import (
    Admitted,
    Community,
    Facts,
    Predecessor,
    Standards,
    check,
    working_days,
)
from sanhu.domains.admission.rules.findings import CheckFinding
from sanhu.domains.admission.terms import AssistRole
from sanhu.domains.catalogue.acts import (
    ACT_LABELS,
    ARTICLES,
    BAN_LABELS,
    HOLDER_LABELS,
    acts,
    held_fields,
    hinting_words,
    plain_name,
)
from sanhu.engines.official_calendar import official_calendar

CALENDAR = official_calendar()  # to the end of 2026
TASK = Admitted(
    number="990101-2026-T0007",
    name="养犬 登记宣传",
    item_code="K1-06",
    starts_on=date(2026, 12, 22),
    ends_on=date(2027, 1, 10),  # twenty days, ten of them in the period asked for
    minutes=9_001,
)
FACTS = Facts(
    today=date(2026, 9, 10),  # Thursday
    calendar=CALENDAR,
    standards=Standards(
        apply_before_working_days=30,
        staff_minutes_a_day=480,
        assisting_percent=40,
        cost_fen_a_minute=60,
        first_payment_within_days=30,
    ),
    given=dict.fromkeys(REQUIRED, True),
    texts={"content": "张贴告知书", "boundary": "只宣传"},
    name="文明养犬入户宣传",
    item_code="",
    acts=(acts()["publicise"],),
    data_fields=(),
    starts_on=date(2026, 10, 28),  # Wednesday
    ends_on=date(2026, 12, 31),
    minutes_each=6_000,
    amount_each_fen=360_000,
    source="fee_follows_affair",
    line="L9",
    instalments=((date(2026, 11, 27), 180_000), (date(2026, 12, 31), 180_000)),
    communities=(Community("翠园社区居民委员会", staff=2),),
    hinting_words=hinting_words(),
    held_fields=held_fields(),
)
COMMUNITY = FACTS.communities[0]


def found(**changes: object) -> tuple[CheckFinding, ...]:
    return check(replace(FACTS, **changes))  # type: ignore[arg-type]


def test_an_application_that_keeps_every_rule_is_let_through():
    assert check(FACTS) == ()


def test_every_field_that_must_be_there_is_named_at_once():
    findings = found(given={**FACTS.given, "necessity": False, "exit_terms": False, "committees": False})
    assert [finding.words for finding in findings] == [
        "必要性：不能为空",
        "退出条件：不能为空",
        "请求协助的居民委员会：不能为空",
    ]


def test_what_must_be_there_is_what_the_model_does_not_allow_to_be_blank():
    texts = {column.name for column in Application._meta.concrete_fields if column.name in LABELS}
    blank = {column.name for column in Application._meta.concrete_fields if column.blank}
    # A period there always is; what collects no data and renews nothing says so by saying nothing.
    rest = {"starts_on", "ends_on", "data_fields", "renews"}
    assert set(REQUIRED) == (texts - blank - rest) | {"committees"}


# today, with its weekday; the first day that is asked for; whether it passes, and what is said and under which code.
LEAD_TIMES = [
    # 2026-09-10 Thu + 30 working days = 2026-10-28 Wed
    (date(2026, 9, 10), date(2026, 10, 28), "", ""),
    (date(2026, 9, 10), date(2026, 10, 27), "开始日期：须在提交之日起 30 个工作日以后，最早 2026-10-28", ""),
    # 2026-11-09 Mon + 30 = 2026-12-21 Mon
    (date(2026, 11, 9), date(2026, 12, 21), "", ""),
    (date(2026, 11, 9), date(2026, 12, 20), "开始日期：须在提交之日起 30 个工作日以后，最早 2026-12-21", ""),
    # From 2026-11-20 Fri there are 29 to the end of the year, and no calendar tells the thirtieth: a day of this year
    # is too early all the same, a day of the next cannot be counted to.
    (date(2026, 11, 20), date(2026, 12, 31), "开始日期：须在提交之日起 30 个工作日以后", ""),
    (date(2026, 11, 20), date(2027, 2, 1), "期限超出已载入的工作日历，无法推算；请先导入相应年份的放假安排", "X-17"),
    (date(2027, 1, 4), date(2027, 6, 1), "期限超出已载入的工作日历，无法推算；请先导入相应年份的放假安排", "X-17"),
    # the thirty days are counted within 2026, wherever the help begins
    (date(2026, 11, 9), date(2027, 3, 1), "", ""),
]


@pytest.mark.covers("R38", "X-17")
@pytest.mark.parametrize(("today", "starts_on", "words", "code"), LEAD_TIMES)
def test_an_application_comes_thirty_working_days_ahead(today: date, starts_on: date, words: str, code: str):
    roomy = {"ends_on": starts_on.replace(year=starts_on.year + 1), "instalments": ()}
    findings = found(today=today, starts_on=starts_on, **roomy)
    assert [(finding.words, finding.code) for finding in findings] == ([(words, code)] if words else [])
    assert code in {"", "X-17"}


BANS = [
    ("lead", "X-02", "城市居民委员会组织法第十条、第四十三条"),
    ("decide", "X-02", "城市居民委员会组织法第十条、第四十三条"),
    ("enforce", "", "行政处罚法第十七条、行政强制法第十七条"),
    ("approve", "", "行政许可法第二十二条"),
    ("confirm", "", "城市居民委员会组织法第四十三条"),
    ("census_for_department", "", "整治形式主义为基层减负若干规定"),
    ("assessment_papers", "", "整治形式主义为基层减负若干规定"),
    ("attract_investment", "", "整治形式主义为基层减负若干规定"),
    ("collect_taxes", "", "整治形式主义为基层减负若干规定"),
    ("expropriate", "", "整治形式主义为基层减负若干规定"),
    ("apportion_donations", "", "慈善法第三十二条"),
    ("subscribe_and_forward", "", "整治形式主义为基层减负若干规定"),
    ("duplicate_ledger", "", "整治形式主义为基层减负若干规定"),
    ("certify_without_basis", "", "民发〔2015〕136号"),
    ("certify_kinship", "X-14", "民发〔2020〕20号"),
    ("certify_lost_document", "X-14", "民发〔2020〕20号"),
]


@pytest.mark.covers("R21", "R37", "X-02", "X-14")
@pytest.mark.parametrize(("code", "refusal", "article"), BANS)
def test_what_is_declared_and_banned_is_refused_with_its_article(code: str, refusal: str, article: str):
    (finding,) = found(acts=(acts()["assist"], acts()[code]))
    assert finding.is_refusal
    assert (finding.field, finding.code, finding.citation) == ("acts", refusal, article)
    assert finding.code in {"", "X-02", "X-14"}
    assert f"“{ACT_LABELS[code]}”" in finding.words


@pytest.mark.covers("X-14")
def test_the_twenty_certificates_are_all_there_each_refused():
    kinds = [act for act in acts().values() if act.article == "民发〔2020〕20号"]
    assert len(kinds) == 20
    findings = found(acts=tuple(kinds))
    assert len(findings) == 20
    assert {finding.code for finding in findings} == {"X-14"}


def test_helping_as_a_committee_may_is_no_ban():
    assert {act.code for act in acts().values() if not act.ban} == set(AssistRole.values)
    assert found(acts=tuple(act for act in acts().values() if not act.ban)) == ()


def test_every_act_ban_article_and_holder_has_its_words():
    assert set(acts()) == set(ACT_LABELS)
    banned = [act for act in acts().values() if act.ban]
    assert {act.ban for act in banned} == set(BAN_LABELS) == set(hinting_words())
    assert {act.article for act in banned} == ARTICLES
    assert {row.holder for row in held_fields()} == set(HOLDER_LABELS)


WORDS = [
    ({"content": "上门执法检查"}, [("content", "执法")]),
    # denied, and shown all the same: a word proves nothing either way
    ({"boundary": "不涉及执法，不收取材料"}, [("boundary", "执法")]),
    ({"name": "协税护税", "content": "宣传"}, [("name", "协税"), ("name", "护税")]),
    ({"content": "张贴告知书"}, []),
]


@pytest.mark.parametrize(("texts", "expected"), WORDS)
def test_a_word_that_hints_at_a_ban_is_shown_and_stops_nothing(
    texts: Mapping[str, str], expected: list[tuple[str, str]]
):
    findings = found(texts=texts)
    assert [(finding.field, finding.figures["word"]) for finding in findings] == expected
    assert not any(finding.is_refusal for finding in findings)
    assert all(f"“{word}”" in finding.words for finding, (_field, word) in zip(findings, expected, strict=True))


HELD = [
    ("居民 身份证号", "公安机关"),
    ("家庭低保情况", "民政部门"),
    ("网格编码", "本系统"),
    ("医保参保状态", "医疗保障部门"),
    ("犬只品种", ""),
    ("非机动车停放点位", ""),
    ("入户口径", ""),
]


@pytest.mark.covers("X-15")
@pytest.mark.parametrize(("name", "holder"), HELD)
def test_data_that_somebody_holds_is_not_collected_again(name: str, holder: str):
    findings = found(data_fields=("宣传次数", name))
    if not holder:
        assert findings == ()
        return
    (finding,) = findings
    assert finding.code == "X-15"
    assert finding.words == f"数据项“{name}”：{holder}已经掌握或者可以核验，不得再让居民委员会采集、填报"
    assert finding.citation == "社会救助法第六十二条、整治形式主义为基层减负若干规定"


DOUBLES = [
    ({"name": "养犬登记（宣传）"}, True),  # the same but for spaces and brackets
    ({"name": "文明养犬", "item_code": "K1-06"}, True),
    ({"name": "文明养犬", "item_code": "K1-07"}, False),
    ({"name": "养犬登记宣传", "ends_on": date(2026, 12, 21)}, False),  # the day before the task begins
    ({"name": "养犬登记宣传", "ends_on": date(2026, 12, 22)}, True),
]


@pytest.mark.parametrize(("changes", "is_double"), DOUBLES)
def test_the_same_affair_is_not_admitted_twice_at_once(changes: dict[str, object], is_double: bool):
    community = replace(COMMUNITY, staff=9, tasks=(TASK,))
    findings = found(communities=(community,), instalments=(), **changes)
    words = "事项重复：翠园社区居民委员会在这一期间已有同一事项的协助任务 990101-2026-T0007"
    assert [finding.words for finding in findings] == ([words] if is_double else [])


def test_names_are_compared_without_width_case_spaces_and_signs():
    assert plain_name("Ｋ1 养犬、登记") == plain_name("k1养犬登记")  # noqa: RUF001 - a full-width letter is the point
    assert plain_name("养犬登记") != plain_name("养犬注销")


def test_working_days_are_counted_by_the_calendar_and_beyond_it_weighed_by_the_law():
    # 28, 29 and 30 October, 21 days of November, 23 of December
    assert working_days(CALENDAR, date(2026, 10, 28), date(2026, 12, 31)) == 47
    assert working_days(CALENDAR, date(2026, 12, 31), date(2026, 12, 31)) == 1
    # 2027 has 261 weekdays, less thirteen holidays
    assert working_days(CALENDAR, date(2027, 1, 1), date(2027, 12, 31)) == 248
    # one working day known, and Friday 2027-01-01, which the law makes a holiday
    assert working_days(CALENDAR, date(2026, 12, 31), date(2027, 1, 1)) == 1


# Two people in 47 working days: 2 × 480 × 47 × 40 % = 18,048. Of the task's 9,001 minutes, ten days of twenty: 4,501.
STAFF = [
    (18_048, (), 2, ""),
    (18_049, (), 2, "18048 分钟，已准入的任务占 0 分钟，本申请需要 18049 分钟"),
    (13_547, (TASK,), 2, ""),
    (13_548, (TASK,), 2, "18048 分钟，已准入的任务占 4501 分钟，本申请需要 13548 分钟"),
    (1, (), 0, "0 分钟，已准入的任务占 0 分钟，本申请需要 1 分钟"),
]


@pytest.mark.covers("R37")
@pytest.mark.parametrize(("minutes", "tasks", "staff", "figures"), STAFF)
def test_no_community_is_asked_for_more_time_than_its_people_have(
    minutes: int, tasks: tuple[Admitted, ...], staff: int, figures: str
):
    community = replace(COMMUNITY, staff=staff, tasks=tasks)
    amount = minutes * 60
    findings = found(
        communities=(community,), minutes_each=minutes, amount_each_fen=amount, instalments=((FACTS.starts_on, amount),)
    )
    words = f"工作量：翠园社区居民委员会在这一期间可用于协助的时间为 {figures}，超出人力"
    assert [finding.words for finding in findings] == ([words] if figures else [])


@pytest.mark.covers("R34", "X-08")
def test_money_below_the_cost_standard_is_refused_with_both_figures():
    (finding,) = found(amount_each_fen=359_999, instalments=((FACTS.starts_on, 359_999),))
    assert finding.code == "X-08"
    assert finding.words == "经费：按本区每分钟 ¥0.60 的标准，每个社区需要 ¥3,600.00，申请只有 ¥3,599.99"
    assert found(amount_each_fen=360_000, instalments=((FACTS.starts_on, 360_000),)) == ()


INSTALMENTS = [
    (((date(2026, 10, 28), 360_000),), ""),
    (((date(2026, 10, 28), 359_999),), "拨付时点：各期合计 ¥3,599.99，与每个社区的经费 ¥3,600.00 不一致"),
    (((date(2026, 10, 27), 360_000),), "拨付时点：每期须在协助期限以内"),
    (((date(2026, 10, 28), 180_000), (date(2027, 1, 1), 180_000)), "拨付时点：每期须在协助期限以内"),
    (((date(2026, 11, 27), 360_000),), ""),  # thirty days after the start
    (((date(2026, 11, 28), 360_000),), "拨付时点：第一期不得晚于开始后 30 天"),
]


@pytest.mark.parametrize(("instalments", "words"), INSTALMENTS)
def test_instalments_add_up_and_come_in_the_period(instalments: tuple[tuple[date, int], ...], words: str):
    assert [finding.words for finding in found(instalments=instalments)] == ([words] if words else [])


def test_how_soon_the_first_part_falls_due_is_the_districts_own_number():
    parts = ((date(2026, 11, 8), 360_000),)  # eleven days after the start
    soon = replace(FACTS.standards, first_payment_within_days=10)
    (late,) = found(standards=soon, instalments=parts)
    assert late.words == "拨付时点：第一期不得晚于开始后 10 天"
    assert found(standards=replace(soon, first_payment_within_days=11), instalments=parts) == ()


SOURCES = [
    ("fee_follows_affair", "L9", ""),
    ("fiscal", "L9", ""),
    ("paid_service", "L5b", "X-10"),
    ("social_donation", "L5b", "X-10"),
    ("lottery", "L10", "X-12"),
    ("fee_follows_affair", "L4", "X-12"),
]


@pytest.mark.covers("R55", "X-10", "X-12")
@pytest.mark.parametrize(("source", "line", "code"), SOURCES)
def test_the_government_pays_for_its_own_duty(source: str, line: str, code: str):
    findings = found(source=source, line=line)
    assert [finding.code for finding in findings] == ([code] if code else [])
    assert code in {"", "X-10", "X-12"}


def test_a_renewal_begins_after_what_it_renews():
    ends_on = date(2026, 10, 27)
    assert found(predecessor=Predecessor(ends_on, is_renewable=True)) == ()
    (early,) = found(predecessor=Predecessor(date(2026, 10, 28), is_renewable=True))
    assert early.words == "开始日期：续期须在原准入结束之后，即 2026-10-28 以后开始"
    (revoked,) = found(predecessor=Predecessor(ends_on, is_renewable=False))
    assert revoked.words == "续期的原申请：须为本单位已生效或者已到期的申请"


def test_a_committee_that_is_no_more_is_named():
    (finding,) = found(communities=(replace(COMMUNITY, is_active=False),))
    assert finding.words == "请求协助的居民委员会：翠园社区居民委员会已经撤销"


def test_everything_is_said_at_once_and_can_be_stored():
    findings = found(
        today=date(2026, 10, 1),
        acts=(acts()["enforce"],),
        data_fields=("身份证号",),
        texts={"content": "处罚"},
        amount_each_fen=1,
        source="lottery",
        line="L10",
    )
    fields = [finding.field for finding in findings]
    assert fields == ["starts_on", "acts", "content", "data_fields", "amount_each_fen", "instalments", "source"]
    assert tuple(CheckFinding.of_json(finding.as_json()) for finding in findings) == findings
