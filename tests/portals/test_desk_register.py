"""Registering at the window: the residents' form in a clerk's hand."""

import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.attachments import photos_of
from tests.cast import COMMUNITY, COMMUNITY_OF_OTHER_STREET
from tests.portals.conftest import Desks
from tests.portals.reading import Page


def send(client: Client, **said: Any) -> HttpResponse:
    form = {"words": "来访人说楼道灯坏了。", "area": COMMUNITY, "client_id": str(uuid4()), **said}
    return client.post("/desk/register/", form)


def picture(colour: int = 120, *, name: str = "door.jpg") -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", (64, 48), (colour, 140, 130)).save(written, "JPEG")
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


def receipt_in(answer: HttpResponse) -> str:
    found = re.search(r"<strong>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5})<", answer.content.decode())
    assert found
    return found[1]


def test_a_clerk_registers_and_hands_over_the_code(desks: Desks):
    client = desks.browser("周")
    answer = send(client, tell="sms", contact="13912345678")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    matter = Matter.objects.get()
    assert (matter.channel, matter.registered_by) == ("window", desks.cast["周"].post)
    opened = desks.browser().post("/receipt/", {"code": receipt_in(answer)})
    assert opened.status_code == 302
    assert f"/desk/matters/{matter.number}/" in client.get("/desk/").content.decode()


def test_the_same_form_is_one_matter_and_other_words_are_asked_about(desks: Desks):
    client, client_id = desks.browser("周"), str(uuid4())
    first, again = send(client, client_id=client_id), send(client, client_id=client_id)
    assert receipt_in(first) == receipt_in(again)
    other = send(client, client_id=client_id, words="另一位来访人说电梯停了。")
    assert other.status_code == 409
    assert "另一位来访人说电梯停了。" in other.content.decode()
    hidden = {tag["name"]: tag.get("value") for tag in Page(other.content.decode()).all("input") if tag.get("name")}
    assert hidden["client_id"] != client_id
    assert Matter.objects.count() == 1


def test_one_clerks_form_is_not_another_clerks(desks: Desks):
    client_id = str(uuid4())
    assert send(desks.browser("周"), client_id=client_id).status_code == 200
    assert send(desks.browser("徐"), client_id=client_id).status_code == 409
    resident = desks.browser().post(
        "/report/", {"words": "来访人说楼道灯坏了。", "area": COMMUNITY, "client_id": client_id}
    )
    assert resident.status_code == 409
    assert Matter.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"area": COMMUNITY_OF_OTHER_STREET}, "不在您的辖区"),
        ({"area": ""}, "请选择“在哪个社区”。"),
        ({"words": ""}, "请填写“发生了什么”。"),
        ({"tell": "sms", "contact": "1"}, "发短信需要 11 位手机号"),
    ],
)
def test_what_a_clerk_may_not_or_did_not_say_is_told_and_the_rest_kept(said: dict[str, str], reason: str, desks: Desks):
    answer = send(desks.browser("周"), address="翠园小区三号楼", **said)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert 'value="翠园小区三号楼"' in answer.content.decode()
    assert not Matter.objects.exists()


def test_photos_taken_at_the_door_survive_a_faulty_form_and_belong_to_the_matter(desks: Desks):
    client, client_id = desks.browser("何"), str(uuid4())
    faulty = send(client, client_id=client_id, words="", photos=[picture()])
    assert (faulty.status_code, "第 1 张照片已收到" in faulty.content.decode()) == (422, True)
    text = SimpleUploadedFile("door.jpg", b"no picture", "image/jpeg")
    refused = send(client, client_id=client_id, photos=[text])
    assert (refused.status_code, "有照片没有收下" in refused.content.decode()) == (422, True)
    assert not Matter.objects.exists()
    assert send(client, client_id=client_id, photos=[picture(90)]).status_code == 200
    matter = Matter.objects.get()
    kept = photos_of(matter.ref)
    assert [photo.created_by for photo in kept] == [desks.cast.actor("何").ref] * 2
    shown = client.get(f"/desk/matters/{matter.number}/").content.decode()
    assert [str(photo.uuid) in shown for photo in kept] == [True, True]
