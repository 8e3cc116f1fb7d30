"""`sanhu verify` names every altered row of casework, and what no longer follows from what, on both databases."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import connection, transaction

from sanhu.domains.casework.models import Clock, Matter, Step
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.findings import Finding
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.models.notice import Channel
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from tests.cast import COMMUNITY_OF_OTHER_DISTRICT, LEAD, OTHER_DISTRICT, Cast, carry, move, rate_matter


def sql(statement: str, *values: object) -> None:
    """Alter the database behind everybody's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0, "the alteration hit no row"


def found() -> set[tuple[str, str, str]]:
    return {(str(finding.kind), finding.ref, finding.detail) for finding in verify(checks=CHECKS).findings}


def kinds(findings: Sequence[Finding]) -> dict[str, set[str]]:
    by_ref: dict[str, set[str]] = {}
    for finding in findings:
        by_ref.setdefault(finding.ref, set()).add(str(finding.kind))
    return by_ref


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """Give a closed and rated matter whose reporter left an address; everything is in the chain."""
    carried = carry(cast, to="closed", contact_channel=Channel.SMS, contact_address="13800990101")
    rate_matter(carried, words="谢谢")
    sequence()
    return carried.matter


@pytest.fixture
def running(cast: Cast) -> Matter:
    """Give a matter in the lead's hands."""
    return carry(cast, to="in_progress").matter


def test_an_untouched_district_is_clean(matter: Matter, running: Matter):
    report = verify(checks=CHECKS)
    assert report.findings == ()
    assert report.tail > 0
    assert report.chained > 0


def handling(matter: Matter) -> Clock:
    return matter.clocks.get(purpose="handling")


Row = Callable[[Matter, Cast], Witnessed]
LATE = "2026-11-30 00:00:00+00:00"
# A row, and for each of its columns a value that the database's own constraints let through.
ALTERED: dict[str, tuple[Row, dict[str, object]]] = {
    "matter": (
        lambda matter, cast: matter,
        {
            "number": "99010120261109000999",
            "area_code": "990101001002",
            "cell_code": "990101001001002",
            "lon": 116.5,
            "public_title": "另一个标题",
            "channel": "window",
            "receipt_hash": "0" * 64,
            "state": "verified",
            "revision": 9,
            "publicity": "never",
            "reported_at": LATE,
            "accepted_at": LATE,
            "closed_at": LATE,
            "due_at": LATE,
            "round": 2,
            "handoff_count": 3,
            "urge_count": 1,
        },
    ),
    "step": (
        lambda matter, cast: matter.steps.latest("ordinal"),
        {"ordinal": 10, "move": "rework", "from_state": "done", "to_state": "declined", "at": LATE, "article": "某条"},
    ),
    "clock": (
        lambda matter, cast: handling(matter),
        {
            "purpose": "signing",
            "amount": 50,
            "unit": "natural_day",
            "roll": "next_workday",
            "kind": "statutory",
            "citation": "行政处罚法第六十条",
            "rule_version": 2,
            "state": "answered_late",
            "due_at": LATE,
            "due_on": "2026-12-30",
            "computed_at": LATE,
            "facts": "[]",
        },
    ),
    "rating": (lambda matter, cast: matter.ratings.get(), {"satisfaction": "very_satisfied", "at": LATE, "round": 2}),
    "contact": (lambda matter, cast: matter.contact, {"channel": "email", "given_at": LATE}),
    "post": (lambda matter, cast: cast["陈"].post, {"title": "书记", "term_ends_on": "2046-08-31"}),
}


@pytest.mark.parametrize(("row_of", "columns"), ALTERED.values(), ids=ALTERED)
def test_one_altered_column_is_found_and_named(cast: Cast, matter: Matter, row_of: Row, columns: dict[str, object]):
    row = row_of(matter, cast)
    for column, value in columns.items():
        with transaction.atomic():
            sql(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", value, row.pk)
            assert ("row_altered", row.row_ref, column) in found(), column
            transaction.set_rollback(True)


SEALED: dict[str, tuple[Row, str]] = {
    "matter words": (lambda matter, cast: matter, "words"),
    "matter address": (lambda matter, cast: matter, "address"),
    "step reason": (lambda matter, cast: matter.steps.get(move="finish"), "reason"),
    "step reply": (lambda matter, cast: matter.steps.get(move="finish"), "reply"),
    "rating words": (lambda matter, cast: matter.ratings.get(), "words"),
    "contact address": (lambda matter, cast: matter.contact, "address"),
}


@pytest.mark.parametrize(("row_of", "column"), SEALED.values(), ids=SEALED)
def test_a_value_put_in_unsealed_is_found_and_named(cast: Cast, matter: Matter, row_of: Row, column: str):
    row = row_of(matter, cast)
    sql(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", "换掉的话", row.pk)
    assert ("value_unreadable", row.row_ref, column) in found()


def test_words_taken_from_another_matter_are_found(cast: Cast, matter: Matter):
    other = carry(cast, to="registered", words="另一件事。").matter
    sealed = "SELECT words FROM casework_matter WHERE id = %s"
    sql(f"UPDATE casework_matter SET words = ({sealed}) WHERE id = %s", other.pk, matter.pk)
    assert kinds(verify(checks=CHECKS).findings) == {matter.row_ref: {"row_altered"}}


@pytest.mark.parametrize("lead", ["other", "none"])
def test_another_lead_put_in_is_found(cast: Cast, matter: Matter, lead: str):
    other = cast.bodies["安居物业服务有限公司"].pk if lead == "other" else None
    sql("UPDATE casework_matter SET lead_id = %s WHERE id = %s", other, matter.pk)
    assert ("row_altered", matter.row_ref, "lead_id") in found()


def test_a_clock_altered_consistently_but_for_its_facts_is_found(running: Matter):
    clock = handling(running)
    values = ("2026-11-20 16:00:00+00:00", "2026-11-20", "2026-11-19 16:00:00+00:00")
    sql("UPDATE casework_clock SET due_at = %s, due_on = %s, next_check_at = %s WHERE id = %s", *values, clock.pk)
    sql("UPDATE casework_matter SET due_at = %s WHERE id = %s", values[0], running.pk)
    by_ref = kinds(verify(checks=CHECKS).findings)
    assert by_ref[clock.row_ref] == {"row_altered", "clock_wrong"}
    assert by_ref[running.row_ref] == {"row_altered"}


@pytest.mark.parametrize(
    ("assignments", "wrong"),
    [
        ("due_on = '2026-11-30'", "due_on"),
        ("is_open = FALSE, next_check_at = NULL, state = 'answered_on_time'", "is_open"),
        ("state = 'overdue'", "state"),
        ("next_check_at = NULL", "state"),
        ("state = 'near'", "state"),
    ],
)
def test_a_derived_column_that_does_not_follow_from_the_facts_is_named(running: Matter, assignments: str, wrong: str):
    clock = handling(running)
    sql(f"UPDATE casework_clock SET {assignments} WHERE id = %s", clock.pk)
    (detail,) = [detail for kind, ref, detail in found() if (kind, ref) == ("clock_wrong", clock.row_ref)]
    assert f"{wrong}:" in detail


@pytest.mark.parametrize(
    "facts", ["[]", "{}", "7", '[{"kind": "answered", "at": "2026-11-09T01:40:00+00:00"}]', '[{"at": 1}]', '["x"]']
)
def test_facts_that_are_no_history_are_told(running: Matter, facts: str):
    clock = handling(running)
    sql("UPDATE casework_clock SET facts = %s WHERE id = %s", facts, clock.pk)
    assert ("clock_unreadable", clock.row_ref) in {(kind, ref) for kind, ref, _detail in found()}


def test_a_deleted_step_is_found(matter: Matter):
    step = matter.steps.get(move="verify")
    sql("DELETE FROM casework_step WHERE id = %s", step.pk)
    by_ref = kinds(verify(checks=CHECKS).findings)
    assert by_ref == {step.row_ref: {"row_missing"}, matter.row_ref: {"steps_impossible"}}


def test_a_deleted_last_step_is_found(matter: Matter):
    step = matter.steps.latest("ordinal")
    sql("DELETE FROM casework_step WHERE id = %s", step.pk)
    by_ref = kinds(verify(checks=CHECKS).findings)
    assert by_ref == {step.row_ref: {"row_missing"}, matter.row_ref: {"state_wrong"}}


def test_a_matter_without_steps_is_found(matter: Matter):
    sql("DELETE FROM casework_step WHERE matter_id = %s", matter.pk)
    assert ("steps_impossible", matter.row_ref, "the first step does not register") in found()


def test_a_changed_state_is_found_beside_the_altered_row(matter: Matter):
    sql("UPDATE casework_matter SET state = 'in_progress', is_open = TRUE, closed_at = NULL WHERE id = %s", matter.pk)
    by_ref = kinds(verify(checks=CHECKS).findings)
    assert by_ref == {matter.row_ref: {"row_altered", "state_wrong"}}
    (detail,) = [detail for kind, _ref, detail in found() if kind == "state_wrong"]
    assert detail.startswith("state: stored in_progress, its steps lead to closed; ")


def test_a_step_made_up_is_found(matter: Matter, cast: Cast):
    step = matter.steps.latest("ordinal")
    made_up = Step(
        matter=matter, ordinal=step.ordinal + 1, move="rework", from_state="closed", to_state="in_progress", at=step.at
    )
    made_up.save()
    by_ref = kinds(verify(checks=CHECKS).findings)
    assert by_ref == {made_up.row_ref: {"row_unwitnessed"}, matter.row_ref: {"steps_impossible"}}


@pytest.mark.parametrize(("code", "who"), [("verify", "孙"), ("close", "吴")])
def test_a_handler_put_in_as_verifier_or_closer_is_found(cast: Cast, matter: Matter, code: str, who: str):
    step = matter.steps.get(move=code)
    sql("UPDATE casework_step SET person_id = %s WHERE id = %s", cast[who].person.pk, step.pk)
    assert kinds(verify(checks=CHECKS).findings) == {step.row_ref: {"row_altered", "own_work_verified"}}


@pytest.mark.covers("X-02")
def test_a_committee_put_in_as_lead_of_enforcement_is_found(cast: Cast, matter: Matter):
    committee = cast.bodies["翠园社区居民委员会"].pk
    sql("UPDATE casework_matter SET lead_id = %s WHERE id = %s", committee, matter.pk)
    assert ("committee_leads", matter.row_ref, "X-02") in found()


def test_a_lawful_other_lead_is_an_altered_row_and_no_more(cast: Cast, matter: Matter):
    sql("UPDATE casework_matter SET lead_id = %s WHERE id = %s", cast.bodies["和平街道办事处"].pk, matter.pk)
    assert kinds(verify(checks=CHECKS).findings) == {matter.row_ref: {"row_altered"}}
    assert cast.bodies[LEAD].pk != cast.bodies["和平街道办事处"].pk


def test_a_dropped_contact_is_found(matter: Matter):
    ref = matter.contact.row_ref
    sql("DELETE FROM casework_contact WHERE matter_id = %s", matter.pk)
    assert ("row_missing", ref, "") in found()


def test_a_contact_erased_behind_the_record_is_found(matter: Matter):
    ref = matter.contact.row_ref
    at = "2026-12-30 00:00:00+00:00"
    sql("UPDATE casework_contact SET address = '', erased_at = %s WHERE matter_id = %s", at, matter.pk)
    assert {("row_altered", ref, "address"), ("row_altered", ref, "erased_at")} <= found()


STATES = ("closed", "declined", "suspended", "merged", "reopened", "in_progress", "returned", "assigned")


def test_many_matters_are_replayed_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    for module in ("verification", "verification_aside", "walks"):
        monkeypatch.setattr(f"sanhu.domains.casework.{module}.PAGE", 2)
    matters = [carry(cast, to=state).matter for state in STATES]
    assert verify(checks=CHECKS).findings == ()
    late = matters[-1].reported_at + timedelta(days=1)
    sql("UPDATE casework_matter SET reported_at = %s WHERE id = %s", late, matters[-1].pk)
    assert ("state_wrong", matters[-1].row_ref) in {(kind, ref) for kind, ref, _detail in found()}


# --- beside the way


@pytest.fixture
def deferred(cast: Cast) -> Matter:
    """Give a matter that was extended, suspended and resumed."""
    carried = carry(cast, to="in_progress")
    for day, (code, who) in enumerate(
        [
            ("ask_extension", "孙"),
            ("grant_extension", "徐"),
            ("ask_suspension", "孙"),
            ("grant_suspension", "高"),
            ("resume", "孙"),
        ],
        start=1,
    ):
        move(cast, carried.matter.number, code, by=who, at=carried.at + timedelta(days=day))
    return carried.matter


DEFERRAL = "UPDATE casework_deferral SET {} WHERE matter_id = %s AND kind = 'extension'"


def details(kind: str) -> dict[str, str]:
    return {ref: detail for found_kind, ref, detail in found() if found_kind == kind}


def test_every_column_of_a_deferral_is_witnessed(deferred: Matter):
    ref = deferred.deferrals.get(kind="extension").row_ref
    for column, value in (
        ("amount", 4),
        ("public_words", "别的原因"),
        ("round", 2),
        ("due_before", "2026-11-01"),
        ("due_after", "2026-12-01"),
    ):
        with transaction.atomic():
            sql(DEFERRAL.format(f"{column} = %s"), value, deferred.pk)
            assert ("row_altered", ref, column) in found(), column
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("who", "detail"), [("吴", "not decided by step 7"), ("高", "not decided by step 7")], ids=["a handler", "another"]
)
def test_another_decider_put_in_is_found(cast: Cast, deferred: Matter, who: str, detail: str):
    sql(DEFERRAL.format("decided_by_id = %s"), cast[who].person.pk, deferred.pk)
    assert details("deferral_wrong") == {deferred.deferrals.get(kind="extension").row_ref: detail}


def test_a_decision_of_a_handler_is_found_even_where_step_and_deferral_agree(cast: Cast, deferred: Matter):
    step = deferred.steps.get(move="grant_extension")
    sql("UPDATE casework_step SET person_id = %s WHERE id = %s", cast["吴"].person.pk, step.pk)
    sql(DEFERRAL.format("decided_by_id = %s"), cast["吴"].person.pk, deferred.pk)
    ref = deferred.deferrals.get(kind="extension").row_ref
    assert details("deferral_wrong") == {ref: "decided by whoever asked or handled"}


def test_a_deferral_that_names_another_matter_s_step_is_found(cast: Cast, deferred: Matter):
    other = carry(cast, to="signed").matter.steps.latest("ordinal")
    sql(DEFERRAL.format("asked_id = %s"), other.pk, deferred.pk)
    assert details("deferral_wrong") == {deferred.deferrals.get(kind="extension").row_ref: "a step of another matter"}


def test_an_extension_of_the_clock_that_nobody_granted_is_found(cast: Cast):
    matter = carry(cast, to="in_progress").matter
    clock = handling(matter)
    facts = [*clock.facts, {"kind": "extended", "at": clock.facts[0]["at"], "amount": 5}]
    sql("UPDATE casework_clock SET facts = %s WHERE id = %s", json.dumps(facts), clock.pk)
    assert matter.row_ref in details("clock_moved")
    assert details("clock_moved")[matter.row_ref].startswith("steps say nothing, the clock extended")


def test_another_amount_than_was_granted_is_found(deferred: Matter):
    sql(DEFERRAL.format("amount = 4"), deferred.pk)
    assert deferred.row_ref in details("clock_moved")


def test_a_pause_taken_out_of_the_clock_is_found(deferred: Matter):
    clock = handling(deferred)
    facts = [fact for fact in clock.facts if fact["kind"] not in {"paused", "resumed"}]
    sql("UPDATE casework_clock SET facts = %s WHERE id = %s", json.dumps(facts), clock.pk)
    assert deferred.row_ref in details("clock_moved")


def test_a_circle_put_in_is_found(cast: Cast):
    one, other = carry(cast, to="merged").matter, carry(cast, to="merged").matter
    sql("UPDATE casework_matter SET merged_into_id = %s WHERE id = %s", other.pk, one.pk)
    sql("UPDATE casework_matter SET merged_into_id = %s WHERE id = %s", one.pk, other.pk)
    wrong = "merged into what was itself merged"
    assert details("merged_wrong") == {one.row_ref: wrong, other.row_ref: wrong}


def test_another_district_s_matter_put_in_as_target_is_found(cast: Cast):
    away = {"district": OTHER_DISTRICT, "area_code": COMMUNITY_OF_OTHER_DISTRICT, "cell_code": "", "by": "郑"}
    other, merged = carry(cast, to="registered", **away).matter, carry(cast, to="merged").matter
    sql("UPDATE casework_matter SET merged_into_id = %s WHERE id = %s", other.pk, merged.pk)
    assert details("merged_wrong") == {merged.row_ref: "merged into another district's matter"}


def test_a_reopening_without_an_unhappy_rating_is_found(cast: Cast):
    matter = carry(cast, to="reopened").matter
    sql("UPDATE casework_rating SET satisfaction = 'satisfied' WHERE matter_id = %s", matter.pk)
    assert details("reopened_wrong") == {matter.row_ref: "step 9: no unhappy rating asked for it"}


def test_a_reopening_put_off_beyond_its_days_is_found(cast: Cast):
    matter = carry(cast, to="reopened").matter
    late = matter.reported_at + timedelta(days=32)
    sql("UPDATE casework_step SET at = %s WHERE matter_id = %s AND move = 'reopen'", late, matter.pk)
    sql("UPDATE casework_rating SET at = %s WHERE matter_id = %s", late, matter.pk)
    assert details("reopened_wrong") == {matter.row_ref: "step 9: reopened too late"}


@pytest.mark.parametrize("column", ["round", "handoff_count", "urge_count"])
def test_a_count_that_does_not_follow_from_the_steps_is_named(matter: Matter, column: str):
    sql(f"UPDATE casework_matter SET {column} = 2 WHERE id = %s", matter.pk)
    assert f"{column}: stored 2" in details("state_wrong")[matter.row_ref]
