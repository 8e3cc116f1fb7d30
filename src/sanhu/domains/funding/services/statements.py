"""Statements of the bank and the finance system, held against the vouchers: confirmed, or shown as a difference."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.services.calendars import FaultyRows
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.events import FundingEvent
from sanhu.domains.funding.models import Statement, StatementLine, StatementSource
from sanhu.domains.funding.rules import MONEY_ARTICLE, NOT_PERMITTED
from sanhu.domains.funding.statement_files import StatementFile, read_statement
from sanhu.domains.funding.statement_matching import matching_of, open_lines
from sanhu.domains.funding.statement_terms import StatementOrigin
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.services.doors import FieldRefused
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.tables import MOST_UPLOADED_ROWS, Fault, Row

IMPORTED_BEFORE = _("这份对账单已经导入过，什么也没有改变")
NOTHING_NEW = _("这份对账单里的每一笔都已经导入过，什么也没有改变")
AT_THE_SAME_MOMENT = _("另一份对账单正在导入同样的内容；这一次什么也没有写入，请再试一次")
REFERENCE_TWICE = _("这个流水号已经有了")
SAID_OTHERWISE = _("这个流水号已经有了，日期、金额或者凭证编号不同")
_MOST_NAME = 100
_IN_AN_ENTRY = 1_000  # so that one entry stays readable, however long the file
_AT_A_TIME = 10_000


@dataclass(frozen=True)
class Brought:
    """A file somebody brings: what it is called, whose it is, its bytes, and how many rows it may have."""

    name: str
    data: bytes
    origin: str = StatementOrigin.BANK
    most_rows: int = MOST_UPLOADED_ROWS


def import_statement(
    *,
    actor: Actor,
    at: datetime,
    name: str,
    data: bytes,
    origin: str = StatementOrigin.BANK,
    most_rows: int | None = None,
) -> Statement:
    """Import a file whole, CSV or Excel, and match its lines and those of earlier ones with the vouchers.

    Lines that came before in another file are left out. Raises Refused for a file that brings nothing new, catalogue's
    FaultyRows for one with a faulty row; nothing of it is kept then.
    """
    is_allowed = actor.may(Permission.FUNDING_CLOSE) or actor.may(Permission.FUNDING_BUDGET)
    if actor.kind is not ActorKind.POST or actor.person_id is None or not is_allowed:
        raise Refused(refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,)))
    if not name.strip() or len(name) > _MOST_NAME:
        raise FieldRefused("name", refuse(_("名称：须写明对账单的名称，不超过 100 个字")))
    if origin not in set(StatementOrigin):
        raise FieldRefused("origin", refuse(_("来源：须写明是银行还是财政系统的对账单")))
    brought = Brought(name.strip(), data, origin, most_rows or MOST_UPLOADED_ROWS)
    try:
        return _import(brought, actor=actor, person_id=actor.person_id, at=at)
    except IntegrityError as twin:
        raise Refused(refuse(AT_THE_SAME_MOMENT)) from twin


@transaction.atomic
def _import(brought: Brought, *, actor: Actor, person_id: int, at: datetime) -> Statement:
    digest = hashlib.sha256(brought.data).hexdigest()
    if Statement.objects.filter(district=actor.district, sha256=digest).exists():
        raise Refused(refuse(IMPORTED_BEFORE))
    file = read_statement(brought.data, most_rows=brought.most_rows)
    fresh = _fresh(file, district=actor.district, on=legal_day(at))
    if file.reading.faults:
        raise FaultyRows(sorted(file.reading.faults, key=lambda fault: fault.row))
    if not file.rows:
        raise FaultyRows([Fault(1, "", _("一行也没有"))])
    if not fresh:
        raise Refused(refuse(NOTHING_NEW))
    statement = Statement.objects.create(
        district=actor.district, name=brought.name, sha256=digest, imported_at=at, imported_by_id=person_id
    )
    source = StatementSource.objects.create(
        statement=statement,
        origin=brought.origin,
        file_format=file.file_format,
        known_lines=len(file.rows) - len(fresh),
    )
    earlier = list(open_lines(actor.district).order_by("pk"))
    lines = [_line(statement, row) for row in fresh]
    _match([*earlier, *lines], district=actor.district)
    lines = StatementLine.objects.bulk_create(lines, batch_size=_AT_A_TIME)
    _enter_import(statement, source, lines, actor=actor, at=at)
    _enter_matched(statement.district, [line for line in earlier if line.voucher_id is not None], actor=actor, at=at)
    return statement


def _fresh(file: StatementFile, *, district: str, on: date) -> list[Row]:
    """Give the rows that did not come before, and add the faults that only other rows and files can show."""
    known = _known([row["reference"] for row in file.rows], district=district)
    fresh, seen = [], set[str]()
    for row in file.rows:
        if date.fromisoformat(row["booked_on"]) > on:
            file.reading.refuse(row, "booked_on", _("不能晚于今天"))
        if row["reference"] in seen:
            file.reading.refuse(row, "reference", REFERENCE_TWICE)
        elif row["reference"] not in known:
            fresh.append(row)
        elif known[row["reference"]] != _said(row):
            file.reading.refuse(row, "reference", SAID_OTHERWISE)
        seen.add(row["reference"])
    return fresh


_Said = tuple[date, int, str]


def _said(row: Row) -> _Said:
    return date.fromisoformat(row["booked_on"]), int(row["amount"]), row["voucher_number"]


def _known(references: Sequence[str], *, district: str) -> Mapping[str, _Said]:
    """Give what earlier files said under these references."""
    found: dict[str, _Said] = {}
    for start in range(0, len(references), _AT_A_TIME):
        some = StatementLine.objects.filter(district=district, reference__in=references[start : start + _AT_A_TIME])
        for reference, day, fen, number in some.values_list("reference", "booked_on", "amount_fen", "voucher_number"):
            found[reference] = day, fen, number
    return found


def _line(statement: Statement, row: Row) -> StatementLine:
    booked_on, fen, number = _said(row)
    return StatementLine(
        statement=statement,
        district=statement.district,
        reference=row["reference"],
        booked_on=booked_on,
        amount_fen=fen,
        voucher_number=number,
    )


def _match(lines: Sequence[StatementLine], *, district: str) -> list[StatementLine]:
    """Match lines with vouchers, those that are stored already in the database too; give what was matched."""
    found = matching_of(lines, district=district).matched
    for place, voucher_id in found.items():
        lines[place].voucher_id = voucher_id
    changed = [lines[place] for place in found]
    stored = [line for line in changed if line.pk is not None]
    StatementLine.objects.bulk_update(stored, ["voucher"], batch_size=_IN_AN_ENTRY)
    return changed


@transaction.atomic
def match_again(*, actor: Actor, at: datetime) -> int:
    """Match what is still open with what was posted since; give how many lines found their voucher."""
    is_allowed = actor.may(Permission.FUNDING_CLOSE) or actor.may(Permission.FUNDING_BUDGET)
    if actor.kind is not ActorKind.POST or not is_allowed:
        raise Refused(refuse(NOT_PERMITTED, citations=(MONEY_ARTICLE,)))
    lines = list(open_lines(actor.district).select_for_update(of=("self",)).order_by("pk"))
    changed = _match(lines, district=actor.district)
    _enter_matched(actor.district, changed, actor=actor, at=at)
    return len(changed)


def _enter_import(
    statement: Statement, source: StatementSource, lines: Sequence[StatementLine], *, actor: Actor, at: datetime
) -> None:
    """Write the entry of a statement, and where it is long one for each further part of it."""
    parts = list(_parts(lines))
    facts = {
        "lines": len(lines),
        "known": source.known_lines,
        "confirmed": sum(line.voucher_id is not None for line in lines),
        "window_days": settings.SANHU_STATEMENT_WINDOW_DAYS,
    }
    for number, part in enumerate(parts):
        record(
            event=FundingEvent.STATEMENT_CONTINUED if number else FundingEvent.STATEMENT_IMPORTED,
            actor=actor,
            at=at,
            subject=f"statement:{statement.pk}",
            district=statement.district,
            rows=part if number else [statement, source, *part],
            facts={"part": number + 1} if number else facts,
        )


def _enter_matched(district: str, lines: Sequence[StatementLine], *, actor: Actor, at: datetime) -> None:
    """Write what was matched later, an entry for each statement it is of."""
    by_statement: dict[int, list[StatementLine]] = {}
    for line in lines:
        by_statement.setdefault(line.statement_id, []).append(line)
    for statement_id, some in by_statement.items():
        for part in _parts(some):
            record(
                event=FundingEvent.STATEMENT_MATCHED,
                actor=actor,
                at=at,
                subject=f"statement:{statement_id}",
                district=district,
                rows=part,
                facts={"confirmed": len(part), "window_days": settings.SANHU_STATEMENT_WINDOW_DAYS},
            )


def _parts(lines: Sequence[StatementLine]) -> Iterator[Sequence[StatementLine]]:
    for start in range(0, len(lines), _IN_AN_ENTRY):
        yield lines[start : start + _IN_AN_ENTRY]
