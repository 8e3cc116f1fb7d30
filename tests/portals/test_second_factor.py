"""The second step of signing in, by app, by paper and by passkey; and the page of one's own ways in."""

import json
import re

import pytest
from django.conf import settings as configured
from django.test import Client

from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.models import Account, OneTimeCodes, Passkey, RecoveryCode
from sanhu.domains.subjects.services.accounts import issue_password
from sanhu.engines.actors import SYSTEM
from tests.conftest import Clock
from tests.device import Device
from tests.portals.conftest import Desks
from tests.portals.reading import words
from tests.portals.second_steps import (
    SECOND,
    SECURITY,
    SIGN_IN,
    code_of,
    codes_on_paper,
    is_in,
    options,
    register_device,
    set_up_app,
    with_password,
)

CODE_ON_PAPER = re.compile(r"<li><code>([a-z2-9]{5}-[a-z2-9]{5})</code></li>")


def is_proved() -> bool:
    while sequence():
        pass
    findings = verify().findings
    assert findings == ()
    return True


def ways_of_last_sign_in() -> list[str]:
    entry = Entry.objects.filter(event="account.signed_in").latest("id")
    return json.loads(entry.body)["facts"]["ways"]


# --- an app


def test_an_app_is_set_up_by_hand_without_a_script_and_asked_for_at_the_next_sign_in(desks: Desks, clock: Clock):
    client = with_password(desks, "周")
    page = client.get("/desk/security/app/").content.decode()
    secret = OneTimeCodes.objects.get().secret
    assert " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)) in page
    picture = client.get("/desk/security/app/code.svg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert picture.content.startswith(b"<svg")
    assert b"style=" not in picture.content

    wrong = client.post("/desk/security/app/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "验证码不对" in words(wrong.content.decode())
    assert client.get("/desk/security/app/").content.decode().count(secret[:4]) >= 1, "the secret stays while it waits"
    done = client.post("/desk/security/app/", {"code": code_of(desks.account("周"), clock.now())})
    assert len(CODE_ON_PAPER.findall(done.content.decode())) == 10, "a first set of recovery codes, shown once"
    assert client.get("/desk/security/app/code.svg").status_code == 404, "a secret in use is shown to nobody"
    assert client.get("/desk/security/app/")["Location"] == SECURITY

    clock.forward(seconds=30)
    client = with_password(desks, "周", next="/desk/matters/")
    assert client.get("/desk/")["Location"].startswith(SIGN_IN), "the password alone opens nothing"
    opened = client.post(SECOND, {"code": code_of(desks.account("周"), clock.now())})
    assert (opened.status_code, opened["Location"]) == (302, "/desk/matters/")
    assert ways_of_last_sign_in() == ["password", "app"]
    assert is_proved()


def test_a_code_counts_once_even_in_its_own_time(desks: Desks, clock: Clock):
    account = set_up_app(desks, "周", clock)
    code = code_of(account, clock.now())
    assert with_password(desks, "周").post(SECOND, {"code": code}).status_code == 302
    again = with_password(desks, "周").post(SECOND, {"code": code})
    assert again.status_code == 422
    assert "或者已经用过" in words(again.content.decode())
    clock.forward(seconds=30)
    assert with_password(desks, "周").post(SECOND, {"code": code_of(account, clock.now())}).status_code == 302


def test_the_first_step_waits_five_minutes_and_no_session_is_open_meanwhile(desks: Desks, clock: Clock):
    account = set_up_app(desks, "周", clock)
    for seconds, status in ((299, 302), (301, 302)):
        client = with_password(desks, "周")
        assert not is_in(client)
        clock.forward(seconds=seconds)
        answer = client.post(SECOND, {"code": code_of(account, clock.now())})
        assert answer.status_code == status
        assert is_in(client) is (seconds < 300)
    assert answer["Location"] == SIGN_IN
    assert "已经过期" in words(client.get(SIGN_IN).content.decode())
    assert Client().get(SECOND)["Location"] == SIGN_IN, "there is no second step without a first"


def test_a_new_password_ends_a_first_step_made_with_the_old(desks: Desks, clock: Clock):
    account = set_up_app(desks, "周", clock)
    client = with_password(desks, "周")
    issue_password(account_id=account.pk, actor=SYSTEM, at=clock.now())
    assert client.post(SECOND, {"code": code_of(account, clock.now())})["Location"] == SIGN_IN
    assert not is_in(client)


def test_words_written_before_the_session_ran_out_go_through_both_steps(desks: Desks, clock: Clock):
    account = set_up_app(desks, "周", clock)
    form = {"username": account.username, "password": desks.cast["周"].password}
    client = Client()
    second = client.post(SIGN_IN, form | {"kept:reason": "清运两车 𠮷", "next": "/desk/matters/"})
    assert second.status_code == 200
    assert "清运两车 𠮷" in second.content.decode()
    wrong = client.post(SECOND, {"code": "000000", "kept:reason": "清运两车 𠮷"})
    assert "清运两车 𠮷" in wrong.content.decode()
    right = client.post(SECOND, {"code": code_of(account, clock.now()), "kept:reason": "清运两车 𠮷"})
    assert "再提交一次" in words(right.content.decode())
    assert "清运两车 𠮷" in right.content.decode()


# --- how often


def test_wrong_codes_lock_the_account_like_wrong_passwords_and_the_right_password_does_not_unlock_it(
    desks: Desks, clock: Clock
):
    account = set_up_app(desks, "周", clock)
    tries = [with_password(desks, "周").post(SECOND, {"code": "000000"}).status_code for _try in range(5)]
    assert tries == [422] * 5
    assert client_at_first_step(desks).status_code == 429
    clock.forward(minutes=15, seconds=1)
    client = with_password(desks, "周")
    assert client.post(SECOND, {"code": code_of(account, clock.now())}).status_code == 302
    assert client_at_first_step(desks).status_code == 302, "a whole sign-in forgets the failures"


def test_twenty_wrong_codes_a_day_are_enough_whatever_the_minutes_between(desks: Desks, clock: Clock):
    account = set_up_app(desks, "周", clock)
    for _try in range(20):
        clock.forward(minutes=16)
        assert with_password(desks, "周").post(SECOND, {"code": "000000"}).status_code == 422
    clock.forward(minutes=16)
    assert client_at_first_step(desks).status_code == 429
    unlock = f"/desk/people/{account.person_id}/account/unlock/"
    assert desks.browser("冯").post(unlock).status_code == 302
    assert client_at_first_step(desks).status_code == 302


def client_at_first_step(desks: Desks):
    form = {"username": desks.account("周").username, "password": desks.cast["周"].password}
    return Client().post(SIGN_IN, form)


# --- on paper


def test_a_recovery_code_opens_once_and_says_how_many_are_left(desks: Desks, clock: Clock):
    set_up_app(desks, "周", clock)
    codes = codes_on_paper(desks, "周", clock)
    client = with_password(desks, "周")
    assert client.post(SECOND, {"code": codes[0].upper().replace("-", " ")}).status_code == 302
    assert "还剩 9 个" in words(client.get("/desk/").content.decode())
    assert ways_of_last_sign_in() == ["password", "recovery_code"]
    assert with_password(desks, "周").post(SECOND, {"code": codes[0]}).status_code == 422
    assert not any(code in str(RecoveryCode.objects.values_list("code_hash", flat=True)) for code in codes)
    assert is_proved()


def test_a_new_set_withdraws_the_old_and_another_persons_code_opens_nothing(desks: Desks, clock: Clock):
    set_up_app(desks, "周", clock)
    set_up_app(desks, "徐", clock)
    old, others = codes_on_paper(desks, "周", clock), codes_on_paper(desks, "徐", clock)
    new = codes_on_paper(desks, "周", clock)
    answers = [with_password(desks, "周").post(SECOND, {"code": code}).status_code for code in (old[0], others[0])]
    assert answers == [422, 422]
    assert with_password(desks, "周").post(SECOND, {"code": new[0]}).status_code == 302


def test_without_an_app_or_a_key_there_are_no_codes_on_paper(desks: Desks, clock: Clock):
    client = with_password(desks, "周")
    refused = client.post("/desk/security/codes/", follow=True)
    assert "先设置验证器或者通行密钥" in words(refused.content.decode())
    assert not RecoveryCode.objects.exists()


# --- passkeys


def test_a_passkey_is_the_second_step_and_the_whole_sign_in(desks: Desks):
    device = Device()
    client = with_password(desks, "周")
    assert len(CODE_ON_PAPER.findall(register_device(client, device).content.decode())) == 10
    second = with_password(desks, "周")
    answer = device.get(options(second, f"{SECOND}options/"))
    assert second.post(SECOND, {"credential": json.dumps(answer)}).status_code == 302
    assert ways_of_last_sign_in() == ["password", "passkey"]

    alone = Client()
    asked = options(alone, "/desk/sign-in/passkey/options/")
    assert asked.get("allowCredentials", []) == [], "the device finds the key by itself, and no account is named"
    opened = alone.post("/desk/sign-in/passkey/", {"credential": json.dumps(device.get(asked))})
    assert (opened.status_code, opened["Location"]) == (302, "/desk/")
    assert ways_of_last_sign_in() == ["passkey"]
    assert "办公室电脑" in client.get(SECURITY).content.decode()
    assert is_proved()


@pytest.mark.parametrize(
    "fault", ["replayed", "counter", "origin", "host", "unverified", "other_purpose", "late", "nonsense", "removed"]
)
def test_an_answer_that_does_not_hold_opens_nothing(fault: str, desks: Desks, clock: Clock):
    device = Device()
    owner = with_password(desks, "周")
    register_device(owner, device)
    client = Client()
    url, form = "/desk/sign-in/passkey/", {}
    asked = options(client, f"{url}options/")
    if fault == "counter":
        Passkey.objects.update(sign_count=7)
    elif fault == "origin":
        device.origin = "http://elsewhere.example"
    elif fault == "host":
        device.host = "elsewhere.example"
    elif fault == "unverified":
        device.verifies = False
    elif fault == "other_purpose":
        asked = options(owner, "/desk/security/passkeys/options/")
    elif fault == "late":
        clock.forward(minutes=6)
    elif fault == "removed":
        passkey = Passkey.objects.get()
        assert owner.post(f"/desk/security/passkeys/{passkey.pk}/remove/").status_code == 302
    form = {"credential": "{" if fault == "nonsense" else json.dumps(device.get(asked))}
    if fault == "replayed":
        assert client.post(url, form).status_code == 302
        client = Client()
        options(client, f"{url}options/")
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "通行密钥没有通过" in words(refused.content.decode())
    assert not is_in(client)


def test_a_key_of_somebody_else_is_no_second_step(desks: Desks):
    zhous, xus = Device(), Device()
    register_device(with_password(desks, "周"), zhous)
    register_device(with_password(desks, "徐"), xus)
    client = with_password(desks, "周")
    answer = xus.get(options(client, f"{SECOND}options/"))
    assert client.post(SECOND, {"credential": json.dumps(answer)}).status_code == 422
    assert not is_in(client)


def test_a_key_is_registered_once_and_removed_by_its_owner_alone(desks: Desks):
    device, client = Device(), with_password(desks, "周")
    register_device(client, device)
    assert register_device(client, device).status_code == 422
    passkey = Passkey.objects.get()
    remove = f"/desk/security/passkeys/{passkey.pk}/remove/"
    assert with_password(desks, "徐").post(remove).status_code == 404
    assert client.post(remove).status_code == 302
    assert not RecoveryCode.objects.filter(removed_at__isnull=True).exists(), "codes on paper go with the last factor"
    assert client_at_first_step(desks)["Location"] == "/desk/", "and the password is enough again"
    assert is_proved()


# --- one's own page, and who must


def test_ways_in_are_changed_only_soon_after_signing_in(desks: Desks, clock: Clock):
    client = with_password(desks, "周")
    clock.forward(minutes=14)
    assert client.get("/desk/").status_code == 200
    assert client.get("/desk/security/app/").status_code == 200
    clock.forward(minutes=2)
    assert client.get(SECURITY).status_code == 200
    for url in ("/desk/security/app/", "/desk/security/passkeys/add/"):
        assert client.get(url).status_code == 403
    assert client.post("/desk/security/codes/").status_code == 403
    assert client.post("/desk/security/again/")["Location"] == f"{SIGN_IN}?next={SECURITY}"
    assert not is_in(client)


def test_the_page_shows_the_last_sign_ins_and_how(desks: Desks, clock: Clock):
    account = set_up_app(desks, "周", clock)
    client = with_password(desks, "周")
    client.post(SECOND, {"code": code_of(account, clock.now())})
    page = words(client.get(SECURITY).content.decode())
    assert "密码 + 验证器" in page
    assert "11月9日" in page


@pytest.mark.parametrize(
    ("policy", "who", "is_led"),
    [
        ("optional", "冯", False),
        ("administrators", "冯", True),
        ("administrators", "周", False),
        ("everybody", "周", True),
    ],
)
def test_who_must_have_a_second_factor_sets_it_up_before_all_else(
    policy: str, who: str, is_led: bool, desks: Desks, clock: Clock, settings
):
    settings.SANHU_SECOND_FACTOR = policy
    if who == "冯":
        account = Account.objects.get(pk=desks.account(who).pk)
        account.set_password("足够长而且不常见的密码")
        account.must_change_password = False
        account.save(update_fields=["password", "must_change_password"])
        client = Client()
        client.post(SIGN_IN, {"username": account.username, "password": "足够长而且不常见的密码"})
    else:
        account, client = desks.account(who), with_password(desks, who)
    first = client.get("/desk/posts/")
    assert (first.status_code, first.headers.get("Location")) == ((302, SECURITY) if is_led else (200, None))
    assert ("请先设置第二重验证" in client.get(SECURITY).content.decode()) is is_led
    if is_led:
        client.get("/desk/security/app/")
        client.post("/desk/security/app/", {"code": code_of(account, clock.now())})
        assert client.get("/desk/posts/").status_code == 200


# --- lost altogether


def reset(desks: Desks, by: str, whose: str, reason: str = "lost"):
    person = desks.account(whose).person_id
    return desks.browser(by).post(f"/desk/people/{person}/account/reset/", {"reason": reason})


def test_the_security_administrator_resets_what_was_lost_and_its_owner_is_told(desks: Desks, clock: Clock):
    account = set_up_app(desks, "周", clock)
    codes = codes_on_paper(desks, "周", clock)
    open_elsewhere = with_password(desks, "周")
    open_elsewhere.post(SECOND, {"code": code_of(account, clock.now())})
    assert reset(desks, "冯", "周").status_code == 302
    assert not is_in(open_elsewhere), "whoever has the device is out at once"
    entry = Entry.objects.get(event="account.second_factor_reset")
    assert json.loads(entry.body)["facts"] == {"reason": "lost"}
    assert entry.actor_ref == desks.cast.actor("冯").ref
    assert OneTimeCodes.objects.get().secret == ""
    client = with_password(desks, "周")
    assert "已由管理员重置" in words(client.get("/desk/").content.decode())
    assert "已由管理员重置" not in words(with_password(desks, "周").get("/desk/").content.decode()), "said once"
    assert Client().post(SECOND, {"code": codes[0]})["Location"] == SIGN_IN
    assert is_proved()


@pytest.mark.parametrize(
    ("by", "whose", "reason", "status", "why"),
    [
        ("钱", "周", "lost", 422, "没有这项权限"),
        ("周", "徐", "lost", 403, "没有这项权限"),
        ("冯", "周", "", 422, "请选择重置的原因"),
        ("冯", "徐", "lost", 422, "没有第二重验证"),
        ("冯", "沈", "lost", 422, "只能在服务器上重置"),
        ("冯", "冯", "lost", 422, "不能重置自己的"),
    ],
)
def test_who_may_not_reset_and_what(
    by: str, whose: str, reason: str, status: int, why: str, desks: Desks, clock: Clock
):
    for who in {"周", whose} - {"徐"}:
        set_up_app(desks, who, clock)
    refused = reset(desks, by, whose, reason)
    assert refused.status_code == status
    assert why in words(refused.content.decode())
    assert not Entry.objects.filter(event="account.second_factor_reset").exists()


# --- idle


def test_a_session_between_the_steps_is_not_kept_alive_by_asking(desks: Desks, clock: Clock):
    account = set_up_app(desks, "周", clock)
    client = with_password(desks, "周")
    for _visit in range(3):
        clock.forward(minutes=2)
        client.get(SECOND)
    assert client.post(SECOND, {"code": code_of(account, clock.now())})["Location"] == SIGN_IN
    assert configured.SESSION_COOKIE_AGE == 1800
