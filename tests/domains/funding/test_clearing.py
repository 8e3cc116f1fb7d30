"""A difference between statement and books is cleared by two persons, never one, and never forgotten."""

from datetime import datetime
from uuid import uuid4

import pytest

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding import clearing_queries as lists
from sanhu.domains.funding.models import Clearing, Statement, StatementLine, Voucher
from sanhu.domains.funding.services.clearing import explain, refuse_clearing, sign_clearing
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.statements import import_statement, match_again
from sanhu.domains.funding.verification import CHECKS
from tests.deputising import with_deputies
from tests.domains.funding.money import COMMITTEE, LIMIT, Purse
from tests.domains.funding.projects import spend
from tests.domains.funding.refusals import refused

HEADER = "reference,booked_on,amount,voucher_number\n"
NOT_PERMITTED = ("您的岗位没有这项权限", "")
GONE = ("这笔差异已经对上，或者有人说明过", "")


def bring(purse: Purse, text: str) -> Statement:
    data = (HEADER + text).encode()
    return import_statement(actor=purse.actor("田"), at=purse.now(), name="十一月", data=data)


def said(
    purse: Purse, kind: str, *, line: str = "", voucher: Voucher | None = None, by: str = "田", reason: str = "见回单"
) -> Clearing:
    return explain(
        actor=purse.actor(by),
        at=purse.now(),
        client_id=uuid4(),
        kind=kind,
        reason=reason,
        line_id=StatementLine.objects.get(reference=line).pk if line else None,
        voucher_number=voucher.number if voucher else "",
    )


def sign(purse: Purse, clearing: Clearing, *, by: str = "秦") -> Clearing:
    return sign_clearing(actor=purse.actor(by), at=purse.now(), client_id=uuid4(), clearing_id=clearing.pk)


def refuse(purse: Purse, clearing: Clearing, *, by: str = "秦", reason: str = "没有回单") -> Clearing:
    said = {"client_id": uuid4(), "clearing_id": clearing.pk, "reason": reason}
    return refuse_clearing(actor=purse.actor(by), at=purse.now(), **said)  # type: ignore[arg-type]


def three_lists(purse: Purse) -> tuple[list[str], list[str], list[str]]:
    """Give what is only on the statement, what is only in the books, and what differs."""
    actor = purse.actor("田")
    return (
        [line.reference for line in lists.on_statement_only(actor)],
        [voucher.number[-5:] for voucher in lists.in_books_only(actor)],
        [line.reference for line in lists.differing(actor)],
    )


@pytest.fixture
def differing(purse: Purse) -> dict[str, Voucher]:
    """The bank has a fee and an amount of its own, and lacks one payment; another it booked with a fen more."""
    purse.fund(LIMIT)
    held = purse.reserve(100_000)
    found = {name: purse.pay(held, fen) for name, fen in (("same", 500), ("more", 700), ("missing", 900))}
    bring(
        purse,
        f"fee,2026-11-09,0.50,\nsame,2026-11-09,5.00,{found['same'].number}\n"
        f"more,2026-11-09,7.01,{found['more'].number}\nlate,2026-11-09,12.00,\n",
    )
    return found


@pytest.mark.covers("R53")
def test_differences_stand_in_three_lists_until_two_persons_cleared_them(purse: Purse, differing: dict[str, Voucher]):
    assert three_lists(purse) == (["fee", "late"], ["V0004"], ["more"])
    fee = said(purse, "bank_fee", line="fee")
    assert three_lists(purse) == (["late"], ["V0004"], ["more"])
    assert lists.to_settle(purse.actor("秦")) == [fee]
    assert lists.to_settle(purse.actor("田")) == []
    sign(purse, fee)
    sign(purse, said(purse, "bank_fee", line="more", voucher=differing["more"], reason="手续费一分"))
    sign(purse, said(purse, "bank_mistake", voucher=differing["missing"]))
    assert three_lists(purse) == (["late"], [], [])
    assert lists.to_settle(purse.actor("秦")) == []
    assert StatementLine.objects.filter(voucher__isnull=False).count() == 1
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("R53")
def test_what_a_body_spends_is_looked_for_on_the_statement_too(purse: Purse):
    purse.appropriate(50_000, COMMITTEE, source="fiscal", line="L2")
    account = purse.account(COMMITTEE, source="fiscal", line="L2")
    spent = spend(purse, account, 30_000, expense="office", nature="administrative")
    assert three_lists(purse) == ([], [spent.number[-5:]], [])
    bring(purse, "paper,2026-11-09,300.00,\n")
    assert StatementLine.objects.get().voucher == spent
    assert three_lists(purse) == ([], [], [])


@pytest.mark.covers("R53")
def test_nobody_clears_alone_whatever_posts_they_hold(purse: Purse, differing: dict[str, Voucher]):
    own = said(purse, "bank_fee", line="fee", by="秦")
    alone = "第二人须是另一个人：自己的说明不能自己签认，换岗位也不行"
    assert refused(lambda: sign(purse, own)) == (alone, "")
    assert refused(lambda: refuse(purse, own)) == (alone, "")
    assert refused(lambda: sign(purse, own, by="田")) == NOT_PERMITTED
    for by in ("孙", "吴", "陈"):
        assert refused(lambda by=by: said(purse, "bank_fee", line="late", by=by)) == NOT_PERMITTED
        with pytest.raises(FundingNotFound):
            sign(purse, own, by=by)
    assert Clearing.objects.get().state == "waiting"


def test_a_deputy_and_the_absent_are_one(purse: Purse, differing: dict[str, Voucher]):
    clearing = said(purse, "bank_fee", line="fee")
    deputy = with_deputies(purse.gate, {"田": "秦"}, at=purse.now()).actor("田代秦", purse.now())
    attempt = {"at": purse.now(), "client_id": uuid4(), "clearing_id": clearing.pk}
    assert "换岗位也不行" in refused(lambda: sign_clearing(actor=deputy, **attempt))[0]  # type: ignore[arg-type]


@pytest.mark.covers("R53")
def test_what_is_refused_stands_open_again(purse: Purse, differing: dict[str, Voucher]):
    first = said(purse, "other", line="fee")
    assert refused(lambda: refuse(purse, first, reason=" "))[0] == "理由：须写明理由"
    assert refuse(purse, first).answer == "没有回单"
    assert three_lists(purse)[0] == ["fee", "late"]
    assert refused(lambda: sign(purse, first))[0] == "这个说明已经签认过，或者没有通过"
    sign(purse, said(purse, "bank_fee", line="fee"))
    assert refused(lambda: said(purse, "other", line="fee")) == GONE
    assert refused(lambda: said(purse, "other", line="same")) == GONE
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.parametrize(
    ("kind", "line", "voucher", "reason"),
    [
        ("same", "fee", None, "性质：这种差异不能是这个性质"),
        ("same", "more", "more", "性质：金额不同，不能算作同一笔"),
        ("book_mistake", "", "missing", "性质：账上记错的，先冲销那张凭证，再说明"),
        ("timing", "more", "more", "性质：这种差异不能是这个性质"),
        ("bank_fee", "", "missing", "性质：这种差异不能是这个性质"),
        ("theft", "fee", None, "性质：这种差异不能是这个性质"),
    ],
)
def test_a_difference_is_only_what_it_can_be(
    purse: Purse, differing: dict[str, Voucher], kind: str, line: str, voucher: str | None, reason: str
):
    assert refused(lambda: said(purse, kind, line=line, voucher=differing.get(voucher or ""))) == (reason, "")


def test_a_mistake_in_the_books_is_taken_back_first(purse: Purse, differing: dict[str, Voucher]):
    purse.reverse(differing["missing"].number)
    sign(purse, said(purse, "book_mistake", voucher=differing["missing"]))
    assert three_lists(purse)[1] == []


@pytest.mark.covers("R53")
def test_what_two_persons_say_is_the_same_payment_is_matched(purse: Purse):
    purse.fund(LIMIT)
    held = purse.reserve(100_000)
    twins = [purse.pay(held, 700) for _ in range(2)]
    bring(purse, "a1,2026-11-09,7.00,\na2,2026-11-09,7.00,990101-2026-V9999\n")
    sign(purse, said(purse, "same", line="a1", voucher=twins[1]))
    sign(purse, said(purse, "same", line="a2", voucher=twins[0], reason="编号写错"))
    assert [line.voucher for line in StatementLine.objects.order_by("pk")] == twins[::-1]
    assert verify(checks=CHECKS).findings == ()


def test_a_matter_of_days_waits_on_until_it_is_matched(purse: Purse):
    purse.fund(LIMIT * 2)
    held = purse.reserve(LIMIT)
    bring(purse, "a1,2026-11-09,50000,\n")
    sign(purse, said(purse, "timing", line="a1"))
    actor = purse.actor("田")
    assert three_lists(purse)[0] == []
    assert [one.line.reference for one in lists.on_their_way(actor) if one.line] == ["a1"]
    paid = purse.sign(purse.pay(held, LIMIT).number)
    assert match_again(actor=actor, at=purse.now()) == 1
    assert StatementLine.objects.get().voucher == paid
    assert list(lists.on_their_way(actor)) == []
    assert verify(checks=CHECKS).findings == ()


def test_what_was_matched_meanwhile_cannot_be_signed_away(purse: Purse):
    purse.fund(LIMIT * 2)
    held = purse.reserve(LIMIT + 10)
    missing = purse.pay(held, 10)
    waiting = said(purse, "timing", voucher=missing)
    StatementLine.objects.create(
        statement=bring(purse, "b1,2026-11-09,1.00,\n"),
        district="990101",
        reference="b2",
        booked_on=datetime.fromisoformat("2026-11-09").date(),
        amount_fen=10,
        voucher_number=missing.number,
        voucher=missing,
    )
    assert refused(lambda: sign(purse, waiting)) == GONE


def test_another_district_sees_and_settles_nothing(purse: Purse, differing: dict[str, Voucher]):
    clearing = said(purse, "bank_fee", line="fee")
    elsewhere = purse.actor("郑")
    assert (list(lists.on_statement_only(elsewhere)), list(lists.clearings_visible_to(elsewhere))) == ([], [])
    with pytest.raises(FundingNotFound):
        sign(purse, clearing, by="郑")
    assert refused(lambda: said(purse, "bank_fee", line="late", by="郑")) == NOT_PERMITTED


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"voucher": None}, "clearing_wrong"),
        ({"amount_fen": 701}, "statement_line_wrong"),
    ],
)
def test_tampering_with_what_was_cleared_is_found(purse: Purse, change: dict[str, object], kind: str):
    purse.fund(LIMIT)
    held = purse.reserve(100_000)
    twins = [purse.pay(held, 700) for _ in range(2)]
    bring(purse, "a1,2026-11-09,7.00,\n")
    sign(purse, said(purse, "same", line="a1", voucher=twins[1]))
    StatementLine.objects.update(**change)
    assert kind in {finding.kind for finding in verify(checks=CHECKS).findings}
