"""The queue at the desk, one text, one photo, and what the public then reads."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from sanhu.domains.casework.models import Matter, Publication, Verdict
from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.sequencer import sequence
from sanhu.portals.desk.forms.publications import PhotoForm
from sanhu.portals.published import pieces_of
from sanhu.portals.record_keeping import take_checkpoint
from tests.cast import MONDAY_MORNING, Cast, move, report_matter
from tests.portals.conftest import Desks
from tests.portals.filing import report_with_photo

WORDS = "我叫林㛃，三号楼2单元门口堆了垃圾，<b>邻居王小明</b>也看见了，电话13800990101。"
MASKED = "我叫林*，三号楼*单元门口堆了垃圾，<b>邻居王**</b>也看见了，电话***********。"


def accepted(cast: Cast, *, words: str = WORDS, with_photo: bool = True, item: str = "K1-06") -> Matter:
    reported = report_with_photo(words=words) if with_photo else report_matter(cast, words=words)
    return move(cast, reported.number, "accept", by="周", duty_id=cast.duties[item].pk, public_title="")


def pair(matter: Matter) -> tuple[Publication, Publication]:
    """Give the publication of the words, and of the photo."""
    words, photo = matter.publications.order_by("pk")
    return words, photo


def sent(publication: Publication, verdict: Verdict, **said: object) -> dict[str, object]:
    return {"verdict": verdict.value, "revision": publication.revision, "client_id": str(uuid4()), **said}


def post(browser: Client, publication: Publication, verdict: Verdict, **said: object):
    return browser.post(reverse("desk:publication", args=[publication.pk]), sent(publication, verdict, **said))


def public_page(desks: Desks, matter: Matter) -> str:
    return desks.browser().get(reverse("public:matter", args=[matter.number])).text


def box(number: int, *sides: float) -> dict[str, float]:
    return {f"{name}_{number}": side for name, side in zip(("left", "top", "width", "height"), sides, strict=True)}


def test_a_text_is_cut_into_what_tells_of_a_person_and_what_does_not():
    pieces = [(piece.text, piece.label, piece.is_certain) for piece in pieces_of("我叫林㛃，邻居王小明。")]
    assert pieces == [
        ("我叫", "", False),
        ("林㛃", "姓名", True),
        ("，邻居", "", False),
        ("王小明", "可能是姓名", False),
        ("。", "", False),
    ]


@pytest.mark.covers("R84.2")
def test_the_queue_shows_what_waits_and_what_was_found(desks: Desks):
    matter = accepted(desks.cast)
    accepted(desks.cast, item="K2-01")
    browser = desks.browser("徐")
    page = browser.get(reverse("desk:publications")).text
    assert page.count("data-label") == 2 * 5, "words and photo of the public matter alone"
    assert "姓名、门牌、电话" in page
    assert "照片须看图" in page
    assert "13800990101" not in page
    assert '公开审看 <span class="count">2</span>' in page
    words, _photo = pair(matter)
    shown = browser.get(reverse("desk:publication", args=[words.pk])).text
    assert '<mark class="certain">林㛃<span class="kind">（姓名）</span></mark>' in shown
    assert '<mark>王小明<span class="kind">（可能是姓名）</span></mark>' in shown
    assert "标出 3 处必须遮盖的、1 处由您判断的。" in shown
    assert "<b>邻居" not in shown
    assert MASKED.replace("<", "&lt;").replace(">", "&gt;") in shown, "the masked text stands in the form"


def test_words_are_refused_as_they_are_and_shown_masked(desks: Desks):
    matter = accepted(desks.cast)
    words, _photo = pair(matter)
    browser = desks.browser("徐")
    assert "反映人的话" not in public_page(desks, matter)
    refused = post(browser, words, Verdict.PASSED)
    assert refused.status_code == 422
    assert "个人信息保护法第二十五条" in refused.text
    put_in_the_mouth = post(browser, words, Verdict.MASKED, words=MASKED.replace("堆了垃圾", "没有垃圾"))
    assert put_in_the_mouth.status_code == 422
    assert "不能增加、改动或者删去别的字" in put_in_the_mouth.text
    assert "没有垃圾" in put_in_the_mouth.text, "what was written is kept"
    assert post(browser, words, Verdict.MASKED, words=MASKED).status_code == 302
    page = public_page(desks, matter)
    assert "反映人的话（经审看）" in page
    assert "我叫林*，三号楼*单元门口堆了垃圾，&lt;b&gt;邻居王**&lt;/b&gt;" in page
    assert "王小明" not in page
    assert "13800990101" not in page
    desk = browser.get(reverse("desk:matter", args=[matter.number])).text
    assert "遮盖后公开" in desk
    assert "等待审看" in desk, "the photo still waits"


def test_withholding_needs_a_reason_and_a_stale_form_is_told(desks: Desks):
    matter = accepted(desks.cast, words="三号楼门口堆了垃圾。")
    words, _photo = pair(matter)
    browser = desks.browser("徐")
    refused = post(browser, words, Verdict.WITHHELD)
    assert refused.status_code == 422
    assert "须写明理由" in refused.text
    assert post(desks.browser("高"), words, Verdict.PASSED).status_code == 302
    stale = post(browser, words, Verdict.WITHHELD, reason="反映人不愿公开")
    assert stale.status_code == 409
    assert "同事已经定了" in stale.text
    assert "反映人不愿公开" in stale.text
    assert "高远" in stale.text
    words.refresh_from_db()
    assert post(browser, words, Verdict.WITHHELD, reason="反映人不愿公开").status_code == 302
    assert "堆了垃圾" not in public_page(desks, matter)


def test_a_form_sent_twice_counts_once_and_one_changed_on_the_way_is_told(desks: Desks):
    matter = accepted(desks.cast, words="三号楼门口堆了垃圾。")
    words, _photo = pair(matter)
    browser, data = desks.browser("徐"), sent(words, Verdict.PASSED)
    url = reverse("desk:publication", args=[words.pk])
    assert [browser.post(url, data).status_code for _time in range(2)] == [302, 302]
    words.refresh_from_db()
    assert words.revision == 1
    changed = browser.post(url, {**data, "verdict": "withheld", "reason": "不公开"})
    assert changed.status_code == 409


def test_a_photo_is_previewed_before_it_is_blackened(desks: Desks):
    matter = accepted(desks.cast)
    _words, photo = pair(matter)
    (original,) = photos_of(matter.ref)
    browser = desks.browser("徐")
    page = browser.get(reverse("desk:publication", args=[photo.pk])).text
    assert page.count("<fieldset") == 9, "eight boxes and the verdict, to be filled in without a script"
    assert "look/mark-photo.js" in page
    nothing = post(browser, photo, Verdict.MASKED)
    assert nothing.status_code == 422
    assert "至少画一个框" in nothing.text
    unfinished = post(browser, photo, Verdict.MASKED, left_1=10)
    assert unfinished.status_code == 422
    assert "第 1 个框：左边、上边、宽、高要写全。" in unfinished.text
    boxes = box(1, 0, 0, 50, 100) | box(2, 75.5, 75.5, 10, 10)
    seen = post(browser, photo, Verdict.MASKED, **boxes)
    assert seen.status_code == 200
    assert "照这样公开" in seen.text
    photo.refresh_from_db()
    assert photo.verdict == Verdict.PENDING
    preview = browser.get(reverse("desk:publication_preview", args=[photo.pk]), {"box": ["0,0,50,100"]})
    with Image.open(BytesIO(preview.content)) as image:
        assert max(image.getpixel((8, 32))) < 8
    again = post(browser, photo, Verdict.MASKED, **boxes, previewed="0,0,50,100")
    assert again.status_code == 200, "other boxes were previewed"
    done = post(browser, photo, Verdict.MASKED, **boxes, previewed="0,0,50,100 75.5,75.5,10,10")
    assert done.status_code == 302
    photo.refresh_from_db()
    shown = public_page(desks, matter)
    url = reverse("public:matter_photo", args=[matter.number, photo.public_photo])
    assert url in shown
    assert "涂黑处是审看时遮盖的" in shown
    visitor = desks.browser()
    assert visitor.get(url)["Content-Type"] == "image/jpeg"
    assert visitor.get(reverse("public:matter_photo", args=[matter.number, original.uuid])).status_code == 404


@pytest.mark.parametrize(
    "query", ["", "?box=1,2,3", "?box=a,b,c,d", "?box=0,0,0,0", "?box=nan,0,5,5", "?" + "&".join(["box=0,0,5,5"] * 9)]
)
def test_a_preview_of_what_are_no_boxes_is_a_bad_request(desks: Desks, query: str):
    _words, photo = pair(accepted(desks.cast))
    url = reverse("desk:publication_preview", args=[photo.pk])
    assert desks.browser("徐").get(url + query).status_code == 400


def test_what_is_not_theirs_to_decide_is_not_found(desks: Desks):
    words, photo = pair(accepted(desks.cast))
    for name, publication in (
        ("desk:publication", words),
        ("desk:publication_photo", photo),
        ("desk:publication_preview", photo),
    ):
        url = reverse(name, args=[publication.pk])
        assert desks.browser("郑").get(url).status_code == 404
        assert desks.browser("周").get(url).status_code == 403
    assert desks.browser("徐").get(reverse("desk:publication_photo", args=[words.pk])).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_queue(desks: Desks):
    browser = desks.browser("徐")
    accepted(desks.cast)
    browser.get(reverse("desk:publications"))
    with CaptureQueriesContext(connection) as of_one:
        assert browser.get(reverse("desk:publications")).status_code == 200
    for _time in range(3):
        accepted(desks.cast)
    with CaptureQueriesContext(connection) as of_four:
        assert browser.get(reverse("desk:publications")).status_code == 200
    assert len(of_four) == len(of_one) <= 16


def test_the_boxes_of_a_form_are_those_with_four_numbers():
    form = PhotoForm({"verdict": "masked", "revision": 0, "client_id": str(uuid4()), **box(3, 1, 2, 3, 4)})
    assert form.is_valid(), form.errors
    assert [(one.left, one.top, one.width, one.height) for one in form.boxes()] == [(1, 2, 3, 4)]
    assert form.ruling().verdict is Verdict.MASKED


def test_the_proof_for_everybody_tells_that_it_was_decided_and_nothing_of_the_person(desks: Desks):
    matter = accepted(desks.cast)
    words, photo = pair(matter)
    post(desks.browser("徐"), words, Verdict.MASKED, words=MASKED, reason="林阿姨的话")
    post(desks.browser("徐"), photo, Verdict.WITHHELD, reason="有林阿姨的脸")
    while sequence():
        pass
    take_checkpoint(MONDAY_MORNING)
    proof = desks.browser().get(reverse("public:proof_json", args=[matter.number]))
    assert proof.status_code == 200
    assert proof.text.count("matter.publication_decided") == 2
    for told in ("林", "13800990101", "王小明", "三号楼"):
        assert told not in proof.json().__repr__()
