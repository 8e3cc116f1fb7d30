"""Opening accounts: there is one for each body, source, line and year, from the first time it is needed."""

from datetime import datetime

from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.record import record
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import LedgerAccount
from sanhu.domains.funding.rules import check_source
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.services.doors import FieldRefused, require
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import refuse

_YEARS = range(2000, 2200)


def account_for(
    *, district: str, body_id: int | None, source: str, line: str, year: int, actor: Actor, at: datetime
) -> LedgerAccount:
    """Give an account, opened now where it is not there yet; without a body, the one for everybody outside.

    Raises FundingNotFound for a body of another district, Refused where the source may not pay for the line.
    """
    known = LedgerAccount.objects.filter(
        district=district, body_id=body_id, source=source, line=line, year=year
    ).first()
    if known is not None:
        return known
    require(check_source(source=source, line=line, is_government_duty=False), field="line")
    if year not in _YEARS:
        raise FieldRefused("year", refuse(_("年度：须是四位数的年份")))
    if body_id is not None and not Organisation.objects.filter(pk=body_id, district=district).exists():
        raise FundingNotFound(body_id)
    account, is_new = LedgerAccount.objects.get_or_create(
        district=district, body_id=body_id, source=source, line=line, year=year
    )
    if is_new:
        record(
            event=FundingEvent.ACCOUNT_OPENED,
            actor=actor,
            at=at,
            subject=f"ledger_account:{account.pk}",
            district=district,
            rows=[account],
        )
    return account
