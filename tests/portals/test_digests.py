"""The daily digest: once a day to each place, of what presses on the post alone, and nothing that tells of anybody."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.ticks import tick
from sanhu.domains.evidence.models import Entry, Notice
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.models import DigestSubscription
from sanhu.domains.subjects.services import digests as services
from sanhu.domains.subjects.services.accounts import deactivate_account
from sanhu.domains.subjects.services.doors import FieldRefused, NotFound
from sanhu.domains.subjects.services.erasing import erase_person
from sanhu.domains.subjects.services.posts import leave_post
from sanhu.engines.actors import SYSTEM
from sanhu.engines.codes.case_numbers import display
from sanhu.engines.decisions import Refused
from sanhu.portals.worker.delivery import deliver
from sanhu.portals.worker.digests import coming_due, digest_text, send_digests
from tests.cast import carry, report_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks

ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123-secret"
OFFICE = "office@example.org"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.SANHU_DATA = tmp_path
    settings.SANHU_SITE_URL = "https://sanhu.example.org/"


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment of November 2026: the 9th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def subscribe(
    desks: Desks, at: datetime, who: str = "吴", *, channel: str = "email", address: str = OFFICE, hour: int = 8
) -> DigestSubscription:
    return services.subscribe(channel=channel, address=address, hour=hour, actor=desks.cast.actor(who), at=at)


@pytest.fixture
def pressing(desks: Desks, clock: Clock) -> Matter:
    """Give a matter of five working days that 吴's bureau leads, accepted on Monday the 9th and due on the 16th."""
    matter = carry(desks.cast, to="in_progress", contact_channel="email", contact_address="lin@example.org").matter
    go(clock, 16, 7)
    return matter


def go(clock: Clock, day: int, hour: int, minute: int = 0) -> datetime:
    """Go to a moment, where the clocks of matters have been looked at as the worker does."""
    clock.at = shanghai(day, hour, minute)
    tick(at=clock.at)
    Notice.objects.exclude(subject_ref__startswith="digest:").delete()
    return clock.at


def test_it_is_sent_at_its_hour_once_however_many_workers_go_round(desks: Desks, clock: Clock, pressing: Matter):
    subscribe(desks, clock.at)
    assert send_digests(go(clock, 16, 7, 59)) == 0
    assert [send_digests(go(clock, 16, 8)), send_digests(clock.forward(minutes=1))] == [1, 0]
    DigestSubscription.objects.update(looked_on=None)  # a worker that read the row before the other one wrote it
    send_digests(clock.forward(minutes=1))
    (notice,) = Notice.objects.all()
    digest = DigestSubscription.objects.get()
    assert (notice.key, notice.channel, notice.address) == (f"digest:{digest.pk}:2026-11-16", "email", OFFICE)
    assert deliver(clock.now()) == 1
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([OFFICE], "临近到期和超期的办件")
    assert Notice.objects.get().address == ""
    assert [send_digests(go(clock, 17, 7)), send_digests(go(clock, 17, 8))] == [0, 1]


def test_in_the_morning_they_go_some_at_a_time(
    desks: Desks, clock: Clock, pressing: Matter, monkeypatch: pytest.MonkeyPatch
):
    """All want the same hour; between two rounds the worker sees to the clocks and the outbox."""
    monkeypatch.setattr("sanhu.portals.worker.digests.MOST_AT_ONCE", 2)
    for number in range(3):
        subscribe(desks, clock.at, address=f"office{number}@example.org")
    at = go(clock, 16, 8)
    assert [send_digests(at), send_digests(at), send_digests(at)] == [2, 1, 0]


def test_one_that_cannot_be_written_keeps_nobody_elses(
    desks: Desks, clock: Clock, pressing: Matter, monkeypatch: pytest.MonkeyPatch
):
    broken, sound = subscribe(desks, clock.at), subscribe(desks, clock.at, address="another@example.org")
    go(clock, 16, 8)
    writing = services.send_once

    def send_once(digest: DigestSubscription, *given: Any, **named: Any) -> bool:
        if digest.pk == broken.pk:
            raise RuntimeError("a matter nobody can read")
        return writing(digest, *given, **named)

    monkeypatch.setattr(services, "send_once", send_once)
    with pytest.raises(ExceptionGroup, match="digests that could not be sent"):
        send_digests(clock.at)
    assert [notice.address for notice in Notice.objects.all()] == [sound.address]


def test_two_workers_that_both_found_it_due_send_one(desks: Desks, clock: Clock, pressing: Matter):
    subscribe(desks, clock.at)
    at = go(clock, 16, 8)
    first, second = (services.digests_due(at=at).get() for _worker in range(2))
    assert [services.send_once(one, "有", district="990101", at=at) for one in (first, second)] == [True, False]
    assert Notice.objects.count() == 1


def test_it_tells_number_state_day_and_what_is_left_and_of_nobody(desks: Desks, clock: Clock, pressing: Matter):
    text = digest_text(desks.cast.actor("吴"), "email", at=go(clock, 16, 8))
    assert text.split("\n") == [
        "有 1 件临近到期或者超期：",
        "",
        f"{display(pressing.number)}：办理中",
        "办结：11月16日到期，今天到期",
        f"https://sanhu.example.org/desk/matters/{pressing.number}/",
        "",
        "https://sanhu.example.org/desk/",
    ]
    assert "办结：11月16日到期，超 1 个工作日" in digest_text(desks.cast.actor("吴"), "email", at=go(clock, 17, 8))
    for personal in ("垃圾桶", "装修垃圾", "翠园", "lin@example.org", "吴越", "三号楼"):
        assert personal not in text


def test_it_holds_what_waits_on_the_post_or_its_body_leads_and_nobody_elses(
    desks: Desks, clock: Clock, pressing: Matter
):
    """One that was reported before the weekend waits for its acceptance at the window: one working day."""
    waiting = Matter.objects.get(number=report_matter(desks.cast, at=shanghai(13, 9)).number)
    go(clock, 16, 8)
    due = {who: set(coming_due(desks.cast.actor(who))) for who in ("吴", "孙", "周", "徐", "马", "郑", "沈")}
    assert due == {
        "吴": {pressing},
        "孙": {pressing},
        "周": {waiting},
        "徐": set(),
        "马": set(),
        "郑": set(),
        "沈": set(),
    }


def test_what_changed_last_comes_first_and_beyond_fifty_it_is_counted(desks: Desks, clock: Clock):
    numbers = [report_matter(desks.cast, at=shanghai(9, 9) + timedelta(minutes=turn)).number for turn in range(52)]
    go(clock, 10, 8)
    reader = desks.cast.actor("周")
    text = digest_text(reader, "email", at=clock.at)
    shown = [line for line in text.split("\n") if line.startswith("990101-")]
    assert shown == [f"{display(number)}：待受理" for number in reversed(numbers[2:])]
    assert "有 52 件" in text
    assert "还有 2 件。" in text
    short = digest_text(reader, "wecom", at=clock.at)
    blocks = short.split("\n\n")
    assert len(short.encode()) <= 2048 < len(text.encode())
    assert blocks[-2] == f"还有 {52 - len(blocks[1:-2])} 件。"
    assert all(block.count("\n") == 2 for block in blocks[1:-2]), "cut between matters, not within one"


def test_nothing_due_is_no_digest_and_is_not_looked_for_again_that_day(
    desks: Desks, clock: Clock, django_assert_num_queries: Any
):
    subscribe(desks, clock.at)
    assert send_digests(go(clock, 10, 8)) == 0
    assert not Notice.objects.exists()
    with django_assert_num_queries(1):
        assert send_digests(clock.forward(hours=3)) == 0


def test_on_days_off_there_is_none_and_on_the_make_up_day_there_is(desks: Desks, clock: Clock, pressing: Matter):
    """1 October 2026 is a holiday; Saturday 14 November is a day off, Saturday 10 October 2026 a working day."""
    subscribe(desks, clock.at)
    go(clock, 16, 8)
    assert [send_digests(go(clock, day, 9)) for day in (20, 21, 22, 23)] == [1, 0, 0, 1]


def test_a_worker_that_was_off_at_the_hour_sends_later_that_day_and_none_for_days_gone(
    desks: Desks, clock: Clock, pressing: Matter
):
    subscribe(desks, clock.at, hour=6)
    go(clock, 16, 8)
    assert send_digests(go(clock, 18, 23, 59)) == 1
    assert Notice.objects.get().key.endswith(":2026-11-18")


def test_who_subscribes_after_the_hour_gets_the_first_one_tomorrow(desks: Desks, clock: Clock, pressing: Matter):
    subscribe(desks, go(clock, 16, 15), hour=15)
    subscribe(desks, clock.at, hour=16, address="other@example.org")
    assert send_digests(clock.now()) == 0
    assert send_digests(go(clock, 16, 16)) == 1
    assert send_digests(go(clock, 17, 16)) == 2


@pytest.mark.parametrize("end", ["deactivated", "left"])
def test_no_post_or_no_account_no_digest(end: str, desks: Desks, clock: Clock, pressing: Matter):
    digest, member = subscribe(desks, clock.at), desks.cast["吴"]
    at = go(clock, 16, 7, 30)
    if end == "deactivated":
        deactivate_account(account_id=member.account.pk, actor=SYSTEM, at=at)
    else:
        leave_post(post_id=member.post.pk, ground=LeavingGround.REASSIGNED, basis="调任", actor=SYSTEM, at=at)
    assert send_digests(go(clock, 16, 8)) == 0
    digest.refresh_from_db()
    assert not Notice.objects.exists()
    assert (digest.address, digest.ended_at is None) == ((OFFICE, True) if end == "deactivated" else ("", False))


def page(browser: Client) -> str:
    return browser.get("/desk/digest/").content.decode()


def test_a_robot_is_subscribed_tested_and_left_off_and_its_address_never_shown_again(desks: Desks, clock: Clock):
    browser = desks.browser("吴")
    form = {"client_id": str(uuid4()), "channel": "wecom", "address": ROBOT, "hour": "8"}
    assert [browser.post("/desk/digest/", form).status_code for _press in range(2)] == [302, 302]
    digest = DigestSubscription.objects.get()
    shown = page(browser)
    assert ("qyapi.weixin.qq.com/***" in shown, "0123-secret" in shown, "08:00" in shown) == (True, False, True)
    test = {"client_id": str(uuid4())}
    assert [browser.post(f"/desk/digest/{digest.pk}/test/", test).status_code for _press in range(2)] == [302, 302]
    notice = Notice.objects.get()
    assert (notice.address, "测试消息" in notice.text, "到期" in notice.text) == (ROBOT, True, True)
    for who in ("孙", "周", "郑"):
        other = desks.browser(who)
        assert other.post(f"/desk/digest/{digest.pk}/end/", test).status_code == 404
        assert other.post(f"/desk/digest/{digest.pk}/test/", test).status_code == 404
        assert "qyapi.weixin.qq.com/***" not in page(other)
    assert browser.post(f"/desk/digest/{digest.pk}/end/", {"client_id": str(uuid4())}).status_code == 302
    digest.refresh_from_db()
    assert (digest.address, Notice.objects.get().address, digest.ended_at) == ("", "", clock.now())
    assert browser.post(f"/desk/digest/{digest.pk}/test/", test).status_code == 404
    entries = list(Entry.objects.filter(event__startswith="digest.").order_by("id"))
    assert [entry.event for entry in entries] == ["digest.subscribed", "digest.ended"]
    assert not any("secret" in entry.body for entry in entries)
    sequence()
    assert verify().findings == ()


@pytest.mark.parametrize(
    ("channel", "address", "said"),
    [
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", "https://"),
        ("wecom", "https://qyapi.weixin.qq.com.evil.example/x?key=1", "只能发到"),
        ("wecom", "https://qyapi.weixin.qq.com@evil.example/x?key=1", "只能发到"),
        ("wecom", "https://evil.example\\@qyapi.weixin.qq.com/x?key=1", "原样粘贴"),
        ("wecom", "https://qyapi.weixin.qq.com:8443/x?key=1", "只能发到"),
        ("dingtalk", "https://127.0.0.1/x?key=1", "只能发到"),
        ("dingtalk", "https://[::1/x?key=1", "原样粘贴"),
        ("dingtalk", "https://oapi.dingtalk.com/", "不完整"),
        ("dingtalk", "https://oapi.dingtalk.com/robot send?a=1", "原样粘贴"),
        ("email", "office", "邮箱地址"),
        ("email", "a@example.org,b@example.org", "邮箱地址"),
        ("email", "周 <a@example.org>", "邮箱地址"),
        ("sms", "13912345678", "发送方式"),
    ],
)
def test_nowhere_else_can_it_be_sent(channel: str, address: str, said: str, desks: Desks, clock: Clock):
    with pytest.raises(FieldRefused) as refused:
        subscribe(desks, clock.now(), channel=channel, address=address)
    assert said in refused.value.decision.reasons[0]
    form = {"client_id": uuid4(), "channel": channel, "address": address, "hour": "8"}
    assert desks.browser("吴").post("/desk/digest/", form).status_code == 422


def test_a_post_has_five_at_most_and_each_place_once(desks: Desks, clock: Clock):
    for turn in range(5):
        subscribe(desks, clock.now(), address=f"office{turn}@example.org")
        with pytest.raises(Refused):
            subscribe(desks, clock.now(), address=f"office{turn}@example.org")
    with pytest.raises(Refused):
        subscribe(desks, clock.now())
    services.unsubscribe(
        digest_id=DigestSubscription.objects.earliest("id").pk, actor=desks.cast.actor("吴"), at=clock.at
    )
    assert subscribe(desks, clock.now()).ended_at is None
    with pytest.raises(NotFound):
        services.unsubscribe(
            digest_id=DigestSubscription.objects.earliest("id").pk, actor=desks.cast.actor("吴"), at=clock.at
        )


def test_the_address_goes_with_the_person(desks: Desks, clock: Clock, settings: Any):
    digest = subscribe(desks, clock.now())
    at = clock.forward(minutes=1)
    member = desks.cast["吴"]
    leave_post(post_id=member.post.pk, ground=LeavingGround.REASSIGNED, basis="调任", actor=SYSTEM, at=at)
    erase_person(person_id=member.person.pk, actor=SYSTEM, at=at + timedelta(days=settings.SANHU_STAFF_KEPT_DAYS + 2))
    digest.refresh_from_db()
    assert digest.address == ""
