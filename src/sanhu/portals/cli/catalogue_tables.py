"""`sanhu import catalogue` and `sanhu export catalogue`: a district's list from a workbook, and into one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from django.utils.translation import gettext

from sanhu.domains.catalogue.models import CatalogueProposal, Instrument
from sanhu.domains.catalogue.workbook.bringing import FaultyWorkbook, Wish, bring_in, try_workbook
from sanhu.domains.catalogue.workbook.faults import Fault
from sanhu.domains.catalogue.workbook.judging import Judged
from sanhu.domains.catalogue.workbook.marking import marked_copy
from sanhu.domains.catalogue.workbook.reading import read_workbook
from sanhu.engines.actors import SYSTEM


class NoSuchInstrument(Exception):  # noqa: N818 - it names what came of it
    """The district has no instrument of this number."""


@dataclass(frozen=True)
class Asked:
    """What a command line asks for."""

    file: Path
    district: str
    dry_run: bool
    reason: str = ""
    in_force_from: date | None = None
    instrument: str = ""
    is_whole_list: bool = False
    marked: Path | None = None


@dataclass(frozen=True)
class Answer:
    """What came of it; without errors and out of a dry run, the proposal that was opened."""

    judged: Judged
    dry_run: bool
    proposal: CatalogueProposal | None = None


def import_catalogue(asked: Asked, *, at: datetime, progress: Callable[[int], None]) -> Answer:
    """Try a workbook, and open a proposal where it is clean, changes something and is not only tried.

    Raises OSError for a file that cannot be opened, NoSuchInstrument, and Refused.
    """
    book = read_workbook(asked.file.read_bytes(), progress=progress)
    wish = Wish(asked.reason, asked.in_force_from, _instrument(asked), asked.is_whole_list)
    judged = try_workbook(book, district=asked.district, is_whole_list=asked.is_whole_list, instrument=wish.instrument)
    proposal = None
    if not asked.dry_run and not judged.errors and (judged.is_new or wish.instrument):
        try:
            proposal = bring_in(actor=SYSTEM, at=at, client_id=uuid4(), district=asked.district, book=book, wish=wish)
        except FaultyWorkbook as faulty:  # another version came since it was tried
            judged = faulty.judged
    if asked.marked and (judged.errors or judged.warnings):
        asked.marked.write_bytes(marked_copy(book, judged.errors, judged.warnings))
    return Answer(judged, asked.dry_run, proposal)


def _instrument(asked: Asked) -> Instrument | None:
    if not asked.instrument:
        return None
    found = Instrument.objects.filter(district=asked.district, number=asked.instrument).first()
    if found is None:
        raise NoSuchInstrument(asked.instrument)
    return found


def as_json(answer: Answer) -> str:
    """Say it for programs."""
    said = answer.judged.as_json() | {
        "dry_run": answer.dry_run,
        "proposal": answer.proposal.number if answer.proposal else None,
    }
    return json.dumps(said, ensure_ascii=False)


def as_text(answer: Answer) -> str:
    """Say it for people: each fault and doubt, what the file holds, and what was done."""
    judged = answer.judged
    counts = gettext(
        "读 %(rows)s 行，%(items)s 个事项：新增 %(added)s，变更 %(changed)s，未变 %(unchanged)s，取消 %(removed)s；"
        "错误 %(errors)s 处，提醒 %(warnings)s 处。"
    ) % {
        "rows": judged.book.rows,
        "items": len(judged.book.items),
        "added": judged.added,
        "changed": judged.changed,
        "unchanged": judged.unchanged,
        "removed": judged.removed,
        "errors": len(judged.errors),
        "warnings": len(judged.warnings),
    }
    doubts = [gettext("提醒：%(what)s") % {"what": _line(fault)} for fault in judged.warnings]
    return "\n".join([*map(_line, judged.errors), *doubts, counts, _outcome(answer)])


def _line(fault: Fault) -> str:
    reason = f"{fault.code} {fault.words}".strip()
    if not fault.row:
        return reason
    place = gettext("第 %(row)s 行 %(column)s %(label)s") % {
        "row": fault.row,
        "column": fault.letters,
        "label": fault.label,
    }
    return gettext("%(place)s：%(reason)s") % {"place": " ".join(place.split()), "reason": reason}


def _outcome(answer: Answer) -> str:
    if answer.judged.errors:
        return gettext("有错误，什么也没有写入；改正后重新导入。")
    if answer.dry_run:
        return gettext("试运行，什么也没有写入。")
    if answer.proposal is None:
        return gettext("和最新版本完全一样，没有写入。")
    return gettext("已形成第 %(number)s 号修改建议，由另一人批准后成为新版本。") % {"number": answer.proposal.number}
