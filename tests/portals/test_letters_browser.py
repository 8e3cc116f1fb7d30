"""Letters as paper: laid out as GB/T 9704-2012 says, one A4 sheet, with nothing of the page around it."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page

from sanhu.domains.admission.queries.tasks import overdue
from sanhu.domains.admission.services.demand_ticks import tick
from sanhu.domains.admission.services.notices import issue_suspension_notice
from sanhu.domains.admission.terms import LetterKind
from sanhu.domains.evidence.letters import Body, in_groups, issue
from sanhu.domains.evidence.models import Letter
from sanhu.engines.actors import SYSTEM
from sanhu.portals import look
from tests.applying import APPLIED_AT, application_of
from tests.cast import COORDINATING, DISTRICT, MONDAY_MORNING
from tests.domains.admission.demanding import DECLARED, recorded, right
from tests.domains.casework.test_clocks import shanghai
from tests.gate import COMMITTEE, ORGAN
from tests.portals.conftest import GateDesks
from tests.portals.policy import breaches
from tests.portals.reading import words

STATIC = Path(look.__file__).parent / "static" / "look"
SHEETS = ("tokens.css", "page.css", "components.css", "forms.css", "print.css", "letter.css")
MM = 96 / 25.4  # pixels
STYLE = """(element) => {
    const is = getComputedStyle(element);
    return [is.fontSize, is.lineHeight, is.textAlign, is.textIndent, is.fontFamily];
}"""
POINT = 96 / 72


SHORT = (
    "你单位于2026年11月9日以电话方式要求我委承担“创建迎检材料整理”。经核对，该事项未经准入。",
    "请按照准入程序提出申请，或者收回要求。法律、法规规定应当协助的事项，我委照常协助，不受本件影响。",
)


def letter_of(at_gate: GateDesks, paragraphs: Sequence[str] = SHORT) -> Letter:
    """Issue a letter, one that a sheet takes with room left where nothing else is said."""
    bodies = {name: Body(id=body.pk, name=body.name) for name, body in at_gate.gate.bodies.items()}
    with transaction.atomic():
        return issue(
            district=DISTRICT,
            kind=LetterKind.ADMISSION_LETTER,
            issuer=bodies[COMMITTEE],
            addressee=bodies[ORGAN],
            copied_to=bodies[COORDINATING],
            series="翠园居告",
            title="关于请按准入程序申请协助事项的告知函",
            paragraphs=paragraphs,
            subject_ref="demand:990101-2026-D0001",
            actor=SYSTEM,
            at=MONDAY_MORNING,
        )


def letter_page(at_gate: GateDesks, letter: Letter) -> str:
    """Give the page of a letter as its issuer opens it."""
    answer = at_gate.browser("陈").get(f"/desk/letters/{letter.pk}/")
    assert answer.status_code == 200
    assert breaches(answer) == []
    return str(answer.content.decode())


def with_its_sheets(html: str) -> str:
    """Put the style sheets into the page itself, so that a browser without a server draws it."""
    sheets = [
        f"<style{' media=print' if name == 'print.css' else ''}>{(STATIC / name).read_text(encoding='utf-8')}</style>"
        for name in SHEETS
    ]
    return re.sub(r"<link[^>]+>", "", html).replace("</head>", "".join(sheets) + "</head>")


@pytest.fixture
def sheet(at_gate: GateDesks, browser: Browser) -> Page:
    """Draw a short letter in Chromium."""
    return drawn(browser, letter_page(at_gate, letter_of(at_gate)))


def drawn(browser: Browser, html: str) -> Page:
    page = browser.new_page()
    page.set_content(with_its_sheets(html))
    return page


def pages_of(pdf: bytes) -> list[tuple[float, float]]:
    """Give the size of each page of a printed letter in points."""
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.covers("R40", "X-05")
def test_the_sheet_holds_everything_an_official_letter_needs(at_gate: GateDesks):
    recorded(at_gate.gate)
    letter = Letter.objects.get()
    html = letter_page(at_gate, letter)
    told = words(html[html.index("<article") : html.index("</article>")])
    assert letter.number == "翠园居告〔2026〕1号"
    named = letter.number, letter.title, "区城市管理局：", COMMITTEE, "2026年11月9日", "抄送："
    checked = in_groups(letter.check_code), "http://testserver/letter-check/"
    assert [said for said in (*named, *checked, *letter.paragraphs) if said not in told] == []
    assert "X-05" in words(at_gate.browser("陈").get("/desk/demands/990101-2026-D0001/").content.decode())


def test_a_refusal_cites_the_local_instrument(at_gate: GateDesks):
    right(at_gate.gate)
    recorded(at_gate.gate)
    told = words(letter_page(at_gate, Letter.objects.get()))
    assert "拒绝承接告知单" in told
    assert "示范市居民委员会工作条例" in told


def test_a_letter_that_one_sheet_takes_is_one_a4_sheet(sheet: Page):
    assert pages_of(sheet.pdf(prefer_css_page_size=True)) == [(595, 842)]


def test_each_of_the_three_letters_takes_one_sheet(at_gate: GateDesks, browser: Browser):
    gate = at_gate.gate
    recorded(gate, money_fen=123_456, has_power=True, minutes=750)
    right(gate)
    recorded(gate)
    recorded(gate, item_code="", **DECLARED)
    tick(at=shanghai("2026-11-17"))
    task = application_of(gate, to="effective", at=APPLIED_AT).tasks.get()
    late = overdue(task, on=date(2026, 11, 9))
    with transaction.atomic():
        issue_suspension_notice(
            task, reason="第一笔经费没有到账。", overdue=late, actor=gate.actor("陈"), at=MONDAY_MORNING
        )
    letters = Letter.objects.order_by("pk")
    printed = [
        (letter.kind, pages_of(drawn(browser, letter_page(at_gate, letter)).pdf(prefer_css_page_size=True)))
        for letter in letters
    ]
    sheet = [(595, 842)]
    assert printed == [
        ("admission_letter", sheet),
        ("refusal_notice", sheet),
        ("admission_letter", sheet),  # of the emergency whose record never came
        ("suspension_notice", sheet),
    ]


def test_a_longer_letter_goes_on_on_a_second_sheet_of_a4(at_gate: GateDesks, browser: Browser):
    page = drawn(browser, letter_page(at_gate, letter_of(at_gate, SHORT * 5)))
    assert pages_of(page.pdf(prefer_css_page_size=True)) == [(595, 842)] * 2


def test_printed_it_is_the_sheet_alone_in_its_type_area(sheet: Page):
    sheet.emulate_media(media="print")
    sheet.set_viewport_size({"width": round(156 * MM), "height": round(225 * MM)})
    for around in (".top", ".bottom", ".title"):
        assert not sheet.locator(around).first.is_visible(), around
    box = sheet.locator(".sheet").bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["y"]), round(box["width"] / MM)) == (0, 0, 156)
    assert 220 * MM < box["height"] <= 225 * MM
    colophon = sheet.locator(".colophon").bounding_box()
    assert colophon is not None
    assert abs(colophon["y"] + colophon["height"] - box["height"]) < 2, "the colophon ends the sheet"


def test_lines_characters_and_places_are_the_standards(sheet: Page):
    sheet.emulate_media(media="print")
    sheet.set_viewport_size({"width": round(156 * MM), "height": round(225 * MM)})
    size, pitch, _align, _indent, faces = sheet.locator(".addressee").evaluate(STYLE)
    assert float(size.removesuffix("px")) == pytest.approx(16 * POINT, abs=0.01)
    assert float(pitch.removesuffix("px")) == pytest.approx(28.95 * POINT, abs=0.01)
    assert faces.startswith("FangSong_GB2312, FangSong")
    assert "Noto Serif CJK SC" in faces
    title = sheet.locator(".sheet h2").evaluate(STYLE)
    assert float(title[0].removesuffix("px")) == pytest.approx(22 * POINT, abs=0.01)
    assert title[2] == "center"
    assert title[4].startswith("FZXiaoBiaoSong-B05S")
    indent = sheet.locator(".paragraph").first.evaluate(STYLE)[3]
    assert float(indent.removesuffix("px")) == pytest.approx(32 * POINT, abs=0.01)
    left, right_edge = (sheet.locator(name).first.bounding_box() for name in (".addressee", ".signature"))
    assert left is not None
    assert right_edge is not None
    assert left["x"] == 0
    assert right_edge["x"] > 78 * MM
    assert characters_in_a_line(sheet) == 28


def characters_in_a_line(sheet: Page) -> int:
    """Count how many characters a line takes before it breaks."""
    count = """(element) => {
        element.className = "addressee";
        const height = (length) => { element.textContent = "字".repeat(length); return element.offsetHeight };
        const line = height(1);
        let length = 1;
        while (height(length + 1) === line) length += 1;
        return length;
    }"""
    return int(sheet.locator(".addressee").first.evaluate(count))


def test_the_margins_and_the_page_number_are_the_standards():
    text = (STATIC / "letter.css").read_text(encoding="utf-8")
    assert "@page { size: A4; margin: 37mm 26mm 35mm 28mm;" in text
    assert re.search(r'@page :right \{ @bottom-right \{ content: "— " counter\(page\) " —"; font: 14pt', text)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", text), "its colours are the tokens'"
    assert re.search(r'@page :left \{ @bottom-left \{ content: "— " counter\(page\) " —"; font: 14pt', text)


@pytest.mark.parametrize("width", [360, 1280])
def test_on_a_screen_the_sheet_fits_the_window(sheet: Page, width: int):
    sheet.set_viewport_size({"width": width, "height": 800})
    assert sheet.evaluate("document.documentElement.scrollWidth") <= width
    assert sheet.get_by_text("打印用 A4 纸").is_visible()
