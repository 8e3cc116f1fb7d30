"""Whose tries are counted where proxies stand in front: the address the nearest trusted one saw, whatever is forged."""

import pytest
from django.test import Client, RequestFactory

from sanhu.portals.look.addresses import address_of
from tests.portals.conftest import Desks

CLIENT, INNER, FORGED = "203.0.113.7", "10.0.0.2", "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "127.0.0.1"),
        (0, FORGED, "127.0.0.1"),
        (1, CLIENT, CLIENT),
        (1, f"{FORGED}, {CLIENT}", CLIENT),
        (1, f"{FORGED}, {FORGED}, {FORGED}, {CLIENT}", CLIENT),
        (2, f"{CLIENT}, {INNER}", CLIENT),
        (2, f"{FORGED}, {CLIENT}, {INNER}", CLIENT),
        (2, CLIENT, "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, " , ", "127.0.0.1"),
    ],
)
def test_the_nth_address_from_the_right_is_the_clients(proxies: int, forwarded: str | None, address: str, settings):
    settings.SANHU_TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert address_of(RequestFactory().get("/", headers=headers)) == address


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 429), (2, 429)])
def test_a_forged_header_does_not_make_tries_uncounted(proxies: int, last: int, desks: Desks, settings):
    """Each guess names another account and forges another address; the one real address waits all the same."""
    settings.SANHU_TRUSTED_PROXIES, settings.SANHU_SIGN_IN_FAILURES = proxies, 1
    behind = {0: "", 1: CLIENT, 2: f"{CLIENT}, {INNER}"}[proxies]
    for guess in range(20):
        answer = guessed(f"990101-9{guess:03}", f"192.0.2.{guess}, {behind}".rstrip(", "))
        assert answer.status_code == 422
    assert guessed("990101-9999", f"198.51.100.1, {behind}".rstrip(", ")).status_code == last
    if proxies:
        elsewhere = behind.replace(CLIENT, "203.0.113.8")
        assert guessed("990101-9999", elsewhere).status_code == 422, "another real address may still try"


def guessed(username: str, forwarded: str):
    form = {"username": username, "password": "不是这个密码"}
    return Client(headers={"X-Forwarded-For": forwarded}).post("/desk/sign-in/", form)
