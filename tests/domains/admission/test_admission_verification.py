"""`sanhu verify` names what no longer follows: a decision nobody voted for, a task without its power or money."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from pytest_django import DjangoDbBlocker

from sanhu.domains.admission.models import (
    Application,
    ApplicationCommittee,
    Demand,
    GateStep,
    Instalment,
    Opinion,
    PowerGrant,
    Task,
    Vote,
)
from sanhu.domains.admission.services.ticks import tick
from sanhu.domains.admission.verification import CHECKS
from sanhu.domains.evidence.models import Entry, Letter
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.models import Reservation, Voucher
from sanhu.domains.funding.verification import CHECKS as FUNDING
from tests.applying import APPLIED_AT, application_of, move
from tests.domains.admission.bearing import STATUTORY_ITEM, Bearing, noon
from tests.domains.admission.demanding import moved, recorded
from tests.domains.funding.money import Purse
from tests.gate import COMMITTEE, OTHER_COMMITTEE, Gate

HOUR = timedelta(hours=1)
FIRST_DAY = date(2026, 10, 28)


@dataclass
class Story:
    """What happened at the gate: two admissions in force, others ended, and demands of each ground."""

    gate: Gate
    both: Application
    moved_on: Application
    back: Application
    rejected: Application
    noticed: Demand
    late: Demand


@pytest.fixture(scope="module")
def told(founded: Gate, django_db_blocker: DjangoDbBlocker) -> Iterator[Story]:
    """Let everything happen once for the module; each test changes it and rolls back."""
    with django_db_blocker.unblock():
        yield _tell(founded)


@pytest.fixture
def story(told: Story, db: None) -> Story:
    return told


def _tell(gate: Gate) -> Story:
    bearing = Bearing(Purse(gate, at=APPLIED_AT))
    both_asked = tuple(gate.bodies[name].pk for name in (COMMITTEE, OTHER_COMMITTEE))
    both = application_of(gate, to="effective", committee_ids=both_asked)
    mine, theirs = Task.objects.filter(application=both).order_by("number")
    bearing.pay(mine, on=FIRST_DAY)
    late = date(2026, 10, 29)
    bearing.move(theirs, "suspend", by="柳", on=late)
    bearing.pay(theirs, on=late)
    bearing.move(theirs, "resume", by="柳", on=late)
    moved_on = application_of(gate, to="effective", at=APPLIED_AT + HOUR, name="反诈入户宣传", minutes_each=601)
    task = Task.objects.get(application=moved_on)
    bearing.pay(task, on=FIRST_DAY)
    bearing.hand_over(task, on=date(2026, 11, 5), unspent_fen=5_000)
    back = application_of(gate, to="returned", at=APPLIED_AT + 2 * HOUR, name="节水入户宣传", minutes_each=60)
    move(gate, back.number, "submit", by="孙", at=APPLIED_AT + 3 * HOUR)
    move(gate, back.number, "accept", by="高", at=APPLIED_AT + 3 * HOUR)
    rejected = application_of(gate, to="rejected", at=APPLIED_AT + 4 * HOUR, name="垃圾分类宣传", minutes_each=60)
    application_of(gate, to="revoked", at=APPLIED_AT + 5 * HOUR, name="消防入户宣传", minutes_each=60)
    application_of(gate, to="withdrawn", at=APPLIED_AT + 6 * HOUR, name="禁毒入户宣传", minutes_each=60)
    noticed = recorded(gate)
    moved(gate, noticed, "convert", by="孙")
    recorded(gate, item_code=STATUTORY_ITEM)
    late_record = recorded(gate, is_emergency=True, emergency_basis="区防汛指挥部一号令")
    recorded(
        gate,
        is_emergency=True,
        emergency_basis="区防汛指挥部二号令",
        at=datetime.fromisoformat("2026-11-20T02:00+00:00"),
    )
    tick(at=noon(date(2026, 11, 18)))
    for row in (both, moved_on, back, rejected, noticed, late_record):
        row.refresh_from_db()
    return Story(gate, both, moved_on, back, rejected, noticed, late_record)


def kinds() -> set[tuple[str, str]]:
    return {(str(finding.kind), finding.ref) for check in CHECKS for finding in check()}


@pytest.mark.covers("R33", "R34", "R38", "R40", "R58")
def test_what_happened_is_clean(story: Story):
    assert verify(checks=(*CHECKS, *FUNDING)).findings == ()
    states = set(Application.objects.values_list("state", flat=True))
    assert states == {"effective", "reviewing", "rejected", "revoked", "withdrawn", "draft"}
    assert {"in_force", "handed_over", "revoked"} == set(Task.objects.values_list("state", flat=True))
    assert set(Demand.objects.values_list("ground", flat=True)) == {"unadmitted", "statutory", "emergency"}


def first_task(story: Story) -> Task:
    return Task.objects.filter(application=story.both).order_by("number")[0]


def handed_over(story: Story) -> Task:
    return Task.objects.get(application=story.moved_on, succeeds=None)


def heir(story: Story) -> Task:
    return Task.objects.get(application=story.moved_on, succeeds__isnull=False)


def step_of(row: Application | Task | Demand, move: str) -> GateStep:
    return GateStep.objects.filter(subject_ref=row.ref, move=move).latest("ordinal")


def change(row: object, **values: object) -> None:
    """Alter a row behind everybody's back."""
    assert type(row).objects.filter(pk=row.pk).update(**values) == 1  # type: ignore[attr-defined]


def post_of(story: Story, surname: str) -> dict[str, int]:
    member = story.gate[surname]
    return {"person_id": member.person.pk, "post_id": member.post.pk}


def say_instead(story: Story, move: str, surname: str) -> None:
    """Let a step of the first admission have been made by somebody else, and what was said in it too."""
    step = step_of(story.both, move)
    who = post_of(story, surname)
    Opinion.objects.filter(application=story.both, at=step.at).update(**who)
    change(step, person_id=who["person_id"])


def outvote(story: Story) -> None:
    votes = Vote.objects.filter(application=story.both, choice="approve").order_by("pk")
    Vote.objects.filter(pk__in=[vote.pk for vote in votes[:3]]).update(choice="reject")


def delete_letter(row: Task | Demand) -> None:
    Letter.objects.get(subject_ref=row.ref).delete()


def say_of_the_meeting(application: Application, **counted: int) -> None:
    """Let the entry tell of a meeting as it was not."""
    entry = Entry.objects.get(subject_ref=application.ref, event="admission.approved")
    body = json.loads(entry.body)
    Entry.objects.filter(pk=entry.pk).update(body=json.dumps({**body, "facts": {**body["facts"], **counted}}))


Planted = tuple[Callable[[Story], None], Callable[[Story], object], str]
PLANTED: dict[str, Planted] = {
    # steps
    "a state nobody made": (lambda s: change(s.back, state="approved"), lambda s: s.back, "state_wrong"),
    "a revision too many": (lambda s: change(first_task(s), revision=7), first_task, "state_wrong"),
    "closed without a step": (lambda s: change(s.back, is_open=False), lambda s: s.back, "state_wrong"),
    "accepted earlier": (
        lambda s: change(s.rejected, accepted_at=APPLIED_AT, due_on=s.both.due_on),
        lambda s: s.rejected,
        "state_wrong",
    ),
    "in a first round still": (lambda s: change(s.back, round=1), lambda s: s.back, "state_wrong"),
    "ended at another time": (lambda s: change(handed_over(s), ended_at=APPLIED_AT), handed_over, "state_wrong"),
    "a step that vanished": (
        lambda s: step_of(s.both, "convene").delete(),
        lambda s: s.both,
        "steps_impossible",
    ),
    "a step the table does not know": (
        lambda s: change(step_of(s.both, "convene"), move="approve"),
        lambda s: s.both,
        "steps_impossible",
    ),
    "a step by nobody": (
        lambda s: change(step_of(s.both, "accept"), person=None, post=None),
        lambda s: s.both,
        "steps_impossible",
    ),
    "a deed of time by a person": (
        lambda s: change(step_of(s.late, "lapse"), **post_of(s, "高")),
        lambda s: s.late,
        "steps_impossible",
    ),
    "a beginning nobody made": (
        lambda s: change(step_of(first_task(s), "begin"), person=None),
        first_task,
        "steps_impossible",
    ),
    "a step before the one before it": (
        lambda s: change(step_of(s.noticed, "convert"), at=APPLIED_AT),
        lambda s: s.noticed,
        "steps_impossible",
    ),
    # decisions
    "another day for the decision": (
        lambda s: change(s.both, due_on=s.both.due_on + timedelta(days=1)),
        lambda s: s.both,
        "due_wrong",
    ),
    "a longer time for the decision": (lambda s: change(s.both, decide_within=16), lambda s: s.both, "due_wrong"),
    "a vote that vanished": (
        lambda s: Vote.objects.filter(application=s.both, choice="approve")[0].delete(),
        lambda s: s.both,
        "opinion_or_vote_wrong",
    ),
    "a vote in a round that was none": (
        lambda s: Vote.objects.create(
            application=s.back, round=2, choice="approve", at=APPLIED_AT, **post_of(s, "董会")
        ),
        lambda s: s.back,
        "opinion_or_vote_wrong",
    ),
    "an opinion of another person": (
        lambda s: Opinion.objects.filter(application=s.both, kind="legality").update(**post_of(s, "秦")),
        lambda s: s.both,
        "opinion_or_vote_wrong",
    ),
    "votes that were turned": (outvote, lambda s: s.both, "decision_unfounded"),
    "a rejection of what was voted for": (
        lambda s: Vote.objects.filter(application=s.rejected, choice="reject").update(choice="approve"),
        lambda s: s.rejected,
        "decision_unfounded",
    ),
    "a meeting of fewer than its entry counted": (
        lambda s: Vote.objects.filter(application=s.both, choice="approve")[0].delete(),
        lambda s: s.both,
        "decision_unfounded",
    ),
    "a meeting without its quorum": (
        lambda s: say_of_the_meeting(s.both, members=9, needed=5),
        lambda s: s.both,
        "decision_unfounded",
    ),
    "the law's no": (
        lambda s: Opinion.objects.filter(application=s.both, kind="legality").update(agrees=False),
        lambda s: s.both,
        "decision_unfounded",
    ),
    "a committee that was not heard": (
        lambda s: Opinion.objects.filter(application=s.both, kind="hearing")[0].delete(),
        lambda s: s.both,
        "decision_unfounded",
    ),
    "a voter who sits in another body": (
        lambda s: change(Vote.objects.filter(application=s.both, choice="approve")[0], post=s.gate["董"].post),
        lambda s: s.both,
        "decision_unfounded",
    ),
    "a vote of one of the organ": (
        lambda s: Vote.objects.filter(application=s.both, choice="recuse").update(choice="approve"),
        lambda s: s.both,
        "decided_for_themselves",
    ),
    "an officer who examined their own": (
        lambda s: say_instead(s, "accept", "孙"),
        lambda s: s.both,
        "decided_for_themselves",
    ),
    "a chair who had checked the money": (
        lambda s: say_instead(s, "check_funding", "石"),
        lambda s: s.both,
        "decided_for_themselves",
    ),
    "a chair who had returned it for its law": (
        lambda s: change(step_of(s.both, "accept"), move="return_by_legality", **post_of(s, "石")),
        lambda s: s.both,
        "decided_for_themselves",
    ),
    "one person on the law and on the money": (
        lambda s: say_instead(s, "check_funding", "罗"),
        lambda s: s.both,
        "decided_for_themselves",
    ),
    # tasks, power and money
    "a task nobody asked for": (
        lambda s: ApplicationCommittee.objects.filter(application=s.both)[0].delete(),
        lambda s: s.both,
        "tasks_not_as_admitted",
    ),
    "a task of what was never in force": (
        lambda s: change(first_task(s), application=s.rejected),
        lambda s: s.rejected,
        "tasks_not_as_admitted",
    ),
    "a power that ends early": (
        lambda s: change(first_task(s).grant, valid_to=date(2026, 12, 30)),
        first_task,
        "power_missing",
    ),
    "a power that begins late": (
        lambda s: change(first_task(s).grant, valid_from=date(2026, 10, 29)),
        first_task,
        "power_missing",
    ),
    "a power of another organ": (
        lambda s: change(first_task(s).grant, giver=s.gate.bodies["区民政局"]),
        first_task,
        "power_missing",
    ),
    "a power of another committee": (
        lambda s: change(first_task(s), grant=PowerGrant.objects.get(tasks=heir(s))),
        first_task,
        "power_missing",
    ),
    "in force after its power had ended": (
        lambda s: change(
            first_task(s).grant, valid_to=date(2026, 9, 1), withdrawn_at=APPLIED_AT, withdrawn_reason="提前收回"
        ),
        first_task,
        "power_missing",
    ),
    "money for something else": (
        lambda s: change(first_task(s).reservation, purpose_ref="task:990101-2026-T0009"),
        first_task,
        "money_missing",
    ),
    "less money than the task says": (
        lambda s: change(first_task(s).reservation, amount_fen=first_task(s).amount_fen - 1),
        first_task,
        "money_missing",
    ),
    "money let go while the task goes on": (
        lambda s: change(first_task(s).reservation, closed_at=APPLIED_AT),
        first_task,
        "money_missing",
    ),
    "money held on after the end": (
        lambda s: Reservation.objects.filter(task=handed_over(s)).update(closed_at=None, released_fen=0),
        handed_over,
        "money_missing",
    ),
    "money for another committee": (
        lambda s: change(first_task(s).reservation, payee=heir(s).reservation.payee),
        first_task,
        "money_missing",
    ),
    "money from another account": (
        lambda s: change(s.both, account=first_task(s).reservation.payee),
        first_task,
        "money_missing",
    ),
    "an instalment of one fen more": (
        lambda s: Instalment.objects.filter(task=first_task(s), ordinal=2).update(amount_fen=180_001),
        first_task,
        "instalments_wrong",
    ),
    "an instalment that was paid with another's voucher": (
        lambda s: change(
            Instalment.objects.get(task=heir(s)), voucher=Voucher.objects.get(kind="transfer"), cancelled_at=None
        ),
        heir,
        "instalments_wrong",
    ),
    "an instalment whose payment vanished": (
        lambda s: Instalment.objects.filter(task=first_task(s), ordinal=1).update(voucher=None),
        first_task,
        "instalments_wrong",
    ),
    "an instalment cancelled while the task goes on": (
        lambda s: Instalment.objects.filter(task=first_task(s), ordinal=2).update(cancelled_at=APPLIED_AT),
        first_task,
        "instalments_wrong",
    ),
    "an instalment owed after the end": (
        lambda s: Instalment.objects.filter(task=handed_over(s), ordinal=2).update(cancelled_at=None),
        handed_over,
        "instalments_wrong",
    ),
    "minutes that were lost": (lambda s: change(heir(s), minutes=1), handed_over, "succession_wrong"),
    "handed over to nobody": (lambda s: change(heir(s), succeeds=None), handed_over, "succession_wrong"),
    "a successor that began later": (
        lambda s: change(heir(s), in_force_at=APPLIED_AT),
        handed_over,
        "succession_wrong",
    ),
    # demands
    "a demand found to be something else": (
        lambda s: change(s.noticed, ground="statutory"),
        lambda s: s.noticed,
        "ground_wrong",
    ),
    "an emergency that did not lapse": (
        lambda s: change(s.late, ground="emergency"),
        lambda s: s.late,
        "ground_wrong",
    ),
    "a demand admitted by a task of others": (
        lambda s: change(s.noticed, ground="admitted", task=heir(s)),
        lambda s: s.noticed,
        "ground_wrong",
    ),
    "a demand converted to nothing": (
        lambda s: change(s.noticed, application=None),
        lambda s: s.noticed,
        "ground_wrong",
    ),
    "a notice without its letter": (lambda s: delete_letter(s.noticed), lambda s: s.noticed, "letter_missing"),
    "a letter that became a refusal": (
        lambda s: change(s.noticed, is_refusal=True),
        lambda s: s.noticed,
        "letter_missing",
    ),
    "a suspension without its letter": (
        lambda s: delete_letter(Task.objects.filter(application=s.both).order_by("number")[1]),
        lambda s: Task.objects.filter(application=s.both).order_by("number")[1],
        "letter_missing",
    ),
}


@pytest.mark.covers("R33", "R34", "R38", "R40", "R58")
@pytest.mark.parametrize("case", PLANTED)
def test_what_was_planted_is_named(story: Story, case: str):
    plant, place, kind = PLANTED[case]
    where = place(story)
    plant(story)
    assert (kind, where.row_ref) in kinds()  # type: ignore[attr-defined]


def test_each_check_is_put_to_the_test():
    """Every kind of finding the gate's checks can give is planted above."""
    said = {
        "steps_impossible",
        "state_wrong",
        "due_wrong",
        "opinion_or_vote_wrong",
        "decision_unfounded",
        "decided_for_themselves",
        "tasks_not_as_admitted",
        "power_missing",
        "money_missing",
        "instalments_wrong",
        "succession_wrong",
        "ground_wrong",
        "letter_missing",
    }
    assert {kind for _plant, _place, kind in PLANTED.values()} == said
