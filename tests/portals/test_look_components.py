"""The components: one question each, answered in words before colour."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.template.loader import render_to_string
from django.test import RequestFactory

from sanhu.engines.deadlines import DayLine, DayReason
from sanhu.engines.decisions import refuse
from sanhu.portals.look.samples import Link, SampleForm
from tests.portals.reading import Page, drawn, gallery_html, words

pytestmark = pytest.mark.urls("tests.portals.look_pages")


def test_a_chip_names_its_sector_beside_its_colour() -> None:
    for sector, name in (("government", "政府"), ("market", "市场"), ("community", "社区")):
        html = drawn('{% include "look/components/chip.html" %}', sector=sector)
        assert words(html) == name
        assert f'class="chip {sector}"' in html


@pytest.mark.parametrize(
    ("state", "left", "shown"),
    [
        ("on_time", 6, "还剩 6 个工作日"),
        ("near", 1, "还剩 1 个工作日"),
        ("near", None, "临近期限"),
        ("overdue", -2, "超 2 个工作日"),
        ("overdue", None, "已超期"),
        ("paused", None, "暂停计时"),
        ("answered_on_time", 3, "按时办结"),
        ("answered_late", -3, "超期办结"),
    ],
)
def test_a_clock_says_how_it_stands(state: str, left: int | None, shown: str) -> None:
    assert words(drawn('{% include "look/components/state.html" %}', state=state, left=left)) == shown


@pytest.mark.usefixtures("clock")
def test_the_due_day_stands_first_then_what_is_left_then_why() -> None:
    html = drawn(
        '{% include "look/components/due.html" %}',
        due=date(2026, 11, 23),
        state="near",
        left=1,
        unit="working_day",
        why="次日起算 10 个工作日。",
        basis="承诺时限。",
    )
    assert words(html) == "11月23日 星期一 还剩 1 个工作日 次日起算 10 个工作日。 承诺时限。"
    assert 'datetime="2026-11-23"' in html


def test_without_a_due_day_the_page_says_so() -> None:
    assert words(drawn('{% include "look/components/due.html" %}', due=None)) == "还没有期限"


def lines(last: DayReason = DayReason.COUNTED) -> list[DayLine]:
    """Friday 2026-11-13, the start; a weekend; Monday, the first day; Tuesday, the second."""
    friday = date(2026, 11, 13)
    reasons = [DayReason.START_DAY, DayReason.WEEKEND, DayReason.WEEKEND, DayReason.COUNTED, last]
    ordinals = [None, None, None, 1, 2 if last is DayReason.COUNTED else None]
    return [
        DayLine(friday + timedelta(offset), counts=ordinal is not None, why=why, ordinal=ordinal)
        for offset, (why, ordinal) in enumerate(zip(reasons, ordinals, strict=True))
    ]


def test_every_day_says_whether_it_counts_and_why() -> None:
    today = date(2026, 11, 16)
    page = Page(html := drawn('{% include "look/components/days.html" %}', days=lines(), today=today))
    squares = [attrs["class"] for attrs in page.all("li") if "day" in (attrs["class"] or "").split()]
    assert squares == ["day w5 off", "day w6 off", "day w7 off", "day w1 today", "day w2 ahead end"]
    told = [words(part) for part in re.findall(r'<span class="vh">(.*?)</span>', html)]
    assert [line.split("日 ", 1)[1] for line in told] == [
        "星期五：开始的当日，不计入",
        "星期六：周末，不计入",
        "星期日：周末，不计入",
        "星期一：计入，第 1 天",
        "星期二：计入，第 2 天，期限到这一天为止",
    ]
    assert "起 = 开始的当日，不计入" in words(html)
    assert "停 = " not in html, "only the marks that occur are explained"


def test_a_clock_that_stands_still_shows_no_last_day() -> None:
    html = drawn('{% include "look/components/days.html" %}', days=lines(DayReason.PAUSED))
    assert "期限到这一天为止" not in html
    assert " end" not in " ".join(Page(html).values("class"))


def test_a_long_explanation_is_folded() -> None:
    start = date(2026, 1, 1)
    many = [DayLine(start + timedelta(n), counts=True, why=DayReason.COUNTED, ordinal=n) for n in range(60)]
    assert "逐日列出（60 天）" in drawn('{% include "look/components/days.html" %}', days=many)


def test_hours_are_told_as_hours() -> None:
    line = DayLine(date(2026, 11, 9), counts=True, why=DayReason.COUNTED, used=timedelta(hours=6))
    assert "6 小时" in drawn('{% include "look/components/days.html" %}', days=[line])


def test_a_refusal_says_what_why_on_which_article_and_the_way_on() -> None:
    decision = refuse("未经准入", "没有经费", citations=("组织法第四十三条", "办法第二十一条"), code="X-05")
    html = drawn(
        '{% include "look/components/refusal.html" %}',
        decision=decision,
        what="不能交给居委会",
        actions=[Link("出具告知单", "/notice/")],
    )
    assert words(
        html
    ) == "不能交给居委会 未经准入 没有经费 依据： 组织法第四十三条；办法第二十一条 X-05 出具告知单".replace(
        "依据： ", "依据："
    )
    assert 'href="/notice/"' in html


def test_a_refusal_of_what_was_sent_is_read_out_and_takes_the_focus(rf: RequestFactory) -> None:
    template, decision = '{% include "look/components/refusal.html" %}', refuse("现在的状态不能这样办理")
    (shown,) = Page(drawn(template, decision=decision, request=rf.get("/"))).all("section")
    assert (shown["role"], "autofocus" in shown) == ("group", False)
    (answered,) = Page(drawn(template, decision=decision, request=rf.post("/"))).all("section")
    assert (answered["role"], "autofocus" in answered, answered["tabindex"]) == ("alert", True, "-1")
    faulty = SampleForm({"token": "h"})  # its own list of faults is read out, and takes the focus
    (beside,) = Page(drawn(template, decision=decision, request=rf.post("/"), form=faulty)).all("section")
    assert (beside["role"], "autofocus" in beside) == ("group", False)


def test_a_refusal_without_article_or_code_invents_none() -> None:
    html = drawn('{% include "look/components/refusal.html" %}', decision=refuse("现在的状态不能这样办理"))
    assert words(html) == "不能这样办 现在的状态不能这样办理"


def test_what_a_person_wrote_is_never_markup() -> None:
    hostile = "<script>alert(1)</script>"
    step = {"title": hostile, "text": hostile, "who": hostile, "sector": "market"}
    for template, context in (
        ("steps", {"steps": [step]}),
        ("facts", {"facts": [(hostile, [hostile, hostile])]}),
        ("refusal", {"decision": refuse(hostile, citations=(hostile,)), "what": hostile}),
        ("offer", {"title": hostile, "text": hostile}),
        ("due", {"due": None, "why": hostile, "basis": hostile}),
    ):
        html = render_to_string(f"look/components/{template}.html", context)
        assert "<script" not in html, template
        assert "&lt;script&gt;" in html, template


def test_steps_tell_the_present_and_the_coming_ones_in_words() -> None:
    at = datetime(2026, 11, 9, 0, 12, tzinfo=UTC)
    steps = [
        {"title": "受理", "at": at, "who": "周某", "sector": "government"},
        {"title": "办理中", "sector": "market", "is_now": True},
        {"title": "核查", "is_next": True},
    ]
    html = drawn('{% include "look/components/steps.html" %}', steps=steps)
    assert "办理中 （现在）" in words(html)
    assert "核查 （还没到）" in words(html)
    assert Page(html).values("aria-current") == ["step"]


def test_pages_by_key_offer_only_ways_that_exist() -> None:
    html = drawn('{% include "look/components/pager.html" %}', page={"next_url": "?after=50", "previous_url": ""})
    assert Page(html).values("href") == ["?after=50"]
    assert drawn('{% include "look/components/pager.html" %}', page={}).strip() == ""


def test_the_drawing_has_its_words_beside_it(settings: LazySettings) -> None:
    settings.SANHU_DEMO = True
    gallery = gallery_html()
    assert "<strong>待签收</strong>（现在在这里）" in gallery
    assert "现在：<strong>待签收</strong>。从这里可以：签收；退回" in gallery
    svg = next(attrs for attrs in Page(gallery).all("svg") if attrs.get("role") == "img")
    assert svg["aria-label"] == "办件的步骤，现在待签收"
