"""Signing in by the pages, with what somebody set up before."""

import json
from datetime import datetime
from typing import Any

import pyotp
from django.test import Client

from sanhu.domains.subjects.models import Account, OneTimeCodes, Passkey
from sanhu.domains.subjects.queries import capacities_of
from sanhu.domains.subjects.services.one_time_codes import begin_app, confirm_app
from sanhu.domains.subjects.services.passkeys import Site, offer_registration, register_passkey
from sanhu.domains.subjects.services.recovery_codes import issue_recovery_codes
from tests.cast import MONDAY_MORNING, Member
from tests.conftest import Clock
from tests.device import Device
from tests.portals.conftest import Desks

SITE = Site(host="testserver", origin="http://testserver", name="三互")
SIGN_IN, SECOND, SECURITY = "/desk/sign-in/", "/desk/sign-in/second/", "/desk/security/"


def code_of(account: Account, at: datetime) -> str:
    """Read what somebody's app shows at a moment."""
    app = OneTimeCodes.objects.get(account=account, removed_at__isnull=True)
    return pyotp.TOTP(app.secret).at(at)


def set_up_app(desks: Desks, surname: str, clock: Clock) -> Account:
    """Set somebody's app up half a minute ago, so that its code of now is unused."""
    account = desks.account(surname)
    at = clock.now()
    actor = capacities_of(account, at=at)[0].actor
    app = begin_app(account_id=account.pk, actor=actor, at=at)
    confirm_app(account_id=account.pk, code=pyotp.TOTP(app.secret).at(at), actor=actor, at=at)
    clock.forward(seconds=30)
    return account


def passkey_of(member: Member, *, at: datetime = MONDAY_MORNING) -> Passkey:
    """Register a device's key for somebody."""
    asked, state = offer_registration(member.account, site=SITE)
    return register_passkey(
        account_id=member.account.pk,
        name="办公室电脑",
        site=SITE,
        state=state,
        answer=Device().create(asked),
        actor=member.actor(at),
        at=at,
    )


def codes_on_paper(desks: Desks, surname: str, clock: Clock) -> list[str]:
    """Draw somebody a set of recovery codes."""
    account, at = desks.account(surname), clock.now()
    return issue_recovery_codes(account_id=account.pk, actor=capacities_of(account, at=at)[0].actor, at=at)


def with_password(desks: Desks, surname: str, client: Client | None = None, **said: str) -> Client:
    """Take the first step with the right password."""
    client = client or Client()
    form = {"username": desks.account(surname).username, "password": desks.cast[surname].password, **said}
    assert client.post(SIGN_IN, form).status_code in {200, 302}
    return client


def is_in(client: Client) -> bool:
    """Tell whether somebody is signed in there."""
    return client.get("/desk/password/").status_code == 200


def options(client: Client, url: str) -> dict[str, Any]:
    """Ask for a challenge."""
    answer = client.post(url)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def register_device(client: Client, device: Device, name: str = "办公室电脑"):
    """Register a device's key on one's own page."""
    asked = options(client, "/desk/security/passkeys/options/")
    form = {"name": name, "credential": json.dumps(device.create(asked))}
    return client.post("/desk/security/passkeys/add/", form)
