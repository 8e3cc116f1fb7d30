"""Earmarks: what comes in for one purpose leaves for that purpose alone, and never more than there is."""

from django.db import transaction

from sanhu.domains.funding.earmark_queries import earmarked_in, left_fen, left_in, movements_of, received_fen
from sanhu.domains.funding.earmark_terms import EarmarkKind
from sanhu.domains.funding.models import Earmark, LedgerAccount, Voucher
from sanhu.domains.funding.services import earmarks, holding
from sanhu.domains.funding.services.caps import locked_accounts
from sanhu.domains.funding.services.posting import Movement, Papers, write
from sanhu.domains.funding.terms import FundSource, VoucherKind
from sanhu.domains.funding.verification import check_ledger
from tests.domains.funding.money import COMMITTEE, ORGAN, YEAR, Purse, keep_scan
from tests.domains.funding.refusals import refused


def opened(purse: Purse, *, line: str = "L10", purpose: str = "老年助餐点") -> Earmark:
    with transaction.atomic():
        return earmarks.open_earmark(
            kind=EarmarkKind.LOTTERY_PROJECT,
            body_id=purse.gate.bodies[COMMITTEE].pk,
            line=line,
            purpose=purpose,
            actor=purse.actor("田"),
            at=purse.now(),
        )


def received(purse: Purse, earmark: Earmark, amount_fen: int) -> Voucher:
    actor = purse.actor("田")
    with transaction.atomic():
        return earmarks.receive(
            earmark=earmark,
            year=YEAR,
            amount_fen=amount_fen,
            papers=Papers(basis="示民福〔2026〕3号", draft_id=keep_scan(actor)),
            actor=actor,
            at=purse.now(),
        )


def test_an_earmark_s_money_is_received_and_nobody_else_s_is(purse: Purse):
    one, other = opened(purse), opened(purse, purpose="青少年暑期托管")
    assert (one.number, other.number) == ("990101-2026-Z0001", "990101-2026-Z0002")
    voucher = received(purse, one, 300_000)
    received(purse, other, 50_000)
    assert (received_fen(one), left_fen(one)) == (300_000, 300_000)
    assert (received_fen(other), left_fen(other)) == (50_000, 50_000)
    assert [row.number for row in movements_of(one)] == [voucher.number]
    account = LedgerAccount.objects.get(body=one.body, source=FundSource.LOTTERY)
    assert (left_in(one.ref, account), earmarked_in(account), account.cap_fen) == (300_000, 350_000, 350_000)
    purse.reverse(voucher.number)
    assert (received_fen(one), left_fen(one), left_fen(other)) == (0, 0, 50_000)
    assert check_ledger().is_clean


def let_in_for_nothing_named(purse: Purse, earmark: Earmark, amount_fen: int) -> None:
    """Let money in as no service does any more: into the same account, for nothing in particular."""
    account = LedgerAccount.objects.get(body=earmark.body, source=FundSource.LOTTERY)
    outside = LedgerAccount.objects.get(body=None, source=FundSource.LOTTERY)
    actor = purse.actor("田")
    with transaction.atomic():
        locked = locked_accounts(account.pk, outside.pk)
        movement = Movement(
            kind=VoucherKind.APPROPRIATION,
            debit=locked[outside.pk],
            credit=locked[account.pk],
            amount_fen=amount_fen,
        )
        write(movement, Papers(basis="示收〔2026〕1号", draft_id=keep_scan(actor)), actor=actor, at=purse.now())


def test_earmarked_money_is_neither_reserved_for_others_nor_moved(purse: Purse):
    earmark = opened(purse)
    received(purse, earmark, 300_000)
    let_in_for_nothing_named(purse, earmark, 40_000)
    account = LedgerAccount.objects.get(body=earmark.body, source=FundSource.LOTTERY)
    payee = purse.account(ORGAN, source="lottery", line="L10")

    def hold(amount_fen: int) -> None:
        with transaction.atomic():
            holding.hold(
                account_id=account.pk,
                payee_id=payee.pk,
                amount_fen=amount_fen,
                purpose_ref="project:1",
                actor=purse.actor("田"),
                at=purse.now(),
            )

    reasons, code = refused(lambda: hold(40_001))
    assert (reasons, code) == ("专款：账户余额中的专款只能由本单位用于专款的用途，不能挪作他用", "X-12")
    hold(40_000)
    assert left_fen(earmark) == 300_000
    wish = holding.Wish(account_id=account.pk, payee_id=payee.pk, amount_fen=1, purpose_ref=earmark.ref)
    by_hand = refused(
        lambda: holding.reserve(actor=purse.actor("田"), at=purse.now(), client_id=purse.fresh_id(), wish=wish)
    )
    assert by_hand[1] == "X-12"


def test_what_an_earmark_has_not_got_does_not_leave_it(purse: Purse):
    one, other = opened(purse), opened(purse)
    received(purse, one, 300_000)
    received(purse, other, 50_000)
    account = LedgerAccount.objects.get(body=one.body, source=FundSource.LOTTERY)
    outside = LedgerAccount.objects.get(body=None, source=FundSource.LOTTERY)
    actor = purse.actor("田")

    def move(amount_fen: int) -> None:
        with transaction.atomic():
            locked = locked_accounts(account.pk, outside.pk)
            movement = Movement(
                kind=VoucherKind.RETURN,
                debit=locked[account.pk],
                credit=locked[outside.pk],
                amount_fen=amount_fen,
                purpose_ref=other.ref,
            )
            write(movement, Papers(basis="示还〔2026〕1号", draft_id=keep_scan(actor)), actor=actor, at=purse.now())

    assert refused(lambda: move(50_001)) == ("专款：账户中这笔专款的余额不足", "X-08")
    move(50_000)
    assert (left_fen(one), left_fen(other)) == (300_000, 0)


def test_an_earmark_says_what_it_is_for_on_a_line_its_source_may_pay(purse: Purse):
    assert refused(lambda: opened(purse, line="L4"))[1] == "X-12"
    assert refused(lambda: opened(purse, purpose="  "))[0] == "用途：须写明专款的用途"
    assert refused(lambda: opened(purse, purpose="用" * 201))[0] == "用途：不超过 200 个字"
    assert not Earmark.objects.exists()
