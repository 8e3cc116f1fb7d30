"""The district's own sign-on (OIDC), against one that really answers on this machine."""

from collections.abc import Iterator

import pytest
import pytest_socket
from django.test import Client

from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.models import Account, ExternalIdentity
from sanhu.domains.subjects.services.external_identities import link_for, link_own
from sanhu.engines.actors import SYSTEM
from tests.conftest import THIS_MACHINE, Clock
from tests.portals.conftest import Desks
from tests.portals.desk_administration.filling import fill
from tests.portals.reading import words
from tests.portals.second_steps import SECOND, SECURITY, SIGN_IN, code_of, is_in, set_up_app, with_password
from tests.provider import CLIENT_ID, CLIENT_SECRET, Provider, running

START, BACK, NAME = "/desk/sign-in/district/", "/desk/sign-in/district/back/", "区统一身份认证"


LONG_OVER = 1_700_000_000  # 2023-11-14


@pytest.fixture
def provider(settings, _sockets: None) -> Iterator[Provider]:
    """Run a sign-on and configure it as the district's."""
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(THIS_MACHINE, allow_unix_socket=True)
    with running() as provider:
        settings.SANHU_OIDC_ISSUER, settings.SANHU_OIDC_NAME = provider.address, NAME
        settings.SANHU_OIDC_CLIENT_ID, settings.SANHU_OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        yield provider


def linked(desks: Desks, provider: Provider, clock: Clock, surname: str = "周") -> Account:
    account = desks.account(surname)
    link_for(account_id=account.pk, issuer=provider.address, subject=provider.subject, actor=SYSTEM, at=clock.now())
    return account


def led_back(client: Client, provider: Provider, *, start: str = START, **said: str) -> str:
    """Follow the link to the sign-on and sign in there; give the address one comes back to."""
    away = client.get(start, said)
    assert away.status_code == 302
    assert away["Location"].startswith(f"{provider.address}/authorize?")
    return provider.authorize(away["Location"])


def test_a_linked_official_signs_in_and_goes_where_they_wanted(desks: Desks, provider: Provider, clock: Clock):
    linked(desks, provider, clock)
    client = Client()
    page = client.get(f"{SIGN_IN}?next=/desk/matters/").content.decode()
    assert f"用{NAME}登录" in page
    assert 'href="/desk/sign-in/district/?next=/desk/matters/"' in page
    opened = client.get(led_back(client, provider, next="/desk/matters/"))
    assert (opened.status_code, opened["Location"]) == (302, "/desk/matters/")
    assert is_in(client)
    assert '"ways":["district"]' in Entry.objects.filter(event="account.signed_in").latest("id").body


@pytest.mark.parametrize(
    ("amr", "claims", "is_in_at_once"),
    [(["pwd"], {}, False), (["pwd", "mfa"], {}, True), (["pwd"], {"acr": "mfa"}, True), (["pwd"], {"acr": "0"}, False)],
)
def test_the_second_step_is_left_out_only_where_the_sign_on_says_it_asked_for_two(
    amr: list[str], claims: dict[str, str], is_in_at_once: bool, desks: Desks, provider: Provider, clock: Clock
):
    account = set_up_app(desks, "周", clock)
    owner = desks.cast.actor("周")
    link_own(account_id=account.pk, issuer=provider.address, subject=provider.subject, actor=owner, at=clock.now())
    provider.amr, provider.faults = amr, claims
    client = Client()
    answer = client.get(led_back(client, provider))
    assert answer["Location"] == ("/desk/" if is_in_at_once else SECOND)
    assert is_in(client) is is_in_at_once
    if not is_in_at_once:
        assert client.post(SECOND, {"code": code_of(account, clock.now())}).status_code == 302
        assert is_in(client)


def test_a_link_made_beforehand_by_somebody_else_does_not_stand_for_a_second_factor_set_up_since(
    desks: Desks, provider: Provider, clock: Clock
):
    linked(desks, provider, clock)
    clock.forward(minutes=1)
    set_up_app(desks, "周", clock)
    provider.amr = ["mfa"]
    client = Client()
    assert client.get(led_back(client, provider))["Location"] == SECOND
    assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"exp": LONG_OVER},
        {"exp": None},
        {"aud": "somebody-else"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_does_not_hold_opens_nothing(
    claims: dict[str, object], desks: Desks, provider: Provider, clock: Clock
):
    linked(desks, provider, clock)
    provider.faults = claims
    client = Client()
    refused = client.get(led_back(client, provider))
    assert refused.status_code == 422
    assert "统一身份认证没有成功" in words(refused.content.decode())
    assert not is_in(client)


def test_a_token_signed_by_another_key_opens_nothing(desks: Desks, provider: Provider, clock: Clock):
    linked(desks, provider, clock)
    provider.signs_with_another_key = True
    client = Client()
    assert client.get(led_back(client, provider)).status_code == 422
    assert not is_in(client)


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(desks: Desks, provider: Provider, clock: Clock):
    linked(desks, provider, clock)
    client, stranger = Client(), Client()
    back = led_back(client, provider)
    assert stranger.get(back).status_code == 422, "a state of another browser"
    assert client.get(back).status_code == 302
    client.post("/desk/sign-out/")
    assert client.get(back).status_code == 422, "a state used up"
    assert not is_in(client)
    assert Client().get(BACK, {"error": "access_denied"}).status_code == 422
    assert Client().get(BACK).status_code == 422


def test_an_unknown_subject_is_told_so_and_no_account_is_made(desks: Desks, provider: Provider):
    accounts = Account.objects.count()
    client = Client()
    refused = client.get(led_back(client, provider))
    assert refused.status_code == 403
    assert "没有关联可用的账号" in words(refused.content.decode())
    assert (Account.objects.count(), is_in(client)) == (accounts, False)


def test_a_deactivated_account_is_not_opened_from_elsewhere(desks: Desks, provider: Provider, clock: Clock):
    account = linked(desks, provider, clock)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    client = Client()
    assert client.get(led_back(client, provider)).status_code == 403


def test_an_official_links_on_purpose_and_unlinks(desks: Desks, provider: Provider):
    client = with_password(desks, "周")
    back = led_back(client, provider, start="/desk/security/sign-on/")
    assert client.get(back)["Location"] == "/desk/security/sign-on/confirm/"
    assert not ExternalIdentity.objects.exists(), "nothing is linked by following links"
    page = client.get("/desk/security/sign-on/confirm/").content.decode()
    assert "u-0017" in page
    assert client.post("/desk/security/sign-on/confirm/").status_code == 302
    stranger = Client()
    assert stranger.get(led_back(stranger, provider))["Location"] == "/desk/"
    assert client.post("/desk/security/sign-on/unlink/").status_code == 302
    stranger = Client()
    assert stranger.get(led_back(stranger, provider)).status_code == 403
    while sequence():
        pass
    assert verify().findings == ()


def test_a_subject_is_linked_to_one_account(desks: Desks, provider: Provider, clock: Clock):
    linked(desks, provider, clock, "徐")
    client = with_password(desks, "周")
    client.get(led_back(client, provider, start="/desk/security/sign-on/"))
    refused = client.post("/desk/security/sign-on/confirm/", follow=True)
    assert "已经关联到别的账号" in words(refused.content.decode())


@pytest.mark.parametrize(
    ("by", "whose", "status", "why"),
    [("钱", "周", 302, ""), ("钱", "冯", 422, "只能由本人关联"), ("冯", "周", 403, "没有这项权限")],
)
def test_the_system_administrator_links_beforehand(
    by: str, whose: str, status: int, why: str, desks: Desks, provider: Provider
):
    url = f"/desk/people/{desks.account(whose).person_id}/account/sign-on/"
    desk = desks.browser(by)
    answer = fill(desk, url, subject="u-0017") if status != 403 else desk.get(url)
    assert answer.status_code == status
    assert why in words(answer.content.decode())
    assert ExternalIdentity.objects.exists() is (status == 302)


def test_who_has_a_second_factor_is_linked_by_nobody_else(desks: Desks, provider: Provider, clock: Clock):
    """Otherwise one administrator alone could come in as somebody else, by the sign-on's two factors for theirs."""
    account = set_up_app(desks, "周", clock)
    refused = fill(desks.browser("钱"), f"/desk/people/{account.person_id}/account/sign-on/", subject="u-0017")
    assert refused.status_code == 422
    assert "只能由本人登录后关联" in words(refused.content.decode())
    assert not ExternalIdentity.objects.exists()


def test_nobody_writes_into_the_log_by_an_address(desks: Desks, provider: Provider, caplog: pytest.LogCaptureFixture):
    forged = {"error": "x", "error_description": "\n2026 INFO sanhu.requests 990101-0011 13900990101"}
    assert Client().get(BACK, forged).status_code == 422
    assert "OAuthError" in caplog.text
    assert "13900990101" not in caplog.text


def test_a_sign_on_that_is_away_leaves_the_password(desks: Desks, provider: Provider):
    provider.is_silent = True
    refused = Client().get(START)
    assert refused.status_code == 503
    assert "现在打不开" in words(refused.content.decode())


def test_where_there_is_no_sign_on_nothing_speaks_of_it(desks: Desks):
    assert "统一身份认证" not in Client().get(SIGN_IN).content.decode()
    assert "统一身份认证" not in with_password(desks, "周").get(SECURITY).content.decode()
    assert [Client().get(url).status_code for url in (START, BACK)] == [404, 404]
