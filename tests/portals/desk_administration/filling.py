"""Filling in a form as it stands on the page: its hidden numbers and first answers, and what one writes over them."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

HOSTILE = "<script>alert(1)</script>'; DROP TABLE subjects_person;-- 𠮷㛃"


class _Fields(HTMLParser):
    """The answers a page's largest form holds already."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._textarea = self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("name") or ""
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input" and name and said.get("type") not in {"submit", "file"}:
            if said.get("type") not in {"checkbox", "radio"}:
                self.forms[-1][name] = said.get("value") or ""
            elif "checked" in said:
                self.forms[-1].setdefault(name, []).append(said.get("value") or "on")
        elif tag == "select":
            self._select = name
            self.forms[-1].setdefault(name, "")
        elif tag == "option" and "selected" in said:
            self.forms[-1][self._select] = said.get("value") or ""
        elif tag == "textarea":
            self._textarea = name
            self.forms[-1][name] = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1][self._textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""


def answers(html: str, *, holding: str = "client_id") -> dict[str, Any]:
    """Give what the form that holds a field would send as it stands."""
    forms = _Fields(html.split("<main", 1)[1]).forms
    return next(form for form in forms if holding in form)


def fill(desk: Client, url: str, **said: Any):
    """Open a page, write into its form, send it."""
    page = desk.get(url)
    assert page.status_code == 200
    return desk.post(url, {**answers(page.content.decode()), **said})
