"""Going back (R14, R28): proposed, heard, decided, listed by another, moved with power and money, and looked at."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest

from sanhu.domains.admission.models import Demand, Instalment, ReturnAnswer, ReturnProposal, Task
from sanhu.domains.admission.queries import returns as queries
from sanhu.domains.admission.services.errors import GateNotFound, StaleForm
from sanhu.domains.admission.services.ticks import tick
from sanhu.domains.admission.verification import CHECKS
from sanhu.domains.catalogue.models import CatalogueVersion
from sanhu.domains.catalogue.queries import item_by_code
from sanhu.domains.catalogue.reading import row_of
from sanhu.domains.catalogue.services.deciding import approve_proposal, reject_proposal
from sanhu.domains.evidence.letters import letters_about
from sanhu.domains.evidence.models import Entry
from sanhu.domains.funding.models import LedgerAccount, Posting, Voucher
from sanhu.domains.funding.verification import CHECKS as FUNDING_CHECKS
from sanhu.engines.decisions import Decision, Refused
from sanhu.engines.legal_time import legal_day
from tests.applying import with_post
from tests.cast import DISTRICT
from tests.domains.admission.bearing import EACH_FEN, ENDS_ON, STARTS_ON, Bearing, Broken, failing_at, noon
from tests.domains.admission.demanding import recorded
from tests.domains.admission.returning import DECISION, ITEM, Going, at_ten, check_day, listed, move, proposed
from tests.domains.funding.money import LIMIT
from tests.gate import COMMITTEE, ORGAN, OTHER_COMMITTEE, OTHER_ORGAN, Gate

UNSPENT = 50_000


def refusal_of(deed: Callable[[], object]) -> Decision:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.decision


def account(body: str) -> LedgerAccount:
    return LedgerAccount.objects.get(body__name=body, source="fee_follows_affair", line="L9", year=2026)


def nothing_is_found() -> None:
    found = [finding for check in (*CHECKS, *FUNDING_CHECKS) for finding in check()]
    # The applications of these tests were not carried through the gate.
    assert [one for one in found if not one.ref.startswith("admission.application:")] == []


@pytest.fixture
def going(gate: Gate) -> Going:
    return Going(gate, at=noon(date(2026, 12, 7)))  # a Monday, six days into the task


@pytest.mark.covers("R14", "R28", "R34")
def test_a_task_goes_home_with_power_and_money_and_the_list_is_changed_by_another(bearing: Bearing, going: Going):
    task = bearing.task(item_code=ITEM)
    bearing.pay(task)
    before = {body: account(body).available_fen for body in (ORGAN, COMMITTEE)}
    assert account(ORGAN).reserved_fen == EACH_FEN - 120_000
    found = going.return_of(task, to="decided", with_item=True)
    assert (found.item_code, found.organ_id, found.bearer_id) == (ITEM, going.gate.bodies[ORGAN].pk, found.organ_id)
    early = refusal_of(lambda: move(going.gate, found.number, "transfer", by="高", at=going.now()))
    assert early.reasons == ("清单的新版本还没有经另一人批准并施行，不能移交",)
    listed(going.gate, found.number, at=going.now())
    at = going.now()
    moved = move(going.gate, found.number, "transfer", by="高", at=at, unspent_fen=UNSPENT)

    task.refresh_from_db()
    assert (task.state, task.is_open, task.ended_at) == ("returned", False, at)
    assert (task.grant.valid_to, task.grant.withdrawn_reason) == (legal_day(at), "任务已回归承担单位，权限随之收回")
    assert Instalment.objects.get(task=task, ordinal=2).cancelled_at == at
    assert account(ORGAN).available_fen == before[ORGAN] + 60_000 + UNSPENT
    assert account(COMMITTEE).available_fen == before[COMMITTEE] - UNSPENT
    assert (moved.released_fen, moved.unspent_fen, account(ORGAN).reserved_fen) == (60_000, UNSPENT, 0)
    assert moved.voucher is not None
    assert (moved.voucher.amount_fen, moved.voucher.basis) == (UNSPENT, DECISION)
    assert sum(Posting.objects.values_list("amount_fen", flat=True)) == 0
    assert moved.list_version is not None
    new, old = moved.list_version, CatalogueVersion.objects.get(district=DISTRICT, number=moved.list_version.number - 1)
    assert assists(new) == [] != assists(old)
    assert (moved.check_from, moved.check_due_on) == (legal_day(at) + timedelta(60), legal_day(at) + timedelta(75))
    nothing_is_found()


def assists(version: CatalogueVersion) -> list[str]:
    item = item_by_code(version, ITEM)
    assert item is not None
    kinds = [one.kind for duty in row_of(item).duties for one in duty.assist]
    return [kind for kind in kinds if kind == "residents_committee"]


@pytest.mark.covers("R14", "R34")
def test_money_goes_to_another_bearer_as_set_aside_and_unspent(bearing: Bearing, going: Going):
    task = bearing.task()
    bearing.pay(task)
    found = proposed(going.gate, task, at=going.now(), bearer_id=going.gate.bodies[OTHER_ORGAN].pk)
    move(going.gate, found.number, "answer", by="吴", at=going.now())
    move(going.gate, found.number, "answer_last", by="董", at=going.now(), agrees=False, reason="人手不足。")
    move(going.gate, found.number, "agree", by="石", at=going.now())
    moved = move(going.gate, found.number, "transfer", by="高", at=going.now(), unspent_fen=UNSPENT)
    assert account(OTHER_ORGAN).available_fen == UNSPENT
    assert moved.reservation is not None
    assert (moved.reservation.payee.body_id, moved.reservation.held_fen) == (going.gate.bodies[OTHER_ORGAN].pk, 60_000)
    assert account(ORGAN).reserved_fen == 60_000
    assert moved.reservation.purpose_ref == moved.ref
    nothing_is_found()


@pytest.mark.covers("R14")
def test_another_committee_takes_over_what_is_no_duty_of_the_government(bearing: Bearing, going: Going):
    task = bearing.task(affair_class="K2")
    heir = going.gate.bodies[OTHER_COMMITTEE].pk
    found = proposed(going.gate, task, at=going.now(), bearer_id=heir)
    move(going.gate, found.number, "answer", by="吴", at=going.now())
    move(going.gate, found.number, "answer_last", by="柳", at=going.now())
    move(going.gate, found.number, "agree", by="石", at=going.now())
    moved = move(going.gate, found.number, "transfer", by="高", at=going.now(), power_document="示城管委〔2026〕9号")
    assert moved.successor is not None
    assert (moved.successor.committee_id, moved.successor.amount_fen) == (heir, EACH_FEN)
    nothing_is_found()


@pytest.mark.covers("X-02", "R14")
@pytest.mark.parametrize("changes", [{"affair_class": "K1"}, {"affair_class": "K2", "item_code": "K2-01"}])
def test_a_duty_of_the_government_goes_to_no_committee(changes: dict[str, str], bearing: Bearing, going: Going):
    task = bearing.task(**changes)
    for body in (COMMITTEE, OTHER_COMMITTEE):
        wanted = going.gate.bodies[body].pk
        refused = refusal_of(lambda wanted=wanted: proposed(going.gate, task, at=going.now(), bearer_id=wanted))
        assert refused.code == "X-02"
        assert refused.citations == ("城市居民委员会组织法第十条第八项",)


# Who proposes what in vain, and why.
IN_VAIN = [
    ("陈", {"bearer_id": 0}, "承担单位：须是本区的单位"),
    ("陈", {"reason": " "}, "理由：写 1 至 2000 个字"),
    ("陈", {"article": ""}, "依据：写 1 至 200 个字"),
    ("陈", {"power_words": ""}, "权力：写明移交哪些授权、资料和系统，1 至 200 个字"),
    ("陈", {"money_words": "钱" * 201}, "经费：写明经费怎样随事划转，1 至 200 个字"),
    ("陈", {"contradictions": ("C5",)}, "矛盾：没有这一类"),
    ("陈", {"with_item": True}, "清单事项：这项任务没有对应的清单事项，不涉及清单修改"),
    ("高", {}, "区社区建设协调管理机构对回归作出决定，不由它自己提出"),
    ("罗", {}, "您的岗位没有这项权限"),
]


@pytest.mark.parametrize(("who", "changes", "reason"), IN_VAIN)
def test_a_proposal_is_refused(who: str, changes: dict[str, object], reason: str, bearing: Bearing, going: Going):
    task = bearing.task()
    refused = refusal_of(lambda: proposed(going.gate, task, at=going.now(), by=who, **changes))
    assert refused.reasons == (reason,)
    assert not ReturnProposal.objects.exists()


def test_what_is_not_theirs_is_not_found(bearing: Bearing, going: Going):
    task = bearing.task()
    for who in ("柳", "蒋"):
        with pytest.raises(GateNotFound):
            proposed(going.gate, task, at=going.now(), by=who)
    with pytest.raises(GateNotFound):
        proposed(going.gate, at=going.now(), item_code="K1-99")
    found = going.return_of(task, to="proposed")
    for who, sees in (
        ("陈", True),
        ("吴", True),
        ("高", True),
        ("罗", True),
        ("柳", False),
        ("蒋", False),
        ("郑", False),
    ):
        assert queries.visible_to(going.gate.actor(who)).filter(pk=found.pk).exists() is sees, who


ITEMS_IN_VAIN = [
    ("K6-06", "清单事项：法律规定居民委员会应当办理或者协助的，不能以回归免除；须由法律修改"),
    ("K1-10", "清单事项：法律规定居民委员会应当办理或者协助的，不能以回归免除；须由法律修改"),
    ("K3-02", "清单事项：居民委员会在这一项里没有主责或者协助的任务"),
]


@pytest.mark.parametrize(("code", "reason"), ITEMS_IN_VAIN)
def test_what_the_law_asks_of_committees_leaves_the_list_by_no_decision(code: str, reason: str, going: Going):
    assert refusal_of(lambda: proposed(going.gate, at=going.now(), item_code=code)).reasons == (reason,)


def test_no_second_return_while_one_is_open(bearing: Bearing, going: Going):
    task = bearing.task(item_code=ITEM)
    first = going.return_of(task, to="proposed", with_item=True)
    reason = f"同一件事已经有一件没有办完的回归建议：{first.number}"
    for wanted, changes in ((task, {}), (None, {"item_code": ITEM})):
        again = refusal_of(lambda w=wanted, c=changes: proposed(going.gate, w, at=going.now(), **c))
        assert again.reasons == (reason,)
    move(going.gate, first.number, "withdraw", by="陈", at=going.now())
    assert going.return_of(task, to="proposed").number == f"{DISTRICT}-2026-R0002"


# --- heard


@pytest.mark.covers("R14", "R36")
def test_silence_is_heard_as_silence_on_the_day_after_the_last(bearing: Bearing, going: Going):
    task = bearing.task()
    found = proposed(going.gate, task, at=at_ten(date(2026, 11, 30)), bearer_id=going.gate.bodies[OTHER_ORGAN].pk)
    assert found.answers_due_on == date(2026, 12, 14)  # ten working days after a Monday: a Monday
    move(going.gate, found.number, "answer", by="吴", at=at_ten(date(2026, 12, 1)))
    tick(at=at_ten(date(2026, 12, 14)))
    found.refresh_from_db()
    assert found.state == "proposed"
    for _again in range(2):
        tick(at=at_ten(date(2026, 12, 15)))
    found.refresh_from_db()
    said = dict(ReturnAnswer.objects.values_list("organisation__name", "agrees"))
    assert (found.state, said) == ("consulted", {ORGAN: True, OTHER_ORGAN: None})
    late = refusal_of(lambda: move(going.gate, found.number, "answer_last", by="董", at=at_ten(date(2026, 12, 15))))
    assert late.reasons == ("现在的状态不能这样办理",)
    agreed = move(going.gate, found.number, "agree", by="石", at=at_ten(date(2026, 12, 15)))
    letter = letters_about(agreed.ref).get()
    assert f"{OTHER_ORGAN}逾期没有答复" in letter.paragraphs[1]
    nothing_is_found()


def test_the_department_that_takes_back_itself_hears_the_committee(bearing: Bearing, going: Going):
    task = bearing.task()
    found = proposed(going.gate, task, at=going.now(), by="孙")
    assert [body.name for body in queries.unheard_of(found)] == [COMMITTEE]
    assert move(going.gate, found.number, "answer_last", by="陈", at=going.now()).state == "consulted"


# --- decided

IN_VAIN_MOVES = [
    ("proposed", "answer_last", "蒋", {}, None),
    ("proposed", "answer_last", "陈", {}, "只有被征求意见的单位可以答复"),
    ("proposed", "answer", "吴", {}, "其他单位都已答复，答复后即听取完毕"),
    ("proposed", "answer_last", "吴", {"agrees": None}, "意见：须选择同意或者不同意"),
    ("proposed", "answer_last", "吴", {"reason": ""}, "理由：这一步须写明理由"),
    ("proposed", "agree", "石", {}, "现在的状态不能这样办理"),
    ("proposed", "withdraw", "孙", {}, "只有提出建议的单位可以办理这一步"),
    ("consulted", "agree", "高", {}, "您的岗位没有这项权限"),
    ("consulted", "agree", "石", {"document_number": ""}, "决定文号：须写明联席会议纪要或者决定的文号"),
    ("consulted", "agree", "石", {"transfers_on": date(2026, 12, 6)}, "移交日期：须为今天或者以后的日期"),
    ("consulted", "agree", "石", {"transfers_on": None}, "移交日期：须为今天或者以后的日期"),
    ("consulted", "reject", "石", {"document_number": " "}, "决定文号：须写明联席会议纪要或者决定的文号"),
    ("decided", "transfer", "陈", {}, "您的岗位没有这项权限"),
    ("decided", "transfer", "高", {"unspent_fen": -1}, "未用余额：不能小于 0"),
    ("decided", "transfer", "高", {"unspent_fen": 1}, "未用余额：不能超过已经拨付的金额"),
    ("decided", "change_list", "高", {}, "这件建议不涉及清单，直接移交"),
    ("transferred", "state_outcome", "柳", {}, None),
    ("transferred", "state_outcome", "陈", {}, "成效：2027-02-05 起才能说没有再落回来"),
    ("transferred", "state_outcome", "陈", {"still_does": None}, "是否还在做：须选择一项"),
    ("transferred", "verify", "高", {}, "居民委员会还没有说明；核验期满以后可以不等"),
]


@pytest.mark.parametrize(("state", "code", "who", "changes", "reason"), IN_VAIN_MOVES)
def test_a_move_is_refused_and_leaves_no_trace(
    state: str, code: str, who: str, changes: dict[str, object], reason: str | None, bearing: Bearing, going: Going
):
    found = going.return_of(bearing.task(), to=state)
    before = (Entry.objects.count(), Voucher.objects.count(), ReturnAnswer.objects.count())

    def deed() -> object:
        return move(going.gate, found.number, code, by=who, at=going.now(), **changes)

    if reason is None:
        with pytest.raises(GateNotFound):
            deed()
    else:
        assert refusal_of(deed).reasons == (reason,)
    assert (Entry.objects.count(), Voucher.objects.count(), ReturnAnswer.objects.count()) == before


def test_who_sits_in_a_body_concerned_decides_nothing(bearing: Bearing, going: Going):
    found = going.return_of(bearing.task(), to="consulted")
    partial = with_post(going.gate, "石", ORGAN, "department_head")
    refused = refusal_of(lambda: move(partial, found.number, "agree", by="石", at=going.now()))
    assert refused.reasons == ("您在提出、移出、承担或者委托这件事的单位任职，应当回避，换岗位也不行",)


def test_a_rejection_is_told_to_whoever_asked(bearing: Bearing, going: Going):
    found = going.return_of(bearing.task(), to="rejected")
    letter = letters_about(found.ref).get()
    assert (letter.addressee, letter.copied_to, found.is_open) == (COMMITTEE, ORGAN, False)
    assert "期限将满" in letter.paragraphs[1]
    nothing_is_found()


@pytest.mark.covers("R32")
def test_a_change_of_the_list_that_is_turned_down_is_proposed_anew(bearing: Bearing, going: Going):
    found = going.return_of(None, to="decided")
    first = move(going.gate, found.number, "change_list", by="高", at=going.now()).list_proposal
    assert first is not None
    own = refusal_of(
        lambda: approve_proposal(
            actor=going.gate.actor("高", going.at), at=going.now(), client_id=uuid4(), proposal_id=first.pk
        )
    )
    assert own.reasons == ("您的岗位没有这项权限",)
    twice = refusal_of(lambda: move(going.gate, found.number, "change_list", by="高", at=going.now()))
    assert twice.reasons == ("清单修改建议已经提出",)
    at = going.now()
    reject_proposal(
        actor=going.gate.actor("石", at), at=at, client_id=uuid4(), proposal_id=first.pk, reason="说明不够。"
    )
    again = listed(going.gate, found.number, at=going.now())
    assert again.list_proposal_id != first.pk
    moved = move(going.gate, found.number, "transfer", by="高", at=going.now())
    assert (moved.state, moved.released_fen, moved.task_id) == ("transferred", 0, None)
    nothing_is_found()


# --- transferred


def test_a_task_that_ended_meanwhile_leaves_nothing_to_move(bearing: Bearing, going: Going):
    task = bearing.task()
    found = going.return_of(task, to="decided")
    tick(at=noon(ENDS_ON + timedelta(days=1)))
    moved = move(going.gate, found.number, "transfer", by="高", at=noon(ENDS_ON + timedelta(days=1)))
    task.refresh_from_db()
    assert (task.state, moved.state, moved.released_fen) == ("expired", "transferred", 0)
    nothing_is_found()


def test_money_that_waits_for_a_second_person_holds_the_transfer_up(bearing: Bearing, going: Going):
    parts = [{"due_on": "2026-12-05", "amount_fen": LIMIT}, {"due_on": "2026-12-20", "amount_fen": 1}]
    bearing.purse.fund(2 * LIMIT)
    task = bearing.task(amount_each_fen=LIMIT + 1, instalments=parts)
    waiting = bearing.pay(task)
    found = going.return_of(task, to="decided")
    refused = refusal_of(lambda: move(going.gate, found.number, "transfer", by="高", at=going.now()))
    assert refused.reasons == ("有一笔拨付正等待第二人签批；请先签批或者退回，再移交",)
    bearing.purse.sign(waiting.number)
    moved = move(going.gate, found.number, "transfer", by="高", at=going.now())
    assert moved.released_fen == 1


def test_a_transfer_that_breaks_leaves_nothing_of_it(bearing: Bearing, going: Going):
    task = bearing.task()
    bearing.pay(task)
    found = going.return_of(task, to="decided")
    before = (Entry.objects.count(), account(ORGAN).available_fen, account(COMMITTEE).available_fen)
    nth, broke = 0, True
    while broke:
        nth += 7
        with failing_at(nth) as reached:
            try:
                move(going.gate, found.number, "transfer", by="高", at=going.now(), unspent_fen=UNSPENT)
            except Broken:
                now = (Entry.objects.count(), account(ORGAN).available_fen, account(COMMITTEE).available_fen)
                assert now == before, nth
        broke = reached.broke
    assert nth > 14
    assert Task.objects.get(pk=task.pk).state == "returned"
    nothing_is_found()


def test_a_stale_form_tells_what_happened_and_the_same_form_twice_is_one(bearing: Bearing, going: Going):
    found = going.return_of(bearing.task(), to="consulted")
    with pytest.raises(StaleForm) as stale:
        move(going.gate, found.number, "agree", by="石", at=going.now(), revision=1)
    assert [step.move for step in stale.value.steps] == ["answer_last"]


# --- what came of it


@pytest.mark.covers("R14", "R28")
def test_what_came_of_it_is_told_of_once_said_to_be_late_and_verified(bearing: Bearing, going: Going):
    found = going.return_of(bearing.task(), to="transferred")
    first = check_day(found)
    tick(at=first - timedelta(days=1))
    assert ReturnProposal.objects.get(pk=found.pk).told_at is None
    for _again in range(2):
        tick(at=first)
    assert Entry.objects.filter(subject_ref=found.ref, event="return.check_due").count() == 1
    late = first + timedelta(days=16)
    for _again in range(2):
        tick(at=late)
    assert Entry.objects.filter(subject_ref=found.ref, event="return.check_overdue").count() == 1
    line = queries.returns_of(DISTRICT, legal_day(going.at), legal_day(going.at))[0]
    assert line.is_overdue(legal_day(late))
    assert not line.is_overdue(legal_day(late) - timedelta(days=1))
    silent = move(going.gate, found.number, "verify", by="高", at=late)  # nobody need wait for the committee any more
    assert (silent.state, silent.outcome) == ("verified", "held")
    nothing_is_found()


@pytest.mark.covers("R14", "R40")
def test_what_came_back_names_the_demand_and_may_be_proposed_anew(bearing: Bearing, going: Going):
    task = bearing.task()
    found = going.return_of(task, to="transferred")
    assert queries.came_since(found) == queries.Since(demands=0, matters=0)
    again = recorded(going.gate, at=going.now(), item_code="")
    assert queries.came_since(found) == queries.Since(demands=1, matters=0)
    move(going.gate, found.number, "state_outcome", by="陈", at=going.now(), still_does=True, reason="又来要了。")
    asked = {"outcome": "came_back", "reason": "下派登记在案。"}
    wrong = refusal_of(
        lambda: move(going.gate, found.number, "verify", by="高", at=going.now(), **asked, demand_number="无")
    )
    assert wrong.reasons[0].startswith("下派登记：")
    done = move(going.gate, found.number, "verify", by="高", at=going.now(), **asked, demand_number=again.number)
    assert (done.outcome, done.demand) == ("came_back", Demand.objects.get(pk=again.pk))
    nothing_is_found()


def test_lines_are_by_date_and_only_of_what_was_decided(bearing: Bearing, going: Going):
    first = going.return_of(bearing.task(), to="transferred")
    later = going.return_of(bearing.task(OTHER_COMMITTEE), to="proposed", by="柳")
    assert [line.number for line in queries.public_returns(DISTRICT)] == [first.number]
    assert queries.returns_of(DISTRICT, STARTS_ON, STARTS_ON) == []
    assert later.state == "proposed"


def test_who_it_waits_on(bearing: Bearing, going: Going):
    found = going.return_of(bearing.task(), to="proposed")

    def waits() -> str:
        at = going.now()
        return "".join(
            who for who in "陈孙吴蒋董高石罗田柳" if queries.waiting_on(going.gate.actor(who, at), at=at).exists()
        )

    told = [waits()]
    for code, who in (("answer_last", "吴"), ("agree", "石"), ("transfer", "高")):
        move(going.gate, found.number, code, by=who, at=going.now())
        told.append(waits())
    going.at = check_day(ReturnProposal.objects.get(pk=found.pk))
    told.append(waits())
    move(going.gate, found.number, "state_outcome", by="陈", at=going.now())
    told.append(waits())
    assert told == ["孙吴", "石", "高石", "", "陈", "高"]
