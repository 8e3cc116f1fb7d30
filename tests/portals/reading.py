"""Reading a page as its reader does: its words, and the elements behind them."""

import re
from html.parser import HTMLParser
from typing import Any

from django.template import Context, Template
from django.test import RequestFactory

from sanhu.portals.look import views


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


def gallery_html() -> str:
    """Give the page that shows every component, with the form's errors; asks that SANHU_DEMO be on."""
    return views.gallery(RequestFactory().get("/ui/?bound=1")).content.decode()
