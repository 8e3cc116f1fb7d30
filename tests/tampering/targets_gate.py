"""Every kind of row of the gate, the ledger and the letters, and how whoever owns the database would alter one."""

from collections.abc import Mapping
from uuid import uuid4

from sanhu.domains.admission.models import (
    Application,
    ApplicationCommittee,
    Demand,
    GateStep,
    Instalment,
    Opinion,
    PowerGrant,
    RefusalRight,
    Task,
    Vote,
)
from sanhu.domains.evidence.models import Letter
from sanhu.domains.funding.models import (
    ClosedYear,
    LedgerAccount,
    Posting,
    Reservation,
    Statement,
    StatementLine,
    Voucher,
)
from tests.tampering.targets import LONG_AGO, Target

_NOBODY = 10**6  # a key nothing has, where the database wants each to have its own

MONEY: Mapping[str, Target] = {
    "account": Target(
        LedgerAccount,
        flipped={"source": "fiscal_project"},
        fresh=lambda: {"year": 2001},
        dated=(LedgerAccount, {"year": 2001}),
    ),
    "reservation": Target(
        Reservation, flipped={"purpose_ref": "task:another"}, dated=(Reservation, {"made_at": LONG_AGO})
    ),
    "voucher": Target(
        Voucher,
        flipped={"basis": "另一份文件"},
        fresh=lambda: {"number": "990101-2026-V9999"},
        dated=(Voucher, {"asked_at": LONG_AGO}),
    ),
    # A posting has no date: its voucher has.
    "posting": Target(Posting, flipped={"amount_fen": 1}, fresh=lambda: {"voucher_id": _NOBODY}),
    "closed year": Target(
        ClosedYear, flipped={"year": 2001}, fresh=lambda: {"year": 2002}, dated=(ClosedYear, {"closed_at": LONG_AGO})
    ),
    "statement": Target(
        Statement,
        flipped={"name": "另一份对账单"},
        fresh=lambda: {"sha256": "0" * 64},
        dated=(Statement, {"imported_at": LONG_AGO}),
    ),
    "statement line": Target(
        StatementLine,
        flipped={"voucher_id": None},
        fresh=lambda: {"reference": "另一笔", "voucher_id": None},
        dated=(StatementLine, {"booked_on": LONG_AGO.date()}),
    ),
}
ADMISSION: Mapping[str, Target] = {
    "application": Target(
        Application,
        flipped={"minutes_each": 1},
        fresh=lambda: {"number": "990101-2026-A9999"},
        dated=(Application, {"accepted_at": LONG_AGO}),
    ),
    "asked committee": Target(
        ApplicationCommittee,
        flipped={"committee_id": 1},
        fresh=lambda: {"ended_at": LONG_AGO},
        dated=(ApplicationCommittee, {"ended_at": LONG_AGO}),
    ),
    "opinion": Target(
        Opinion, flipped={"agrees": False}, fresh=lambda: {"round": 9}, dated=(Opinion, {"at": LONG_AGO})
    ),
    "vote": Target(Vote, flipped={"choice": "reject"}, fresh=lambda: {"round": 9}, dated=(Vote, {"at": LONG_AGO})),
    "gate step": Target(
        GateStep,
        flipped={"post_id": 1},
        fresh=lambda: {"ordinal": 99, "from_state": "draft"},
        dated=(GateStep, {"at": LONG_AGO}),
    ),
    "power": Target(PowerGrant, flipped={"article": "另一条"}, dated=(PowerGrant, {"valid_from": LONG_AGO.date()})),
    "task": Target(
        Task,
        flipped={"committee_id": 1},
        fresh=lambda: {"number": "990101-2026-T9999", "reservation_id": _NOBODY},
        dated=(Task, {"in_force_at": LONG_AGO}),
    ),
    "instalment": Target(
        Instalment,
        flipped={"voucher_id": None},
        fresh=lambda: {"ordinal": 99, "voucher_id": None},
        dated=(Instalment, {"due_on": LONG_AGO.date()}),
    ),
    "demand": Target(
        Demand,
        flipped={"ground": "statutory"},
        fresh=lambda: {"number": "990101-2026-D9999"},
        dated=(Demand, {"received_at": LONG_AGO}),
    ),
    "refusal right": Target(
        RefusalRight,
        flipped={"article_id": 1},
        fresh=lambda: {"ended_at": LONG_AGO},
        dated=(RefusalRight, {"registered_at": LONG_AGO}),
    ),
    "letter": Target(
        Letter,
        flipped={"title": "另一件文书"},
        fresh=lambda: {"number": "另一个文号", "check_code": uuid4().hex[:12]},
        dated=(Letter, {"issued_at": LONG_AGO}),
    ),
}
GATE: Mapping[str, Target] = {**MONEY, **ADMISSION}
