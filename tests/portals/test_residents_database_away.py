"""A database that does not answer a form: said in words, the words kept, and the deed done once all the same."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.evidence.attachments import photos_of
from sanhu.portals.desk.views import moves
from sanhu.portals.public.views import report
from tests.cast import COMMUNITY, carry
from tests.portals.conftest import Desks
from tests.portals.desk_administration.filling import answers
from tests.portals.filing import photo_bytes
from tests.portals.policy import breaches

WORDS = "三号楼的电梯又停了，𠮷老师困在里面半小时。"
AWAY, GONE = "系统暂时连不上数据库", OperationalError("database is locked")


def browser(ticket: str = "") -> Client:
    """Give a browser that minds its CSRF tokens."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get("/report/")
    if ticket:
        client.cookies["ticket"] = ticket
    return client


def send(client: Client, url: str, **said: object) -> HttpResponse:
    return client.post(url, {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, **said})


def send_again(client: Client, answer: HttpResponse, url: str) -> HttpResponse:
    """Press the one button of the page that said that the database was away."""
    html = answer.content.decode()
    assert f'action="{url}"' in html
    return client.post(url, answers(html, holding="csrfmiddlewaretoken"))


def assert_away(answer: HttpResponse, *kept: str) -> None:
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert breaches(answer) == []
    html = answer.content.decode()
    assert AWAY in html
    for text in kept:
        assert text in html


def once(monkeypatch: pytest.MonkeyPatch, module: object, name: str, *, after: bool = False) -> None:
    """Let a service fail the first time: before it did anything, or after it committed."""
    really: Callable[..., object] = getattr(module, name)
    calls: list[None] = []

    def failing(**said: object) -> object:
        calls.append(None)
        if len(calls) > 1:
            return really(**said)
        if after:
            really(**said)
        raise GONE

    monkeypatch.setattr(module, name, failing)


@pytest.mark.covers("R45")
@pytest.mark.parametrize("after", [False, True], ids=["before_it_was_written", "after_it_was_written"])
def test_a_report_is_kept_in_the_page_and_registered_once(after: bool, desks: Desks, monkeypatch: pytest.MonkeyPatch):
    once(monkeypatch, report, "register", after=after)
    client, client_id = browser(), str(uuid4())
    photo = SimpleUploadedFile("现场.jpg", photo_bytes(), "image/jpeg")
    said = {"words": WORDS, "area": COMMUNITY, "address": "三号楼", "client_id": client_id, "photos": photo}
    answer = send(client, "/report/", **said)
    assert_away(answer, WORDS, "三号楼", client_id, "您写的内容都还在这一页里", "不会重复登记")
    assert Matter.objects.count() == after
    again = send_again(client, answer, "/report/")
    assert again.status_code == 200
    assert "请记下回执码" in again.content.decode()
    assert [(matter.words, matter.address) for matter in Matter.objects.all()] == [(WORDS, "三号楼")]
    assert len(photos_of(Matter.objects.get().ref)) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before_it_was_written", "after_it_was_written"])
def test_a_move_is_kept_in_the_page_and_made_once(after: bool, desks: Desks, monkeypatch: pytest.MonkeyPatch):
    carried = carry(desks.cast, to="in_progress")
    once(monkeypatch, moves, "make_move", after=after)
    client = desks.browser("孙", enforce_csrf_checks=True)
    url = f"/desk/matters/{carried.matter.number}/moves/finish/"
    form = answers(client.get(url).content.decode()) | {"reason": "更换了控制板。", "reply": "电梯修好了。"}
    answer = client.post(url, form)
    assert_away(answer, "更换了控制板。", "电梯修好了。", form["client_id"])
    assert send_again(client, answer, url).status_code == 302
    finished = Step.objects.get(matter=carried.matter, move="finish")
    assert (finished.reason, finished.reply) == ("更换了控制板。", "电梯修好了。")
