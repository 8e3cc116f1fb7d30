"""At the window: what is likely the same is offered before anything is registered, joined for whoever stands there."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse

from sanhu.domains.casework.models import Joining, Matter
from sanhu.domains.evidence.attachments import drafts_of, photos_of
from tests.cast import COMMUNITY, COMMUNITY_OF_OTHER_STREET, OTHER_COMMUNITY, Carried, carry
from tests.portals.conftest import Desks
from tests.portals.policy import breaches
from tests.portals.reading import Page, words
from tests.portals.test_desk_register import picture, receipt_in, send

SAID = "三号楼西侧的路灯柱倒了，压住了自行车棚，晚上很黑。电话13912345678。"
AGAIN = "来访人说路灯柱倒了，压住了三号楼的自行车棚。"
pytestmark = pytest.mark.covers("R45", "R84.2")


def known(desks: Desks, *, to: str = "in_progress", **changes: object) -> Carried:
    return carry(desks.cast, to=to, words=SAID, address="", **changes)


def carried_in(answer: HttpResponse) -> dict[str, str]:
    fields = Page(answer.content.decode()).all("input")
    return {tag["name"]: tag.get("value") or "" for tag in fields if tag.get("type") == "hidden" and tag.get("name")}


def add(desks: Desks, matter: Matter, *, who: str = "周", **said: Any) -> HttpResponse:
    form = {"words": AGAIN, "area": COMMUNITY, "client_id": str(uuid4()), **said}
    return desks.browser(who).post(f"/desk/register/join/{matter.number}/", form)


def test_a_clerk_sees_what_is_likely_the_same_before_anything_is_registered(desks: Desks):
    matter = known(desks).matter
    client_id = str(uuid4())
    answer = send(
        desks.browser("周"), words=AGAIN, address="三号楼", tell="sms", contact="13900990102",
        client_id=client_id, photos=[picture()],
    )  # fmt: skip
    html, page = answer.content.decode(), words(answer.content.decode())
    assert answer.status_code == 200
    assert "还没有登记：可能已有人反映过" in page
    assert "三号楼西侧的路灯柱倒了，压住了自行车棚，晚上很黑。电话139******78。" in page  # as pages show it
    assert "同一社区" in page
    assert f'formaction="/desk/register/join/{matter.number}/"' in html
    assert f'href="/desk/matters/{matter.number}/"' in html
    assert breaches(answer) == []
    said = carried_in(answer)
    assert (said["words"], said["area"], said["address"]) == (AGAIN, COMMUNITY, "三号楼")
    assert (said["tell"], said["contact"], said["client_id"]) == ("sms", "13900990102", client_id)
    assert len(drafts_of(UUID(client_id))) == 1
    assert Matter.objects.count() == 1


def test_no_it_is_another_registers_what_was_written_with_its_photos(desks: Desks):
    known(desks)
    client, client_id = desks.browser("周"), str(uuid4())
    offered = send(client, words=AGAIN, client_id=client_id, photos=[picture()])
    sent = client.post("/desk/register/", {**carried_in(offered), "distinct": "1"})
    new = Matter.objects.order_by("-pk")[0]
    assert (Matter.objects.count(), new.words, new.channel, len(photos_of(new.ref))) == (2, AGAIN, "window", 1)
    again = send(client, words=AGAIN, client_id=client_id)
    assert receipt_in(again) == receipt_in(sent), "sent twice, it is answered as before, without an offer"
    assert not Joining.objects.exists()


def test_who_goes_back_finds_everything_as_it_was(desks: Desks):
    known(desks)
    answer = send(desks.browser("周"), words=AGAIN, address="三号楼西侧", edit="1", photos=[picture()])
    assert answer.status_code == 200
    html = answer.content.decode()
    assert AGAIN in html
    assert 'value="三号楼西侧"' in html
    assert "第 1 张照片已收到" in html
    assert Matter.objects.count() == 1


def test_yes_it_is_the_same_gives_a_receipt_to_hand_over(desks: Desks):
    matter = known(desks).matter
    said = {"tell": "sms", "contact": "13900990102", "client_id": str(uuid4())}
    answer = add(desks, matter, **said)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    code = receipt_in(answer)
    assert receipt_in(add(desks, matter, **said)) == code, "pressed twice"
    joining = Joining.objects.get()
    assert (joining.matter, joining.address, Matter.objects.count()) == (matter, "13900990102", 1)
    followed = desks.browser().post("/receipt/", {"code": code}, follow=True)
    assert "您加入了这件事" in followed.content.decode()
    assert "另有 1 人反映" in desks.browser("周").get(f"/desk/matters/{matter.number}/").content.decode()
    assert carried_in(answer)["words"] == AGAIN
    sent = desks.browser("周").post("/desk/register/", {**carried_in(answer), "distinct": "1"})
    assert receipt_in(sent) != code
    assert Matter.objects.count() == 2


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("registered", "这件事还没有受理，不能加入；请单独反映"),
        ("closed", "这件事已经结束，不能再加入；问题还在的，请单独反映"),
    ],
)
def test_what_cannot_be_joined_is_told_with_its_reason_and_nothing_is_lost(desks: Desks, to: str, reason: str):
    matter = known(desks, to=to).matter
    offered = send(desks.browser("周"), words=AGAIN)
    assert reason in offered.content.decode()
    assert "formaction" not in offered.content.decode()
    refused = add(desks, matter, address="三号楼西侧")
    assert refused.status_code == 422
    for kept in (reason, AGAIN, 'value="三号楼西侧"'):
        assert kept in refused.content.decode(), kept
    assert not Joining.objects.exists()


def test_an_address_of_the_wrong_kind_is_asked_for_again(desks: Desks):
    faulty = add(desks, known(desks).matter, tell="sms", contact="139")
    assert faulty.status_code == 422
    assert "发短信需要 11 位手机号" in faulty.content.decode()
    assert AGAIN in faulty.content.decode()
    assert not Joining.objects.exists()


def test_one_form_is_not_used_for_two_wishes(desks: Desks):
    matter, client_id = known(desks).matter, str(uuid4())
    assert add(desks, matter, client_id=client_id).status_code == 200
    other = add(desks, matter, client_id=client_id, tell="sms", contact="13900990102")
    assert other.status_code == 409
    assert "这张表已经提交过一次，内容不同" in other.content.decode()
    assert add(desks, matter, who="徐", client_id=client_id).status_code == 409
    assert Joining.objects.get().address == ""


def test_nothing_is_offered_that_the_clerk_may_not_see(desks: Desks):
    elsewhere = carry(
        desks.cast, to="registered", words=SAID, address="", area_code=COMMUNITY_OF_OTHER_STREET, cell_code=""
    ).matter
    assert "请把回执码交给反映人" in send(desks.browser("周"), words=AGAIN).content.decode()
    assert add(desks, elsewhere).status_code == 404
    assert add(desks, known(desks).matter, who="郑").status_code == 404
    assert not Joining.objects.exists()


@pytest.mark.parametrize("said", ["楼上半夜装修，噪声很大，没法睡觉。", "灯", "自行车"])
def test_what_is_not_alike_is_registered_at_once(desks: Desks, said: str):
    known(desks)
    assert "请把回执码交给反映人" in send(desks.browser("周"), words=said, area=OTHER_COMMUNITY).content.decode()
    assert Matter.objects.count() == 2
