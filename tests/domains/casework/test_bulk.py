"""Moves on many matters: which may be made so, a result for each, and a form sent twice moves nothing twice."""

from uuid import UUID, uuid4

import pytest

from sanhu.domains.casework.bulk import IN_BULK, ONE_BY_ONE
from sanhu.domains.casework.models import Matter, Step
from sanhu.domains.casework.parties import NAMELESS
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.casework.services.bulk import Line, Outcome, make_moves
from sanhu.domains.casework.services.moves import MoveRequest
from sanhu.domains.evidence.models import Entry
from tests.cast import DISTRICT, LEAD, MONDAY_MORNING, Cast, carry, move
from tests.domains.casework.refusals import refusal_of

LATER = MONDAY_MORNING.replace(hour=9)
NOBODYS = f"{DISTRICT}2026000000"


def make(
    cast: Cast, code: str, numbers: list[str], *, by: str, client_id: UUID | None = None, **said: object
) -> list[Line]:
    revisions = dict(Matter.objects.filter(number__in=numbers).values_list("number", "revision"))
    requests = [
        (number, MoveRequest(move=code, revision=revisions.get(number, 0), **said))  # type: ignore[arg-type]
        for number in numbers
    ]
    return make_moves(actor=cast.actor(by, LATER), at=LATER, client_id=client_id or uuid4(), requests=requests)


def test_every_move_an_official_makes_is_made_in_bulk_or_one_by_one_for_a_reason():
    officials = {found.code for found in MATTER.moves if found.party not in NAMELESS}
    assert IN_BULK | set(ONE_BY_ONE) == officials
    assert not IN_BULK & set(ONE_BY_ONE)
    assert all(ONE_BY_ONE.values())


def test_each_matter_is_moved_by_itself_and_has_its_own_result(cast: Cast):
    good, elsewhere = carry(cast, to="assigned").matter.number, carry(cast, to="accepted").matter.number
    of_another = carry(cast, to="assigned").matter
    Matter.objects.filter(pk=of_another.pk).update(lead=cast.bodies["安居物业服务有限公司"])
    before = Entry.objects.count()
    lines = make(cast, "sign", [good, elsewhere, of_another.number, NOBODYS], by="吴")
    assert [(line.number, line.outcome) for line in lines] == [
        (good, Outcome.DONE),
        (elsewhere, Outcome.NOT_FOUND),
        (of_another.number, Outcome.NOT_FOUND),
        (NOBODYS, Outcome.NOT_FOUND),
    ]
    assert Matter.objects.get(number=good).state == "signed"
    assert Entry.objects.count() == before + 1


def test_a_refusal_of_one_keeps_its_reason_article_and_code_and_holds_no_other_up(cast: Cast):
    numbers = [carry(cast, to="accepted").matter.number for _one in range(2)]
    done = carry(cast, to="done").matter.number
    lines = make(cast, "assign", [numbers[0], done, numbers[1]], by="徐", lead_id=cast.bodies[LEAD].pk)
    assert [line.outcome for line in lines] == [Outcome.DONE, Outcome.REFUSED, Outcome.DONE]
    assert lines[1].decision is not None
    assert lines[1].decision.reasons == ("现在的状态不能这样办理",)
    committee = cast.bodies["翠园社区居民委员会"].pk
    (line,) = make(cast, "assign", [carry(cast, to="accepted").matter.number], by="徐", lead_id=committee)
    assert line.decision is not None
    assert (line.outcome, line.decision.code) == (Outcome.REFUSED, "X-02")


@pytest.mark.covers("R44")
def test_the_form_sent_twice_moves_nothing_twice_and_with_other_words_says_so(cast: Cast):
    numbers = [carry(cast, to="assigned").matter.number for _one in range(3)]
    client_id = uuid4()
    revisions = dict(Matter.objects.values_list("number", "revision"))

    def send(reply: str) -> list[Outcome]:
        requests = [(number, MoveRequest("sign", revisions[number], reply=reply)) for number in numbers]
        lines = make_moves(actor=cast.actor("吴", LATER), at=LATER, client_id=client_id, requests=requests)
        return [line.outcome for line in lines]

    assert [send("已签收。") for _press in range(2)] == [[Outcome.DONE] * 3] * 2
    assert send("换了一句话。") == [Outcome.DONE_BEFORE] * 3
    assert Step.objects.filter(move="sign").count() == 3


def test_what_a_colleague_moved_meanwhile_is_told_and_left_alone(cast: Cast):
    number = carry(cast, to="assigned").matter.number
    revision = Matter.objects.get(number=number).revision
    move(cast, number, "sign", by="吴", at=LATER)
    request = MoveRequest("start", revision)
    (line,) = make_moves(actor=cast.actor("孙", LATER), at=LATER, client_id=uuid4(), requests=[(number, request)])
    assert (line.outcome, [step.move for step in line.steps]) == (Outcome.CHANGED, ["sign"])
    assert Matter.objects.get(number=number).state == "signed"


def test_too_many_and_what_is_made_one_by_one_are_refused_before_anything_moves(cast: Cast):
    number = carry(cast, to="assigned").matter.number
    many = [(number, MoveRequest("sign", 3))] * 101
    actor = cast.actor("吴", LATER)
    too_many = refusal_of(lambda: make_moves(actor=actor, at=LATER, client_id=uuid4(), requests=many))
    assert too_many.reasons == ("一次最多办 100 件，请分批选择",)
    singly = refusal_of(lambda: make(cast, "send_back", [number], by="吴", reason="不是我们的", article="第十条"))
    assert singly.reasons == ("理由和依据要针对这一件写",)
    assert Matter.objects.get(number=number).state == "assigned"
