"""What the gate's matrix asks about donations: one of 翠园's committee, published and changed, one elsewhere; forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.funding.models import Donation, PurposeChange
from tests.domains.funding.giving import PURPOSE, WORDS, Giving
from tests.domains.funding.money import Purse
from tests.gate import COMMITTEE, Gate
from tests.portals.filing import photo_bytes

# Addresses that do not carry the word.
OF_DONORS = {"public:donor_key", "public:own_step_json"}
_OF_A_CHANGE = "desk:donation_scan"


@dataclass(frozen=True)
class DonationThings:
    """The donations by what the matrix calls them, the donor's key, and the account in which the money lies."""

    numbers: Mapping[str, str]
    key: str
    voucher: str
    account: int
    body: int

    def address(self, name: str, what: str) -> dict[str, Any]:
        """Give what stands in an address."""
        if not what or name in {"public:donor_key", "desk:donation_register"}:
            return {}
        if name == "public:own_step_json":
            return {"voucher": self.voucher}
        number = self.numbers[{"known": "own"}.get(what, what)]
        if name == "public:donation_step_json":
            return {"number": number, "voucher": self.voucher}
        if name == _OF_A_CHANGE:
            change = PurposeChange.objects.get(donation__number=number)
            return {"number": number, "change": 1, "scan": photos_of(change.ref)[0].uuid}
        return {"number": number}

    def form(self, name: str, what: str) -> dict[str, Any]:
        """Give what is sent, good; of a donor's key also a wrong one."""
        if name == "public:donor_key":
            return {"number": self.numbers["own"], "key": self.key if what == "known" else "0000-0000-00000"}
        papers = {"basis": "进账单〔2026〕32号", "draft_id": str(uuid4()), "scans": _scan()}
        return {"client_id": str(uuid4()), **papers, **self._said(name)}

    def _said(self, name: str) -> dict[str, Any]:
        match name:
            case "desk:donation_register":
                return {**_AGREEMENT, "body_id": self.body}
            case "desk:donation_receive":
                return {"amount_fen": "10.00", "year": "2026"}
            case "desk:donation_spend":
                return {**_SPENDING, "account_id": self.account}
            case "desk:donation_purpose":
                return {"purpose": "社区文化室添置书籍", "consent": "变更函〔2026〕2号"}
            case "desk:donation_key":
                return {"checked": "核对了协议原件"}
        return {}


_AGREEMENT = {
    "donor_kind": "anonymous",
    "naming": "hidden",
    "came_by": "own_accord",
    "set_by": "donor",
    "agreement": "翠园捐协〔2026〕9号",
    "agreed_on": "2026-11-06",
    "amount_fen": "100.00",
    "donor_words": WORDS,
    "purpose": PURPOSE,
    "line": "L7",
}
_SPENDING = {
    "amount_fen": "1.00",
    "expense": "equipment",
    "nature": "public_benefit",
    "payee_kind": "organisation",
    "payee_name": "江城老木匠家具店",
    "meets": "买桌布",
}


def _scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("文件.jpg", photo_bytes(size=16), content_type="image/jpeg")


def make_donations(gate: Gate, away: Gate) -> DonationThings:
    """Let ¥2,000 in for 翠园's committee, publish it, change its purpose, and let ¥10 more in; as much elsewhere."""
    giving, elsewhere = Giving(Purse(gate)), Giving(Purse(away))
    found = giving.register()
    first = _followed(giving, found.donation, by="陈")
    other = elsewhere.register(by="外", body_id=away.bodies[COMMITTEE].pk).donation
    _followed(elsewhere, other, by="外")
    return DonationThings(
        numbers={"own": found.donation.number, "away": other.number, "unknown": "990101-2026-D0099"},
        key=found.key,
        voucher=first,
        account=giving.account(found.donation).pk,
        body=gate.bodies[COMMITTEE].pk,
    )


def _followed(giving: Giving, donation: Donation, *, by: str) -> str:
    first = giving.receive(donation, 200_000, by=by)
    giving.publish(donation, by=by)
    giving.change(donation, by=by)
    giving.receive(donation, 1_000, by=by)
    return first.number
