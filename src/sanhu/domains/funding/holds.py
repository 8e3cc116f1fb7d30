"""What is set aside, over the years: where a year was settled, a hold ends and another goes on with it in the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sanhu.domains.funding.models import Reservation, SettlementLine
from sanhu.domains.funding.queries import came_along_fen


@dataclass(frozen=True)
class HoldOverYears:
    """One hold over all its years, as if no year had ended: first set aside, paid, let go, and held still."""

    amount_fen: int
    paid_fen: int
    released_fen: int
    held_fen: int


def standing_hold(key: int) -> Reservation:
    """Give a hold as it stands in the latest year it went over into."""
    return chains_of([key])[key][-1]


def over_years(key: int) -> HoldOverYears:
    """Give a hold over all its years."""
    chain = chains_of([key])[key]
    return HoldOverYears(
        amount_fen=chain[0].amount_fen,
        paid_fen=sum(hold.paid_fen for hold in chain),
        released_fen=chain[-1].released_fen,
        held_fen=chain[-1].held_fen,
    )


def got_fen(reservation: Reservation) -> int:
    """Give what a hold's payee got over all years: what was paid, and what came along from a bearer before."""
    chain = _back_from(reservation)
    return sum(hold.paid_fen + came_along_fen(hold) for hold in chain)


def _back_from(reservation: Reservation) -> list[Reservation]:
    found = [reservation]
    while (line := SettlementLine.objects.filter(follower=found[-1]).select_related("reservation").first()) is not None:
        assert line.reservation is not None, "what goes on was held before"
        found.append(line.reservation)
    return found


def chains_of(keys: Iterable[int]) -> Mapping[int, list[Reservation]]:
    """Give for each of some holds itself and those that go on with it, year by year; a statement for each year."""
    joined = Reservation.objects.select_related("account__body", "payee")
    chains = {key: [hold] for key, hold in joined.in_bulk(list(keys)).items()}
    last = {key: key for key in chains}
    while last:
        went_over = SettlementLine.objects.filter(reservation__in=last, follower__isnull=False)
        after = {line.reservation_id: line.follower_id for line in went_over.only("reservation_id", "follower_id")}
        holds = joined.in_bulk([key for key in after.values() if key is not None])
        following = {}
        for key, first in last.items():
            if (follower := after.get(key)) is not None:
                chains[first].append(holds[follower])
                following[follower] = first
        last = following
    return chains
