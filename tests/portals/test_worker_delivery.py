"""Notices leave the house: by mail, by file for the gateway, once, and again after whatever went wrong."""

import stat
from collections.abc import Callable
from pathlib import Path
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail

from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.models import Notice
from sanhu.portals.worker import delivery, handed_over
from sanhu.portals.worker.delivery import deliver
from sanhu.portals.worker.handed_over import name_of
from tests.cast import report_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks

Put = Callable[..., Notice]


@pytest.fixture(autouse=True)
def data(settings, tmp_path: Path) -> Path:
    settings.SANHU_DATA = tmp_path
    return tmp_path


@pytest.fixture
def put(db: None, clock: Clock) -> Put:
    """Give a way to put a notice into the outbox."""

    def put(number: int = 1, *, channel: str = "email", address: str = "lin@example.org") -> Notice:
        outbox.enqueue(
            key=f"m:{number}",
            district="990101",
            subject_ref=f"matter:{number}",
            channel=channel,
            address=address,
            text=f"您反映的事项 {number}：已受理。𠮷",
            at=clock.now(),
        )
        return Notice.objects.get(key=f"m:{number}")

    return put


def fail(*_said: object, **_named: object) -> int:
    raise SMTPServerDisconnected("lin@example.org: connection lost")


def test_a_notice_by_mail_is_sent_once_and_its_address_destroyed(put: Put, clock: Clock):
    put()
    assert [deliver(clock.now()), deliver(clock.forward(minutes=10))] == [1, 0]
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (
        ["lin@example.org"],
        "您反映的事项有新进展",
        "您反映的事项 1：已受理。𠮷",
    )
    notice = Notice.objects.get()
    assert (notice.address, notice.sent_at is None) == ("", False)


def test_a_text_message_waits_for_the_gateway_in_a_file_nobody_else_reads(put: Put, clock: Clock, data: Path):
    notice = put(channel="sms", address="13912345678")
    (data / "sms").mkdir(mode=0o700)
    (data / "sms" / f"{name_of(notice)}.part").write_text("half of it, by a worker that was killed")
    assert deliver(clock.now()) == 1
    (file,) = (data / "sms").iterdir()
    assert file.name == f"{name_of(notice)}.txt"
    assert file.read_text(encoding="utf-8") == "13912345678\n您反映的事项 1：已受理。𠮷\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Notice.objects.get().address == ""


def test_the_gateways_folder_is_made_for_its_owner_alone(put: Put, clock: Clock, data: Path):
    put(channel="sms", address="13912345678")
    deliver(clock.now())
    assert stat.S_IMODE((data / "sms").stat().st_mode) == 0o700


def test_a_failure_is_waited_out_and_holds_up_no_other_notice(
    put: Put, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    put(1)
    put(2, channel="sms", address="13912345678")
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_send_mail", fail)
        assert deliver(clock.now()) == 1
    failed = Notice.objects.get(key="m:1")
    assert (failed.sent_at, failed.attempts, failed.address) == (None, 1, "lin@example.org")
    assert "lin@example.org" not in failed.last_error + caplog.text
    assert deliver(clock.forward(seconds=59)) == 0
    assert deliver(clock.forward(seconds=2)) == 1
    assert [message.to for message in mail.outbox] == [["lin@example.org"]]


def test_after_the_last_attempt_a_notice_is_given_up_with_its_address(
    put: Put, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    put()
    monkeypatch.setattr(delivery, "_send_mail", fail)
    tries = 0
    while Notice.objects.get().address and tries < 20:
        deliver(clock.forward(hours=7))
        tries += 1
    assert tries == outbox.MOST_ATTEMPTS
    assert deliver(clock.forward(days=2)) == 0


def test_what_a_killed_worker_had_claimed_is_sent_after_its_lease(put: Put, clock: Clock):
    put()
    assert len(outbox.claim(at=clock.now(), lease=delivery._LEASE, limit=20)) == 1
    assert [deliver(clock.now()), deliver(clock.forward(seconds=119))] == [0, 0]
    assert deliver(clock.forward(seconds=1)) == 1
    assert len(mail.outbox) == 1


class Killed(BaseException):
    """Stands in for a kill: nothing catches it."""


def deliver_until_killed(clock: Clock, monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Let the worker be killed when it calls a function, before that did anything."""

    def killed(*_said: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, name, killed)
        with pytest.raises(Killed):
            deliver(clock.now())


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_worker_killed_between_sending_and_saying_so_sends_nothing_twice(
    channel: str, put: Put, clock: Clock, data: Path, monkeypatch: pytest.MonkeyPatch
):
    put(channel=channel, address="13912345678" if channel == "sms" else "lin@example.org")
    deliver_until_killed(clock, monkeypatch, outbox, "mark_sent")
    assert (len(mail.outbox), len(gateway_fetches(data))) == ((1, 0) if channel == "email" else (0, 1))
    assert deliver(clock.forward(minutes=2)) == 1
    assert (len(mail.outbox), len(gateway_fetches(data))) == ((1, 0) if channel == "email" else (0, 0))
    assert Notice.objects.get().address == ""


def gateway_fetches(data: Path) -> list[str]:
    """Take away what is laid out, as a gateway does."""
    found = sorted((data / "sms").glob("*.txt")) if (data / "sms").exists() else []
    return [(file.read_text(encoding="utf-8"), file.unlink())[0] for file in found]


@pytest.mark.parametrize("step", ["note", "rename"])
def test_a_text_half_handed_over_is_handed_over_once(
    step: str, put: Put, clock: Clock, data: Path, monkeypatch: pytest.MonkeyPatch
):
    put(channel="sms", address="13912345678")
    deliver_until_killed(clock, monkeypatch, handed_over if step == "note" else Path, step)
    assert gateway_fetches(data) == []
    assert deliver(clock.forward(minutes=2)) == 1
    assert len(gateway_fetches(data)) == 1


def test_a_mail_that_cannot_help_but_leave_twice_has_one_message_id(
    put: Put, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    notice = put()
    deliver_until_killed(clock, monkeypatch, handed_over, "note")
    assert deliver(clock.forward(minutes=2)) == 1
    ids = [message.message()["Message-ID"] for message in mail.outbox]
    assert len(ids) == 2
    assert set(ids) == {ids[0]}
    assert ids[0].startswith(f"<{name_of(notice)}@")


def test_what_left_after_a_backup_does_not_leave_again_after_the_restore(put: Put, clock: Clock, data: Path):
    put(1)
    put(2, channel="sms", address="13912345678")
    assert deliver(clock.now()) == 2
    assert len(gateway_fetches(data)) == 1
    Notice.objects.all().update(sent_at=None, address="lin@example.org", attempts=0)  # as a restored database has it
    assert deliver(clock.forward(days=1)) == 2
    assert (len(mail.outbox), gateway_fetches(data)) == (1, [])


def test_a_key_that_a_restored_database_gives_anew_is_another_notice(put: Put, clock: Clock):
    put()
    deliver(clock.now())
    Notice.objects.all().delete()  # made after the backup, so the restored database has never had it
    clock.forward(minutes=1)
    put()
    assert deliver(clock.now()) == 1
    assert len(mail.outbox) == 2


def test_marks_of_two_years_ago_are_dropped_when_a_month_begins(put: Put, clock: Clock, data: Path):
    months = [f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)][:34]
    for month in months:
        (data / "handed-over" / month).mkdir(parents=True)
    put()
    deliver(clock.now())
    left = sorted(folder.name for folder in (data / "handed-over").iterdir())
    assert left == [*months[-23:], "2026-11"]


def test_a_slow_mail_server_uses_up_no_other_notices_lease(put: Put, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    for number in range(4):
        put(number)
    also_claimed: list[Notice] = []

    def slowly(*_said: Any) -> int:
        clock.forward(seconds=90)
        also_claimed.extend(outbox.claim(at=clock.now(), lease=delivery._LEASE, limit=0 if len(sent) < 3 else 20))
        sent.append(_said)
        return 1

    sent: list[Any] = []
    monkeypatch.setattr(delivery, "_send_mail", slowly)
    assert deliver(clock.now()) == 4
    assert (len(sent), also_claimed) == (4, [])
    assert not Notice.objects.filter(sent_at=None).exists()


def test_one_round_sends_no_more_than_its_share(put: Put, clock: Clock):
    for number in range(5):
        put(number)
    assert [deliver(clock.now(), limit=3) for _round in range(3)] == [3, 2, 0]


@pytest.mark.covers("R45")
def test_a_reporter_is_told_in_the_districts_language_and_nothing_personal(desks: Desks, clock: Clock):
    registered = report_matter(desks.cast, contact_channel="email", contact_address="lin@example.org")
    clerk = desks.browser("周")
    clerk.post("/language/", {"language": "en"})
    form = {"client_id": "0" * 32, "revision": 1, "duty": desks.cast.duties["K1-06"].pk, "public_title": "甲"}
    assert clerk.post(f"/desk/matters/{registered.number}/moves/accept/", form).status_code == 302
    assert deliver(clock.now()) == 1
    (sent,) = mail.outbox
    number = registered.number
    assert f"{number[:6]}-{number[6:14]}-{number[14:]}：已受理" in sent.body
    for personal in ("三天没人清", "翠园小区", registered.receipt, "lin@example.org"):
        assert personal not in sent.body
