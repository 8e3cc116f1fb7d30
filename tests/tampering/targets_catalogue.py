"""Every kind of row of a proposed change and of an instrument's life, and how its owner would alter one."""

from collections.abc import Mapping

from sanhu.domains.catalogue.models import (
    CatalogueProposal,
    DutyTerms,
    InstrumentStage,
    ItemReview,
    ItemTerms,
    ProcedureStep,
)
from tests.tampering.targets import LONG_AGO, Target

_NOBODY = 10**6  # a key nothing has, where the database wants each to have its own

CATALOGUE: Mapping[str, Target] = {
    # What nobody else approved becomes what somebody did.
    "proposal": Target(
        CatalogueProposal,
        flipped={"authors": []},
        fresh=lambda: {"number": 99, "state": "withdrawn", "version_id": None, "decided_at": None},
        dated=(CatalogueProposal, {"submitted_at": LONG_AGO}),
    ),
    "item terms": Target(ItemTerms, flipped={"certificates": ["财产证明"]}, fresh=lambda: {"item_id": _NOBODY}),
    "duty terms": Target(DutyTerms, flipped={"evidence": "另一凭证"}, fresh=lambda: {"duty_id": _NOBODY}),
    "procedure step": Target(ProcedureStep, flipped={"limit": 99}, fresh=lambda: {"position": 99}),
    "item review": Target(
        ItemReview,
        flipped={"outcome": "end"},
        fresh=lambda: {"code": "K9-99"},
        dated=(ItemReview, {"on": LONG_AGO.date(), "since": LONG_AGO.date()}),
    ),
    "instrument stage": Target(
        InstrumentStage,
        flipped={"document_number": "另一文号"},
        fresh=lambda: {"position": 99, "stage": "amended"},
        dated=(InstrumentStage, {"on": LONG_AGO.date()}),
    ),
}
