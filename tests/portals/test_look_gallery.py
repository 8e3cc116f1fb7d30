"""The gallery shows every component there is, in the reader's language but for what is made up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.template.base import Template
from django.template.loader import render_to_string

from sanhu.portals.look import samples
from tests.portals.reading import gallery_html
from tools.messages import CHINESE, MARKED_IN_TEMPLATES

pytestmark = pytest.mark.urls("tests.portals.look_pages")

TEMPLATES = Path(samples.__file__).parent / "templates" / "look"
COMPONENTS = {f"look/components/{path.name}" for path in (TEMPLATES / "components").glob("*.html")}


@pytest.fixture
def shown(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Give the names of the templates that put something on the page."""
    settings.SANHU_DEMO = True
    names: set[str] = set()
    render = Template._render

    def noted(self: Template, context: Any) -> Any:
        html = render(self, context)
        if html.strip():
            names.add(str(self.name))
        return html

    monkeypatch.setattr(Template, "_render", noted)
    gallery_html()
    return names


def test_every_component_is_in_the_gallery(shown: set[str]) -> None:
    assert len(COMPONENTS) > 25
    assert COMPONENTS - shown == set()


def test_a_component_with_nothing_to_say_counts_as_missing(shown: set[str]) -> None:
    shown.clear()
    render_to_string("look/components/messages.html", {"messages": []})
    assert "look/components/messages.html" not in shown
    render_to_string("look/components/messages.html", {"messages": ["已保存。"]})
    assert "look/components/messages.html" in shown


def test_what_the_gallery_says_itself_is_marked_for_translation() -> None:
    sheets = [TEMPLATES / "gallery.html", *(TEMPLATES / "gallery").glob("*.html")]
    assert len(sheets) == 5
    unmarked = {sheet.name: CHINESE.findall(MARKED_IN_TEMPLATES.sub("", sheet.read_text("utf-8"))) for sheet in sheets}
    assert unmarked == {sheet.name: [] for sheet in sheets}
