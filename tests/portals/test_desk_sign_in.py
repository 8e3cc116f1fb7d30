"""Signing in at the desk: who may, how often one may try, and how a session ends."""

import logging

import pytest
from django.conf import settings as configured
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.models import Account
from sanhu.domains.subjects.services.accounts import deactivate_account, issue_password
from sanhu.engines.actors import SYSTEM
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.reading import words

SIGN_IN, INBOX = "/desk/sign-in/", "/desk/"
WRONG = "不是这个密码"


def attempt(desks: Desks, surname: str = "周", password: str = "", client: Client | None = None, **said: str):
    """Try to sign in with somebody's own password, or another."""
    form = {"username": desks.account(surname).username, "password": password or desks.cast[surname].password, **said}
    return (client or Client()).post(SIGN_IN, form)


def is_signed_in(client: Client) -> bool:
    return client.get("/desk/password/").status_code == 200


def test_the_right_password_opens_the_desk_and_is_entered_in_the_record(desks: Desks):
    client = Client()
    answer = attempt(desks, client=client)
    assert (answer.status_code, answer["Location"]) == (302, INBOX)
    assert client.get(INBOX).status_code == 200
    entry = Entry.objects.filter(event="account.signed_in").get()
    assert (entry.subject_ref, entry.district) == (f"account:{desks.account('周').pk}", "990101")
    cookie = client.cookies[configured.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_wrong_password_and_an_unknown_account_are_told_the_same(desks: Desks):
    answers = [attempt(desks, password=WRONG), Client().post(SIGN_IN, {"username": "990101-9999", "password": WRONG})]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert len({words(answer.content.decode()) for answer in answers}) == 1
    assert all("账号或密码不对" in answer.content.decode() for answer in answers)
    assert not Entry.objects.filter(event="account.signed_in").exists()


@pytest.mark.parametrize("name", ["{}", " {} ", "\u3000{}"])
def test_a_sign_in_name_is_read_as_people_write_it(name: str, desks: Desks):
    assert attempt(desks, username=name.format(desks.account("周").username)).status_code == 302


def test_five_failures_lock_the_account_for_a_while_and_no_other(desks: Desks, clock: Clock):
    spellings = (desks.account("周").username, f" {desks.account('周').username.upper()} ")
    failures = [attempt(desks, password=WRONG, username=spellings[n % 2]).status_code for n in range(5)]
    assert failures == [422] * 5
    locked = attempt(desks)
    assert locked.status_code == 429
    assert "失败次数太多" in locked.content.decode()
    assert attempt(desks, "徐").status_code == 302
    clock.forward(minutes=14, seconds=59)
    assert attempt(desks).status_code == 429
    clock.forward(seconds=2)
    assert attempt(desks).status_code == 302


def test_failures_long_ago_or_before_a_success_are_not_counted(desks: Desks, clock: Clock):
    assert [attempt(desks, password=WRONG).status_code for _try in range(4)] == [422] * 4
    assert attempt(desks).status_code == 302
    assert [attempt(desks, password=WRONG).status_code for _try in range(4)] == [422] * 4
    clock.forward(minutes=16)
    assert [attempt(desks, password=WRONG).status_code for _try in range(4)] == [422] * 4
    assert attempt(desks).status_code == 302


def test_an_address_that_tries_many_accounts_waits_too(desks: Desks, settings):
    settings.SANHU_SIGN_IN_FAILURES = 1
    guesses = [attempt(desks, password=WRONG, username=f"990101-9{n:03}").status_code for n in range(20)]
    assert guesses == [422] * 20
    assert attempt(desks, "徐").status_code == 429
    elsewhere = {"username": desks.account("徐").username, "password": desks.cast["徐"].password}
    assert Client(REMOTE_ADDR="192.0.2.9").post(SIGN_IN, elsewhere).status_code == 302


def test_the_security_administrator_unlocks_at_once(desks: Desks):
    for _try in range(5):
        attempt(desks, password=WRONG)
    assert attempt(desks).status_code == 429
    url = reverse("desk:account_act", kwargs={"pk": desks.cast["周"].person.pk, "act": "unlock"})
    assert desks.browser("冯").post(url).status_code == 302
    assert attempt(desks).status_code == 302


def test_a_deactivated_account_is_shut_out_at_once(desks: Desks, clock: Clock):
    client = Client()
    attempt(desks, client=client)
    deactivate_account(account_id=desks.account("周").pk, actor=SYSTEM, at=clock.now())
    assert not is_signed_in(client)
    assert attempt(desks).status_code == 422


@pytest.mark.parametrize(("is_production", "status"), [(False, 302), (True, 422)])
def test_a_demonstration_account_opens_nothing_in_production(is_production: bool, status: int, desks: Desks, settings):
    settings.SANHU_PRODUCTION = is_production
    Account.objects.filter(pk=desks.account("周").pk).update(is_demonstration=True)
    client = Client()
    assert attempt(desks, client=client).status_code == status
    assert is_signed_in(client) is not is_production
    assert attempt(desks, "徐").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ("/desk/matters/?state=done", "/desk/matters/?state=done"),
        ("", INBOX),
        ("foo", INBOX),
        ("desk:matters", INBOX),
        ("https://elsewhere.example/desk/", INBOX),
        ("//elsewhere.example/", INBOX),
        ("///elsewhere.example/", INBOX),
        ("/\\elsewhere.example/", INBOX),
        ("\t//elsewhere.example/", INBOX),
        ("javascript:alert(1)", INBOX),
        ("http:elsewhere.example", INBOX),
    ],
)
def test_after_signing_in_one_goes_to_a_page_of_ours(wanted: str, where: str, desks: Desks):
    assert attempt(desks, next=wanted)["Location"] == where


def test_where_one_wanted_to_go_is_kept_through_a_failure(desks: Desks):
    client = Client()
    asked = client.get("/desk/matters/?state=done")
    assert asked["Location"] == f"{SIGN_IN}?next=/desk/matters/%3Fstate%3Ddone"
    failed = attempt(desks, password=WRONG, client=client, next="/desk/matters/?state=done")
    assert 'name="next" value="/desk/matters/?state=done"' in failed.content.decode()
    assert 'value="' + WRONG not in failed.content.decode()


def test_a_session_begins_anew_with_the_sign_in(desks: Desks):
    client = Client()
    planted = client.session
    planted["planted"] = "by somebody else"
    planted.save()
    attempt(desks, client=client)
    fresh = client.cookies[configured.SESSION_COOKIE_NAME].value
    assert fresh != planted.session_key
    stranger = Client()
    stranger.cookies[configured.SESSION_COOKIE_NAME] = planted.session_key
    assert not is_signed_in(stranger)


def test_half_an_hour_of_nothing_ends_the_session_and_work_prolongs_it(desks: Desks, clock: Clock):
    client = Client()
    attempt(desks, client=client)
    for _visit in range(4):
        clock.forward(minutes=29)
        assert client.get(INBOX).status_code == 200
    clock.forward(minutes=30, seconds=1)
    assert client.get(INBOX)["Location"] == f"{SIGN_IN}?next=/desk/"


def test_signing_out_ends_the_session_on_the_server(desks: Desks):
    client = Client()
    attempt(desks, client=client)
    key = client.cookies[configured.SESSION_COOKIE_NAME].value
    assert client.post("/desk/sign-out/")["Location"] == "/"
    stolen = Client()
    stolen.cookies[configured.SESSION_COOKIE_NAME] = key
    assert not is_signed_in(stolen)


def change(client: Client, old: str, new: str, again: str = "") -> HttpResponse:
    return client.post("/desk/password/", {"old": old, "new": new, "again": again or new})


def test_a_one_time_password_leads_to_ones_own_and_nowhere_else(desks: Desks, clock: Clock):
    once = issue_password(account_id=desks.account("周").pk, actor=SYSTEM, at=clock.now())
    client = Client()
    assert attempt(desks, password=once, client=client).status_code == 302
    for url in (INBOX, "/desk/matters/", "/desk/posts/", "/desk/register/"):
        assert client.get(url)["Location"] == "/desk/password/", url
    assert change(client, once, "足够长而且不常见的密码").status_code == 302
    assert client.get(INBOX).status_code == 200
    assert attempt(desks, password=once).status_code == 422


@pytest.mark.parametrize(
    ("new", "again", "reason"),
    [
        ("短密码", "", "密码"),
        ("1234567890123", "", "密码"),
        ("password1234", "", "密码"),
        ("足够长而且不常见的密码", "足够长而且不常见的密马", "两遍“新密码”不一样"),
        ("足够\x00长而且不常见的密码", "", "字符"),
    ],
    ids=["short", "digits", "common", "twice", "nul"],
)
def test_a_weak_or_mistyped_password_is_refused_in_its_field(new: str, again: str, reason: str, desks: Desks):
    client = desks.browser("周")
    answer = change(client, desks.cast["周"].password, new, again)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert attempt(desks).status_code == 302


def test_the_old_password_is_not_guessed_at_a_desk_left_open(desks: Desks, settings):
    client = desks.browser("周")
    for _try in range(settings.SANHU_SIGN_IN_FAILURES):
        assert change(client, "猜的旧密码", "足够长而且不常见的密码").status_code == 422
    refused = change(client, desks.cast["周"].password, "足够长而且不常见的密码")
    assert refused.status_code == 429
    assert "失败次数太多" in refused.content.decode()


def test_a_new_password_ends_every_other_session_of_the_account(desks: Desks):
    here, elsewhere = desks.browser("周"), desks.browser("周")
    assert is_signed_in(elsewhere)
    assert change(here, desks.cast["周"].password, "足够长而且不常见的密码").status_code == 302
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)


def test_no_password_reaches_a_log(desks: Desks, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        attempt(desks, password="一个写错的密码")
        attempt(desks)
        change(desks.browser("周"), desks.cast["周"].password, "另一个足够长的新密码")
    logged = caplog.text
    assert "page=desk:sign_in" in logged, "the log was listened to"
    for secret in ("一个写错的密码", desks.cast["周"].password, "另一个足够长的新密码"):
        assert secret not in logged
