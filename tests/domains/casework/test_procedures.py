"""The procedure of a case: its steps one after the other, none skipped, and none left open when the matter is done."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from sanhu.domains.casework.models import Matter, ProcedureMark
from sanhu.domains.casework.procedures import procedure_on
from sanhu.domains.casework.services.erasing import erase_at_the_end
from sanhu.domains.casework.services.errors import MatterNotFound
from sanhu.domains.casework.services.procedures import Done, do_step
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.casework.verification_handing import procedures_were_gone_through_in_order
from sanhu.domains.catalogue.models import ProcedureStep
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.record import record
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import SYSTEM
from tests.cast import DISTRICT, FOUNDED_AT, ITEM, MONDAY_MORNING, OTHER_ITEM, Cast, carry, move
from tests.domains.casework.refusals import refusal_of

LATER = MONDAY_MORNING + timedelta(days=1)
HANDLE = "分类管理办法第十一条"
STEPS = (("现场查看", "现场照片"), ("通知清运", ""), ("现场复核", "复核记录"))
pytestmark = pytest.mark.covers("R44")


@pytest.fixture
def laid_down(cast: Cast) -> Cast:
    """Lay down three steps for the item matters are accepted under."""
    lay_down(cast)
    return cast


def lay_down(cast: Cast, *, item: str = ITEM) -> None:
    """Lay down three steps for an item, with the entry that speaks of them."""
    under = cast.duties[item].item
    with transaction.atomic():
        rows = [
            ProcedureStep.objects.create(
                item=under, position=position, name=name, actor="执法队员", unit="working_day", limit=1, output=output
            )
            for position, (name, output) in enumerate(STEPS, start=1)
        ]
        record(
            event="catalogue.changed", actor=SYSTEM, at=FOUNDED_AT, subject=under.row_ref, district=DISTRICT, rows=rows
        )


def do(
    cast: Cast, matter: Matter, position: int, *, by: str = "孙", client_id: UUID | None = None, **said: str
) -> None:
    named = STEPS[position - 1][1] if 1 <= position <= len(STEPS) else ""
    done = Done(position, **{"output_name": named, "words": "已看过。", **said})
    do_step(actor=cast.actor(by), at=LATER, client_id=client_id or uuid4(), number=matter.number, done=done)


def test_the_steps_stand_in_order_and_the_first_comes_first(laid_down: Cast):
    matter = carry(laid_down, to="in_progress").matter
    assert [(line.step.name, line.mark, line.is_next) for line in procedure_on(matter)] == [
        ("现场查看", None, True),
        ("通知清运", None, False),
        ("现场复核", None, False),
    ]
    registered = carry(laid_down, to="registered").matter
    assert procedure_on(registered) == ()


def test_a_step_done_keeps_who_when_and_the_paper(laid_down: Cast):
    matter = carry(laid_down, to="in_progress").matter
    do(laid_down, matter, 1, output_name="现场照片（三张）")
    mark = ProcedureMark.objects.get()
    assert (mark.position, mark.person, mark.at) == (1, laid_down["孙"].person, LATER)
    assert (mark.words, mark.output_name) == ("已看过。", "现场照片（三张）")
    entry = Entry.objects.get(event="matter.procedure_step_done")
    assert mark.row_ref in entry.body
    assert "现场照片" not in entry.body
    assert [line.is_next for line in procedure_on(matter)] == [False, True, False]
    assert verify(checks=CHECKS).findings == ()


def test_no_step_is_skipped_and_none_is_done_twice(laid_down: Cast):
    matter = carry(laid_down, to="in_progress").matter
    for position in (2, 3, 4, 0):
        decision = refusal_of(lambda position=position: do(laid_down, matter, position))
        assert (decision.reasons, decision.citations) == (("程序不能跳步：先办“现场查看”",), (HANDLE,))
    do(laid_down, matter, 1)
    assert refusal_of(lambda: do(laid_down, matter, 1)).reasons == ("程序不能跳步：先办“通知清运”",)
    for position in (2, 3):
        do(laid_down, matter, position)
    assert refusal_of(lambda: do(laid_down, matter, 3)).reasons == ("程序已经走完，或者这一项没有程序",)
    assert ProcedureMark.objects.count() == 3


def test_a_step_that_ends_in_a_paper_names_it(laid_down: Cast):
    matter = carry(laid_down, to="in_progress").matter
    decision = refusal_of(lambda: do(laid_down, matter, 1, output_name=" "))
    assert decision.reasons == ("形成的文书：这一步要形成“现场照片”，请写明它的名称或者文号",)
    too_long = refusal_of(lambda: do(laid_down, matter, 1, output_name="文" * 101, words="字" * 2001))
    assert too_long.reasons == ("说明：不超过 2000 个字", "形成的文书：不超过 100 个字")


def test_it_is_not_done_before_the_last_step_is(laid_down: Cast):
    matter = carry(laid_down, to="in_progress").matter
    for position, (name, _output) in enumerate(STEPS, start=1):
        decision = refusal_of(lambda: move(laid_down, matter.number, "finish", by="孙", at=LATER))
        assert decision.reasons == (f"程序里的“{name}”还没有办好，不能办理完毕",)
        assert decision.citations == (HANDLE,)
        do(laid_down, matter, position)
    assert move(laid_down, matter.number, "finish", by="孙", at=LATER).state == "done"
    assert verify(checks=CHECKS).findings == ()


def test_without_a_procedure_a_matter_is_done_as_before(cast: Cast):
    matter = carry(cast, to="done").matter
    assert procedure_on(matter) == ()
    assert refusal_of(lambda: do(cast, carry(cast, to="in_progress").matter, 1)).reasons == (
        "程序已经走完，或者这一项没有程序",
    )


@pytest.mark.parametrize(
    ("who", "reason"),
    [("徐", "您的岗位没有这项权限"), ("周", "您的岗位没有这项权限"), ("陈", "只有主责单位可以办理这一步")],
)
def test_only_the_lead_goes_through_it(laid_down: Cast, who: str, reason: str):
    matter = carry(laid_down, to="in_progress").matter
    assert refusal_of(lambda: do(laid_down, matter, 1, by=who)).reasons == (reason,)
    with pytest.raises(MatterNotFound):
        do(laid_down, matter, 1, by="郑")
    assert not ProcedureMark.objects.exists()


@pytest.mark.parametrize("state", ["assigned", "signed", "suspended"])
def test_only_while_it_is_in_hand(laid_down: Cast, state: str):
    matter = carry(laid_down, to=state).matter
    assert refusal_of(lambda: do(laid_down, matter, 1)).reasons == ("办理中的才记程序",)


def test_the_same_form_twice_does_one_step(laid_down: Cast):
    matter, client_id = carry(laid_down, to="in_progress").matter, uuid4()
    for _time in range(2):
        do(laid_down, matter, 1, client_id=client_id)
    assert ProcedureMark.objects.count() == 1


def test_opened_again_it_goes_through_its_procedure_once_more(cast: Cast):
    carried = carry(cast, to="reopened")
    lay_down(cast)
    matter = carried.matter
    for code, who in (("assign", "徐"), ("sign", "吴"), ("start", "孙")):
        move(cast, matter.number, code, by=who, at=carried.at)
    matter.refresh_from_db()
    assert [line.is_next for line in procedure_on(matter)] == [True, False, False]
    do(cast, matter, 1)
    assert ProcedureMark.objects.get().round == 2


def test_under_another_item_another_procedure_holds(laid_down: Cast):
    matter = carry(laid_down, to="returned").matter
    assert len(procedure_on(matter)) == 3
    changed = move(laid_down, matter.number, "reclassify", by="徐", duty_id=laid_down.duties[OTHER_ITEM].pk)
    assert procedure_on(changed) == ()


def test_words_and_paper_go_with_the_matter(laid_down: Cast):
    matter = carry(laid_down, to="in_progress").matter
    for position in (1, 2, 3):
        do(laid_down, matter, position)
    for code, who in (("finish", "孙"), ("verify", "陈"), ("close", "何")):
        move(laid_down, matter.number, code, by=who, at=LATER)
    assert erase_at_the_end(matter_id=matter.pk, at=LATER + timedelta(days=2000))
    assert set(ProcedureMark.objects.values_list("words", "output_name")) == {("", "")}
    assert verify(checks=CHECKS).findings == ()


def test_a_step_that_was_skipped_and_one_left_open_are_named(laid_down: Cast):
    matter = carry(laid_down, to="in_progress").matter
    for position in (1, 2, 3):
        do(laid_down, matter, position)
    move(laid_down, matter.number, "finish", by="孙", at=LATER)
    assert list(procedures_were_gone_through_in_order()) == []
    ProcedureMark.objects.filter(position=2).delete()
    assert {one.kind for one in procedures_were_gone_through_in_order()} == {
        "procedure_skipped",
        "procedure_unfinished",
    }
