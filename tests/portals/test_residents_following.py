"""What the receipt opens beyond reading: adding to one's matter, and saying how to be told."""

import io
from uuid import uuid4

import pytest
from django.test import Client
from PIL import Image

from sanhu.domains.casework.models import Contact, Supplement
from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.models import Attachment, Notice
from tests.cast import Carried, carry, move, report_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.filing import photo_bytes
from tests.portals.policy import breaches
from tests.portals.reading import Page, words
from tests.portals.test_access_things import NEVER, ticket_of

MINE, ADD, TELL = "/receipt/matter/", "/receipt/supplement/", "/receipt/contact/"
MORE = "今天又倒了一车，𠮷老师拍了照片。"
PHONE, MAIL = "13900000000", "lin@example.org"


def holding(desks: Desks, receipt: str) -> Client:
    client = desks.browser()
    client.cookies["ticket"] = ticket_of(receipt)
    return client


def photo(name: str = "又一张.jpg") -> io.BytesIO:
    file = io.BytesIO(photo_bytes())
    file.name = name
    return file


@pytest.fixture
def open_one(desks: Desks) -> Carried:
    return carry(desks.cast, to="assigned")


def test_words_and_a_photo_are_added_and_read_by_reporter_and_desk(desks: Desks, open_one: Carried):
    client = holding(desks, open_one.receipt)
    assert client.post(ADD, {"words": MORE, "photos": [photo()], "client_id": str(uuid4())})["Location"] == MINE
    page = client.get(MINE).content.decode()
    assert MORE in page
    assert "第 1 次补充" in words(page)
    (shown,) = [img["src"] for img in Page(page).all("img")]
    assert shown
    assert Image.open(io.BytesIO(client.get(shown).content)).size == (64, 64)
    assert holding(desks, report_matter(desks.cast).receipt).get(shown).status_code == 404
    desk = desks.browser("周").get(f"/desk/matters/{open_one.matter.number}/").content.decode()
    assert "反映人补充的材料" in desk
    assert MORE in desk
    (at_desk,) = [img["src"] for img in Page(desk).all("img")]
    assert at_desk
    assert desks.browser("周").get(at_desk).status_code == 200
    assert desks.browser("郑").get(at_desk).status_code == 404
    assert "有补充 1 次" in desks.browser("周").get("/desk/matters/").content.decode()
    public = desks.browser().get(f"/matters/{open_one.matter.number}/").content.decode()
    assert "又倒了" not in public


def test_numbers_of_people_in_what_was_added_are_masked_at_the_desk(desks: Desks, open_one: Carried):
    holding(desks, open_one.receipt).post(ADD, {"words": f"打 {PHONE} 找我", "client_id": str(uuid4())})
    desk = desks.browser("周").get(f"/desk/matters/{open_one.matter.number}/").content.decode()
    assert PHONE not in desk
    assert "打 139******00 找我" in desk


def test_a_faulty_supplement_loses_neither_words_nor_photos(desks: Desks, open_one: Carried):
    client, client_id = holding(desks, open_one.receipt), str(uuid4())
    broken = io.BytesIO(b"not a photo")
    broken.name = "坏.jpg"
    answer = client.post(ADD, {"words": MORE, "photos": [photo(), broken], "client_id": client_id})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert MORE in html
    assert "第 1 张照片已收到" in html
    assert "有照片没有收下" in html
    assert breaches(answer) == []
    assert client.post(ADD, {"words": MORE, "client_id": client_id}).status_code == 302
    assert Attachment.objects.get(owner_ref=Supplement.objects.get().ref).place == 1
    assert client.post(ADD, {"words": "别的", "client_id": client_id}).status_code == 409
    empty = client.post(ADD, {"words": " ", "client_id": "not-one"})
    assert (empty.status_code, "写几句话，或者附上照片" in empty.content.decode()) == (422, True)


def test_what_has_ended_is_told_so_and_offers_no_form(desks: Desks):
    client = holding(desks, carry(desks.cast, to="closed").receipt)
    html = client.get(ADD).content.decode()
    assert "这件事已经结束，不能再补充" in html
    assert not Page(html).all("textarea")
    assert client.post(ADD, {"words": MORE, "photos": [photo()], "client_id": str(uuid4())}).status_code == 422
    assert not Attachment.objects.exists()
    assert "再说几句" not in client.get(MINE).content.decode()


def test_an_address_is_given_changed_and_withdrawn_and_never_shown_whole(desks: Desks, open_one: Carried):
    client = holding(desks, open_one.receipt)
    assert "没有留着联系方式" in client.get(TELL).content.decode()

    def say(**form: str) -> int:
        return client.post(TELL, {"client_id": str(uuid4()), **form}).status_code

    assert say(tell="sms", contact=f" {PHONE} ") == 302
    shown = client.get(TELL).content.decode()
    assert "139******00" in shown
    assert "139******00" in client.get(MINE).content.decode()
    assert say(tell="email", contact=MAIL) == 302
    shown += client.get(TELL).content.decode()
    assert "l***@example.org" in shown
    assert say(withdraw="1") == 302
    shown += client.get(TELL).content.decode()
    assert not Contact.objects.filter(erased_at__isnull=True).exists()
    assert say(withdraw="1") == 422
    assert PHONE not in shown
    assert MAIL not in shown


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"tell": "sms", "contact": "139"}, "“手机号或邮箱”：发短信需要 11 位手机号。"),
        ({"tell": "email", "contact": "lin@"}, "“手机号或邮箱”：发邮件需要完整的邮箱地址。"),
        ({"tell": "", "contact": PHONE}, "请选择“怎样告诉您”。"),
        ({"tell": "wecom", "contact": PHONE}, "“怎样告诉您”要从列出的选项里选。"),
        ({"tell": "sms", "contact": ""}, "请填写“手机号或邮箱”。"),
    ],
)
def test_a_faulty_address_is_told_with_field_and_rule(
    form: dict[str, str], fault: str, desks: Desks, open_one: Carried
):
    answer = holding(desks, open_one.receipt).post(TELL, {"client_id": str(uuid4()), **form})
    assert answer.status_code == 422
    assert fault in words(answer.content.decode())
    assert not Contact.objects.exists()


def test_what_was_told_is_listed_with_way_place_and_time(desks: Desks, open_one: Carried, clock: Clock):
    client = holding(desks, open_one.receipt)
    clock.at = open_one.at
    client.post(TELL, {"tell": "sms", "contact": PHONE, "client_id": str(uuid4())})
    move(desks.cast, open_one.matter.number, "sign", by="吴", at=clock.forward(hours=1))
    move(desks.cast, open_one.matter.number, "start", by="孙", at=clock.forward(hours=1))
    (notice,) = outbox.claim(at=clock.now(), lease=clock.now() - open_one.at, limit=5)
    outbox.mark_sent(notice, at=clock.forward(minutes=5))
    told = words(client.get(TELL).content.decode())
    assert "短信 · 139******00 · 已发出" in told
    assert "办理中。凭回执码可查看全部经过。" in told
    clock.forward(hours=1)
    client.post(TELL, {"tell": "email", "contact": MAIL, "client_id": str(uuid4())})
    for code, who in (("finish", "孙"), ("verify", "陈"), ("close", "何")):
        move(desks.cast, open_one.matter.number, code, by=who, at=clock.forward(hours=1))
    told = words(client.get(TELL).content.decode())
    assert "短信 · 以前留的地址 · 已发出" in told
    assert "电子邮件 · l***@example.org · 等待发出" in told
    assert Notice.objects.filter(address="").count() == 1


def test_after_the_final_close_the_page_says_why_no_address_is_taken(desks: Desks):
    client = holding(desks, carry(desks.cast, to="declined").receipt)
    html = client.get(TELL).content.decode()
    assert "这件事已经最终办结" in html
    assert "个人信息保护法第十九条" in html
    assert 'name="contact"' not in html
    refused = client.post(TELL, {"tell": "sms", "contact": PHONE, "client_id": str(uuid4())})
    assert (refused.status_code, Contact.objects.exists()) == (422, False)


def test_a_matter_that_is_never_shown_takes_and_shows_nothing_on_the_web(desks: Desks):
    registered = report_matter(desks.cast)
    move(desks.cast, registered.number, "accept", by="周", duty_id=desks.cast.duties[NEVER].pk, public_title="")
    client = holding(desks, registered.receipt)
    for url in (ADD, TELL):
        shown = client.get(url)
        assert (shown.status_code, "form" in shown.context and shown.context["form"] is not None) == (200, False)
        answer = client.post(url, {"words": MORE, "tell": "sms", "contact": PHONE, "client_id": str(uuid4())})
        assert answer.status_code == 403
    assert not Supplement.objects.exists()
    assert not Contact.objects.exists()
