"""What whoever runs the house sees: figures for a monitor, and a line for each request that tells of nobody."""

import io
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from sanhu.portals import stamps
from sanhu.portals.health import beat
from sanhu.portals.watching.lines import WordlessFormatter
from tests.cast import carry
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.filing import WORDS

TOKEN = "monitor-" + "m" * 32
PHONE, NAME, PLATE = "13900001234", "林秀英", "990101-0099"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Collect all that an installation would write, of every logger and every level it lets through."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WordlessFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def test_the_installation_s_log_is_written_so():
    assert settings.LOGGING["formatters"]["line"] == {"()": "sanhu.portals.watching.lines.WordlessFormatter"}
    assert logging.getLogger("sanhu.requests").isEnabledFor(logging.INFO)


@pytest.mark.covers("R84")
def test_the_log_tells_nothing_of_anybody(desks: Desks, log: io.StringIO):
    """Residents and officials go about with telling words; none of them is in the log, nor is any address."""
    carried = carry(desks.cast, to="in_progress")
    number = carried.matter.number
    visitor = Client()
    visitor.get("/", {"q": NAME})
    visitor.get(f"/nowhere/{PHONE}/")
    visitor.post("/receipt/", {"code": carried.receipt, "client_id": str(uuid4())})
    visitor.get(f"/matters/{number}/", headers={"user-agent": NAME, "x-request-id": PHONE})
    visitor.post("/report/", {"words": f"{NAME} {WORDS}", "phone": PHONE})
    visitor.post("/desk/sign-in/", {"username": PLATE, "password": NAME})
    sun = desks.browser("孙")
    sun.get("/desk/matters/", {"words": NAME})
    sun.get(f"/desk/matters/{number}/")
    sun.post(f"/desk/matters/{number}/moves/finish/", {"client_id": str(uuid4()), "reason": NAME, "revision": "5"})
    text = log.getvalue()
    for telling in (
        NAME, PHONE, PLATE, PLATE.lower(), carried.receipt, carried.receipt.replace("-", ""), number, WORDS[:6],
        "翠园", "孙浩", "127.0.0.1", "/matters/", "/receipt", "?", "nowhere",
    ):  # fmt: skip
        assert telling not in text, telling
    lines = text.splitlines()
    assert len(lines) == 9
    assert lines[0].partition("method=")[2].startswith("GET page=public:home status=200 ms=")
    assert " page=- status=404 " in lines[1]
    assert re.search(
        rf"INFO sanhu.requests method=GET page=desk:matter status=200 ms=\d+ actor=post:{desks.cast['孙'].post.pk} "
        r"id=[0-9a-f]{32}$",
        lines[7],
    )


def test_an_error_is_told_by_its_way_and_its_number_and_without_its_words(
    desks: Desks, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
):
    def fails(*_args: object, **_named: object) -> None:
        raise LookupError(f"no row for {NAME}, {PHONE}") from ValueError(PHONE)

    monkeypatch.setattr("sanhu.portals.desk.page.states_waiting", fails)
    client = desks.browser("孙", raise_request_exception=False)
    sent = uuid4().hex
    answer = client.get("/desk/", headers={"x-request-id": sent})
    assert (answer.status_code, answer["X-Request-Id"]) == (500, sent)
    assert f"<code>{sent}</code>" in answer.content.decode()
    text = log.getvalue()
    assert NAME not in text
    assert PHONE not in text
    assert "builtins.LookupError" in text
    assert "builtins.ValueError" in text
    assert "portals/desk/page.py" in text
    assert text.count(f"id={sent}") == 2  # the error's line and the request's


def test_a_database_that_went_away_is_logged_without_the_address(
    desks: Desks, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
):
    def away(*_args: object, **_named: object) -> None:
        raise OperationalError("could not reach db at secret-host")

    monkeypatch.setattr("sanhu.portals.desk.page.states_waiting", away)
    assert desks.browser("孙").get("/desk/").status_code == 503
    assert "secret-host" not in log.getvalue()
    assert "/desk/" not in log.getvalue().replace("portals/desk/", "")


def test_the_figures_are_for_the_monitor_alone(desks: Desks, settings: Any):
    client = Client()
    assert client.get("/metrics/").status_code == 404
    settings.SANHU_METRICS_TOKEN = TOKEN
    assert client.get("/metrics/").status_code == 401
    for wrong in (f"Bearer {TOKEN}x", "Bearer ", f"Basic {TOKEN}", TOKEN, "Bearer 令牌"):
        answer = client.get("/metrics/", headers={"authorization": wrong})
        assert (answer.status_code, answer["WWW-Authenticate"], answer.content) == (401, "Bearer", b"")
    assert client.post("/metrics/", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 405
    answer = client.get("/metrics/", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")


def test_the_figures_are_those_of_the_district(desks: Desks, settings: Any, clock: Clock):
    settings.SANHU_METRICS_TOKEN = TOKEN
    for state in ("registered", "in_progress", "in_progress", "closed"):
        carry(desks.cast, to=state, at=clock.now())
    beat(clock.now())
    stamps.note("backup", at=clock.now() - timedelta(hours=2))
    clock.forward(seconds=30)
    page = Client().get("/metrics/", headers={"authorization": f"Bearer {TOKEN}"}).content.decode()
    for line in (
        'sanhu_matters{district="990101",state="registered"} 1.0',
        'sanhu_matters{district="990101",state="in_progress"} 2.0',
        'sanhu_last_seconds{deed="worker"} 30.0',
        'sanhu_last_seconds{deed="backup"} 7230.0',
    ):
        assert line in page.splitlines(), line
    assert 'state="closed"' not in page
    assert "sanhu_matters_overdue{" not in page
    tail = re.search(r"^sanhu_record_tail (\d+)\.0$", page, re.MULTILINE)
    assert tail is not None
    assert int(tail[1]) > 20
    clock.forward(days=30)
    page = Client().get("/metrics/", headers={"authorization": f"Bearer {TOKEN}"}).content.decode()
    assert 'sanhu_matters_overdue{district="990101"} 3.0' in page.splitlines()


def test_requests_are_counted_by_page(desks: Desks, settings: Any):
    settings.SANHU_METRICS_TOKEN = TOKEN

    def counted() -> float:
        page = Client().get("/metrics/", headers={"authorization": f"Bearer {TOKEN}"}).content.decode()
        found = re.search(
            r'^sanhu_requests_total\{method="GET",page="desk:matters",process="\d+",status="200"\} (\S+)$',
            page,
            re.MULTILINE,
        )
        assert 'sanhu_request_seconds_bucket{le="0.1",page="metrics"' in page or found is None
        return float(found[1]) if found else 0

    before = counted()
    for _time in range(3):
        desks.browser("孙").get("/desk/matters/")
    assert counted() == before + 3
