"""The pages on which tokens are made, shown once, listed and revoked."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sanhu.domains.subjects.models import ApiToken
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.open.calling import Program, own_token, system_token

SECRET = re.compile(r"sanhu_[A-Za-z0-9_-]{43}")
GOOD = {"name": "每天导出", "scopes": ["matter.view", "matter.register"], "expires_on": "2027-01-31"}


def form(**more: Any) -> dict[str, Any]:
    return {**GOOD, "client_id": str(uuid4()), **more}


def freshly(desks: Desks, surname: str, clock: Clock) -> Client:
    """Give a browser in which somebody signed in a moment ago."""
    browser = desks.browser(surname)
    session = browser.session
    session["signed_in_at"] = int(clock.now().timestamp())
    session.save()
    return browser


def test_a_token_is_made_soon_after_signing_in_alone(desks: Desks, clock: Clock):
    """A desk left open for a minute must not give a key away that lasts a year."""
    for surname, name in (("周", "desk:token_add"), ("冯", "desk:system_token_add")):
        browser = freshly(desks, surname, clock)
        assert browser.get(reverse(name)).status_code == 200
        clock.forward(minutes=16)
        refused = browser.post(reverse(name), form(post=desks.cast["周"].post.pk))
        assert (refused.status_code, "/desk/security/again/" in refused.content.decode()) == (403, True)
    assert not ApiToken.objects.exists()


def test_a_token_is_shown_once_and_opens_the_desk_by_program(
    desks: Desks, clock: Clock, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO", logger="sanhu.requests")
    browser, sent = freshly(desks, "周", clock), form()
    page = browser.post(reverse("desk:token_add"), sent)
    secret = SECRET.findall(page.content.decode())[0]
    assert page["Cache-Control"].startswith("max-age=0")
    assert Program(secret).get("/desk/matters").status_code == 200
    assert f"actor=post:{desks.cast['周'].post.pk}/token:{ApiToken.objects.get().pk} " in caplog.text
    again = browser.post(reverse("desk:token_add"), sent, follow=True)
    assert ApiToken.objects.count() == 1
    text = again.content.decode()
    assert (again.redirect_chain[0][0], SECRET.search(text)) == (reverse("desk:tokens"), None)
    assert "令牌只显示那一次" in text
    assert f"{secret[:10]}…" in text
    assert secret not in str(dict(browser.session))


def test_only_what_the_post_may_do_is_offered(desks: Desks, clock: Clock):
    page = freshly(desks, "周", clock).get(reverse("desk:token_add")).content.decode()
    offered = set(re.findall(r'name="scopes" value="([a-z_.]+)"', page))
    assert offered == {"matter.view", "matter.register", "matter.accept", "matter.urge"}
    system = freshly(desks, "冯", clock).get(reverse("desk:system_token_add")).content.decode()
    assert not {"matter.close", "matter.verify", "admission.vote"} & set(re.findall(r'value="([a-z_.]+)"', system))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": ""}, "请填写“名称”"),
        ({"scopes": []}, "请选择“令牌的权限”"),
        ({"scopes": ["matter.close"]}, "要从列出的选项里选"),
        ({"expires_on": "2026-11-09"}, "有效期：须晚于今天"),
        ({"expires_on": "2028-01-01"}, "有效期：最长 366 天"),
    ],
)
def test_a_faulty_form_says_what_is_wrong_and_makes_nothing(
    desks: Desks, clock: Clock, more: dict[str, Any], words: str
):
    page = freshly(desks, "周", clock).post(reverse("desk:token_add"), form(**more))
    assert (page.status_code, words in page.content.decode()) == (422, True)
    assert not ApiToken.objects.exists()


def test_the_keeper_makes_a_systems_token_for_somebody_elses_post(desks: Desks, clock: Clock):
    clerk = desks.cast["周"].post.pk
    browser = freshly(desks, "冯", clock)
    page = browser.post(reverse("desk:system_token_add"), form(post=clerk))
    secret = SECRET.findall(page.content.decode())[0]
    assert Program(secret).get("/desk/inbox").status_code == 200
    own = browser.post(reverse("desk:system_token_add"), form(post=desks.cast["冯"].post.pk))
    assert own.status_code == 422
    assert ApiToken.objects.get().created_by_id == desks.cast["冯"].person.pk


def test_a_revoked_token_ends_at_once_and_the_list_says_how_each_stands(desks: Desks):
    cast = desks.cast
    mine, systems = own_token(cast["周"]), system_token(cast, "周", ["matter.view"])
    browser = desks.browser("周")
    listed = browser.get(reverse("desk:tokens")).content.decode()
    assert mine.token.hint in listed
    assert systems.token.hint not in listed
    assert browser.post(reverse("desk:token_revoke", args=[mine.token.pk])).status_code == 302
    assert Program(mine.secret).get("/desk/matters").status_code == 401
    keeper = desks.browser("冯").get(reverse("desk:tokens")).content.decode()
    assert ("已撤销" in keeper, systems.token.hint in keeper) == (True, True)
    assert browser.post(reverse("desk:token_revoke", args=[systems.token.pk])).status_code == 404
