"""Two at once at the gate: one vote a person, one task of a kind, one application a form; on both databases."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pytest

from sanhu.domains.admission.models import Application, Task, Vote
from sanhu.domains.admission.services import application_moves
from sanhu.domains.admission.services.application_moves import ApplicationMove, make_move
from sanhu.domains.admission.services.drafting import draft
from sanhu.domains.admission.services.errors import StaleForm
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused
from tests.applying import APPLIED_AT, DOCUMENT, application_of, wish_of, with_post
from tests.cast import COORDINATING
from tests.domains.casework.test_races import at_once, kinds_of
from tests.gate import ORGAN, OTHER_ORGAN, Gate

Deed = Callable[[], object]


def asking(actor: Actor, application: Application, **asked: object) -> Deed:
    request = ApplicationMove(revision=application.revision, **asked)  # type: ignore[arg-type]
    return lambda: make_move(actor=actor, at=APPLIED_AT, client_id=uuid4(), number=application.number, request=request)


def test_one_person_voting_through_two_posts_at_once_has_one_vote(own_gate: Gate):
    gate = with_post(own_gate, "石", COORDINATING, "joint_meeting_member")
    application = application_of(gate, to="joint_meeting")
    posts = [gate.actor(who, APPLIED_AT) for who in ("石", "石又")]
    outcomes = at_once(*(asking(actor, application, move="vote", choice="approve") for actor in posts))
    assert kinds_of(outcomes) == ["Application", "StaleForm"]
    assert Vote.objects.filter(application=application, person=gate["石"].person).count() == 1
    assert verify().findings == ()


def test_two_of_a_kind_coming_into_force_at_once_make_one_task(own_gate: Gate, monkeypatch: pytest.MonkeyPatch):
    gate, meeting = own_gate, threading.Barrier(2, timeout=5)
    ours = application_of(gate, to="approved")
    theirs = application_of(gate, to="approved", by="蒋")
    assert (ours.organ.name, theirs.organ.name) == (ORGAN, OTHER_ORGAN)
    check = application_moves.check_against_tasks

    def meet(*args: object, **asked: object) -> object:
        # Were the committee not locked, both would meet here: each having checked before the other wrote.
        with suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=1)
        return check(*args, **asked)  # type: ignore[arg-type]

    monkeypatch.setattr(application_moves, "check_against_tasks", meet)
    examiner = gate.actor("高", APPLIED_AT)
    outcomes = at_once(
        *(asking(examiner, row, move="put_in_force", document_number=DOCUMENT) for row in (ours, theirs))
    )
    assert kinds_of(outcomes) == ["Application", "Refused"]
    (refused,) = (outcome for outcome in outcomes if isinstance(outcome, Refused))
    (task,) = Task.objects.all()
    assert refused.decision.reasons == (f"事项重复：翠园社区居民委员会在这一期间已有同一事项的协助任务 {task.number}",)
    assert verify().findings == ()


def test_a_form_sent_twice_at_once_is_one_application_and_two_forms_are_two(own_gate: Gate):
    actor, wish, client_id = own_gate.actor("孙", APPLIED_AT), wish_of(own_gate), uuid4()
    other = replace(wish, name="垃圾分类宣传")

    def write(form: object, what: object) -> Deed:
        return lambda: draft(actor=actor, at=APPLIED_AT, client_id=form, wish=what)  # type: ignore[arg-type]

    outcomes = at_once(write(client_id, wish), write(client_id, wish), write(uuid4(), other))
    assert kinds_of(outcomes) == ["Application"] * 3
    numbers = sorted(Application.objects.values_list("number", flat=True))
    assert numbers == ["990101-2026-A0001", "990101-2026-A0002"]
    assert not any(isinstance(outcome, StaleForm) for outcome in outcomes)
