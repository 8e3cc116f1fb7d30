"""What the gate's matrix asks about earmarks: a lottery project of 翠园's committee, one of 柳堤's, one elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from sanhu.domains.funding.services import lottery
from tests.domains.funding.money import Purse
from tests.domains.funding.projects import account_of, grant, register, spend
from tests.gate import COMMITTEE, OTHER_COMMITTEE, Gate
from tests.portals.filing import photo_bytes

YEAR = 2023  # which is over, so that its notice may be published
OF_EARMARKS = {
    *("desk:earmark", "desk:account_spend", "desk:project_receive", "desk:project_new", "desk:lottery_notice"),
    *("public:lottery_project", "public:lottery_notice", "public:lottery_notice_csv"),
}


@dataclass(frozen=True)
class EarmarkThings:
    """The projects by what the matrix calls them, 翠园's account and the notice of its use."""

    numbers: Mapping[str, str]
    accounts: Mapping[str, int]
    notice: int
    body: int

    def address(self, name: str, what: str) -> dict[str, Any]:
        """Give what stands in an address."""
        match name:
            case "desk:project_new":
                return {}
            case "desk:account_spend":
                return {"pk": self.accounts[what]}
            case "desk:lottery_notice":
                return {"year": YEAR if what == "own" else 1999}
            case "public:lottery_notice" | "public:lottery_notice_csv":
                return {"pk": self.notice if what == "known" else 0}
        return {"number": self.numbers[{"known": "own"}.get(what, what)]}

    def form(self, name: str, what: str) -> dict[str, Any]:
        """Give what is sent, good."""
        del what
        papers = {"basis": "示采〔2026〕5号", "draft_id": str(uuid4()), "scans": _scan()}
        return {"client_id": str(uuid4()), **papers, **self._said(name)}

    def _said(self, name: str) -> dict[str, Any]:
        match name:
            case "desk:account_spend":
                return {**_SPENDING, "purpose_ref": f"earmark:{self.numbers['own']}"}
            case "desk:project_new":
                return {**_PROJECT, "body_id": self.body}
            case "desk:project_receive":
                return {"year": "2026", "amount_fen": "10.00"}
        return {"words": "又服务了四十名老人。"}


_SPENDING = {
    "amount_fen": "1.00",
    "expense": "equipment",
    "nature": "service",
    "payee_kind": "organisation",
    "payee_name": "江城炊事设备有限公司",
}
_PROJECT = {
    "purpose": "青少年暑期托管",
    "organ": "civil_affairs",
    "field": "hardship",
    "document_number": "示民福〔2026〕9号",
    "approved_on": "2026-02-10",
    "first_on": "2026-03-01",
    "last_on": "2027-06-30",
    "plan_activity": "100",
}


def _scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("文件.jpg", photo_bytes(size=16), content_type="image/jpeg")


def make_earmarks(gate: Gate, away: Gate) -> EarmarkThings:
    """Register the projects; give 翠园's money for a year that is over, spend some, and announce that year's use."""
    purse, elsewhere = Purse(gate), Purse(away)
    days = {"approved_on": date(YEAR, 1, 9), "first_on": date(YEAR, 2, 1)}
    own = register(purse, **days).earmark
    theirs = register(purse, body_id=gate.bodies[OTHER_COMMITTEE].pk).earmark
    other = register(elsewhere, by="外", body_id=away.bodies[COMMITTEE].pk).earmark
    grant(purse, own, 300_000, year=YEAR)
    spend(purse, account_of(own, YEAR), 10_000, purpose_ref=own.ref)
    notice = lottery.announce(
        actor=purse.actor("陈"), at=purse.now(), client_id=uuid4(), year=YEAR, words="服务了四十名老人。"
    )
    return EarmarkThings(
        numbers={"own": own.number, "theirs": theirs.number, "away": other.number, "unknown": "990101-2026-Z0099"},
        accounts={"own": account_of(own, YEAR).pk},
        notice=notice.pk,
        body=gate.bodies[COMMITTEE].pk,
    )
