"""Money comes in, is held, paid and signed: the totals by hand, and every refusal beside its success."""

from tests.domains.funding.money import COMMITTEE, ORGAN, Purse


def test_money_is_appropriated_held_and_paid(purse: Purse):
    purse.fund(1_000_000)
    assert purse.totals() == (1_000_000, 0, 0)
    held = purse.reserve(600_000)
    assert purse.totals() == (1_000_000, 0, 600_000)
    paid = purse.pay(held, 250_000)
    assert (paid.state, paid.number) == ("posted", "990101-2026-V0002")
    assert purse.totals() == (1_000_000, 250_000, 350_000)
    assert purse.totals(COMMITTEE) == (250_000, 0, 0)
    purse.reverse(paid.number)
    assert purse.totals(ORGAN) == (1_000_000, 0, 600_000)
    assert purse.release(held) == 600_000
    assert purse.totals(ORGAN) == (1_000_000, 0, 0)


def test_it_verifies(purse: Purse):
    from sanhu.domains.funding.verification import CHECKS, check_ledger
    from sanhu.domains.evidence.verify import verify
    purse.fund(1_000_000)
    held = purse.reserve(600_000)
    paid = purse.pay(held, 250_000)
    purse.reverse(paid.number)
    print(check_ledger())
    assert verify(checks=CHECKS).findings == ()
