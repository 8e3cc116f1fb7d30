"""A donation of the demonstration: agreed, received, spent in two parts and published. Invented."""

from datetime import datetime

from django.db import transaction

from sanhu.domains.funding.donation_rules import Donor
from sanhu.domains.funding.donation_terms import AmountSetBy, CameBy, DonorKind, Naming
from sanhu.domains.funding.models import Donation, LedgerAccount
from sanhu.domains.funding.services.donating import Agreement, receive_money, register
from sanhu.domains.funding.services.donation_changes import publish
from sanhu.domains.funding.services.donation_spending import spend_donation
from sanhu.domains.funding.services.spending import Expenditure
from sanhu.domains.funding.terms import BudgetLine
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.legal_time import legal_day
from sanhu.portals.cli.demo.telling import DISTRICT, Telling, acting

_CHAIR_OF_COMMITTEE = "0031"
_AGREED_AGO, _RECEIVED_AGO, _PUBLISHED_AGO = 26, 24, 4
_GIVEN_FEN = 1_200_000
# Days ago, fen, on what, for how it meets the purpose, to whom and of which kind.
_SPENT = (
    (18, 486_000, "equipment", "给老年食堂买八张方桌和三十二把椅子", "江城老木匠家具店", "organisation"),
    (9, 132_050, "maintenance", "请木工把十六把旧椅子修好，继续用", "李木生", "person"),
)


def play_donation(*, as_of: datetime) -> int:
    """Tell the donation that was not told yet, and give how many; none where the committee may not spend yet."""
    telling = Telling("donation", as_of)
    at = telling.moment(_AGREED_AGO)
    if Donation.objects.filter(district=DISTRICT).exists():
        return 0
    if not acting(_CHAIR_OF_COMMITTEE, at).may(Permission.FUNDING_PAY):
        return 0  # the district was founded before committees spent
    with transaction.atomic():
        _tell(telling)
    return 1


def _tell(telling: Telling) -> None:
    at = telling.moment(_AGREED_AGO)
    chair = acting(_CHAIR_OF_COMMITTEE, at)
    assert chair.organisation_id is not None, "a chair is of a committee"
    agreement = Agreement(
        body_id=chair.organisation_id,
        line=BudgetLine.L7,
        purpose="社区老年食堂添置和修理桌椅",
        donor=Donor(DonorKind.PERSON, "欧阳修文", "13800990188", Naming.MASKED),
        donor_words="给食堂的老人添几张结实的桌子，旧的能修就修。我母亲常去那里吃饭。",
        are_words_public=True,
        came_by=CameBy.OWN_ACCORD,
        set_by=AmountSetBy.DONOR,
        agreement=f"翠园捐协〔{legal_day(at).year}〕1号",
        agreed_on=legal_day(at),
        amount_fen=_GIVEN_FEN,
    )
    number = register(actor=chair, at=at, client_id=telling.next_id(), agreement=agreement).donation.number
    _received(telling, number)
    for ago, fen, *said in _SPENT:
        _spent(telling, number, ago=ago, fen=fen, said=said)
    published = telling.moment(_PUBLISHED_AGO, 11)
    chair = acting(_CHAIR_OF_COMMITTEE, published)
    publish(actor=chair, at=published, client_id=telling.next_id(), number=number)


def _received(telling: Telling, number: str) -> None:
    at = telling.moment(_RECEIVED_AGO, 11)
    chair = acting(_CHAIR_OF_COMMITTEE, at)
    receive_money(
        actor=chair,
        at=at,
        client_id=telling.next_id(),
        number=number,
        year=legal_day(at).year,
        amount_fen=_GIVEN_FEN,
        basis=f"进账单〔{legal_day(at).year}〕31号",
        draft_id=telling.scanned(chair, at),
    )


def _spent(telling: Telling, number: str, *, ago: int, fen: int, said: list[str]) -> None:
    expense, meets, payee, kind = said
    at = telling.moment(ago, 15)
    chair = acting(_CHAIR_OF_COMMITTEE, at)
    earmark = Donation.objects.get(number=number).earmark
    order = Expenditure(
        account_id=LedgerAccount.objects.get(body=earmark.body, source=earmark.source, line=earmark.line).pk,
        amount_fen=fen,
        expense=expense,
        nature="public_benefit",
        payee_kind=kind,
        payee_name=payee,
        purpose_ref=earmark.ref,
        basis=f"发票〔{legal_day(at).year}〕{ago}号",
        reason="",
        draft_id=telling.scanned(chair, at),
    )
    spend_donation(actor=chair, at=at, client_id=telling.next_id(), number=number, order=order, meets=meets)
