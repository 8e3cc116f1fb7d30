"""Every address × everybody × own and other district: the matrix of test_access_matrix.txt, row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from sanhu.portals.health import beat
from sanhu.portals.public.tickets import COOKIE
from tests.cast import MONDAY_MORNING
from tests.portals.conftest import Desks, session_of
from tests.portals.policy import breaches
from tests.portals.test_access_things import Things, make_things, ticket_of

TABLE = Path(__file__).with_name("test_access_matrix.txt")
VISITOR, RESIDENT = "客", "林"


@dataclass(frozen=True, eq=False)
class Row:
    """One line of the matrix: what is asked, and what each of them is told."""

    line: int
    method: str
    name: str
    what: str
    expected: Mapping[str, str]


def _rows() -> tuple[list[str], list[Row]]:
    roles: list[str] = []
    rows = []
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), start=1):
        cells = line.split()
        if cells[:2] == ["method", "address"]:
            roles = cells[3:]
        elif cells[:1] in (["GET"], ["POST"]):
            asked, told = cells[: -len(roles)], cells[-len(roles) :]
            what = asked[2] if len(asked) > 2 else ""
            rows.append(Row(number, asked[0], asked[1], what, dict(zip(roles, told, strict=True))))
    return roles, rows


ROLES, ROWS = _rows()
NAMES = sorted({row.name for row in ROWS})


def names_of(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """Walk every address there is, and give the name it is called by."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name"
            yield f"{space}{entry.name}"
        else:
            yield from names_of(entry, f"{space}{entry.namespace}:" if entry.namespace else space)


@dataclass
class House:
    """The cast in office, the things they are asked about, and everybody's session."""

    desks: Desks
    things: Things
    sessions: Mapping[str, str]

    @cached_property
    def tickets(self) -> Mapping[str, str]:
        return {what: ticket_of(code) for what, code in self.things.receipts.items()}

    def browser(self, role: str, what: str) -> Client:
        """Give a new browser each time: signing out or choosing a language must not last."""
        client = Client()
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        elif role == RESIDENT and what in self.tickets:
            client.cookies[COOKIE] = self.tickets[what]
        return client

    def ask(self, row: Row, role: str, *, language: str = "") -> HttpResponse:
        """Ask, and undo what came of it."""
        url = reverse(row.name, kwargs=self.things.address(row.name, row.what))
        client = self.browser(role, row.what)
        if language:
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with transaction.atomic():
            if row.method == "GET":
                answer = client.get(url)
            else:
                answer = client.post(url, self.things.form(row.name, row.what, role))
            transaction.set_rollback(True)
        return answer


@pytest.fixture(scope="module")
def built(in_office: Desks, django_db_blocker: DjangoDbBlocker) -> House:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: MONDAY_MORNING)
        things = make_things(in_office)
        sessions = {role: session_of(in_office.account(role)) for role in ROLES if role not in {VISITOR, RESIDENT}}
    return House(in_office, things, sessions)


@pytest.fixture
def house(built: House, desks: Desks, settings: Any, tmp_path: Path) -> House:
    """Give the house to a test that rolls back, the clock standing where its matters stand, the worker at work."""
    del desks
    settings.SANHU_DATA = tmp_path
    beat(MONDAY_MORNING)
    return built


def told(answer: HttpResponse) -> str:
    """Say in the matrix's words what somebody was told."""
    if answer.status_code == 302:
        where = answer["Location"].partition("?")[0]
        return {reverse("desk:sign_in"): "in", reverse("public:receipt"): "rc"}.get(where, "302")
    return str(answer.status_code)


def test_every_address_has_a_row_and_every_row_an_address():
    assert sorted(names_of(get_resolver())) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_everybody_is_told_what_the_matrix_says(name: str, house: House):
    rows = [row for row in ROWS if row.name == name]
    answers = {(row, role): house.ask(row, role) for row in rows for role in ROLES}
    for row in rows:
        line = {role: told(answers[row, role]) for role in ROLES}
        assert line == dict(row.expected), f"line {row.line}: {row.method} {row.name} {row.what}"
    for (row, role), answer in answers.items():
        assert breaches(answer) == [], (row, role)
        text = answer.content.decode() if answer.status_code in {403, 404} else ""
        if answer.status_code == 403 and name not in {"public:rate", "public:urge"}:
            assert 'class="said refusal"' in text or "没有在任的岗位" in text or name == "desk:duty", (row, role)
        if answer.status_code == 404:
            assert "没有找到这一页" in text, (row, role)
            assert not any(word in text for word in house.things.secrets), (row, role)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_in_the_matrix_is_not_asked_for(name: str, house: House):
    """An address without a POST row takes none, and one without a GET row shows nothing."""
    rows = [row for row in ROWS if row.name == name]
    missing = {"GET", "POST"} - {row.method for row in rows}
    for method in missing:
        for role in (VISITOR, "周", "钱"):
            row = Row(0, method, name, rows[0].what, {})
            assert told(house.ask(row, role)) == "405", (method, role)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "set_language"])
def test_every_page_that_opens_opens_in_english_too(name: str, house: House):
    for row in ROWS:
        role = next((role for role, told in row.expected.items() if told == "200"), "")
        if (row.name, row.method) == (name, "GET") and role:
            answer = house.ask(row, role, language="en")
            assert answer.status_code == 200
            if answer["Content-Type"].startswith("text/html"):
                assert '<html lang="en"' in answer.content.decode()


def test_a_refusal_at_the_desk_says_why(house: House):
    why: dict[tuple[str, str], str] = {
        ("sign@assigned", "孙"): "您的岗位没有这项权限",
        ("sign@assigned", "陈"): "只有主责单位可以办理这一步",
        ("verify@done", "吴"): "您的岗位没有这项权限",
        ("close@reported", "何"): "现在的状态不能这样办理",
    }
    for (what, role), reason in why.items():
        row = next(row for row in ROWS if (row.name, row.what) == ("desk:move", what))
        assert reason in house.ask(row, role).content.decode(), (what, role)


def test_whoever_was_given_a_password_changes_it_before_anything_else(house: House):
    account = house.desks.account("周")
    type(account).objects.filter(pk=account.pk).update(must_change_password=True)
    outside = {"desk:sign_in", "desk:sign_out", "desk:change_password"}
    to_change: dict[str, Any] = {}
    for row in ROWS:
        if row.name.startswith("desk:") and row.name not in outside:
            answer = house.ask(row, "周")
            to_change[f"{row.method} {row.name} {row.what}"] = answer.get("Location")
    assert set(to_change.values()) == {reverse("desk:change_password")}
