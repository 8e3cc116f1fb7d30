"""Whatever is written into any field comes out as it was written, on every page, in the print and in the outbox."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils.html import escape

from sanhu.domains.casework.models import Matter, Rating, Step
from sanhu.domains.evidence.sequencer import sequence
from tests.cast import COMMUNITY, LEAD
from tests.portals.conftest import Desks
from tests.portals.policy import breaches

RARE = "𠮷祥里的㛃㛃、𬭎老师，𪚥龘"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;</textarea></main>"
SQL = "'; DROP TABLE casework_matter;-- \" OR 1=1 /* % _ \\"
TEMPLATE = "{{ settings.SECRET_KEY }}{% load i18n %}{# x #} %(number)s {0.__class__} ${x} %s"
BIDI = "楼道\u202e灯坏了\u2066 👨‍👩‍👧 e\u0301 ﷽"
TEXTS = {"rare": RARE, "script": SCRIPT, "sql": SQL, "template": TEMPLATE, "bidi": BIDI}


class Story:
    """One matter whose every text is the same hostile one, with the field's name before it."""

    def __init__(self, desks: Desks, text: str) -> None:
        self.desks, self.text = desks, text
        self.resident = Client()

    def said(self, field: str, most: int = 2000) -> str:
        return f"{field}{self.text}"[:most]

    def report(self) -> None:
        words, address = self.said("words"), self.said("address", 200)
        answer = self.resident.post(
            "/report/", {"words": words, "address": address, "area": COMMUNITY, "client_id": str(uuid4())}
        )
        assert answer.status_code == 200
        self.matter = Matter.objects.get()
        self.resident.cookies["ticket"] = answer.cookies["ticket"].value

    def move(self, surname: str, code: str, **said: object) -> None:
        self.matter.refresh_from_db()
        url = f"/desk/matters/{self.matter.number}/moves/{code}/"
        form = {"client_id": str(uuid4()), "revision": self.matter.revision, **said}
        answer = self.desks.browser(surname).post(url, form)
        assert (code, answer.status_code) == (code, 302)

    def run(self) -> None:
        cast = self.desks.cast
        self.report()
        self.move("周", "accept", duty=cast.duties["K1-06"].pk, public_title=self.said("title", 60), reply="")
        self.move("徐", "assign", lead=cast.bodies[LEAD].pk, reason=self.said("assign"))
        article = self.said("article", 200)
        self.move("吴", "send_back", reason=self.said("back"), article=article)
        self.move("徐", "assign", lead=cast.bodies[LEAD].pk)
        self.move("吴", "sign")
        self.move("孙", "start")
        self.move("孙", "finish", reason=self.said("done"), reply=self.said("reply"))
        self.move("陈", "verify")
        self.move("何", "close")
        rating = {"satisfaction": "fair", "words": self.said("rating"), "client_id": str(uuid4())}
        assert self.resident.post("/receipt/rate/", rating).status_code == 302


@pytest.fixture(params=TEXTS.values(), ids=TEXTS)
def story(request: pytest.FixtureRequest, desks: Desks) -> Story:
    story = Story(desks, request.param)
    story.run()
    return story


def test_what_was_written_is_kept_and_shown_as_it_was_written(story: Story):
    matter = Matter.objects.get()
    assert (matter.words, matter.address) == (story.said("words"), story.said("address", 200))
    assert matter.public_title == story.said("title", 60)
    steps = {(step.move, step.ordinal): step for step in Step.objects.all()}
    assert steps["assign", 3].reason == story.said("assign")
    assert (steps["send_back", 4].reason, steps["send_back", 4].article) == (story.said("back"), story.said("article"))
    assert (steps["finish", 8].reason, steps["finish", 8].reply) == (story.said("done"), story.said("reply"))
    assert Rating.objects.get().words == story.said("rating")

    def shown(client: Client, url: str, *fields: str) -> None:
        answer = client.get(url)
        assert answer.status_code == 200
        assert breaches(answer) == [], url
        html = answer.content.decode()
        for field in fields:
            text = story.said(field, {"title": 60, "address": 200}.get(field, 2000))
            assert escape(text) in html, (url, field)

    number = matter.number
    shown(Client(), "/", "title")
    shown(Client(), "/matters/", "title")
    shown(Client(), f"/matters/{number}/", "title")
    shown(story.resident, "/receipt/matter/", "title", "words", "address", "reply", "rating")
    shown(story.resident, "/receipt/notice/")
    desk = story.desks.browser("何")
    shown(desk, f"/desk/matters/{number}/", "title", "words", "address", "assign", "back", "article", "done", "reply")
    shown(desk, "/desk/matters/", "title")
    for url in ("/", "/matters/", f"/matters/{number}/"):
        html = Client().get(url).content.decode()
        for field in ("words", "address", "assign", "back", "done", "reply", "rating"):
            assert escape(story.said(field))[:12] not in html, (url, field)
    assert sequence() > 0


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_form_shown_again_holds_the_same_words(text: str, desks: Desks):
    said = {"words": text, "address": text[:200], "contact": text[:100], "tell": "sms", "area": text, "cell": text}
    answer = desks.browser().post("/report/", {**said, "client_id": str(uuid4())})
    assert answer.status_code == 422
    assert breaches(answer) == []
    assert answer.content.decode().count(escape(text)) >= 3


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_number_searched_for_is_only_a_number(text: str, desks: Desks):
    answer = desks.browser("周").get("/desk/matters/", {"number": text})
    assert answer.status_code == 200
    assert breaches(answer) == []
    assert "没有找到办件" in answer.content.decode()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_signing_in_with_anything_at_all_is_signing_in_with_a_wrong_name(text: str, desks: Desks):
    answer = desks.browser().post("/desk/sign-in/", {"username": text[:40], "password": text, "next": text})
    assert answer.status_code == 422
    assert breaches(answer) == []
    assert "账号或密码不对" in answer.content.decode()
