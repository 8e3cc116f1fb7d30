"""Money comes in, is held, paid, signed and taken back: totals by hand, and every refusal beside its success."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding import queries
from sanhu.domains.funding.models import LedgerAccount, Posting, Reservation, Voucher
from sanhu.domains.funding.services import holding, moving
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.verification import CHECKS
from sanhu.engines.actors import SYSTEM
from tests.domains.funding.money import COMMITTEE, LIMIT, ORGAN, OTHER_COMMITTEE, Purse, keep_scan
from tests.domains.funding.refusals import refused
from tests.gate import OTHER_ORGAN

POSTED_STAYS = "已记账的凭证不能修改或者删除，只能冲销"
OWN = "第二人须是另一个人：自己提交的凭证不能自己签批，换岗位也不行"


@pytest.mark.covers("R53", "R58")
def test_money_is_appropriated_held_paid_and_taken_back(purse: Purse):
    purse.fund(1_000_000)
    assert purse.totals() == (1_000_000, 0, 0)
    held = purse.reserve(600_000)
    assert purse.totals() == (1_000_000, 0, 600_000)
    paid = purse.pay(held, 250_000)
    assert (paid.state, paid.number, paid.purpose_ref) == ("posted", "990101-2026-V0002", "project:1")
    assert (held.paid_fen, held.held_fen) == (250_000, 350_000)
    assert len(photos_of(paid.ref)) == 1
    assert purse.totals() == (1_000_000, 250_000, 350_000)
    assert purse.totals(COMMITTEE) == (250_000, 0, 0)
    legs = Posting.objects.filter(voucher=paid).order_by("pk").values_list("account__body__name", "side", "amount_fen")
    assert list(legs) == [(ORGAN, "out", -250_000), (COMMITTEE, "in", 250_000)]
    assert queries.is_paid(paid)
    back = purse.reverse(paid.number)
    legs = Posting.objects.filter(voucher=back).order_by("pk").values_list("account__body__name", "side", "amount_fen")
    assert list(legs) == [(COMMITTEE, "in", -250_000), (ORGAN, "out", 250_000)]
    assert not queries.is_paid(paid)
    assert (purse.totals(), purse.totals(COMMITTEE)) == ((1_000_000, 0, 600_000), (0, 0, 0))
    again = purse.pay(held, 600_000)
    assert purse.release(held) == 0
    purse.reverse(again.number)  # the hold is closed: what comes back is free
    assert purse.totals() == (1_000_000, 0, 0)
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("X-08")
def test_what_is_not_there_cannot_be_held(purse: Purse):
    purse.fund(1_000_000)
    purse.reserve(700_000)
    assert refused(lambda: purse.reserve(300_001)) == ("经费：账户的可用余额不足，没有经费的事项不能下达", "X-08")
    purse.reserve(300_000)
    assert refused(lambda: purse.reserve(1))[1] == "X-08"
    assert purse.totals() == (1_000_000, 0, 1_000_000)


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (0, "金额：必须大于 0"),
        (-1, "金额：必须大于 0"),
        (10_000_000_000_001, "金额：超过了上限"),
        (1.5, "金额：必须是以分为单位的整数"),
        (True, "金额：必须是以分为单位的整数"),
        ("100", "金额：必须是以分为单位的整数"),
    ],
)
def test_no_money_is_not_money(purse: Purse, amount: object, reason: str):
    purse.fund(1_000_000)
    held = purse.reserve(10)
    for attempt in (purse.appropriate, purse.reserve, lambda fen: purse.pay(held, fen)):
        assert refused(lambda attempt=attempt: attempt(amount)) == (reason, "")
    assert purse.totals() == (1_000_000, 0, 10)


def test_who_may_move_money(purse: Purse):
    purse.fund(1_000_000)
    held = purse.reserve(500_000, by="田")  # a budget officer holds any body's money
    for surname in ("孙", "吴", "秦", "陈", "高", "郑"):
        assert refused(lambda by=surname: purse.appropriate(1, by=by)) == ("您的岗位没有这项权限", "")
    assert refused(lambda: purse.reserve(1, by="吴")) == ("您的岗位没有这项权限", "")
    for surname in ("蒋", "陈", "郑", "林"):
        with pytest.raises(FundingNotFound):
            purse.reserve(1, by=surname)
    for surname in ("蒋", "陈"):
        assert refused(lambda by=surname: purse.pay(held, 1, by=by)) == ("只有出资单位可以申请拨付", "")
    for surname in ("吴", "田", "郑"):
        assert refused(lambda by=surname: purse.pay(held, 1, by=by)) == ("您的岗位没有这项权限", "")
    paid = purse.pay(held, 1)
    for surname in ("蒋", "郑"):
        with pytest.raises(FundingNotFound):
            purse.reverse(paid.number, by=surname)
    for surname in ("吴", "陈", "秦"):
        assert refused(lambda by=surname: purse.reverse(paid.number, by=by)) == ("您的岗位没有这项权限", "")
    assert purse.reverse(paid.number, by="孙").state == "posted"


def test_a_voucher_rests_on_a_paper_with_a_scan(purse: Purse):
    purse.fund(1_000_000)
    held = purse.reserve(10)
    assert refused(lambda: purse.pay(held, 1, basis=" ")) == ("依据：须写明凭证所依据文件的文号", "")
    assert refused(lambda: purse.pay(held, 1, basis="号" * 101)) == ("依据：不超过 100 个字", "")
    assert refused(lambda: purse.appropriate(1, draft_id=uuid4())) == ("凭证扫描件：至少附一张", "")
    paid = purse.pay(held, 1)
    assert refused(lambda: purse.reverse(paid.number, reason="")) == ("理由：须写明理由", "")
    assert refused(lambda: purse.reverse(paid.number, reason="因" * 201)) == ("理由：不超过 200 个字", "")


@pytest.mark.covers("X-12", "R63")
def test_money_stays_with_its_source(purse: Purse):
    purse.fund(1_000_000)
    payee = purse.account(COMMITTEE, source="lottery", line="L10")
    wish = holding.Wish(purse.account().pk, payee.pk, 1, "project:1")

    def across(wish: holding.Wish) -> Reservation:
        return holding.reserve(actor=purse.actor("孙"), at=purse.now(), client_id=uuid4(), wish=wish)

    assert refused(lambda: across(wish)) == ("经费来源：不同来源、不同科目的经费不能相互挪借", "X-12")
    payee = purse.account(COMMITTEE, year=2027)
    wish = holding.Wish(purse.account().pk, payee.pk, 1, "project:1")
    assert refused(lambda: across(wish)) == ("年度：付款和收款的账户须属于同一年度", "")
    wish = holding.Wish(purse.account().pk, purse.account().pk, 1, "project:1")
    assert refused(lambda: across(wish)) == ("收款方：须是另一个单位的账户", "")
    assert refused(lambda: across(holding.Wish(purse.account().pk, payee.pk, 1, "")))[0].startswith("用途：")
    with pytest.raises(FundingNotFound):
        across(holding.Wish(purse.account().pk, 0, 1, "project:1"))
    assert refused(lambda: purse.appropriate(1, source="lottery", line="L4"))[1] == "X-12"
    assert purse.totals() == (1_000_000, 0, 0)


@pytest.mark.covers("R53")
def test_from_the_limit_on_a_second_person_signs(purse: Purse):
    assert purse.appropriate(LIMIT - 1).state == "posted"
    large = purse.appropriate(LIMIT)
    assert (large.state, queries.why_second(large)) == ("waiting", "金额达到须由两人签批的限额")
    assert purse.totals()[0] == LIMIT - 1
    assert refused(lambda: purse.sign(large.number, by="田")) == ("您的岗位没有这项权限", "")
    assert refused(lambda: purse.sign(large.number, by="吴"))[0] == "只有出资单位或者财政部门的负责人可以签批"
    assert [voucher.number for voucher in queries.unsigned_for(purse.actor("秦"))] == [large.number]
    assert list(queries.unsigned_for(purse.actor("吴"))) == []
    signed = purse.sign(large.number, by="秦")
    assert (signed.state, signed.signed_by_id) == ("posted", purse.gate["秦"].person.pk)
    assert purse.totals()[0] == 2 * LIMIT - 1
    for again in (purse.sign, purse.reject):
        assert refused(lambda again=again: again(large.number, by="秦")) == (POSTED_STAYS, "X-18")


@pytest.mark.covers("X-18")
def test_what_is_posted_can_only_be_taken_back(purse: Purse):
    voucher = purse.appropriate(100)
    assert refused(lambda: purse.sign(voucher.number, by="秦")) == (POSTED_STAYS, "X-18")
    assert refused(lambda: purse.reject(voucher.number, by="秦")) == (POSTED_STAYS, "X-18")
    back = purse.reverse(voucher.number)
    assert (back.kind, back.reverses_id, purse.totals()) == ("reversal", voucher.pk, (0, 0, 0))
    assert refused(lambda: purse.reverse(voucher.number))[0] == "这张凭证已经冲销过，不能冲销两次"
    assert refused(lambda: purse.reverse(back.number))[0] == "冲销凭证不能再冲销，须重新拨付"


@pytest.mark.covers("R53")
def test_payments_split_to_stay_under_the_limit_need_a_second_person(purse: Purse):
    purse.fund(LIMIT * 3)
    held = purse.reserve(LIMIT * 2)
    assert purse.pay(held, 3_000_000).state == "posted"
    split = purse.pay(held, 2_000_000)
    assert (split.state, queries.why_second(split)) == (
        "waiting",
        "与近期付给同一收款方的金额合计，达到须由两人签批的限额",
    )
    elsewhere = purse.reserve(1_000_000, OTHER_COMMITTEE)
    assert purse.pay(elsewhere, 1_000_000).state == "posted"
    assert purse.sign(split.number).state == "posted"
    assert verify(checks=CHECKS).findings == ()


def test_what_waits_uses_its_hold_and_comes_back_when_it_is_rejected(purse: Purse):
    purse.fund(LIMIT * 2)
    held = purse.reserve(LIMIT)
    waiting = purse.pay(held, LIMIT)
    for attempt in (lambda: purse.pay(held, 1), lambda: purse.pay(held, LIMIT)):
        assert refused(attempt)[0] == "金额：超过了这笔预留中尚未拨付、也没有在等签批的部分"
    assert refused(lambda: purse.reverse(waiting.number))[0] == "这张凭证没有记账，不必冲销"
    assert refused(lambda: purse.reject(waiting.number, reason="")) == ("理由：须写明理由", "")
    rejected = purse.reject(waiting.number)
    assert (rejected.state, rejected.answer, Posting.objects.filter(voucher=rejected).count()) == (
        "rejected",
        "发票与合同不符",
        0,
    )
    assert refused(lambda: purse.sign(waiting.number))[0] == "这张凭证没有通过，须重新提交"
    assert purse.totals() == (LIMIT * 2, 0, LIMIT)
    assert purse.pay(held, LIMIT).state == "waiting"
    assert verify(checks=CHECKS).findings == ()


def test_what_waits_when_its_hold_is_closed_is_still_signed_or_free(purse: Purse):
    purse.fund(LIMIT * 3)
    for settle, totals in ((purse.reject, (LIMIT * 3, 0, 0)), (purse.sign, (LIMIT * 3, LIMIT, 0))):
        held = purse.reserve(LIMIT + 7)
        waiting = purse.pay(held, LIMIT)
        assert purse.release(held) == 7
        assert purse.release(held) == 0
        assert refused(lambda held=held: purse.pay(held, 1))[0] == "经费：这笔预留已经释放，不能再拨付"
        settle(waiting.number)
        assert purse.totals() == totals
        assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R53")
def test_one_person_in_two_posts_is_not_two_persons(purse: Purse):
    """The one who asked gets a second post, as head of the same department."""
    purse.fund(LIMIT * 2)
    waiting = purse.pay(purse.reserve(LIMIT), LIMIT)
    actor = purse.actor("孙")
    promoted = type(actor)(
        kind=actor.kind,
        district=actor.district,
        person_id=actor.person_id,
        post_id=purse.actor("吴").post_id,
        organisation_id=actor.organisation_id,
        permissions=purse.actor("吴").permissions,
    )
    purse.gate.members["孙长"] = Acting(promoted)  # type: ignore[index]
    for attempt in (purse.sign, purse.reject):
        assert refused(lambda attempt=attempt: attempt(waiting.number, by="孙长")) == (OWN, "")
    assert list(queries.unsigned_for(promoted)) == []
    assert purse.sign(waiting.number).state == "posted"


class Acting:
    """Somebody whose actor is given."""

    def __init__(self, actor: object) -> None:
        self._actor = actor

    def actor(self, _at: object) -> object:
        return self._actor


def test_what_the_payee_has_passed_on_cannot_be_taken_back(purse: Purse):
    purse.fund(1_000)
    held = purse.reserve(1_000)
    paid = purse.pay(held, 600)
    with transaction.atomic():
        follower, transfer = moving.move_remainder(
            held,
            payee=purse.account(OTHER_COMMITTEE),
            purpose_ref="task:990101-2026-T0002",
            unspent_fen=200,
            basis="示划〔2026〕1号",
            actor=SYSTEM,
            at=purse.now(),
        )
    assert transfer is not None
    assert (follower.amount_fen, transfer.kind, transfer.state, transfer.amount_fen) == (400, "transfer", "posted", 200)
    assert purse.totals() == (1_000, 600, 400)
    assert (purse.totals(COMMITTEE), purse.totals(OTHER_COMMITTEE)) == ((600, 200, 0), (200, 0, 0))
    spent = "冲销：收款方已经用掉或者预留了这笔钱，先要让它空出来"
    assert refused(lambda: purse.reverse(paid.number)) == (spent, "")
    goes_along = "随事划转的经费随任务走，不能单独冲销；请再移交任务"
    assert refused(lambda: purse.reverse(transfer.number)) == (goes_along, "")
    assert purse.totals() == (1_000, 600, 400)
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R34")
def test_what_takes_two_persons_does_not_follow_a_task_on_the_word_of_one(purse: Purse, settings: Any):
    settings.SANHU_TWO_PERSONS_FROM_FEN = 500
    purse.fund(1_000)
    held = purse.reserve(1_000)
    purse.sign(purse.pay(held, 600).number)
    payee = purse.account(OTHER_COMMITTEE)

    def follows(unspent_fen: int) -> tuple[Reservation, Voucher | None]:
        with transaction.atomic():
            return moving.move_remainder(
                held,
                payee=payee,
                purpose_ref="task:990101-2026-T0002",
                unspent_fen=unspent_fen,
                basis="示划〔2026〕1号",
                actor=SYSTEM,
                at=purse.now(),
            )

    too_much = "未用余额：达到须由两人签批的限额，请先冲销原拨付，经费随预留一并转过去"
    assert refused(lambda: follows(500)) == (too_much, "")
    assert purse.totals() == (1_000, 600, 400)
    _follower, transfer = follows(499)
    assert transfer is not None
    assert purse.totals(OTHER_COMMITTEE) == (499, 0, 0)


@pytest.mark.covers("R34")
def test_money_that_follows_a_task_moves_whole_or_not_at_all(purse: Purse):
    purse.fund(1_000)
    held = purse.reserve(600)
    payee = purse.account(OTHER_COMMITTEE)

    def move(unspent: int, *, basis: str = "示划〔2026〕1号") -> tuple[Reservation, Voucher | None]:
        with transaction.atomic():
            return moving.move_remainder(
                held,
                payee=payee,
                purpose_ref="task:2",
                unspent_fen=unspent,
                basis=basis,
                actor=SYSTEM,
                at=purse.now(),
            )

    assert refused(lambda: move(1))[0] == "未用余额：不能超过已经拨付的金额"
    assert refused(lambda: move(-1))[0] == "金额：必须大于 0"
    assert refused(lambda: move(0, basis="")) == ("依据：须写明凭证所依据文件的文号", "")
    held.refresh_from_db()
    assert (held.closed_at, purse.totals()) == (None, (1_000, 0, 600))
    purse.pay(held, 600)
    assert refused(lambda: move(0)) == ("经费：没有可以随事划转的经费", "X-08")
    held.refresh_from_db()
    follower, transfer = move(600)  # everything was paid: what is unspent follows, and nothing is held
    assert (follower.amount_fen, transfer and transfer.amount_fen) == (0, 600)
    assert (purse.totals(COMMITTEE), purse.totals(OTHER_COMMITTEE)) == ((600, 600, 0), (600, 0, 0))
    assert verify(checks=CHECKS).findings == ()


def test_a_rejected_reversal_may_be_asked_for_again(purse: Purse):
    purse.fund(LIMIT)
    whole = Voucher.objects.get(kind="appropriation")
    first = purse.reverse(whole.number)
    assert first.state == "waiting"
    assert refused(lambda: purse.reverse(whole.number))[0] == "这张凭证的冲销正在等第二人签批"
    assert queries.is_paid(whole)
    purse.reject(first.number, by="秦")
    second = purse.reverse(whole.number)
    assert purse.sign(second.number, by="秦").state == "posted"
    assert (purse.totals(), queries.is_paid(whole)) == ((0, 0, 0), False)
    assert verify(checks=CHECKS).findings == ()


def test_what_is_held_by_somebody_is_let_go_by_them_but_never_from_under_a_task(purse: Purse):
    purse.fund(1_000)

    def let_go(held: Reservation, by: str = "孙") -> Reservation:
        return holding.let_go(actor=purse.actor(by), at=purse.now(), client_id=uuid4(), reservation_id=held.pk)

    with transaction.atomic():
        of_a_task = holding.hold(
            account_id=purse.account().pk,
            payee_id=purse.account(COMMITTEE).pk,
            amount_fen=100,
            purpose_ref="task:990101-2026-T0001",
            actor=SYSTEM,
            at=purse.now(),
        )
    assert refused(lambda: let_go(of_a_task)) == ("经费：协助任务的预留随任务终止才释放", "")
    own = purse.reserve(300)
    with pytest.raises(FundingNotFound):
        let_go(own, by="蒋")
    assert let_go(own).held_fen == 0
    assert purse.totals() == (1_000, 0, 100)


def test_nobody_sets_money_aside_for_a_task_by_hand(purse: Purse):
    """It could never be let go, and the books of its year would never close."""
    purse.fund(1_000)
    wish = holding.Wish(purse.account().pk, purse.account(COMMITTEE).pk, 100, "task:990101-2026-T0001")

    def reserve() -> object:
        return holding.reserve(actor=purse.actor("孙"), at=purse.now(), client_id=uuid4(), wish=wish)

    assert refused(reserve) == ("用途：协助任务的经费在任务生效时预留，不另行预留", "")
    assert purse.totals() == (1_000, 0, 0)


@pytest.mark.parametrize("fen", [1_000, 1_001], ids=["there", "more than there is"])
def test_what_an_account_lacks_is_not_told_to_another_body(purse: Purse, fen: int):
    purse.fund(1_000)
    with pytest.raises(FundingNotFound):
        purse.reserve(fen, by="蒋")
    assert purse.totals() == (1_000, 0, 0)


def test_a_repeated_form_gets_the_same_answer(purse: Purse):
    purse.fund(1_000)
    client_id, scan = uuid4(), keep_scan(purse.actor("田"))
    first, second = (purse.appropriate(5, client_id=client_id, draft_id=scan) for _ in range(2))
    assert first.pk == second.pk
    with pytest.raises(ConflictError):
        purse.appropriate(6, client_id=client_id, draft_id=scan)
    client_id = uuid4()
    assert purse.reserve(1_005, client_id=client_id).pk == purse.reserve(1_005, client_id=client_id).pk
    assert purse.totals() == (1_005, 0, 1_005)


def test_who_sees_what(purse: Purse):
    purse.fund(LIMIT * 2)
    purse.fund(1_000, OTHER_ORGAN)
    purse.pay(purse.reserve(100), 100)

    def seen(surname: str) -> tuple[int, int]:
        actor = purse.actor(surname)
        accounts, vouchers = queries.accounts_visible_to(actor), queries.vouchers_visible_to(actor)
        return accounts.count(), vouchers.count()

    assert LedgerAccount.objects.count() == 4  # outside, two organs, one committee
    assert {who: seen(who) for who in ("秦", "孙", "蒋", "陈", "柳", "高", "何", "罗", "吴会", "郑", "林")} == {
        "秦": (4, 3),
        "孙": (1, 2),
        "蒋": (1, 1),
        "陈": (1, 1),
        "柳": (0, 0),
        "高": (0, 0),
        "何": (0, 0),
        "罗": (0, 0),
        "吴会": (0, 0),
        "郑": (0, 0),
        "林": (0, 0),
    }
    number = Voucher.objects.get(kind="payment").number
    assert queries.voucher_for(purse.actor("陈"), number).number == number
    with pytest.raises(FundingNotFound):
        queries.voucher_for(purse.actor("蒋"), number)


def test_each_deed_has_its_entry_with_the_limit_it_was_held_against(purse: Purse):
    purse.fund(LIMIT * 2)
    waiting = purse.pay(purse.reserve(LIMIT), LIMIT)
    purse.sign(waiting.number)
    entries = Entry.objects.filter(subject_ref=waiting.ref).order_by("pk")
    assert [entry.event for entry in entries] == ["voucher.asked", "voucher.posted"]
    assert '"limit_fen":5000000' in entries[0].body
    assert not any(entry.body.count("witness") for entry in entries)
