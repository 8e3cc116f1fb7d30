"""The rows of donations, and how whoever owns the database would alter one."""

from collections.abc import Mapping

from sanhu.domains.funding.models import (
    Donation,
    DonationNotice,
    DonationUse,
    DonorKey,
    Earmark,
    PurposeChange,
    Voucher,
)
from tests.tampering.targets import LONG_AGO, Target

_NOBODY = 10**6  # a key nothing has, where the database wants each to have its own

DONATIONS: Mapping[str, Target] = {
    "donation": Target(
        Donation,
        flipped={"agreed_fen": 1},
        fresh=lambda: {"number": "990101-2099-D9999", "earmark_id": _NOBODY},
        dated=(Donation, {"registered_at": LONG_AGO}),
    ),
    "donor's key": Target(
        DonorKey,
        flipped={"key_hash": "0" * 64},
        fresh=lambda: {"ordinal": 9},
        dated=(DonorKey, {"given_at": LONG_AGO}),
    ),
    "change of purpose": Target(
        PurposeChange,
        flipped={"after": "办公室装修"},
        fresh=lambda: {"ordinal": 9},
        dated=(PurposeChange, {"changed_at": LONG_AGO}),
    ),
    "use": Target(
        DonationUse,
        flipped={"meets": "另一种说法"},
        fresh=lambda: {"voucher_id": _NOBODY},
        dated=(Voucher, {"asked_at": LONG_AGO}),
    ),
    "notice": Target(
        DonationNotice,
        flipped={"spent_fen": 1},
        fresh=lambda: {"ordinal": 9},
        dated=(DonationNotice, {"published_at": LONG_AGO}),
    ),
    "earmark": Target(
        Earmark,
        flipped={"purpose": "办公室装修"},
        fresh=lambda: {"number": "990101-2099-Z9999"},
        dated=(Earmark, {"opened_at": LONG_AGO}),
    ),
}
