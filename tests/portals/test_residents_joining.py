"""Before a report is registered: what is likely the same is offered, joined, or passed by."""

from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse

from sanhu.domains.casework.models import Joining, Matter, Publication, Verdict
from sanhu.domains.casework.services.publishing import Ruling, decide
from sanhu.domains.evidence.attachments import drafts_of, photos_of
from tests.cast import CELL, COMMUNITY, Carried, carry, move
from tests.portals.conftest import Desks
from tests.portals.reading import Page
from tests.portals.test_residents_reporting import held, jpeg, receipt_in, send

SAID = "三号楼西侧的路灯柱倒了，压住了自行车棚，晚上很黑。"
AGAIN = "路灯柱倒了，压住了三号楼的自行车棚。"
HIDDEN = "我是住在隔壁单元的王小明"
pytestmark = pytest.mark.covers("R45", "R84.2")


def published(desks: Desks, *, words: str = SAID, verdict: Verdict = Verdict.PASSED, shown: str = "") -> Carried:
    """Carry a matter until it is handled, its words looked at for the public."""
    carried = carry(desks.cast, to="in_progress", words=words, address="")
    row = Publication.objects.get(matter=carried.matter, photo=None)
    actor = desks.cast.actor("徐")
    ruling = Ruling(verdict=verdict, revision=row.revision, words=shown, reason="看过了")
    decide(actor=actor, at=carried.at, client_id=uuid4(), publication_id=row.pk, ruling=ruling)
    return carried


def number_of(carried: Carried) -> str:
    number = carried.matter.number
    return f"{number[:6]}-{number[6:14]}-{number[14:]}"


def join(desks: Desks, carried: Carried, **said: object) -> HttpResponse:
    form = {"client_id": str(uuid4()), **said}
    return desks.browser().post(f"/matters/{carried.matter.number}/join/", form)


def test_what_is_likely_the_same_is_offered_before_anything_is_registered(desks: Desks):
    carried = published(desks)
    answer = send(desks.browser(), words=AGAIN, photos=[jpeg()])
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "可能已有人反映过" in html
    assert SAID in html
    assert f'formaction="/matters/{number_of(carried)}/join/"' in html
    assert Matter.objects.count() == 1
    kept = held(answer)
    assert (kept["area"], len(drafts_of(UUID(kept["client_id"])))) == (COMMUNITY, 1)
    said = {f["name"]: f.get("value") for f in Page(html).all("input") if f.get("type") == "hidden"}
    assert said["words"] == AGAIN


def test_no_it_is_another_registers_what_was_written_with_its_photos(desks: Desks):
    published(desks)
    client_id = str(uuid4())
    send(desks.browser(), words=AGAIN, client_id=client_id, photos=[jpeg()])
    sent = send(desks.browser(), words=AGAIN, client_id=client_id, distinct="1")
    new = Matter.objects.order_by("-pk")[0]
    assert (Matter.objects.count(), new.words, len(photos_of(new.ref))) == (2, AGAIN, 1)
    again = send(desks.browser(), words=AGAIN, client_id=client_id)
    assert receipt_in(again) == receipt_in(sent), "sent twice, it is answered as before, without an offer"


def test_whoever_goes_back_finds_everything_as_it_was(desks: Desks):
    published(desks)
    answer = send(desks.browser(), words=AGAIN, edit="1", photos=[jpeg()])
    assert answer.status_code == 200
    assert held(answer)["words"] == AGAIN
    assert "第 1 张照片已收到" in answer.content.decode()
    assert Matter.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "area"),
    [
        ("楼上天天半夜装修，噪声很大，没法睡觉。", COMMUNITY),
        ("灯", COMMUNITY),
        ("自行车", COMMUNITY),
    ],
)
def test_what_is_not_alike_is_registered_at_once(desks: Desks, words: str, area: str):
    published(desks)
    assert "请记下回执码" in send(desks.browser(), words=words, area=area).content.decode()
    assert Matter.objects.count() == 2


def test_elsewhere_the_words_have_to_be_nearly_the_same(desks: Desks):
    published(desks)
    other = "990101002001"
    assert (
        "请记下回执码" in send(desks.browser(), words="路灯坏了好几天，晚上很黑不好走。", area=other).content.decode()
    )
    assert "可能已有人反映过" in send(desks.browser(), words=SAID, area=other).content.decode()


@pytest.mark.parametrize("verdict", [Verdict.PENDING, Verdict.WITHHELD])
def test_a_matter_whose_words_nobody_passed_is_never_offered(desks: Desks, verdict: Verdict):
    if verdict == Verdict.PENDING:
        carry(desks.cast, to="in_progress", words=SAID, address="")
    else:
        published(desks, verdict=verdict)
    assert "请记下回执码" in send(desks.browser(), words=SAID).content.decode()


def test_what_was_masked_is_found_by_nobody(desks: Desks):
    said = f"{HIDDEN}，灯柱倒了。"
    published(desks, words=said, verdict=Verdict.MASKED, shown="*，灯柱倒了。")
    assert "请记下回执码" in send(desks.browser(), words=f"{HIDDEN}，没有别的。").content.decode()


def test_only_an_item_that_is_public_is_offered(desks: Desks):
    carried = published(desks)
    Matter.objects.filter(pk=carried.matter.pk).update(publicity="receipt_only")
    assert "请记下回执码" in send(desks.browser(), words=SAID).content.decode()


def test_what_ended_a_short_while_ago_is_told_and_cannot_be_joined(desks: Desks):
    carried = published(desks)
    at = carried.at
    for code, who in (("finish", "孙"), ("verify", "陈"), ("close", "何")):
        move(desks.cast, carried.matter.number, code, by=who, at=at)
    html = send(desks.browser(), words=AGAIN).content.decode()
    assert "可能已有人反映过" in html
    assert "formaction" not in html
    refused = join(desks, carried)
    assert refused.status_code == 422
    assert "这件事已经结束，不能再加入" in refused.content.decode()


def test_joining_gives_a_receipt_that_opens_what_everybody_may_see(desks: Desks):
    carried = published(desks)
    answer = join(desks, carried, tell="sms", contact="13900990102")
    code = receipt_in(answer)
    browser = desks.browser()
    shown = browser.post("/receipt/", {"code": code}, follow=True)
    html = shown.content.decode()
    assert shown.redirect_chain == [("/receipt/joined/", 302)]
    assert "您加入了这件事" in html
    assert "139******02" in html
    assert SAID in html
    assert "另有 1 人反映" in html
    for own_page in ("/receipt/matter/", "/receipt/contact/", "/receipt/supplement/", "/receipt/notice/"):
        assert browser.get(own_page).headers["Location"] == "/receipt/"


def test_how_many_others_is_all_that_anybody_learns(desks: Desks):
    carried = published(desks)
    for _one in range(2):
        join(desks, carried, tell="sms", contact="13900990102")
    pages = [
        desks.browser().get(f"/matters/{carried.matter.number}/"),
        desks.browser().post("/receipt/", {"code": carried.receipt}, follow=True),
        desks.browser("徐").get(f"/desk/matters/{carried.matter.number}/"),
    ]
    for page in pages:
        html = page.content.decode()
        assert "另有 2 人反映" in html
        assert "1390" not in html
        assert "joining" not in html


def test_leaving_closes_the_receipt(desks: Desks):
    carried = published(desks)
    code = receipt_in(join(desks, carried))
    browser = desks.browser()
    browser.post("/receipt/", {"code": code})
    left = browser.post("/receipt/joined/leave/", {"client_id": str(uuid4())}, follow=True)
    assert "不再跟进这件事" in left.content.decode()
    left_at = Joining.objects.get().left_at
    assert left_at is not None
    assert left_at >= carried.at
    assert browser.post("/receipt/", {"code": code}).status_code == 422


@pytest.mark.parametrize(("contact", "status"), [("139", 422), ("13900990102", 200)])
def test_what_was_written_comes_along_and_can_still_be_sent(desks: Desks, contact: str, status: int):
    carried, client_id = published(desks), str(uuid4())
    report = {"words": AGAIN, "area": COMMUNITY, "cell": CELL, "client_id": client_id, "photos": [jpeg()]}
    answer = join(desks, carried, tell="sms", contact=contact, **report)
    assert answer.status_code == status
    html = answer.content.decode()
    assert "单独提交我写的" in html
    assert Joining.objects.count() == (status == 200)
    said = {f["name"]: f.get("value") for f in Page(html).all("input") if f.get("type") == "hidden"}
    assert (said["words"], said["client_id"], said["cell"]) == (AGAIN, client_id, CELL)
    sent = send(desks.browser(), words=said["words"], client_id=client_id, distinct="1")
    assert "请记下回执码" in sent.content.decode()
    assert len(photos_of(Matter.objects.order_by("-pk")[0].ref)) == 1


def test_pressed_twice_it_is_joined_once(desks: Desks):
    carried, client_id = published(desks), str(uuid4())
    codes = {receipt_in(join(desks, carried, client_id=client_id)) for _time in range(2)}
    assert len(codes) == 1
    assert Joining.objects.count() == 1


def test_what_is_not_public_is_not_found(desks: Desks):
    reported = carry(desks.cast, to="registered")
    assert join(desks, reported).status_code == 404
    assert desks.browser().get(f"/matters/{reported.matter.number}/join/").status_code == 404


def test_joining_by_the_dozen_is_slowed_down(desks: Desks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "SANHU_JOINS_AN_HOUR", 2)
    carried = published(desks)
    assert [join(desks, carried).status_code for _time in range(3)] == [200, 200, 429]
    assert Joining.objects.count() == 2


def test_while_typing_a_part_of_the_page_is_given_and_not_without_end(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries
):
    monkeypatch.setattr(settings, "SANHU_ALIKE_A_MINUTE", 4)
    published(desks)
    client = desks.browser()
    first = client.post("/report/alike/", {"words": AGAIN, "area": COMMUNITY})
    assert "这就是我要说的，加入" in first.content.decode()
    assert "<html" not in first.content.decode()
    for _more in range(3):
        published(desks)
    with django_assert_max_num_queries(14):
        several = client.post("/report/alike/", {"words": AGAIN, "area": COMMUNITY})
    assert several.content.decode().count("formaction") == 4
    for words in ("", "长" * 2001):
        assert client.post("/report/alike/", {"words": words, "area": "x"}).content.strip() == b""
    assert client.post("/report/alike/", {"words": AGAIN}).status_code == 429
    assert client.get("/report/alike/").status_code == 405
