"""Several at the same moment: a form pressed four times is one matter, four forms are four, two officials one step."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.evidence.attachments import photos_of
from tests.cast import COMMUNITY, carry
from tests.portals.conftest import Desks
from tests.portals.desk_administration.filling import answers
from tests.portals.filing import photo_bytes


def at_once(presses: Sequence[Callable[[], HttpResponse]]) -> list[HttpResponse]:
    """Press all buttons at the same moment, each in a thread with a connection of its own."""
    ready = Barrier(len(presses))

    def press(button: Callable[[], HttpResponse]) -> HttpResponse:
        try:
            ready.wait()
            return button()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(press, presses))


def report(client_id: str) -> HttpResponse:
    photo = SimpleUploadedFile("现场.jpg", photo_bytes(), "image/jpeg")
    said = {"words": "楼道灯坏了", "area": COMMUNITY, "client_id": client_id, "photos": [photo]}
    return Client().post("/report/", said)


def receipts(pages: Sequence[HttpResponse]) -> list[str]:
    return [found for page in pages for found in re.findall(r'id="receipt">([^<]+)<', page.content.decode())]


@pytest.mark.covers("R45")
def test_reports_at_the_same_moment(own_desks: Desks):
    client_id = str(uuid4())
    same = at_once([lambda: report(client_id)] * 4)
    assert [page.status_code for page in same] == [200] * 4
    assert len(receipts(same)) == 4
    assert len(set(receipts(same))) == 1
    assert [len(photos_of(matter.ref)) for matter in Matter.objects.all()] == [1]
    different = at_once([lambda: report(str(uuid4()))] * 4)
    assert len(set(receipts(different))) == 4
    assert sorted(Matter.objects.values_list("number", flat=True)) == [f"9901012026110900000{n}" for n in range(1, 6)]


@pytest.mark.covers("R6")
def test_two_officials_at_the_same_moment(own_desks: Desks):
    number = carry(own_desks.cast, to="accepted").matter.number
    url = f"/desk/matters/{number}/moves/assign/"
    desks = [own_desks.browser(who) for who in ("徐", "高")]
    forms = [answers(desk.get(url).content.decode()) for desk in desks]
    buttons = [lambda desk=desk, form=form: desk.post(url, form) for desk, form in zip(desks, forms, strict=True)]
    assert sorted(answer.status_code for answer in at_once(buttons)) == [302, 409]
    assert Step.objects.filter(matter__number=number, move="assign").count() == 1
