"""Donations at the desk: registered with receipt and key, received, spent on their purpose, published, erased."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sanhu.domains.funding.models import Donation, DonationNotice, DonorKey, PurposeChange, Voucher
from tests.conftest import Clock
from tests.domains.funding.giving import CONTACT, DONOR, PURPOSE, WORDS, Giving
from tests.domains.funding.money import COMMITTEE, Purse
from tests.portals.conftest import GateDesks
from tests.portals.filing import photo_bytes
from tests.portals.policy import breaches
from tests.portals.reading import words

pytestmark = pytest.mark.covers("R63")
NUMBER = "990101-2026-D0001"


@pytest.fixture
def giving(at_gate: GateDesks, clock: Clock) -> Giving:
    giving = Giving(Purse(at_gate.gate))
    clock.at = giving.purse.at + timedelta(hours=1)
    return giving


def read(at_gate: GateDesks, who: str, name: str, **said: str) -> str:
    answer = at_gate.browser(who).get(reverse(name, kwargs=said))
    assert answer.status_code == 200
    assert breaches(answer) == []
    return words(answer.content.decode())


def send(at_gate: GateDesks, who: str, name: str, form: dict[str, object], **said: str) -> tuple[int, str]:
    form = {"client_id": str(uuid4()), "draft_id": str(uuid4()), **form}
    answer = at_gate.browser(who).post(reverse(name, kwargs=said), form, follow=True)
    return answer.status_code, words(answer.content.decode())


def scan() -> dict[str, object]:
    return {"scans": SimpleUploadedFile("凭证.jpg", photo_bytes(), content_type="image/jpeg")}


def agreement(at_gate: GateDesks, **changed: object) -> dict[str, object]:
    return {
        "body_id": at_gate.gate.bodies[COMMITTEE].pk,
        "donor_kind": "person",
        "donor_name": DONOR,
        "donor_contact": CONTACT,
        "naming": "masked",
        "came_by": "own_accord",
        "set_by": "donor",
        "agreement": "翠园捐协〔2026〕1号",
        "agreed_on": "2026-11-06",
        "amount_fen": "3000",
        "donor_words": WORDS,
        "purpose": PURPOSE,
        "line": "L7",
        **changed,
    }


@pytest.mark.covers("X-12", "X-10")
def test_what_was_apportioned_is_refused_with_its_article(at_gate: GateDesks, giving: Giving):
    for set_by in ("organ", "apportioned", "condition"):
        status, text = send(at_gate, "陈", "desk:donation_register", agreement(at_gate, set_by=set_by))
        assert (status, "慈善法第三十二条" in text, "X-12" in text) == (422, True, True)
    duty = at_gate.gate.cast.version.items.filter(government_responsibility=True).values_list("code", flat=True)[0]
    status, text = send(at_gate, "陈", "desk:donation_register", agreement(at_gate, item_code=duty))
    assert (status, "X-10" in text) == (422, True)
    assert not Donation.objects.exists()


def test_registered_once_with_a_receipt_that_shows_the_key_once(at_gate: GateDesks, giving: Giving):
    form = {"client_id": str(uuid4()), **agreement(at_gate)}
    status, text = send(at_gate, "陈", "desk:donation_register", form)
    assert status == 200
    (key,) = re.findall(r"查询码 ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5})", text)
    assert f"登记编号 {NUMBER}" in text
    again = send(at_gate, "陈", "desk:donation_register", form)[1]
    assert (key in again, Donation.objects.count()) == (True, 1)
    receipt = read(at_gate, "陈", "desk:donation_receipt", number=NUMBER)
    assert "捐赠人民币3000.00元" in receipt
    page = read(at_gate, "陈", "desk:donation", number=NUMBER)
    for secret in (key, DONOR, CONTACT):
        assert secret not in receipt + page
    assert "欧*** 138******88" in page
    assert f"{PURPOSE} {NUMBER} {COMMITTEE} 个人 ¥3,000.00" in read(at_gate, "陈", "desk:donations")
    assert NUMBER not in read(at_gate, "柳", "desk:donations")


def test_money_comes_in_and_goes_out_for_the_purpose_alone(at_gate: GateDesks, giving: Giving):
    found = giving.register().donation
    money = {"amount_fen": "2000", "year": "2026", "basis": "进账单〔2026〕31号"}
    assert "凭证扫描件：至少附一张" in send(at_gate, "陈", "desk:donation_receive", money, number=NUMBER)[1]
    status, text = send(at_gate, "陈", "desk:donation_receive", {**money, **scan()}, number=NUMBER)
    assert (status, "到账已经写成凭证。" in text, "收到 ¥2,000.00" in text) == (200, True, True)
    spending = {
        "account_id": giving.account(found).pk,
        "amount_fen": "500",
        "expense": "equipment",
        "nature": "public_benefit",
        "payee_kind": "organisation",
        "payee_name": "江城老木匠家具店",
        "meets": "",
        "basis": "发票〔2026〕77号",
    }
    status, text = send(at_gate, "陈", "desk:donation_spend", {**spending, **scan()}, number=NUMBER)
    assert (status, "须说明这笔支出怎样符合捐赠人指定的用途" in text) == (422, True)
    wages = {**spending, "meets": "发补贴", "expense": "wages", **scan()}
    assert "X-12" in send(at_gate, "陈", "desk:donation_spend", wages, number=NUMBER)[1]
    good = {**spending, "meets": "给老年食堂买方桌", **scan()}
    status, text = send(at_gate, "陈", "desk:donation_spend", good, number=NUMBER)
    assert (status, "已用 ¥500.00 结余 ¥1,500.00" in text) == (200, True)
    assert Voucher.objects.count() == 2
    assert "只能用于：社区老年食堂添置桌椅" in read(at_gate, "陈", "desk:donation_spend", number=NUMBER)
    status, text = send(at_gate, "陈", "desk:donation_publish", {}, number=NUMBER)
    assert (status, "捐赠收支已公布。" in text, DonationNotice.objects.count()) == (200, True, 1)
    assert "已经公布过，以后没有新的收支" in send(at_gate, "陈", "desk:donation_publish", {}, number=NUMBER)[1]


def test_a_new_key_and_another_purpose(at_gate: GateDesks, giving: Giving):
    first = giving.register()
    status, text = send(at_gate, "陈", "desk:donation_key", {"checked": "核对了协议原件"}, number=NUMBER)
    assert status == 200
    (key,) = re.findall(r"查询码 ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5})", text)
    assert (key != first.key, DonorKey.objects.count()) == (True, 2)
    change = {"purpose": "社区儿童书屋添置书架", "consent": "变更函〔2026〕1号"}
    told = send(at_gate, "陈", "desk:donation_purpose", change, number=NUMBER)[1]
    assert "凭证扫描件" not in told
    assert "请改正后再提交 书面同意扫描件：至少附一张（慈善法第三十二条）" in told
    status, text = send(at_gate, "陈", "desk:donation_purpose", {**change, **scan()}, number=NUMBER)
    assert (status, "由“社区老年食堂添置桌椅”改为“社区儿童书屋添置书架”" in text) == (200, True)
    made = PurposeChange.objects.get()
    page = at_gate.browser("陈").get(reverse("desk:donation", kwargs={"number": NUMBER})).content.decode()
    (shown,) = set(re.findall(rf'src="(/desk/donations/{NUMBER}/scans/1/[^"]+)"', page))
    assert at_gate.browser("陈").get(shown)["Content-Type"] == "image/jpeg"
    assert at_gate.browser("柳").get(shown).status_code == 404
    assert made.consent == "变更函〔2026〕1号"


def test_an_administrator_erases_who_gave_and_sees_no_name(at_gate: GateDesks, giving: Giving):
    donation = giving.register().donation
    held = giving.receive(donation, 100_000)
    assert "还没有用完，不能删除" in read(at_gate, "冯", "desk:donors")
    status, text = send(at_gate, "冯", "desk:donor_erase", {}, number=NUMBER)
    assert (status, "协议还在履行" in text) == (403, True)
    giving.purse.reverse(held.number)
    text = read(at_gate, "冯", "desk:donors") + read(at_gate, "冯", "desk:donor_erase", number=NUMBER)
    assert DONOR not in text
    status, text = send(at_gate, "冯", "desk:donor_erase", {"is_sure": "on"}, number=NUMBER)
    assert (status, "捐赠人的资料已删除。" in text) == (200, True)
    donation.refresh_from_db()
    assert donation.donor_name == ""
    assert "捐赠人的资料已经删除。" in read(at_gate, "陈", "desk:donation", number=NUMBER)
