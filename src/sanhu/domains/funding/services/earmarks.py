"""Opening an earmark and letting its money in. Who may do so, and on what paper, whoever calls has decided."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence import serials
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.earmark_terms import MOST_PURPOSE, SOURCE_OF, EarmarkEvent, EarmarkKind
from sanhu.domains.funding.models import Earmark, LedgerAccount, Voucher
from sanhu.domains.funding.rules import check_amount, check_source
from sanhu.domains.funding.services.accounts import account_for
from sanhu.domains.funding.services.caps import check_year_open, locked_accounts
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.services.posting import Movement, Papers, check_papers, write
from sanhu.domains.funding.terms import VoucherKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import refuse
from sanhu.engines.legal_time import legal_day


def open_earmark(*, kind: EarmarkKind, body_id: int, line: str, purpose: str, actor: Actor, at: datetime) -> Earmark:
    """Open an earmark for a body of the actor's district, in the caller's transaction.

    Who also lets money in does so afterwards: running numbers of earmarks are taken before accounts are locked. Raises
    FundingNotFound for a body of another district, Refused where the source may not pay for the line (X-12).
    """
    if not purpose.strip():
        raise FieldRefused("purpose", refuse(_("用途：须写明专款的用途")))
    if len(purpose.strip()) > MOST_PURPOSE:
        raise FieldRefused("purpose", refuse(_("用途：不超过 200 个字")))
    require(check_source(source=SOURCE_OF[kind], line=line, is_government_duty=False), field="line")
    if not Organisation.objects.filter(pk=body_id, district=actor.district).exists():
        raise FundingNotFound(body_id)
    assert actor.person_id is not None, "a person opens an earmark"
    earmark = Earmark.objects.create(
        district=actor.district,
        number=_next_number(actor.district, at=at),
        kind=kind,
        body_id=body_id,
        line=line,
        purpose=purpose.strip(),
        opened_at=at,
        opened_by_id=actor.person_id,
    )
    record(
        event=EarmarkEvent.OPENED,
        actor=actor,
        at=at,
        subject=earmark.ref,
        district=earmark.district,
        rows=[earmark],
        facts={"kind": earmark.kind},
    )
    return earmark


def receive(
    *,
    earmark: Earmark,
    year: int,
    amount_fen: int,
    papers: Papers,
    actor: Actor,
    at: datetime,
    once_locked: Callable[[], None] | None = None,
) -> Voucher:
    """Let an earmark's money in, into its body's account of a year, in the caller's transaction.

    From the limit on it waits for a second person, as every voucher does. `once_locked` is called as soon as accounts
    are locked, and raises where something speaks against it. Raises Refused, FieldRefused.
    """
    require(check_amount(amount_fen), field="amount_fen")
    check_papers(papers)
    outside, inside = (_account(earmark, body_id, year=year, actor=actor, at=at) for body_id in (None, earmark.body_id))
    locked = locked_accounts(outside.pk, inside.pk)
    check_year_open(locked[inside.pk])
    if once_locked is not None:
        once_locked()
    movement = Movement(
        kind=VoucherKind.APPROPRIATION,
        debit=locked[outside.pk],
        credit=locked[inside.pk],
        amount_fen=amount_fen,
        purpose_ref=earmark.ref,
    )
    return write(movement, papers, actor=actor, at=at)


def _account(earmark: Earmark, body_id: int | None, *, year: int, actor: Actor, at: datetime) -> LedgerAccount:
    return account_for(
        district=earmark.district,
        body_id=body_id,
        source=earmark.source,
        line=earmark.line,
        year=year,
        actor=actor,
        at=at,
    )


def _next_number(district: str, *, at: datetime) -> str:
    year = legal_day(at).year
    return f"{district}-{year}-Z{serials.next_in(district=district, kind='earmark', year=year):04}"
