"""Moves: each with its person, time, reason and entry; refused whole, made once, and never on what is out of date."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.casework.queries import matter_for
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.casework.services.errors import StaleForm
from sanhu.domains.casework.services.moves import MoveRequest, make_move
from sanhu.domains.evidence.models import Entry, Request
from sanhu.domains.evidence.requests import ConflictError
from tests.cast import HAPPY_WAY, ITEM, LEAD, Cast, carry, move, report_matter
from tests.domains.casework.refusals import refusal_of


def test_a_matter_goes_the_whole_way_each_step_by_its_own_person(cast: Cast, at: datetime):
    number = report_matter(cast, at=at).number
    for code, who, pause in HAPPY_WAY:
        at += pause
        before = Matter.objects.get(number=number)
        after = move(cast, number, code, by=who, at=at)
        assert (after.state, after.revision) == (MATTER.move(code).target, before.revision + 1)
        step = Step.objects.get(matter=after, ordinal=after.revision)
        assert (step.move, step.from_state, step.to_state, step.at) == (code, before.state, after.state, at)
        assert (step.person, step.post) == (cast[who].person, cast[who].post)
        assert step.organisation_id == cast[who].post.organisation_id
        assert step.article == MATTER.move(code).citation
        entry = Entry.objects.filter(subject_ref=after.ref).latest("id")
        assert (entry.event, entry.actor_ref, entry.at) == (MATTER.move(code).event, f"post:{cast[who].post.pk}", at)
        assert json.loads(entry.body)["facts"] == {"from": before.state, "to": after.state}
        assert {f'"{row.row_ref}"' in entry.body for row in (after, step)} == {True}
    matter = Matter.objects.get(number=number)
    assert (matter.lead, matter.duty) == (cast.bodies[LEAD], cast.duties[ITEM])
    assert (matter.is_open, matter.closed_at) == (False, at)


def test_declining_says_why_and_on_what_article(cast: Cast, at: datetime):
    matter = carry(cast, to="declined", at=at).matter
    step = matter.steps.get(move="decline")
    assert (step.reason, step.article) == ("同一件事正在诉讼中。", "信访工作条例第三十一条")
    assert (matter.is_open, matter.duty, matter.publicity) == (False, None, "")
    assert matter.closed_at == step.at


@pytest.mark.covers("R36")
def test_sending_back_needs_a_legal_reason_and_goes_to_coordination(cast: Cast):
    matter = carry(cast, to="returned").matter
    step = matter.steps.get(move="send_back")
    assert step.reason == "堆放点在市政道路上，由住建部门清运。"
    assert step.article == "市容条例第十四条"
    assert MATTER.state(matter.state).next_party == "dispatch"
    again = move(cast, matter.number, "assign", by="徐")
    assert again.state == "assigned"


def test_rework_goes_back_to_the_lead_and_round_again(cast: Cast):
    matter = carry(cast, to="done").matter
    for _ in range(2):
        assert move(cast, matter.number, "rework", by="陈").state == "in_progress"
        assert move(cast, matter.number, "finish", by="孙").state == "done"
    assert move(cast, matter.number, "verify", by="陈").state == "verified"
    assert [step.reason for step in matter.steps.filter(move="rework")] == ["还有两袋没有清走。"] * 2


def test_words_are_kept_without_the_blanks_around_them(cast: Cast):
    matter = carry(cast, to="in_progress").matter
    move(cast, matter.number, "finish", by="孙", reason=" 已清运𠮷㛃 \n", reply=" 清走了。 ")
    step = matter.steps.get(move="finish")
    assert (step.reason, step.reply) == ("已清运𠮷㛃", "清走了。")


MISSING_REASON = "理由：这一步须写明理由"
MISSING_ARTICLE = "依据：这一步须写明法律、法规或办法的条款"


@pytest.mark.parametrize(
    ("state", "code", "who", "asked", "reasons", "article"),
    [
        ("registered", "decline", "周", {"reason": ""}, (MISSING_REASON,), "八"),
        ("registered", "decline", "周", {"article": " "}, (MISSING_ARTICLE,), "八"),
        ("registered", "decline", "周", {"reason": "", "article": ""}, (MISSING_REASON, MISSING_ARTICLE), "八"),
        ("assigned", "send_back", "吴", {"reason": "\n"}, (MISSING_REASON,), "十"),
        ("assigned", "send_back", "吴", {"article": ""}, (MISSING_ARTICLE,), "十"),
        ("in_progress", "finish", "孙", {"reason": ""}, (MISSING_REASON,), "十一"),
        ("done", "rework", "陈", {"reason": ""}, (MISSING_REASON,), "十三"),
        ("in_progress", "finish", "孙", {"reason": "字" * 2001}, ("理由：不超过 2000 个字",), "十一"),
        ("in_progress", "finish", "孙", {"reply": "字" * 2001}, ("告诉反映人的话：不超过 2000 个字",), "十一"),
        ("assigned", "send_back", "吴", {"article": "条" * 201}, ("依据：不超过 200 个字",), "十"),
    ],
)
def test_what_is_missing_is_named_with_its_rule(
    cast: Cast, state: str, code: str, who: str, asked: dict[str, str], reasons: tuple[str, ...], article: str
):
    matter = carry(cast, to=state).matter
    decision = refusal_of(lambda: move(cast, matter.number, code, by=who, **asked))
    assert (decision.reasons, decision.citations) == (reasons, (f"分类管理办法第{article}条",))
    matter.refresh_from_db()
    assert matter.state == state


def test_a_refused_move_leaves_nothing_behind(cast: Cast):
    matter = carry(cast, to="assigned").matter
    before = {row.row_ref: row.witnessed_values() for row in (matter, *matter.clocks.all(), *matter.steps.all())}
    counts = Entry.objects.count(), Request.objects.count()
    refusal_of(lambda: move(cast, matter.number, "send_back", by="吴", reason=""))
    matter = Matter.objects.get(pk=matter.pk)
    after = {row.row_ref: row.witnessed_values() for row in (matter, *matter.clocks.all(), *matter.steps.all())}
    assert after == before
    assert (Entry.objects.count(), Request.objects.count()) == counts


@pytest.mark.parametrize("code", ["", "reopen", "accept; DROP TABLE", "lapse_into_signed"])
def test_a_move_the_table_does_not_know_or_allow_is_refused(cast: Cast, code: str):
    matter = carry(cast, to="registered").matter
    assert refusal_of(lambda: move(cast, matter.number, code, by="周")).reasons


def test_a_final_state_is_final(cast: Cast):
    for state in ("closed", "declined"):
        matter = carry(cast, to=state).matter
        for step in MATTER.moves:
            if step.party != "system":
                assert refusal_of(
                    lambda code=step.code, number=matter.number: move(cast, number, code, by="何")
                ).reasons


# --- once


def once(cast: Cast, matter: Matter, who: str, at: datetime, **asked: object):
    """Give a way to press a form's button again and again."""
    request = MoveRequest(
        move="decline", revision=matter.revision, reason="重复反映。", article="信访工作条例第二十二条"
    )
    client_id, actor = uuid4(), cast.actor(who)
    return lambda **other: make_move(
        actor=other.pop("actor", actor),
        at=at,
        client_id=client_id,
        number=other.pop("number", matter.number),
        request=MoveRequest(**{**request.__dict__, **asked, **other}),
    )


def test_a_form_posted_twice_makes_one_step_and_gets_one_answer(cast: Cast, at: datetime):
    matter = carry(cast, to="registered", at=at).matter
    press = once(cast, matter, "周", at)
    first, again = press(), press()
    assert (first.state, again.state, again.revision) == ("declined", "declined", 2)
    assert matter.steps.count() == 2
    assert Entry.objects.filter(event="matter.declined").count() == 1


@pytest.mark.parametrize(
    "other",
    [{"reason": "另有理由。"}, {"article": "第一条"}, {"reply": "您好"}, {"move": "accept"}, {"revision": 2}],
    ids=repr,
)
def test_the_same_form_with_anything_else_in_it_is_a_conflict(cast: Cast, at: datetime, other: dict[str, object]):
    matter = carry(cast, to="registered", at=at).matter
    press = once(cast, matter, "周", at)
    press()
    with pytest.raises(ConflictError):
        press(**other)
    assert matter.steps.count() == 2


def test_the_same_form_for_another_matter_is_a_conflict(cast: Cast, at: datetime):
    matter, other = carry(cast, to="registered", at=at).matter, carry(cast, to="registered", at=at).matter
    press = once(cast, matter, "周", at)
    press()
    with pytest.raises(ConflictError):
        press(number=other.number)
    other.refresh_from_db()
    assert other.state == "registered"


def test_the_same_form_through_another_post_is_a_conflict(cast: Cast, at: datetime):
    matter = carry(cast, to="registered", at=at).matter
    press = once(cast, matter, "周", at)
    press()
    with pytest.raises(ConflictError):
        press(actor=cast.actor("何"))


def test_a_refused_form_may_be_put_right_under_its_own_number(cast: Cast, at: datetime):
    matter = carry(cast, to="registered", at=at).matter
    press = once(cast, matter, "周", at)
    refusal_of(lambda: press(reason=""))
    assert press().state == "declined"


# --- out of date


def test_a_stale_form_is_told_what_happened_meanwhile(cast: Cast, at: datetime):
    seen = carry(cast, to="registered", at=at).matter
    move(cast, seen.number, "accept", by="周", at=at)
    move(cast, seen.number, "assign", by="徐", at=at)
    with pytest.raises(StaleForm) as stale:
        once(cast, seen, "周", at)()
    assert [(step.ordinal, step.move, step.organisation.name) for step in stale.value.steps] == [
        (2, "accept", "和平街道办事处"),
        (3, "assign", "和平街道办事处"),
    ]
    assert seen.steps.count() == 3


def test_a_revision_from_the_future_is_stale_too(cast: Cast, at: datetime):
    matter = carry(cast, to="registered", at=at).matter
    with pytest.raises(StaleForm) as stale:
        once(cast, matter, "周", at, revision=7)()
    assert stale.value.steps == []


def test_no_step_is_dated_before_the_one_it_follows(cast: Cast, at: datetime):
    number = report_matter(cast, at=at).number
    earlier = at - timedelta(seconds=2)  # another machine's clock
    matter = move(cast, number, "accept", by="周", at=earlier)
    assert matter.accepted_at == at
    assert [step.at for step in matter.steps.order_by("ordinal")] == [at, at]


def test_a_move_costs_few_statements(cast: Cast):
    matter = carry(cast, to="signed").matter
    actor = cast.actor("孙")
    request = MoveRequest(move="start", revision=matter.revision)
    with CaptureQueriesContext(connection) as asked:
        make_move(actor=actor, at=matter.reported_at, client_id=uuid4(), number=matter.number, request=request)
    statements = [query["sql"].split()[0] for query in asked.captured_queries]
    assert statements.count("INSERT") == 4  # step, entry, opening, request
    assert statements.count("UPDATE") == 1  # the matter
    # The matter, its last step, what stands against a move, its handlers, the contact, the matter to show.
    assert statements.count("SELECT") == 7


def test_a_moved_matter_is_given_as_a_page_shows_it(cast: Cast):
    matter = carry(cast, to="in_progress").matter
    with CaptureQueriesContext(connection) as asked:
        shown = matter_for(cast.actor("孙"), matter.number)
        said = shown.item.name, shown.duty.item.version.instrument.title, shown.lead.name
    assert all(said)
    assert len([query for query in asked.captured_queries if "casework_matter" in query["sql"]]) == 1


def test_what_the_reporter_wrote_is_not_written_again_by_a_move(cast: Cast):
    matter = carry(cast, to="registered").matter

    def sealed() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT words, address FROM casework_matter WHERE id = %s", [matter.pk])
            return cursor.fetchone()

    before = sealed()
    move(cast, matter.number, "accept", by="周")
    assert sealed() == before
