"""The look: what every page promises its reader, whoever he is and whatever he reads it on."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import LazySettings
from django.contrib import messages
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from django.views.i18n import set_language

from sanhu.engines.deadlines import DayLine, DayReason
from sanhu.engines.decisions import refuse
from sanhu.portals import look
from sanhu.portals.look import views
from sanhu.portals.look.forms import LookForm
from sanhu.portals.look.samples import Link, SampleForm
from sanhu.portals.look.unavailable import DatabaseAwayMiddleware

pytestmark = pytest.mark.urls(__name__)  # the pages defined here stand in place of the portals

STATIC = Path(look.__file__).parent / "static" / "look"
TEMPLATES = Path(look.__file__).parent / "templates" / "look"
SHEETS = ["tokens.css", "page.css", "components.css", "forms.css", "print.css"]


def drawn(template: str, **context: Any) -> str:
    """Render a piece of template with the look's tags."""
    return Template("{% load i18n look %}" + template).render(Context(context))


def words(html: str) -> str:
    """Give what a reader reads, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class Page(HTMLParser):
    """The elements of a page, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def values(self, name: str) -> list[str]:
        return [value for _, attrs in self.elements for key, value in attrs.items() if key == name and value]


# --- pages of this test, mounted in place of the portals


def framed(request: HttpRequest) -> HttpResponse:
    messages.success(request, "已受理。")
    account = {"name": "周某", "organisation": "东湖街道", "post": "窗口", "sign_out_url": "/out/"}
    return render(request, "look/desk.html", {"nav_items": [Link("待办", "/desk/", True, 7)], "account": account})


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("database is locked")


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("ui/", views.gallery),
    path("framed/", framed),
    path("away/", away),
    path("broken/", broken),
    path("reading-size/", views.reading_size, name="reading_size"),
    path("language/", set_language, name="set_language"),
]
handler404 = views.not_found
handler500 = views.server_error


@pytest.fixture
def gallery(client: Client, settings: LazySettings) -> str:
    """Every component on one page, with the form's errors."""
    settings.SANHU_DEMO = True
    return client.get("/ui/?bound=1").content.decode()


# --- times, numbers, names


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 11, 9, 0, 12, tzinfo=UTC), "11月9日 08:12"),
        (datetime(2026, 11, 9, 15, 59, tzinfo=UTC), "11月9日 23:59"),
        (datetime(2026, 11, 9, 16, 0, tzinfo=UTC), "11月10日 00:00"),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025年12月31日 23:59"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "1月1日 00:00"),
    ],
)
def test_a_moment_is_told_by_the_clock_in_shanghai(moment: datetime, shown: str) -> None:
    assert drawn("{{ at|moment:today }}", at=moment, today=date(2026, 11, 20)) == shown


def test_a_day_has_its_year_only_when_it_is_another() -> None:
    today = date(2026, 11, 20)
    assert drawn("{{ on|day:today }} {{ on|weekday }}", on=date(2026, 11, 23), today=today) == "11月23日 星期一"
    assert drawn("{{ on|day:today }}", on=date(2027, 1, 4), today=today) == "2027年1月4日"
    assert drawn("{{ at|day:today }}", at=datetime(2026, 11, 9, 16, tzinfo=UTC), today=today) == "11月10日"
    assert drawn("{{ nothing|day }}{{ nothing|moment }}{% stamp nothing %}", nothing=None) == ""


def test_a_stamp_is_read_by_people_and_by_machines() -> None:
    html = drawn("{% stamp at today %}", at=datetime(2026, 11, 9, 0, 12, tzinfo=UTC), today=date(2026, 11, 20))
    assert html == '<time datetime="2026-11-09T08:12+08:00">11月9日 08:12</time>'


@pytest.mark.parametrize(
    ("count", "unit", "shown"),
    [
        (6, "working_day", "还剩 6 个工作日"),
        (0, "working_day", "今天到期"),
        (-2, "working_day", "超 2 个工作日"),
        (30, "natural_day", "还剩 30 天"),
        (0, "clock_hour", "一小时内到期"),
        (-3, "working_hour", "超 3 个工作小时"),
        (1, "month", "还剩 1 个月"),
        (None, "working_day", ""),
    ],
)
def test_what_is_left_is_told_in_words(count: int | None, unit: str, shown: str) -> None:
    assert drawn("{{ count|left:unit }}", count=count, unit=unit) == shown


def test_a_unit_that_no_clock_has_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        drawn("{{ 2|left:'fortnight' }}")


@pytest.mark.parametrize("stored", ["99010120261109000217", "990101-20261109-000217"])
def test_a_case_number_is_shown_in_three_groups(stored: str) -> None:
    assert drawn("{{ number|case_number }}", number=stored) == "990101-20261109-000217"


def test_what_is_not_a_case_number_is_left_alone() -> None:
    assert drawn("{{ number|case_number }}", number="9901-17") == "9901-17"


@pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("𠮷田", "𠮷*"), ("㛃", "㛃*"), ("", ""), (None, "")])
def test_a_masked_name_keeps_one_whole_character(name: str | None, shown: str) -> None:
    assert drawn("{{ name|mask_name }}", name=name) == shown


# --- components


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


def test_the_drawing_has_its_words_beside_it(gallery: str) -> None:
    assert "<strong>待签收</strong>（现在在这里）" in gallery
    assert "现在：<strong>待签收</strong>。从这里可以：签收；退回" in gallery
    svg = next(attrs for attrs in Page(gallery).all("svg") if attrs.get("role") == "img")
    assert svg["aria-label"] == "办件的步骤，现在待签收"


# --- forms


class Complaint(LookForm):
    """One field with an author's own words, one named by its attribute, one with a per cent sign."""

    words = forms.CharField(label="发生了什么", max_length=5)
    share = forms.IntegerField(label="占 100% 的几成", max_value=10)
    mail = forms.EmailField()
    code = forms.CharField(label="回执码", error_messages={"required": "请输入回执码，回执上有。"})


def test_every_error_names_field_and_rule() -> None:
    form = Complaint({"words": "电梯一周停了四次", "share": "11", "mail": "林", "code": ""})
    assert form.errors == {
        "words": ["“发生了什么”最多 5 个字，现在有 8 个。"],
        "share": ["“占 100\uff05 的几成”不能大于 10。"],
        "mail": ["“Mail”要写完整的邮箱地址。"],
        "code": ["请输入回执码，回执上有。"],
    }


def test_each_kind_of_field_says_what_is_missing() -> None:
    errors = {name: found[0] for name, found in SampleForm({"on": "昨天"}).errors.items()}
    assert errors["words"] == "请填写“发生了什么”。"
    assert errors["community"] == "请选择“社区”。"
    assert errors["agreed"] == "请勾选“我已经看过个人信息怎样使用”。"
    assert errors["on"] == "“日期”要写成 2026-11-23 这样的日期。"


def test_a_label_given_late_is_the_one_that_errors_name() -> None:
    class Late(LookForm):
        reason = forms.CharField()

    form = Late({})
    form.fields["reason"].label = "退回理由"
    assert form.errors["reason"] == ["请填写“退回理由”。"]


def test_the_error_summary_leads_to_the_first_input_of_each_field() -> None:
    page = Page(str(SampleForm({"token": "h"}).as_look))
    ids = page.values("id")
    targets = [value.removeprefix("#") for value in page.values("href")]
    assert targets == ["id_words", "id_community", "id_tell_0", "id_agreed"]
    assert set(targets) <= set(ids)
    assert ("section", "alert") in [(tag, attrs.get("role")) for tag, attrs in page.elements]


def test_hints_and_errors_are_tied_to_their_fields() -> None:
    page = Page(str(SampleForm({"token": "h"}).as_look))
    textarea = page.all("textarea")[0]
    assert textarea["aria-describedby"] == "id_words_helptext id_words_error"
    assert textarea["aria-invalid"] == "true"
    fieldset = page.all("fieldset")[0]
    assert fieldset["aria-describedby"] == "id_tell_error"
    referred = {name for value in page.values("aria-describedby") for name in value.split()}
    assert referred <= set(page.values("id"))


def test_a_form_that_is_right_shows_no_summary_and_keeps_its_hidden_fields() -> None:
    html = str(SampleForm().as_look)
    assert "请改正后再提交" not in html
    assert 'type="hidden" name="token" value="h"' in html
    assert '具体位置 <span class="optional">（可不填）</span>' in html


def test_what_is_wrong_with_the_whole_form_stands_in_the_summary() -> None:
    form = Complaint({"words": "电梯", "share": "1", "mail": "lin@example.org", "code": "x"})
    form.add_error(None, "同事已经办了这一步。")
    assert "<li>同事已经办了这一步。</li>" in str(form.as_look)


# --- the frame


def test_no_page_needs_a_script_or_a_style_of_its_own(gallery: str) -> None:
    page = Page(gallery)
    assert not page.all("script")
    assert not page.all("style")
    attributes = {name for _, attrs in page.elements for name in attrs}
    assert "style" not in attributes
    assert not {name for name in attributes if name.startswith("on")}


def test_names_and_labels_of_a_page_lead_somewhere(gallery: str) -> None:
    page = Page(gallery)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert set(page.values("for")) <= set(ids)
    assert page.all("html")[0]["lang"] == "zh-Hans"
    assert page.elements[[tag for tag, _ in page.elements].index("body") + 1][1]["href"] == "#main"
    assert len(page.all("h1")) == 1
    assert "<title>请改正：" in gallery


def test_rare_characters_reach_the_page(gallery: str) -> None:
    assert "𠮷㛃𬭎" in gallery
    assert "SimSun-ExtB" in (STATIC / "tokens.css").read_text()


def test_the_gallery_is_not_found_where_nothing_is_demonstrated(settings: LazySettings, rf: RequestFactory) -> None:
    settings.SANHU_DEMO = False
    with pytest.raises(Http404):
        views.gallery(rf.get("/ui/"))


@pytest.mark.django_db
def test_the_frame_says_who_acts_where_one_is_and_what_happened(client: Client) -> None:
    html = client.get("/framed/").content.decode()
    page = Page(html)
    assert [attrs["href"] for attrs in page.all("a") if attrs.get("aria-current") == "page"] == ["/desk/"]
    assert "周某 · 东湖街道 窗口" in words(html)
    assert [attrs["action"] for attrs in page.all("form")] == ["/out/", "/reading-size/", "/language/"]
    assert '<p class="said message success">已受理。</p>' in html


@pytest.mark.django_db
def test_large_text_is_remembered_and_the_reader_goes_back(client: Client) -> None:
    assert Page(client.get("/framed/").content.decode()).all("html")[0].get("class") is None
    answer = client.post("/reading-size/", {"elder": "1", "next": "/framed/?page=2"})
    assert (answer.status_code, answer["Location"]) == (302, "/framed/?page=2")
    assert client.cookies["elder"]["httponly"]
    assert Page(client.get("/framed/").content.decode()).all("html")[0]["class"] == "elder"
    client.post("/reading-size/", {"elder": "0"})
    assert Page(client.get("/framed/").content.decode()).all("html")[0].get("class") is None


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_never_leads_elsewhere(client: Client, elsewhere: str) -> None:
    assert client.post("/reading-size/", {"elder": "1", "next": elsewhere})["Location"] == "/"


# --- what goes wrong


@pytest.mark.django_db
def test_what_is_not_there_is_not_found_in_words(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "没有找到这一页" in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "told"),
    [("get", "请过十几秒再打开本页。"), ("post", "这一次没有保存。请过十几秒再试；再提交一次，不会重复登记。")],
)
def test_a_database_that_went_away_is_told_without_asking_it(client: Client, method: str, told: str) -> None:
    # No database mark: any query would fail the test.
    answer = getattr(client, method)("/away/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert told in answer.content.decode()


def test_a_database_that_went_away_outside_a_view_is_told_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DatabaseAwayMiddleware, "process_exception", lambda self, request, exception: None)
    client.raise_request_exception = False
    assert client.get("/away/").status_code == 503


def test_any_other_fault_is_a_500_that_asks_the_database_nothing(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "系统出了差错" in answer.content.decode()


def test_a_form_from_nowhere_is_refused_in_words(settings: LazySettings) -> None:
    answer = Client(enforce_csrf_checks=True).post("/framed/")
    assert answer.status_code == 403
    assert "这张表没有收下" in answer.content.decode()


@pytest.mark.parametrize(("view", "status"), [(views.bad_request, 400), (views.forbidden, 403)])
def test_other_refusals_have_their_page(rf: RequestFactory, view: Any, status: int) -> None:
    assert view(rf.get("/"), Exception("secret")).status_code == status
    assert b"secret" not in view(rf.get("/"), Exception("secret")).content


# --- the style sheets


def tokens(scheme: str) -> dict[str, str]:
    """Read the colours of a scheme; dark ones stand over light ones."""
    sheet = (STATIC / "tokens.css").read_text()
    light, dark = sheet.split("prefers-color-scheme: dark", 1)
    colour = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    return dict(colour.findall(light)) | (dict(colour.findall(dark)) if scheme == "dark" else {})


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    *((ink, paper) for ink in ("ink", "ink-2", "ink-3") for paper in ("paper", "card", "note")),
    *((sector, paper) for sector in ("government", "market", "community") for paper in (f"{sector}-soft", "card")),
    ("late", "card"),
    ("late", "paper"),
    ("late", "late-soft"),
    ("ink", "late-soft"),
    ("ink-2", "late-soft"),
    ("card", "ink"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS, ids=lambda name: name)
def test_words_can_be_read_on_their_paper(scheme: str, ink: str, paper: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours[ink], colours[paper]) >= 4.5


def rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Give each declaration of a sheet."""
    text = re.sub(r"/\*.*?\*/", "", (STATIC / sheet).read_text(), flags=re.DOTALL)
    yield from re.findall(r"([\w-]+)\s*:\s*([^;{}]+)[;}]", text)


@pytest.mark.parametrize("sheet", SHEETS)
def test_colours_come_from_the_tokens(sheet: str) -> None:
    allowed = {"tokens.css": None, "print.css": {"#000"}}.get(sheet, set())
    found = {
        colour for _, value in rules(sheet) for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", value)
    }
    assert allowed is None or found <= allowed


@pytest.mark.parametrize("sheet", SHEETS)
def test_nothing_is_decoration(sheet: str) -> None:
    for name, value in rules(sheet):
        assert name not in {"box-shadow", "text-shadow", "filter"}, name
        assert "gradient" not in value


@pytest.mark.parametrize("sheet", SHEETS[:-1])
def test_no_words_are_smaller_than_14_pixels(sheet: str) -> None:
    for name, value in rules(sheet):
        if name in {"font", "font-size"}:
            for size, unit in re.findall(r"(?<![\w/])(\d*\.?\d+)(rem|px)", value):
                assert float(size) * (16 if unit == "rem" else 1) >= 14, f"{name}: {value}"


def test_sector_colours_mean_a_sector_and_red_means_late_or_refused() -> None:
    for sheet in SHEETS[1:]:
        text = re.sub(r"/\*.*?\*/", "", (STATIC / sheet).read_text(), flags=re.DOTALL)
        for selector, body in re.findall(r"([^{};]+)\{([^{}]*)\}", text):
            for sector in ("government", "market", "community"):
                if f"var(--{sector}" in body:
                    assert f".{sector}" in selector, selector
            if "var(--late" in body:
                assert re.search(r"overdue|refus|seal|error", selector), selector


def test_a_residents_first_page_is_light(gallery: str) -> None:
    weight = sum((STATIC / name).stat().st_size for name in [*SHEETS, "mark.svg"])
    assert weight < 32_000
    assert weight + len(gallery.encode()) < 100_000


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_templates_stay_short(template: Path) -> None:
    assert len(template.read_text().splitlines()) < 60
