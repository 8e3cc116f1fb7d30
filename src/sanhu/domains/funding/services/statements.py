"""Statements of the bank and the finance system, held against the vouchers: confirmed, or shown as a difference."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.services.calendars import FaultyRows
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import Statement, StatementLine, Voucher
from sanhu.domains.funding.rules import MONEY_ARTICLE, NOT_PERMITTED
from sanhu.domains.funding.terms import MOST_FEN, VoucherState
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import FieldRefused
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.tables import MOST_UPLOADED_ROWS, Column, Fault, Reading, Row, Wrong

IMPORTED_BEFORE = _("这份对账单已经导入过")
REFERENCE_TWICE = _("这个流水号已经有了")
_MOST_NAME = 100

_DAY = re.compile(r"([0-9]{4})([-/.]?)([0-9]{1,2})\2([0-9]{1,2})")
_YUAN = re.compile(r"[¥￥]?((?:[0-9]{1,3}(?:,[0-9]{3})+)|[0-9]{1,13})(?:\.([0-9]{1,2}))?")


def _plain(cell: str) -> str:
    """Give a cell with full-width digits and marks as the narrow ones they stand for."""
    return unicodedata.normalize("NFKC", cell).strip()


def _reference(cell: str) -> str | Wrong:
    plain = _plain(cell)
    return plain if len(plain) <= 60 else Wrong(_("不超过 60 个字"))


def _day(cell: str) -> str | Wrong:
    found = _DAY.fullmatch(_plain(cell))
    try:
        day = date(int(found[1]), int(found[3]), int(found[4])) if found else None
    except ValueError:
        day = None
    return day.isoformat() if day else Wrong(_("日期应写作 2026-01-31"))


def _fen(cell: str) -> str | Wrong:
    found = _YUAN.fullmatch(_plain(cell))
    if not found:
        return Wrong(_("金额应写作元，至多两位小数，不能是负数"))
    fen = int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))
    if not 0 < fen <= MOST_FEN:
        return Wrong(_("必须大于 0，也不能超过上限"))
    return str(fen)


def _number(cell: str) -> str | Wrong:
    plain = _plain(cell).upper()
    return plain if len(plain) <= 20 else Wrong(_("不超过 20 个字"))


COLUMNS = (
    Column("reference", _("流水号"), required=True, check=_reference),
    Column("booked_on", _("记账日期"), required=True, check=_day),
    Column("amount", _("金额"), required=True, check=_fen),
    Column("voucher_number", _("凭证编号"), check=_number),
)


def import_statement(*, actor: Actor, at: datetime, name: str, data: bytes) -> Statement:
    """Import a CSV file in UTF-8 or GB18030 whole, and confirm the vouchers it names with their amounts.

    Raises Refused for a file that was imported before, catalogue's FaultyRows for one with a faulty row; nothing of it
    is kept then.
    """
    is_allowed = actor.may(Permission.FUNDING_CLOSE) or actor.may(Permission.FUNDING_BUDGET)
    if actor.kind is not ActorKind.POST or actor.person_id is None or not is_allowed:
        raise Refused(refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,)))
    if not name.strip() or len(name) > _MOST_NAME:
        raise FieldRefused("name", refuse(_("名称：须写明对账单的名称，不超过 100 个字")))
    try:
        return _import(actor=actor, person_id=actor.person_id, at=at, name=name.strip(), data=data)
    except IntegrityError as twin:  # the same lines came in at the same moment
        raise Refused(refuse(IMPORTED_BEFORE)) from twin


@transaction.atomic
def _import(*, actor: Actor, person_id: int, at: datetime, name: str, data: bytes) -> Statement:
    digest = hashlib.sha256(data).hexdigest()
    if Statement.objects.filter(district=actor.district, sha256=digest).exists():
        raise Refused(refuse(IMPORTED_BEFORE))
    reading = Reading(data.splitlines(keepends=True), COLUMNS, most_rows=MOST_UPLOADED_ROWS)
    rows = list(reading)
    _refuse_what_is_known(reading, rows, district=actor.district, on=legal_day(at))
    if reading.faults:
        raise FaultyRows(sorted(reading.faults, key=lambda fault: fault.row))
    if not rows:
        raise FaultyRows([Fault(1, "", _("一行也没有"))])
    statement = Statement.objects.create(
        district=actor.district, name=name, sha256=digest, imported_at=at, imported_by_id=person_id
    )
    confirmed = _confirmed(rows, district=actor.district)
    lines = StatementLine.objects.bulk_create([_line(statement, row, confirmed.get(row.number)) for row in rows])
    record(
        event=FundingEvent.STATEMENT_IMPORTED,
        actor=actor,
        at=at,
        subject=f"statement:{statement.pk}",
        district=statement.district,
        rows=[statement, *lines],
        facts={"lines": len(lines), "confirmed": len(confirmed)},
    )
    return statement


def _refuse_what_is_known(reading: Reading, rows: Sequence[Row], *, district: str, on: date) -> None:
    """Add the faults that only the other rows, the database or the calendar can show."""
    references = [row["reference"] for row in rows]
    known = set(
        StatementLine.objects.filter(district=district, reference__in=references).values_list("reference", flat=True)
    )
    for row in rows:
        if row["reference"] in known:
            reading.refuse(row, "reference", REFERENCE_TWICE)
        known.add(row["reference"])
        if date.fromisoformat(row["booked_on"]) > on:
            reading.refuse(row, "booked_on", _("不能晚于今天"))


def _confirmed(rows: Sequence[Row], *, district: str) -> Mapping[int, Voucher]:
    """Give the posted voucher of each row that names one with its amount; one voucher is confirmed once."""
    numbers = {row["voucher_number"] for row in rows} - {""}
    posted = Voucher.objects.filter(district=district, state=VoucherState.POSTED, number__in=numbers)
    free = {voucher.number: voucher for voucher in posted.filter(confirmed_by__isnull=True)}
    found = {}
    for row in rows:
        voucher = free.get(row["voucher_number"])
        if voucher is not None and voucher.amount_fen == int(row["amount"]):
            found[row.number] = free.pop(voucher.number)
    return found


def _line(statement: Statement, row: Row, voucher: Voucher | None) -> StatementLine:
    return StatementLine(
        statement=statement,
        district=statement.district,
        reference=row["reference"],
        booked_on=date.fromisoformat(row["booked_on"]),
        amount_fen=int(row["amount"]),
        voucher_number=row["voucher_number"],
        voucher=voucher,
    )
