"""The outbox: one notice a key, one sender at a time, patience after failures, addresses gone when they have served."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.models import Notice

LEASE = timedelta(minutes=2)


@pytest.fixture
def put(at: datetime) -> Callable[..., Notice]:
    """Give a way to put a notice into the outbox."""

    def put(key: str = "m1:2", *, address: str = "lin@example.org", at: datetime = at) -> Notice:
        outbox.enqueue(
            key=key,
            district="990101",
            subject_ref=f"matter:{key.partition(':')[0]}",
            channel="email",
            address=address,
            text="您反映的事项已受理。",
            at=at,
        )
        return Notice.objects.get(key=key)

    return put


@pytest.mark.django_db
def test_a_key_tells_once(put: Callable[..., Notice]):
    first = put()
    put(address="other@example.org")
    assert Notice.objects.get().pk == first.pk
    assert Notice.objects.get().address == "lin@example.org"


@pytest.mark.django_db
def test_a_channel_there_is_not_is_refused(at: datetime):
    with pytest.raises(ValueError, match="pigeon"):
        outbox.enqueue(key="1", district="", subject_ref="", channel="pigeon", address="", text="", at=at)


@pytest.mark.django_db(transaction=True)
def test_a_notice_goes_with_its_deed(put: Callable[..., Notice]):
    with transaction.atomic():
        put()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_what_one_worker_claimed_no_other_takes_before_the_lease_ends(put: Callable[..., Notice], at: datetime):
    put("m1:2"), put("m2:2", at=at - timedelta(hours=1)), put("m3:2")
    claimed = outbox.claim(at=at, lease=LEASE, limit=2)
    assert [(notice.key, notice.attempts, notice.claimed_until) for notice in claimed] == [
        ("m2:2", 1, at + LEASE),
        ("m1:2", 1, at + LEASE),
    ]
    assert [notice.key for notice in outbox.claim(at=at, lease=LEASE, limit=5)] == ["m3:2"]
    assert outbox.claim(at=at + LEASE - timedelta(seconds=1), lease=LEASE, limit=5) == []
    assert len(outbox.claim(at=at + LEASE, lease=LEASE, limit=5)) == 3


@pytest.mark.django_db
def test_a_sent_notice_is_done_and_its_address_gone(put: Callable[..., Notice], at: datetime):
    put()
    (claimed,) = outbox.claim(at=at, lease=LEASE, limit=1)
    assert outbox.mark_sent(claimed, at=at)
    notice = Notice.objects.get()
    assert (notice.sent_at, notice.address, notice.attempts) == (at, "", 1)
    assert outbox.claim(at=at + timedelta(days=9), lease=LEASE, limit=1) == []
    assert not outbox.mark_sent(claimed, at=at + timedelta(days=1))
    assert Notice.objects.get().sent_at == at


@pytest.mark.django_db
def test_a_worker_whose_lease_ran_out_says_nothing_any_more(put: Callable[..., Notice], at: datetime):
    put()
    (slow,) = outbox.claim(at=at, lease=LEASE, limit=1)
    (quick,) = outbox.claim(at=at + LEASE, lease=LEASE, limit=1)
    assert not outbox.mark_failed(slow, at=at + LEASE, error="timeout")
    assert not outbox.mark_sent(slow, at=at + LEASE)
    assert outbox.mark_sent(quick, at=at + LEASE)


@pytest.mark.django_db
def test_failures_are_waited_out_longer_each_time_and_then_given_up(put: Callable[..., Notice], at: datetime):
    put()
    waits = []
    for _ in range(outbox.MOST_ATTEMPTS):
        (claimed,) = outbox.claim(at=at, lease=LEASE, limit=1)
        assert outbox.mark_failed(claimed, at=at, error="connection refused")
        notice = Notice.objects.get()
        waits.append((notice.claimed_until - at) // timedelta(minutes=1))
        assert outbox.claim(at=notice.claimed_until - timedelta(seconds=1), lease=LEASE, limit=1) == []
        at = notice.claimed_until
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128]
    assert outbox.claim(at=at + timedelta(days=30), lease=LEASE, limit=1) == []
    assert (notice.sent_at, notice.address, notice.last_error) == (None, "", "connection refused")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "error", "kept"),
    [
        ("lin@example.org", "550 <Lin@Example.org>: no such user", "550 <***>: no such user"),
        ("lin@example.org", "relay for other@example.net denied", "relay for *** denied"),
        ("13800001234", "号码 13800001234 已停机", "号码 *** 已停机"),
        ("138-0000-1234", "138-0000-1234 / +86 138 0000 1234", "*** / ***"),
        ("林", "林 is unknown", "*** is unknown"),
        ("Lin", "no box LIN here", "no box *** here"),
        ("lin@example.org", "x" * 500, "x" * 200),
    ],
)
def test_an_error_is_kept_without_the_address(
    put: Callable[..., Notice], at: datetime, address: str, error: str, kept: str
):
    put(address=address)
    (claimed,) = outbox.claim(at=at, lease=LEASE, limit=1)
    outbox.mark_failed(claimed, at=at, error=error)
    assert Notice.objects.get().last_error == kept


@pytest.mark.django_db
def test_a_subject_s_unsent_notices_are_withdrawn_with_their_addresses(put: Callable[..., Notice], at: datetime):
    put("m1:2"), put("m1:3"), put("m2:2")
    assert outbox.forget_addresses(subject_ref="matter:m1", at=at) == 2
    assert {notice.key: notice.address for notice in Notice.objects.all()} == {
        "m1:2": "",
        "m1:3": "",
        "m2:2": "lin@example.org",
    }
    assert [notice.key for notice in outbox.claim(at=at + timedelta(days=1), lease=LEASE, limit=9)] == ["m2:2"]


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_once_take_different_notices(put: Callable[..., Notice], at: datetime):
    for number in range(40):
        put(f"m{number}:1")
    start = threading.Barrier(3, timeout=10)
    taken: list[str] = []

    def work() -> None:
        start.wait()
        try:
            while claimed := outbox.claim(at=at, lease=LEASE, limit=3):
                taken.extend(notice.key for notice in claimed)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == len(set(taken)) == 40
