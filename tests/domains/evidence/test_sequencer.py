"""Chaining what was committed: in order, in batches, and never into two branches."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction

from sanhu.domains.evidence import sequencer
from sanhu.domains.evidence.models import Entry, Head
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.sequencer import HeadMovedError, sequence
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import Actor
from sanhu.engines.chain import GENESIS, link


@pytest.fixture
def write(zhou: Actor, at: datetime) -> Callable[[int], None]:
    """Give a way to write a number of entries."""

    def write(count: int) -> None:
        with transaction.atomic():
            for _ in range(count):
                record(event="matter.registered", actor=zhou, at=at, subject="matter:1", district="990101")

    return write


@pytest.mark.django_db
def test_entries_are_chained_in_the_order_of_their_keys(write: Callable[[int], None]):
    write(5)
    assert sequence() == 5
    previous = GENESIS
    for seq, entry in enumerate(Entry.objects.order_by("id"), start=1):
        assert (entry.seq, entry.previous, entry.hash) == (seq, previous, link(previous, entry.body))
        previous = entry.hash
    head = Head.objects.get()
    assert (head.seq, head.hash) == (5, previous)


@pytest.mark.django_db
def test_a_batch_ends_at_its_limit_and_the_next_goes_on(write: Callable[[int], None]):
    write(5)
    assert [sequence(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    report = verify()
    assert (report.chained, report.tail, report.findings) == (5, 0, ())


@pytest.mark.django_db
def test_an_entry_that_committed_late_is_chained_after_those_that_were_there(write: Callable[[int], None]):
    write(3)
    late = Entry.objects.order_by("id").first()
    Entry.objects.filter(pk=late.pk).update(seq=0)  # not seen by this batch
    assert sequence() == 2
    Entry.objects.filter(pk=late.pk).update(seq=None)
    assert sequence() == 1
    late.refresh_from_db()
    assert late.seq == 3
    assert verify().is_clean


@pytest.mark.django_db
def test_whoever_finds_the_head_moved_writes_nothing(write: Callable[[int], None], monkeypatch: pytest.MonkeyPatch):
    write(3)
    sequence(limit=1)

    def meanwhile(previous: str, body: str) -> str:
        Head.objects.update(seq=77)
        return link(previous, body)

    monkeypatch.setattr(sequencer, "link", meanwhile)
    with pytest.raises(HeadMovedError):
        sequence()
    assert Entry.objects.filter(seq__isnull=True).count() == 2
    assert Head.objects.get().seq == 1


@pytest.mark.django_db(transaction=True)
def test_sequencers_that_race_make_one_chain(write: Callable[[int], None]):
    write(120)
    start = threading.Barrier(3, timeout=10)
    chained: list[int] = []

    def work() -> None:
        start.wait()
        try:
            while True:
                try:
                    count = sequence(limit=7)
                except HeadMovedError:
                    continue
                if not count:
                    return
                chained.append(count)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    report = verify()
    assert sum(chained) == report.chained == 120
    assert (report.tail, report.findings) == (0, ())
