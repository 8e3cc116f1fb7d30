"""`sanhu verify`: prove the record, the rows it vouches for, every clock and every invariant."""

import json
import time
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser, OutputWrapper
from django.utils.translation import gettext, gettext_lazy

from sanhu.domains.admission.verification import CHECKS as ADMISSION
from sanhu.domains.casework.verification import CHECKS as CASEWORK
from sanhu.domains.catalogue.verification import CHECKS as CATALOGUE
from sanhu.domains.evidence.verify import Finding, FindingKind, Report, verify
from sanhu.domains.funding.verification import CHECKS as FUNDING
from sanhu.domains.subjects.verification import CHECKS as SUBJECTS
from sanhu.portals import clock, stamps
from sanhu.portals.record_keeping import witnesses

FAULTY = 1

LABELS = {
    FindingKind.ENTRY_UNREADABLE: gettext_lazy("记录条目无法读取"),
    FindingKind.ENTRY_ALTERED: gettext_lazy("记录条目被改动"),
    FindingKind.ENTRY_MISSING: gettext_lazy("记录条目缺失"),
    FindingKind.CHAIN_BROKEN: gettext_lazy("记录条目与前一条接不上"),
    FindingKind.COLUMN_ALTERED: gettext_lazy("记录条目的栏目与正文不符"),
    FindingKind.RECORD_TRUNCATED: gettext_lazy("记录末尾被截去"),
    FindingKind.HEAD_ALTERED: gettext_lazy("链头被改动"),
    FindingKind.ENTRY_DATED_BACK: gettext_lazy("记录条目的时间倒填"),
    FindingKind.RECORD_ROLLED_BACK: gettext_lazy("记录比签过名的检查点短"),
    FindingKind.RECORD_FORKED: gettext_lazy("记录与签过名的检查点不符"),
    FindingKind.TREE_ALTERED: gettext_lazy("记录树被改动"),
    FindingKind.CHECKPOINT_ALTERED: gettext_lazy("检查点被改动"),
    FindingKind.OPENING_MISSING: gettext_lazy("盐值缺失，且没有删除记录"),
    FindingKind.ROW_UNREADABLE: gettext_lazy("数据行无法读取"),
    FindingKind.ROW_ALTERED: gettext_lazy("数据行与记录不符"),
    FindingKind.ROW_MISSING: gettext_lazy("记录过的数据行不见了"),
    FindingKind.ROW_UNWITNESSED: gettext_lazy("数据行没有记录"),
    FindingKind.VALUE_UNREADABLE: gettext_lazy("加密的值打不开"),
    FindingKind.PHOTO_ALTERED: gettext_lazy("照片与记录不符"),
    FindingKind.CHECK_FAILED: gettext_lazy("核对时数据无法读取"),
}


class Command(BaseCommand):
    """Verify, say what was seen and what is faulty first, and exit with 1 when anything is."""

    help = "Prove the record, the rows it vouches for, every clock and every invariant."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the form of the answer."""
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Verify everything."""
        report = verify(
            progress=Progress(self.stderr),
            checks=(*SUBJECTS, *CATALOGUE, *CASEWORK, *FUNDING, *ADMISSION),
            witnesses=witnesses(),
        )
        stamps.note("verify", at=clock.now(), clean=report.is_clean, count=report.count, chained=report.chained)
        self.stdout.write(_as_json(report) if options["json"] else _as_text(report))
        if not report.is_clean:
            raise SystemExit(FAULTY)


class Progress:
    """Says every few seconds how far verifying has come; nothing when it is quick."""

    EVERY_SECONDS = 2.0

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._last = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Hear how far it is."""
        if time.monotonic() - self._last >= self.EVERY_SECONDS:
            self._last = time.monotonic()
            self._out.write(f"{what}: {done:,} / {total:,}")


def _as_json(report: Report) -> str:
    first = report.findings[0] if report.findings else None
    answer = {
        "clean": report.is_clean,
        "chained": report.chained,
        "unsequenced": report.tail,
        "rows": report.rows,
        "count": report.count,
        "first": asdict(first) if first else None,
        "findings": [asdict(finding) for finding in report.findings],
    }
    return json.dumps(answer, ensure_ascii=False)


def _as_text(report: Report) -> str:
    seen = gettext("记录：%(chained)s 条已入链，%(tail)s 条等待入链；核对数据 %(rows)s 行。") % {
        "chained": report.chained,
        "tail": report.tail,
        "rows": report.rows,
    }
    if report.is_clean:
        return f"{seen}\n" + gettext("没有发现问题。")
    return f"{seen}\n" + gettext("发现 %(count)s 处问题，第一处：%(first)s") % {
        "count": report.count,
        "first": finding_line(report.findings[0]),
    }


def finding_line(finding: Finding) -> str:
    """Say one fault in a line: where in the chain, of what kind, at which row."""
    kind = FindingKind(finding.kind) if finding.kind in list(FindingKind) else None
    place = f"[{finding.seq}] " if finding.seq is not None else ""
    label = f"{LABELS[kind]}（{finding.kind}）" if kind else finding.kind
    return f"{place}{label} {finding.ref} {finding.detail}".rstrip()
