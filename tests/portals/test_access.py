"""Every address × everybody × own and other district: two matrices, of the house and of the gate, row by row.

On PostgreSQL, where asking costs three times as much, each row is asked of every fourth person, from row to row of the
next one, and of the first who is let in: so each address is opened there too, and everybody asks somewhere. There one
thing of each kind is opened in English.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from sanhu.portals.desk.acting import POST_KEY
from sanhu.portals.health import beat
from sanhu.portals.public.tickets import COOKIE
from tests.cast import MONDAY_MORNING
from tests.conftest import Clock
from tests.deputising import lend
from tests.portals.conftest import Desks, GateDesks, session_of
from tests.portals.policy import breaches
from tests.portals.test_access_gate_things import GateThings, make_gate_things
from tests.portals.test_access_things import Things, make_things, ticket_of

HOUSE, GATE = (Path(__file__).with_name(f"test_access_{table}.txt") for table in ("matrix", "gate"))
VISITOR, RESIDENT, OUTSIDER = "客", "林", "外"
DEPUTY, ABSENT = "何代周", "周"
NOT_ASKED = "·"
# What a reporter may do to their own matter; where its kind is never shown on the web they are told that instead.
NOT_SHOWN = {"public:rate", "public:urge", "public:supplement", "public:contact"}
OF_PROGRAMS = "api:"  # what programs ask has tables of its own: tests/portals/open
_IN_ADDRESS = re.compile(r"<(?:\w+:)?(\w+)>")
_LINK = re.compile(r'href="([^"]+)"')


@dataclass(frozen=True, eq=False)
class Row:
    """One line of a matrix: what is asked, and what each of them is told."""

    table: Path
    line: int
    method: str
    name: str
    what: str
    expected: Mapping[str, str]

    @property
    def is_fresh(self) -> bool:
        """Tell whether it is asked in a session that has just begun."""
        return self.what.endswith("fresh")

    @property
    def asked_of(self) -> list[str]:
        """Who is asked: on SQLite everybody."""
        everybody = list(self.expected)
        if connection.vendor == "sqlite":
            return everybody
        let_in = [role for role in everybody if self.expected[role] in {"200", "302"}]
        return list(dict.fromkeys((*let_in[:1], *everybody[self.line % 4 :: 4])))


def _rows(table: Path) -> Iterator[Row]:
    roles: list[str] = []
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), start=1):
        cells = line.split()
        if cells[:2] == ["method", "address"]:
            roles = cells[3:]
        elif cells[:1] in (["GET"], ["POST"]):
            asked, told = cells[: -len(roles)], cells[-len(roles) :]
            what = asked[2] if len(asked) > 2 else ""
            expected = {role: word for role, word in zip(roles, told, strict=True) if word != NOT_ASKED}
            yield Row(table, number, asked[0], asked[1], what, expected)


ROWS = [row for table in (HOUSE, GATE) for row in _rows(table)]
NAMES = sorted({row.name for row in ROWS})


def addresses(resolver: URLResolver, space: str = "", before: str = "/") -> Iterator[tuple[str, str]]:
    """Walk every address there is, and give the name it is called by, and the address."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name"
            yield f"{space}{entry.name}", f"{before}{entry.pattern}"
        else:
            within = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry, within, f"{before}{entry.pattern}")


@dataclass
class House:
    """The cast in office, the things they are asked about, and everybody's session."""

    desks: Desks
    matters: Things
    gate: GateThings
    sessions: Mapping[str, str]
    fresh: Mapping[str, str]

    @cached_property
    def tickets(self) -> Mapping[str, str]:
        return {what: ticket_of(code) for what, code in self.matters.receipts.items()}

    def things(self, row: Row) -> Things | GateThings:
        """Give what the row's matrix asks about."""
        return self.gate if row.table == GATE else self.matters

    def url(self, row: Row) -> str:
        return reverse(row.name, kwargs=self.things(row).address(row.name, row.what))

    @cached_property
    def pages(self) -> Mapping[str, Row]:
        """The pages of the gate's matrix, each of one thing, by their addresses."""
        return {self.url(row): row for row in ROWS if (row.table, row.method) == (GATE, "GET") and row.what}

    def dead_ends(self, row: Row, role: str, answer: HttpResponse) -> list[str]:
        """Give what a page leads to although this person may not go there, and what a list lacks although they may."""
        if not answer["Content-Type"].startswith("text/html"):
            return []
        linked = {link.partition("?")[0] for link in _LINK.findall(answer.content.decode())}
        known = {url: (page.name, page.expected[role]) for url, page in self.pages.items() if role in page.expected}
        closed = {url for url, (_name, status) in known.items() if status != "200"}
        due = {url for url, page in known.items() if page == (row.name.removesuffix("s"), "200")}
        return sorted(closed & linked | (due - linked if row.name.endswith("s") else set()))

    def browser(self, row: Row, role: str) -> Client:
        """Give a new browser each time: signing out or choosing a language must not last."""
        client = Client()
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = (self.fresh if row.is_fresh else self.sessions)[role]
        elif role == RESIDENT and row.what in self.tickets:
            client.cookies[COOKIE] = self.tickets[row.what]
        return client

    def ask(self, row: Row, role: str, *, language: str = "") -> HttpResponse:
        """Ask, and undo what came of it."""
        url = self.url(row)
        client = self.browser(row, role)
        if language:
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with transaction.atomic():
            if row.method == "GET":
                answer = client.get(url)
            else:
                answer = client.post(url, self.things(row).form(row.name, row.what, role))
            transaction.set_rollback(True)
        return answer


@pytest.fixture(scope="module")
def built(gate_in_office: GateDesks, django_db_blocker: DjangoDbBlocker) -> House:
    desks, gate = gate_in_office.desks, gate_in_office.gate
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: MONDAY_MORNING)
        matters, things = make_things(desks), make_gate_things(gate)
        members = {**gate.members, OUTSIDER: things.away[OUTSIDER]}
        lent = lend(gate[ABSENT], gate[DEPUTY[0]], at=MONDAY_MORNING, days=7)
        sessions, fresh = (
            {role: session_of(member.account, post=member.post) for role, member in members.items()}
            | {role: session_of(account) for role, account in desks.others.items()}
            | {DEPUTY: session_of(gate[DEPUTY[0]].account)}
            for _time in range(2)
        )
        for among in (sessions, fresh):
            note(among[DEPUTY], {POST_KEY: lent.ref})
        for key in fresh.values():
            note(key, {"signed_in_at": int(MONDAY_MORNING.timestamp())})
    return House(desks, matters, things, sessions, fresh)


def note(session: str, values: Mapping[str, object]) -> None:
    """Write into a session."""
    store = SessionStore(session_key=session)
    store.update(values)
    store.save()


@pytest.fixture
def house(built: House, db: None, clock: Clock, settings: Any, tmp_path: Path) -> House:
    """Give the house to a test that rolls back, the clock standing where its matters stand, the worker at work."""
    del db, clock
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
    assert sorted(name for name, _ in addresses(get_resolver()) if not name.startswith(OF_PROGRAMS)) == NAMES


def test_every_address_of_programs_is_described_and_so_in_the_tables_of_its_own():
    """All that is described has a row there: test_api_description.py sees to it."""
    asked = {address for name, address in addresses(get_resolver()) if name.startswith(OF_PROGRAMS)}
    described = set(Client().get(reverse("api:openapi-json")).json()["paths"])
    root, description = "/api/v1/", "/api/v1/openapi.json"
    assert {_IN_ADDRESS.sub(r"{\1}", address) for address in asked} == described | {root, description}
    assert Client().get(root).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_everybody_is_told_what_the_matrix_says(name: str, house: House):
    rows = [row for row in ROWS if row.name == name]
    answers = {(row, role): house.ask(row, role) for row in rows for role in row.asked_of}
    wrong = [
        f"{row.table.name}:{row.line} {row.method} {row.what}: {role} is told {told(answer)}, not {row.expected[role]}"
        for (row, role), answer in answers.items()
        if told(answer) != row.expected[role]
    ]
    assert wrong == []
    for (row, role), answer in answers.items():
        assert breaches(answer) == [], (row, role)
        if row.table == GATE and answer.status_code == 200:
            assert house.dead_ends(row, role, answer) == [], (row, role)
        text = answer.content.decode() if answer.status_code in {403, 404} else ""
        if answer.status_code == 403 and name not in NOT_SHOWN:
            assert 'class="said refusal"' in text or "没有在任的岗位" in text or name == "desk:duty", (row, role)
        if answer.status_code == 404:
            assert "没有找到这一页" in text, (row, role)
            assert not any(word in text for word in house.things(row).secrets), (row, role)
        if row.table == HOUSE and answer.status_code == 200 and role == VISITOR:
            assert not any(word.encode() in answer.content for word in house.matters.secrets), row


# What the absent clerk has set up or asked for herself, and lends to nobody with her post; what nobody does for her.
OF_THE_ABSENT = {
    ("GET", "desk:delegation_new", "own"): "404",
    ("POST", "desk:delegation_new", "own"): "404",
    ("GET", "desk:delegation_end", "own"): "404",
    ("POST", "desk:delegation_end", "own"): "404",
    ("POST", "desk:second_factor_passkey_remove", "own,fresh"): "404",
    ("POST", "desk:second_factor_codes", "fresh"): "302",
    ("POST", "desk:saved_list_delete", "own"): "404",
    ("POST", "desk:token_add", "good,fresh"): "422",
    ("POST", "desk:token_revoke", "own"): "404",
    ("GET", "desk:export", "own"): "404",
    ("GET", "desk:export_file", "own"): "404",
    ("POST", "desk:export_cancel", "own"): "404",
    ("POST", "desk:digest", "good"): "422",
    ("POST", "desk:digest_test", "own"): "404",
    ("POST", "desk:digest_end", "own"): "404",
}


def test_a_deputy_is_told_what_the_absent_is_told_but_where_it_is_the_absent_s_own(house: House):
    rows = [row for row in ROWS if row.name.startswith("desk:") and ABSENT in row.expected]
    rows = rows if connection.vendor == "sqlite" else rows[::4]
    wrong = []
    for row in rows:
        expected = OF_THE_ABSENT.get((row.method, row.name, row.what), row.expected[ABSENT])
        if (word := told(house.ask(row, DEPUTY))) != expected:
            wrong.append(f"{row.table.name}:{row.line} {row.method} {row.what}: told {word}, not {expected}")
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_in_the_matrix_is_not_asked_for(name: str, house: House):
    """An address without a POST row takes none, and one without a GET row shows nothing."""
    rows = [row for row in ROWS if row.name == name]
    missing = {"GET", "POST"} - {row.method for row in rows}
    for method in missing:
        for role in (VISITOR, "周", "钱"):
            row = Row(rows[0].table, 0, method, name, rows[0].what, {})
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
            if connection.vendor != "sqlite":
                break


WHY = {
    ("desk:move", "sign@assigned", "孙"): "您的岗位没有这项权限",
    ("desk:move", "sign@assigned", "陈"): "只有主责单位可以办理这一步",
    ("desk:move", "verify@done", "吴"): "您的岗位没有这项权限",
    ("desk:move", "close@reported", "何"): "现在的状态不能这样办理",
    ("desk:application_move", "accept@submitted", "石"): "您的岗位没有这项权限",
    ("desk:application_move", "convene@reviewing", "高"): "缺合法性审查意见",
    ("desk:application_move", "check_legality@heard", "罗"): "这一轮已经出具过意见",
    ("desk:application_move", "approve@joint_meeting", "石"): "表决人数不足",
    ("desk:application_move", "reject@voted", "石"): "过半数同意，不能不予核准",
    ("desk:application_move", "withdraw@own", "孙"): "现在的状态不能这样办理",
    ("desk:task_move", "resume@own", "陈"): "现在的状态不能这样办理",
    ("desk:demand_move", "rule@own", "高"): "现在的状态不能这样办理",
    ("desk:voucher_sign", "waiting_budget", "吴"): "只有出资单位或者财政部门的负责人可以签批",
    ("desk:voucher_sign", "posted", "秦"): "已记账的凭证不能修改或者删除，只能冲销",
    ("desk:voucher_reverse", "waiting", "田"): "这张凭证没有记账，不必冲销",
    ("desk:instalment_pay", "away", "外"): "只有承担经费的部门可以拨付",
    ("desk:power_withdraw", "away", "外"): "只有授权部门可以收回权限",
}


def test_a_refusal_at_the_desk_says_why(house: House):
    for (name, what, role), reason in WHY.items():
        row = next(row for row in ROWS if (row.method, row.name, row.what) == ("POST", name, what))
        answer = house.ask(row, role)
        assert (answer.status_code, reason in answer.content.decode()) == (403, True), (what, role)


def test_whoever_was_given_a_password_changes_it_before_anything_else(house: House):
    account = house.desks.account("周")
    type(account).objects.filter(pk=account.pk).update(must_change_password=True)
    outside = {"desk:sign_out", "desk:change_password"}
    outside |= {row.name for row in ROWS if row.name.startswith(("desk:sign_in", "desk:sign_on"))} - {
        "desk:sign_in_again"
    }
    outside |= {"desk:second_factor", "desk:second_factor_options"}
    outside -= {"desk:sign_on_link", "desk:sign_on_confirm", "desk:sign_on_unlink"}
    # What an address cannot be asked by is told to anybody.
    asked = [row for row in ROWS if row.name.startswith("desk:") and row.expected.get("周") != "405"]
    rows = {(row.method, row.name): row for row in asked if row.name not in outside}
    to_change = {asked: house.ask(row, "周").get("Location") for asked, row in rows.items()}
    assert set(to_change.values()) == {reverse("desk:change_password")}
