"""A database that is gone for every page, and one that really goes away in the middle of a request."""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from sanhu.domains.casework.models import Matter, Rating
from sanhu.domains.casework.services import intake
from tests.cast import COMMUNITY, carry
from tests.portals.conftest import Desks
from tests.portals.reading import words
from tests.portals.test_access_things import ticket_of
from tests.portals.test_residents_database_away import GONE, WORDS, assert_away, browser, send, send_again

RESIDENTS_PAGES = (
    "/",
    "/report/",
    "/report/map-720.svg",
    "/receipt/matter/",
    "/receipt/notice/",
    "/matters/",
    "/catalogue/",
    "/catalogue/K1-01/",
)
DESK_PAGES = (
    "/desk/",
    "/desk/matters/",
    "/desk/register/",
    "/desk/posts/",
    "/desk/password/",
    "/desk/duties/",
    "/desk/organisations/",
)


@contextlib.contextmanager
def nothing_answers() -> Iterator[None]:
    """Let every statement fail, as when the server is gone."""

    def refuse(*_asked: Any) -> None:
        raise GONE

    with connection.execute_wrapper(refuse):
        yield


def test_whatever_page_is_asked_for_without_a_database_it_says_so(own_desks: Desks):
    carried = carry(own_desks.cast, to="closed")
    number, cast = carried.matter.number, own_desks.cast
    resident, clerk = browser(ticket_of(carried.receipt)), own_desks.browser("周", raise_request_exception=False)
    pages = {
        resident: (*RESIDENTS_PAGES, f"/matters/{number}/"),
        clerk: (*DESK_PAGES, f"/desk/matters/{number}/"),
    }
    rating = {"satisfaction": "dissatisfied", "words": WORDS, "client_id": str(uuid4())}
    sign_in = {"username": cast["周"].account.username, "password": "这是一个秘密"}
    with nothing_answers():
        for client, urls in pages.items():
            for url in urls:
                assert_away(client.get(url), "请过十几秒再打开本页")
        rated = send(resident, "/receipt/rate/", **rating)
        asked = send(resident, "/receipt/", code=carried.receipt)
        signed_in = send(browser_without_database(), "/desk/sign-in/", **sign_in)
    assert_away(rated, WORDS, "dissatisfied")
    assert_away(asked)
    assert_away(signed_in, sign_in["username"])
    assert "这是一个秘密" not in signed_in.content.decode()
    assert send_again(resident, rated, "/receipt/rate/").status_code == 302
    assert [found.words for found in Rating.objects.all()] == [WORDS]


def browser_without_database() -> Client:
    """Give a browser that has a CSRF token from a page that asks the database nothing."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert client.get("/receipt/").status_code == 200
    return client


@contextlib.contextmanager
def really_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the database away in earnest: on SQLite another connection holds the write lock for longer than we wait, on
    PostgreSQL the server ends our connection in the middle of the transaction."""
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)
        connection.close()
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        finally:
            other.close()
            connection.close()  # the next one waits as long as it is told to
    else:
        with monkeypatch.context() as patch:
            patch.setattr(intake, "next_case_number", _end_own_connection)
            yield
        close_old_connections()  # as at the beginning of every request


def _end_own_connection(*_asked: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    raise AssertionError("the connection was ended")


@pytest.mark.covers("R45")
def test_a_database_that_really_goes_away_in_mid_request_costs_nobody_their_words(
    own_desks: Desks, monkeypatch: pytest.MonkeyPatch
):
    client = browser()
    said = {"words": WORDS, "area": COMMUNITY, "client_id": str(uuid4()), "tell": "sms", "contact": "13912345678"}
    with really_away(monkeypatch):
        answer = send(client, "/report/", **said)
    assert_away(answer, WORDS, "13912345678")
    assert not Matter.objects.exists()
    again = send_again(client, answer, "/report/")
    assert again.status_code == 200
    assert send_again(client, answer, "/report/").content.count(b'id="receipt"') == 1
    assert [matter.words for matter in Matter.objects.all()] == [WORDS]
    assert "1 个工作日" in words(own_desks.browser("周").get("/desk/").content.decode())
