"""`sanhu ledger check`: re-prove the ledger from its first posting, and say what each source of money came to."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext

from sanhu.domains.funding.terms import FundSource
from sanhu.domains.funding.verification import LedgerReport, check_ledger
from sanhu.engines.money import in_yuan
from sanhu.portals.cli.management.commands.verify import Progress, finding_line

FAULTY = 1


class Command(BaseCommand):
    """Check the ledger, say what was seen and every fault, and exit with 1 when there is one."""

    help = "Re-prove the ledger: postings, totals, holds, signatures, reversals and closed years."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the one way and the form of the answer."""
        ways = parser.add_subparsers(dest="way", required=True, metavar="check")
        check = ways.add_parser("check", help="re-prove every invariant of the ledger")
        check.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Check everything."""
        report = check_ledger(Progress(self.stderr))
        self.stdout.write(_as_json(report) if options["json"] else _as_text(report))
        if not report.is_clean:
            raise SystemExit(FAULTY)


def _as_json(report: LedgerReport) -> str:
    return json.dumps({"clean": report.is_clean, **asdict(report)}, ensure_ascii=False)


def _as_text(report: LedgerReport) -> str:
    counts = {
        "accounts": report.accounts,
        "reservations": report.reservations,
        "vouchers": report.vouchers,
        "postings": report.postings,
    }
    seen = gettext("账户 %(accounts)s 个，预留 %(reservations)s 笔，凭证 %(vouchers)s 张，分录 %(postings)s 条。")
    lines = [seen % counts]
    for source in report.sources:
        words = {
            "source": FundSource(source.source).label,
            "cap": in_yuan(source.cap_fen),
            "posted": in_yuan(source.posted_fen),
            "reserved": in_yuan(source.reserved_fen),
        }
        lines.append(gettext("%(source)s：收入 %(cap)s，支出 %(posted)s，预留 %(reserved)s") % words)
    if report.is_clean:
        return "\n".join([*lines, gettext("没有发现问题。")])
    found = gettext("发现 %(count)s 处问题：") % {"count": report.count}
    return "\n".join([*lines, found, *(finding_line(finding) for finding in report.findings)])
