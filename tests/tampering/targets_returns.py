"""The rows of going back, and how whoever owns the database would alter one."""

from collections.abc import Mapping

from sanhu.domains.admission.models import ReturnAnswer, ReturnProposal
from tests.tampering.targets import LONG_AGO, Target

RETURNS: Mapping[str, Target] = {
    "return": Target(
        ReturnProposal,
        flipped={"document_number": "另一份决定"},
        fresh=lambda: {"number": "990101-2026-R9999", "task_id": None, "item_code": "K1-99"},
        dated=(ReturnProposal, {"decided_at": LONG_AGO}),
    ),
    "answer": Target(
        ReturnAnswer,
        flipped={"agrees": False},
        fresh=lambda: {"organisation_id": 1},
        dated=(ReturnAnswer, {"at": LONG_AGO}),
    ),
}
