"""Co-signing: who may ask, who answers, what the lead may not do meanwhile, and what ends a question by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from sanhu.domains.casework import cosigning as rules
from sanhu.domains.casework.cosigners import bodies_to_ask
from sanhu.domains.casework.erasure_rules import ErasureGround, ErasureScope
from sanhu.domains.casework.listing import Order, visible_parts
from sanhu.domains.casework.models import CoSigning, Matter
from sanhu.domains.casework.parties import HANDLE_ARTICLE
from sanhu.domains.casework.queries import standing_of, visible_to
from sanhu.domains.casework.rules import MATTER, Standing
from sanhu.domains.casework.services.cosigning import (
    Answer,
    Question,
    answer_cosigning,
    ask_to_cosign,
    withdraw_cosigning,
)
from sanhu.domains.casework.services.erasure_requests import ErasureWish, agree_to_erasure, ask_erasure
from sanhu.domains.casework.services.errors import CoSigningNotFound, MatterNotFound
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.casework.verification_cosigning import cosignings_were_answered_by_another
from sanhu.domains.casework.waiting import waiting_on
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.domains.evidence.verify_chain import body_of
from sanhu.engines.actors import SYSTEM, Actor
from tests.cast import COMMUNITY, DISTRICT, MONDAY_MORNING, Cast, carry, move
from tests.domains.casework.refusals import refusal_of

FIRM, COMMITTEE = "安居物业服务有限公司", "翠园社区居民委员会"
OFFICIALS = "周徐吴孙陈何马高钱冯沈"
NOON = MONDAY_MORNING + timedelta(hours=5)
QUESTION = "清运后由贵单位每周巡查一次，是否同意？"


def in_hand(cast: Cast, *, to: str = "in_progress") -> str:
    return carry(cast, to=to).matter.number


def ask(
    cast: Cast,
    number: str,
    *bodies: str,
    by: str | Actor = "孙",
    question: str = QUESTION,
    within: int = 3,
    client_id: UUID | None = None,
) -> CoSigning | None:
    asked = tuple(cast.bodies[name].pk for name in bodies or (FIRM,))
    ask_to_cosign(
        actor=cast.actor(by, NOON) if isinstance(by, str) else by,
        at=NOON,
        client_id=client_id or uuid4(),
        number=number,
        question=Question(organisation_ids=asked, question=question, within=within),
    )
    return CoSigning.objects.order_by("pk").last()


def asked(cast: Cast, number: str, *bodies: str, **said: object) -> CoSigning:
    row = ask(cast, number, *bodies, **said)  # type: ignore[arg-type]
    assert row is not None
    return row


def reply(
    cast: Cast, row: CoSigning, *, by: str | Actor = "马", agrees: bool = True, words: str = "", hours: int = 1
) -> CoSigning:
    at = NOON + timedelta(hours=hours)
    answer_cosigning(
        actor=cast.actor(by, at) if isinstance(by, str) else by,
        at=at,
        client_id=uuid4(),
        number=row.matter.number,
        cosigning_id=row.pk,
        answer=Answer(agrees=agrees, words=words),
    )
    row.refresh_from_db()
    return row


def withdraw(cast: Cast, row: CoSigning, *, by: str = "吴", reason: str = "已当面谈妥。") -> CoSigning:
    at = NOON + timedelta(hours=1)
    withdraw_cosigning(
        actor=cast.actor(by, at),
        at=at,
        client_id=uuid4(),
        number=row.matter.number,
        cosigning_id=row.pk,
        reason=reason,
    )
    row.refresh_from_db()
    return row


def finish(cast: Cast, number: str, *, reason: str = "已清运。") -> Matter:
    return move(cast, number, "finish", by="孙", at=NOON + timedelta(hours=3), reason=reason)


def test_only_the_lead_asks_and_only_while_the_matter_is_in_its_hands(cast: Cast):
    lead = cast.bodies["区城市管理局"].pk
    able = {
        (state.code, who)
        for state in MATTER.states
        for who in OFFICIALS + "郑林"
        if rules.may_ask(standing=Standing(DISTRICT, COMMUNITY, state.code, lead, frozenset()), actor=cast.actor(who))
    }
    assert able == {(state, who) for state in ("signed", "in_progress") for who in "吴孙"}
    assert not rules.may_ask(standing=Standing(DISTRICT, COMMUNITY, "in_progress", lead, frozenset()), actor=SYSTEM)


def test_a_question_is_witnessed_by_one_entry_and_due_in_working_days(cast: Cast):
    number = in_hand(cast)
    before = Entry.objects.count()
    row = asked(cast, number, FIRM, COMMITTEE)
    rows = list(CoSigning.objects.order_by("pk"))
    assert [one.organisation.name for one in rows] == sorted([FIRM, COMMITTEE])
    assert {(one.state, one.answer_by, one.question) for one in rows} == {("asked", date(2026, 11, 12), QUESTION)}
    entry = Entry.objects.latest("pk")
    assert Entry.objects.count() == before + 1
    assert (entry.event, entry.subject_ref) == ("matter.cosigning_asked", f"matter:{number}")
    body = body_of(entry)
    assert body is not None
    assert body["facts"]["organisations"] == [one.organisation_id for one in rows]
    reply(cast, row if row.organisation.name == FIRM else rows[0])
    sequence()
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(
    ("bodies", "changes", "reason"),
    [
        ((), {"bodies": ()}, "请谁会签：请选择至少一个单位"),
        (("区城市管理局",), {}, "请谁会签：主责单位不会签自己的办件"),
        (("东街道",), {}, "请谁会签：请选择本区在册、有人可以答复的单位"),
        (("和平街道办事处",), {}, "请谁会签：请选择本区在册、有人可以答复的单位"),
        ((FIRM,), {"question": " "}, "会签的问题：请写明要对方同意什么"),
        ((FIRM,), {"question": "问" * 2001}, "会签的问题：不超过 2000 个字"),
        ((FIRM,), {"within": 0}, "几个工作日内答复：请写 1 到 10 个工作日"),
        ((FIRM,), {"within": 11}, "几个工作日内答复：请写 1 到 10 个工作日"),
    ],
)
def test_a_question_is_complete_and_within_bounds(
    cast: Cast, bodies: tuple[str, ...], changes: dict[str, object], reason: str
):
    number = in_hand(cast)
    entries = Entry.objects.count()
    question = Question(
        organisation_ids=tuple(cast.bodies[name].pk for name in bodies),
        question=str(changes.get("question", QUESTION)),
        within=int(str(changes.get("within", 3))),
    )
    decision = refusal_of(
        lambda: ask_to_cosign(actor=cast.actor("孙"), at=NOON, client_id=uuid4(), number=number, question=question)
    )
    assert (decision.reasons, decision.citations) == ((reason,), (HANDLE_ARTICLE,))
    assert (CoSigning.objects.count(), Entry.objects.count()) == (0, entries)


@pytest.mark.covers("X-17")
def test_a_day_past_the_loaded_calendar_is_not_guessed(cast: Cast):
    late = MONDAY_MORNING.replace(month=12, day=30)
    number = carry(cast, to="signed", at=late - timedelta(days=15)).matter.number
    question = Question(organisation_ids=(cast.bodies[FIRM].pk,), question=QUESTION, within=10)
    decision = refusal_of(
        lambda: ask_to_cosign(
            actor=cast.actor("孙", late), at=late, client_id=uuid4(), number=number, question=question
        )
    )
    assert decision.code == "X-17"


def test_a_body_is_asked_once_at_a_time(cast: Cast):
    number = in_hand(cast)
    row = asked(cast, number)
    assert refusal_of(lambda: ask(cast, number)).reasons == ("请谁会签：有单位已经在会签，还没有答复",)
    reply(cast, row, agrees=False, words="夜间没有人手。")
    again = asked(cast, number)
    assert (again.pk != row.pk, again.state) == (True, "asked")
    with pytest.raises(IntegrityError), transaction.atomic():
        CoSigning.objects.filter(pk=row.pk).update(state="asked", answered_at=None, answered_by=None)


def test_the_same_form_twice_asks_once_and_with_other_words_is_refused(cast: Cast):
    number, client_id = in_hand(cast), uuid4()
    for _press in range(2):
        ask(cast, number, client_id=client_id)
    with pytest.raises(ConflictError):
        ask(cast, number, client_id=client_id, question="另一个问题？")
    assert CoSigning.objects.count() == 1


def test_whoever_is_asked_sees_the_matter_finds_it_waiting_and_keeps_seeing_it(cast: Cast):
    other, number = in_hand(cast), in_hand(cast)
    firm = cast.actor("马")
    assert not visible_to(firm).exists()
    assert not waiting_on(firm).exists()
    row = asked(cast, number)
    assert [found.number for found in visible_to(firm)] == [number]
    assert [found.number for found in waiting_on(firm)] == [number]
    reply(cast, row)
    assert [found.number for found in visible_to(firm)] == [number]
    assert not waiting_on(firm).exists()
    assert other not in {found.number for found in visible_to(firm)}
    assert not visible_to(cast.actor("郑")).filter(number=number).exists()
    without_handling = replace(firm, permissions=firm.permissions - {"matter.handle"})
    asked(cast, number)
    assert not waiting_on(without_handling).exists()


def test_only_the_body_asked_answers_and_nobody_who_asked(cast: Cast):
    number = in_hand(cast)
    row = asked(cast, number)
    entries = Entry.objects.count()
    for who in "吴孙陈":
        assert refusal_of(lambda who=who: reply(cast, row, by=who)).reasons == ("只有被请会签的单位可以答复",)
    for who in "周徐何高":
        assert refusal_of(lambda who=who: reply(cast, row, by=who)).reasons == ("您的岗位没有这项权限",)
    for who in "郑钱":
        with pytest.raises(MatterNotFound):
            reply(cast, row, by=who)
    firm, officer = cast.actor("马", NOON), cast.actor("孙", NOON)
    reason = ("会签须由提出的人以外的人答复，换岗位也不行",)
    of_the_asker = replace(firm, person_id=officer.person_id)
    assert refusal_of(lambda: reply(cast, row, by=of_the_asker)).reasons == reason
    standing_in = replace(firm, stands_for=officer.person_id, through="delegation:1")
    assert refusal_of(lambda: reply(cast, row, by=standing_in)).reasons == reason
    assert not waiting_on(of_the_asker).filter(number=number).exists()
    assert Entry.objects.count() == entries
    answered = reply(cast, row, agrees=True)
    assert (answered.state, answered.answered_by_id) == ("agreed", firm.person_id)
    assert refusal_of(lambda: reply(cast, row)).reasons == ("这一项会签已经结束",)


def test_a_deputys_question_is_answered_by_neither_of_the_two(cast: Cast):
    number = in_hand(cast)
    officer, firm = cast.actor("孙", NOON), cast.actor("马", NOON)
    deputy = replace(officer, stands_for=firm.person_id, through="delegation:1")
    row = asked(cast, number, by=deputy)
    assert (row.asked_by_id, row.asked_on_behalf_of_id) == (officer.person_id, firm.person_id)
    assert refusal_of(lambda: reply(cast, row)).reasons == ("会签须由提出的人以外的人答复，换岗位也不行",)
    assert not waiting_on(firm).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        CoSigning.objects.filter(pk=row.pk).update(
            state="agreed", answered_at=NOON, answered_by_id=firm.person_id, answered_post_id=firm.post_id
        )


def test_the_work_is_not_done_while_a_question_is_open(cast: Cast):
    number = in_hand(cast)
    row = asked(cast, number)
    decision = refusal_of(lambda: finish(cast, number))
    assert decision.reasons == ("还有单位没有答复会签，不能办理完毕；不再需要的，可以撤回",)
    assert decision.citations == (HANDLE_ARTICLE,)
    reply(cast, row)
    assert finish(cast, number).state == "done"


def test_an_objection_is_dealt_with_by_name_in_the_result(cast: Cast):
    number = in_hand(cast)
    reply(cast, asked(cast, number), agrees=False, words="夜间没有人手。")
    decision = refusal_of(lambda: finish(cast, number))
    assert decision.reasons == ("办理结果：有单位不同意会签，须逐一写出该单位的全称，说明为什么仍然这样办",)
    assert Matter.objects.get(number=number).state == "in_progress"
    assert finish(cast, number, reason=f"{FIRM}提出夜间没有人手，改为白天巡查。").state == "done"


def test_a_body_that_agreed_when_asked_again_objects_no_more(cast: Cast):
    number = in_hand(cast)
    reply(cast, asked(cast, number), agrees=False, words="夜间没有人手。")
    reply(cast, asked(cast, number, question="改为白天巡查，是否同意？"), hours=2)
    assert finish(cast, number).state == "done"


@pytest.mark.parametrize(
    ("agrees", "words", "reason"),
    [(False, " ", "意见：不同意须说明为什么"), (True, "好" * 2001, "意见：不超过 2000 个字")],
)
def test_an_objection_says_why(cast: Cast, agrees: bool, words: str, reason: str):
    row = asked(cast, in_hand(cast))
    assert refusal_of(lambda: reply(cast, row, agrees=agrees, words=words)).reasons == (reason,)
    assert CoSigning.objects.get().state == "asked"


def test_the_lead_takes_a_question_back_with_a_reason(cast: Cast):
    number = in_hand(cast)
    row = asked(cast, number)
    assert refusal_of(lambda: withdraw(cast, row, reason=" ")).reasons == ("理由：撤回会签须写明理由",)
    assert refusal_of(lambda: withdraw(cast, row, by="马")).reasons == ("只有主责单位可以请其他单位会签",)
    taken = withdraw(cast, row)
    assert (taken.state, taken.words) == ("withdrawn", "已当面谈妥。")
    assert Entry.objects.latest("pk").event == "matter.cosigning_withdrawn"
    assert refusal_of(lambda: withdraw(cast, row)).reasons == ("这一项会签已经结束",)
    firm = cast.actor("马")
    assert not visible_to(firm).exists(), "a question that went astray leaves nothing to see"
    assert not any(part.exists() for part in visible_parts(firm, Order.REPORTED))
    assert finish(cast, number).state == "done"


def test_a_question_of_another_matter_is_not_found(cast: Cast):
    row = asked(cast, in_hand(cast))
    row.matter = carry(cast, to="in_progress").matter
    with pytest.raises(CoSigningNotFound):
        withdraw(cast, row)


def _merged(cast: Cast, number: str) -> None:
    main = carry(cast, to="accepted").matter.number
    move(cast, number, "merge", by="徐", at=NOON + timedelta(hours=1), into=main)


def _suspended(cast: Cast, number: str) -> None:
    for code, who in (("ask_suspension", "孙"), ("grant_suspension", "高")):
        move(cast, number, code, by=who, at=NOON + timedelta(hours=1))


@pytest.mark.parametrize(("leave", "state"), [(_merged, "lapsed"), (_suspended, "asked")])
def test_an_open_question_lapses_when_the_matter_leaves_its_lead(
    cast: Cast, leave: Callable[[Cast, str], None], state: str
):
    number = in_hand(cast)
    row = asked(cast, number)
    leave(cast, number)
    row.refresh_from_db()
    assert (row.state, row.answered_by_id) == (state, None)
    assert waiting_on(cast.actor("马")).exists() is (state == "asked")
    assert standing_of(Matter.objects.get(number=number)).is_being_cosigned is (state == "asked")
    sequence()
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("answered_post_id", "周", "answered by another body"),
        ("asked_post_id", "马", "answered by whoever asked"),
    ],
)
def test_an_answer_by_the_wrong_hand_is_found(cast: Cast, column: str, value: str, fault: str):
    row = reply(cast, asked(cast, in_hand(cast)))
    CoSigning.objects.filter(pk=row.pk).update(**{column: cast[value].post.pk})
    findings = list(cosignings_were_answered_by_another())
    assert [(found.kind, found.ref, found.detail) for found in findings] == [("cosigning_wrong", row.row_ref, fault)]


@pytest.mark.covers("R84.2")
def test_erasing_a_matter_erases_question_and_answer(cast: Cast):
    number = in_hand(cast)
    row = reply(cast, asked(cast, number), agrees=False, words="林阿姨家没有人。")
    finish(cast, number, reason=f"{FIRM}已知道。")
    for code, who in (("verify", "陈"), ("close", "何")):
        move(cast, number, code, by=who, at=NOON + timedelta(hours=5))
    later = NOON + timedelta(days=40)
    wish = ErasureWish(ErasureScope.EVERYTHING, ErasureGround.UNLAWFUL_PROCESSING, reason="写进了别人的病情")
    erasure = ask_erasure(actor=cast.actor("周", later), at=later, number=number, wish=wish)
    agree_to_erasure(actor=cast.actor("冯", later), at=later, erasure_id=erasure.pk)
    row.refresh_from_db()
    assert (row.question, row.words, row.state) == ("", "", "objected")
    sequence()
    assert verify(checks=CHECKS).findings == ()


def test_bodies_to_ask_are_those_with_somebody_to_answer(cast: Cast):
    matter = carry(cast, to="signed").matter
    names = {body.name for body in bodies_to_ask(matter, at=NOON)}
    assert {FIRM, COMMITTEE} <= names
    assert not names & {"区城市管理局", "和平街道办事处", "东街道办事处"}
