"""Every write once: the same client_id gets the same answer, and nothing else."""

import threading
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from sanhu.domains.evidence import requests
from sanhu.domains.evidence.models import Entry, Request
from sanhu.domains.evidence.record import record
from sanhu.engines.actors import Actor

ASKED = {"words": "路灯不亮 𠮷", "place": {"area": "990101001003"}, "photos": []}


def do_once(*, client_id: UUID, actor: Actor, asked: dict[str, object], at: datetime, meet=lambda: None) -> str:
    """Write an entry once for a client_id, the way every service does."""
    earlier = requests.answered(client_id=client_id, actor=actor, asked=asked)
    meet()
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            entry = record(event="matter.registered", actor=actor, at=at, subject="matter:1", district="990101")
            result = f"entry:{entry.pk}"
            requests.remember(client_id=client_id, actor=actor, asked=asked, result=result, at=at)
            return result
    except requests.AlreadyAnsweredError:
        answer = requests.answered(client_id=client_id, actor=actor, asked=asked)
        assert answer is not None
        return answer


@pytest.mark.django_db
def test_the_same_request_gets_the_first_answer(zhou: Actor, at: datetime):
    client_id = uuid4()
    first = do_once(client_id=client_id, actor=zhou, asked=ASKED, at=at)
    again = do_once(client_id=client_id, actor=zhou, asked=dict(reversed(ASKED.items())), at=at)
    assert again == first
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_another_client_id_is_another_request(zhou: Actor, at: datetime):
    assert do_once(client_id=uuid4(), actor=zhou, asked=ASKED, at=at) != do_once(
        client_id=uuid4(), actor=zhou, asked=ASKED, at=at
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other", [{}, {**ASKED, "words": "路灯不亮 㛃"}, {**ASKED, "photos": ["a"]}, {**ASKED, "place": {}}], ids=repr
)
def test_the_same_id_with_another_body_is_a_conflict(zhou: Actor, at: datetime, other: dict[str, object]):
    client_id = uuid4()
    do_once(client_id=client_id, actor=zhou, asked=ASKED, at=at)
    with pytest.raises(requests.ConflictError):
        do_once(client_id=client_id, actor=zhou, asked=other, at=at)
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_the_same_id_from_somebody_else_is_a_conflict(zhou: Actor, wu: Actor, at: datetime):
    client_id = uuid4()
    do_once(client_id=client_id, actor=zhou, asked=ASKED, at=at)
    with pytest.raises(requests.ConflictError):
        do_once(client_id=client_id, actor=wu, asked=ASKED, at=at)


@pytest.mark.django_db
def test_what_was_asked_cannot_be_guessed_from_what_is_kept(zhou: Actor, at: datetime, settings):
    do_once(client_id=uuid4(), actor=zhou, asked=ASKED, at=at)
    kept = Request.objects.get().body_hash
    assert kept == requests.hash_of(ASKED)
    settings.SANHU_RECEIPT_KEY = bytes(32)
    assert kept != requests.hash_of(ASKED)


@pytest.mark.django_db(transaction=True)
def test_two_twins_that_race_do_it_once(zhou: Actor, at: datetime):
    client_id = uuid4()
    meeting = threading.Barrier(2, timeout=10)
    answers: list[str] = []

    def twin() -> None:
        try:
            answers.append(do_once(client_id=client_id, actor=zhou, asked=ASKED, at=at, meet=meeting.wait))
        finally:
            connection.close()

    twins = [threading.Thread(target=twin) for _ in range(2)]
    for thread in twins:
        thread.start()
    for thread in twins:
        thread.join()
    entry = Entry.objects.get()
    assert answers == [f"entry:{entry.pk}"] * 2
    assert Request.objects.count() == 1
