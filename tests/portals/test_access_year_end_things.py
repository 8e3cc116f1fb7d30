"""What the gate's matrix asks about the end of a year: a settlement waits in one, money is left of another."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from sanhu.domains.evidence.attachments import photos_of
from tests.domains.funding.money import COMMITTEE, ORGAN, Purse
from tests.domains.funding.settling import let_go_over, propose
from tests.gate import Gate
from tests.portals.filing import photo_bytes

WAITING, LEFT = 2021, 2022
_FISCAL = {"source": "fiscal", "line": "L2"}
_OF_A_SETTLEMENT = {f"desk:settlement{part}" for part in ("", "_sign", "_refuse", "_scan")}


def make_years(gate: Gate) -> dict[str, Any]:
    """Propose what becomes of 2021's money; leave some of 2022's, and let a part of that go over."""
    purse = Purse(gate)
    purse.appropriate(700, COMMITTEE, **_FISCAL, year=WAITING)
    settlement = propose(purse, year=WAITING)
    for body in (COMMITTEE, ORGAN):
        purse.appropriate(900, body, **_FISCAL, year=LEFT)
    return {
        "settlement": settlement.pk,
        "scan": photos_of(settlement.ref)[0].uuid,
        "account": purse.account(COMMITTEE, **_FISCAL, year=LEFT).pk,
        "consent": let_go_over(purse, purse.account(ORGAN, **_FISCAL, year=LEFT)).pk,
    }


def year_end_address(years: Mapping[str, Any], name: str, what: str) -> dict[str, Any] | None:
    """Give the address of a page of the end of a year; None for any other page."""
    if name in _OF_A_SETTLEMENT:
        scan = {"scan": years["scan"]} if name.endswith("_scan") else {}
        return {"pk": years["settlement"] if what == "own" else 0, **scan}
    match name:
        case "desk:year_end" | "desk:settlement_propose":
            return {"year": {"own": LEFT, "waiting": WAITING}.get(what, 1999)}
        case "desk:carry_consent":
            return {"pk": years["account"] if what == "own" else 0}
        case "desk:carry_consent_end":
            return {"pk": years["consent"] if what == "own" else 0}
        case "desk:sources_csv":
            return {"year": 2026 if what == "own" else 1999}
    return None


def year_end_form(name: str) -> dict[str, Any]:
    """Give what is sent about the end of a year, good."""
    match name:
        case "desk:settlement_propose":
            scans = SimpleUploadedFile("文件.jpg", photo_bytes(size=16), content_type="image/jpeg")
            return {"basis": "示财库〔2027〕1号", "reason": "年终清理", "draft_id": str(uuid4()), "scans": scans}
        case "desk:carry_consent":
            return {"basis": "示财预〔2026〕88号", "reason": "项目跨年"}
    return {}
