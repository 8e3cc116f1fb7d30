"""Reporting: what a form may hold, what it may not, and that nothing is lost or counted twice on the way."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from sanhu.domains.casework.models import Contact, Matter
from sanhu.domains.evidence.attachments import photos_of
from tests.cast import CELL, COMMUNITY, COMMUNITY_OF_OTHER_DISTRICT, OTHER_COMMUNITY
from tests.portals.conftest import Desks
from tests.portals.filing import photo_bytes
from tests.portals.reading import Page, words

WORDS = "三号楼西侧的灯柱倒了。"
FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in "13912345678")


def send(client: Client, **said: object) -> HttpResponse:
    """Send the report form; what is None is left out."""
    form = {"words": WORDS, "area": COMMUNITY, "client_id": str(uuid4()), **said}
    return client.post("/report/", {name: value for name, value in form.items() if value is not None})


def held(answer: HttpResponse) -> dict[str, str]:
    """Give what the shown form holds: its hidden fields and its words."""
    html = answer.content.decode()
    fields = {f["name"] or "": f.get("value") or "" for f in Page(html).all("input") if f.get("type") == "hidden"}
    written = re.search(r'<textarea[^>]*name="words"[^>]*>\s*([^<]*)</textarea>', html)
    return fields | {"words": written[1] if written else ""}


def receipt_in(answer: HttpResponse) -> str:
    found = re.search(r'id="receipt">([^<]+)<', answer.content.decode())
    assert found, words(answer.content.decode())
    return found[1]


def jpeg(name: str = "现场.jpg", *, shade: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo_bytes(colour=(shade * 20, 140, 130)), "image/jpeg")


@pytest.mark.covers("R45")
def test_a_report_sent_twice_is_one_matter_and_one_page(desks: Desks):
    client_id = str(uuid4())
    first = send(desks.browser(), client_id=client_id, photos=[jpeg()])
    again = send(desks.browser(), client_id=client_id, photos=[jpeg()])
    assert (first.status_code, again.status_code) == (200, 200)
    assert receipt_in(first) == receipt_in(again)
    assert [len(photos_of(matter.ref)) for matter in Matter.objects.all()] == [1]


def test_the_same_form_with_other_words_is_asked_about_and_then_another_matter(desks: Desks):
    client, client_id = desks.browser(), str(uuid4())
    first = send(client, client_id=client_id)
    other = send(client, client_id=client_id, words="另一件事：路灯不亮。")
    assert other.status_code == 409
    assert "这张表已经提交过一次，内容不同" in other.content.decode()
    kept = held(other)
    assert kept["words"] == "另一件事：路灯不亮。"
    assert kept["client_id"] != client_id
    assert Matter.objects.get().words == WORDS
    second = send(client, client_id=kept["client_id"], words=kept["words"])
    assert second.status_code == 200
    assert receipt_in(second) != receipt_in(first)
    assert Matter.objects.count() == 2


def test_nothing_written_is_lost_when_something_is_missing(desks: Desks):
    answer = send(desks.browser(), area="", photos=[jpeg()], address="翠园小区三号楼")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "请选择“在哪个社区”。" in html
    assert "第 1 张照片已收到" in html
    assert 'value="翠园小区三号楼"' in html
    sent = send(desks.browser(), client_id=held(answer)["client_id"], words=held(answer)["words"])
    assert sent.status_code == 200
    assert len(photos_of(Matter.objects.get().ref)) == 1


PNG_OF_2500_MEGAPIXELS = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xc3\x50\x00\x00\xc3\x50\x08\x02\x00\x00\x00" + b"\x00" * 60
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("name", "content_type", "data", "reason"),
    [
        ("现场.jpg", "image/jpeg", photo_bytes("PNG"), "文件的内容与它的名称或类型不符"),
        ("现场.png", "image/jpeg", photo_bytes("JPEG"), "文件的内容与它的名称或类型不符"),
        ("现场.svg", "image/svg+xml", SVG, "只收 JPEG、PNG、WebP 图片"),
        ("现场.jpg", "image/jpeg", SVG, "只收 JPEG、PNG、WebP 图片"),
        ("现场.jpg", "image/jpeg", b"MZ\x90\x00" + b"\x00" * 200, "只收 JPEG、PNG、WebP 图片"),
        ("现场.gif", "image/gif", b"GIF89a" + b"\x00" * 200, "只收 JPEG、PNG、WebP 图片"),
        ("现场.png", "image/png", PNG_OF_2500_MEGAPIXELS, "不得超过 4000 万像素"),
        ("现场.jpg", "image/jpeg", photo_bytes()[:300], "文件不完整或已损坏"),
        ("现场.jpg", "image/jpeg", photo_bytes() + b"\x00" * (11 * 1024 * 1024), "每张不得超过 10 MB"),
        ("现场.jpg", "image/jpeg", b"", "文件是空的"),
    ],
    ids=["a_png_as_jpeg", "a_jpeg_as_png", "svg", "svg_as_jpeg", "program", "gif", "bomb", "torn", "11_mb", "empty"],
)
def test_a_file_that_is_no_photo_is_told_why_and_the_rest_is_kept(
    name: str, content_type: str, data: bytes, reason: str, desks: Desks
):
    client = desks.browser()
    answer = send(client, photos=[jpeg(), SimpleUploadedFile(name, data, content_type)])
    assert answer.status_code == 422
    html = answer.content.decode()
    assert reason in html
    assert "第 1 张照片已收到" in html
    assert "第 2 张照片已收到" not in html
    assert held(answer)["words"] == WORDS
    assert not Matter.objects.exists()
    sent = send(client, client_id=held(answer)["client_id"])
    assert sent.status_code == 200
    assert [photo.content_type for photo in photos_of(Matter.objects.get().ref)] == ["image/jpeg"]


@pytest.mark.parametrize("name", ["../../etc/passwd.jpg", "𠮷<script>.jpg", "x" * 3000 + ".jpg", "a\r\nb.jpg", "现场"])
def test_what_a_photo_is_called_is_nobodys_concern(name: str, desks: Desks):
    assert send(desks.browser(), photos=[jpeg(name)]).status_code == 200
    assert len(photos_of(Matter.objects.get().ref)) == 1


def test_four_photos_are_one_too_many_at_once_or_one_after_another(desks: Desks):
    at_once = send(desks.browser(), photos=[jpeg(shade=shade) for shade in range(4)])
    assert at_once.status_code == 422
    assert "每次最多 3 张" in at_once.content.decode()
    three = send(desks.browser(), area="", photos=[jpeg(shade=shade) for shade in range(3)])
    fourth = send(desks.browser(), client_id=held(three)["client_id"], photos=[jpeg(shade=9)])
    assert fourth.status_code == 422
    assert "每次最多 3 张" in fourth.content.decode()
    assert "第 3 张照片已收到" in fourth.content.decode()
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("tell", "contact", "status", "kept"),
    [
        ("", "", 200, None),
        ("", "13912345678", 200, None),
        ("sms", "13912345678", 200, "13912345678"),
        ("sms", " 13912345678 ", 200, "13912345678"),
        ("sms", "1391234567", 422, None),
        ("sms", FULL_WIDTH, 422, None),
        ("sms", "lin@example.org", 422, None),
        ("sms", "", 422, None),
        ("email", "lin@example.org", 200, "lin@example.org"),
        ("email", "lin@", 422, None),
        ("email", "13912345678", 422, None),
        ("email", "lin@example.org\nBcc: all@example.org", 422, None),
        ("fax", "13912345678", 422, None),
    ],
)
def test_an_address_is_of_the_kind_that_was_chosen_and_kept_only_where_asked_for(
    tell: str, contact: str, status: int, kept: str | None, desks: Desks
):
    assert send(desks.browser(), tell=tell, contact=contact).status_code == status
    assert [found.address for found in Contact.objects.all()] == ([kept] if kept else [])


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"area": COMMUNITY_OF_OTHER_DISTRICT}, 422),
        ({"area": "990101001"}, 422),
        ({"area": "990101999999"}, 422),
        ({"area": "' OR 1=1 --"}, 422),
        ({"cell": f"{COMMUNITY}999"}, 422),
        ({"cell": CELL, "lon": "181", "lat": "91"}, 422),
        ({"cell": CELL, "lon": "nan", "lat": "inf"}, 422),
        ({"cell": CELL, "lon": "1e999", "lat": "1"}, 422),
        ({"cell": "9" * 16}, 422),
        ({"words": ""}, 422),
        ({"words": " \n\u3000 "}, 422),
        ({"words": "长" * 2001}, 422),
        ({"words": "有\x00空"}, 422),
        ({"address": "址" * 201}, 422),
        ({"words": "长" * 2000, "address": "址" * 200}, 200),
    ],
)
def test_a_place_or_words_that_cannot_be_kept_are_refused_by_name(said: dict[str, str], status: int, desks: Desks):
    answer = send(desks.browser(), **said)
    assert answer.status_code == status
    assert Matter.objects.count() == (status == 200)
    if status == 422:
        assert re.search('class="said (errors|refusal)"|role="alert"', answer.content.decode())


def test_a_cell_of_another_community_gives_way_to_the_community_that_was_chosen(desks: Desks):
    assert send(desks.browser(), area=OTHER_COMMUNITY, cell=CELL, lon="116.0015", lat="39.0005").status_code == 200
    matter = Matter.objects.get()
    assert (matter.area_code, matter.cell_code, matter.lon) == (OTHER_COMMUNITY, "", None)


def test_a_click_on_the_map_chooses_a_cell_and_keeps_the_words(desks: Desks):
    client = desks.browser()
    shown = send(client, area="", **{"map.x": "360", "map.y": "180"})
    assert shown.status_code == 200
    assert "已选：翠园社区，网格" in shown.content.decode()
    kept = held(shown)
    assert kept["words"] == WORDS
    assert kept["cell"].startswith(COMMUNITY)
    sent = send(client, client_id=kept["client_id"], cell=kept["cell"], lon=kept["lon"], lat=kept["lat"])
    assert sent.status_code == 200
    assert Matter.objects.get().cell_code == kept["cell"]


@pytest.mark.parametrize("x", ["-1", "100000", "1e308", "nan", "inf", "", "abc", "0x10"])
def test_a_click_beside_the_map_is_told_and_chooses_nothing(x: str, desks: Desks):
    shown = send(desks.browser(), area="", **{"small_map.x": x, "small_map.y": "5"})
    assert shown.status_code == 200
    assert "点到的地方不在本区的网格之内" in shown.content.decode()
    assert held(shown)["cell"] == ""


def test_a_client_id_that_is_none_costs_nobody_their_words(desks: Desks):
    for client_id in ("", "1", "x" * 5000, "' OR 1=1 --"):
        assert send(desks.browser(), client_id=client_id).status_code == 200
    assert Matter.objects.count() == 4
