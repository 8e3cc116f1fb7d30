"""At once: no more comes in than was agreed, no more is spent than is left, one newest key, published once."""

from functools import partial

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.donation_way import DonationSums, sums_of
from sanhu.domains.funding.models import DonationNotice, DonorKey
from sanhu.domains.funding.verification import CHECKS
from tests.domains.funding.giving import Giving
from tests.domains.funding.money import Purse
from tests.domains.funding.test_budget_races import ended
from tests.domains.funding.test_hammering import at_once


def test_at_once_a_donation_takes_spends_and_tells_no_more_than_there_is(own_purse: Purse):
    giving = Giving(own_purse)
    donation = giving.register(amount_fen=1_000).donation
    # ¥10.00 were agreed, and six times ¥3.00 come in.
    assert ended(at_once(*[partial(giving.receive, donation, 300) for _client in range(6)])) == (3, 3)
    # ¥9.00 are there, and five spend ¥2.00 each.
    assert ended(at_once(*[partial(giving.spend, donation, 200) for _client in range(5)])) == (4, 1)
    assert sums_of(donation.earmark) == DonationSums(received_fen=900, spent_fen=800)
    assert ended(at_once(*[partial(giving.publish, donation) for _client in range(4)])) == (1, 3)
    assert ended(at_once(*[partial(giving.new_key, donation) for _client in range(4)])) == (4, 0)
    assert DonationNotice.objects.count() == 1
    assert sorted(DonorKey.objects.values_list("ordinal", flat=True)) == [1, 2, 3, 4, 5]
    assert verify(checks=CHECKS).findings == ()
