"""The style sheets: colours that mean something, words that can be read, nothing that only decorates."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from sanhu.portals import look
from tests.portals.reading import gallery_html

STATIC = Path(look.__file__).parent / "static" / "look"
TEMPLATES = Path(look.__file__).parent / "templates" / "look"
SHEETS = ["tokens.css", "page.css", "components.css", "forms.css", "print.css"]


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


@pytest.mark.urls("tests.portals.look_pages")
def test_a_residents_first_page_is_light(settings: LazySettings) -> None:
    settings.SANHU_DEMO = True
    weight = sum((STATIC / name).stat().st_size for name in [*SHEETS, "mark.svg"])
    assert weight < 32_000
    assert weight + len(gallery_html().encode()) < 100_000


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_templates_stay_short(template: Path) -> None:
    assert len(template.read_text().splitlines()) < 60


def test_characters_beyond_the_first_plane_have_faces_to_fall_back_on() -> None:
    rare = re.search(r"--rare: ([^;]+);", (STATIC / "tokens.css").read_text())
    assert rare
    assert "SimSun-ExtB" in rare[1]
    assert len(re.findall(r"var\(--rare\)", (STATIC / "tokens.css").read_text())) == 2, "sans and serif both"
