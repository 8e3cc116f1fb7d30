"""Every kind of row of signing in, of a desk and of what residents add, and how its owner would alter one."""

from collections.abc import Mapping
from uuid import uuid4

from sanhu.domains.casework.models import (
    CoSigning,
    Joining,
    ProcedureMark,
    Publication,
    Reclassification,
    ReplyTemplate,
    Ruling,
    Step,
    Supplement,
)
from sanhu.domains.subjects.models import (
    ApiToken,
    Delegation,
    DigestSubscription,
    ExternalIdentity,
    OneTimeCodes,
    Passkey,
    RecoveryCode,
)
from tests.tampering.targets import LONG_AGO, Columns, Target


def _another_step() -> Columns:
    return {"step_id": Step.objects.filter(reclassification__isnull=True, ruling__isnull=True).order_by("pk")[0].pk}


DESK: Mapping[str, Target] = {
    "app": Target(
        OneTimeCodes,
        flipped={"secret": "JBSWY3DPEHPK3PXP"},
        fresh=lambda: {"removed_at": LONG_AGO},
        dated=(OneTimeCodes, {"confirmed_at": LONG_AGO}),
    ),
    "passkey": Target(
        Passkey,
        flipped={"public_key": "另一把"},
        fresh=lambda: {"credential_id": uuid4().hex},
        dated=(Passkey, {"created_at": LONG_AGO}),
    ),
    # Used up on the first day: good once more.
    "recovery code": Target(
        RecoveryCode,
        flipped={"used_at": None},
        fresh=lambda: {"code_hash": "0" * 64},
        dated=(RecoveryCode, {"created_at": LONG_AGO}),
    ),
    "external identity": Target(
        ExternalIdentity,
        flipped={"subject": "另一个人"},
        fresh=lambda: {"removed_at": LONG_AGO},
        dated=(ExternalIdentity, {"linked_at": LONG_AGO}),
    ),
    "token": Target(
        ApiToken,
        flipped={"scopes": ["matter.view", "matter.register"]},
        fresh=lambda: {"token_hash": "0" * 64},
        dated=(ApiToken, {"created_at": LONG_AGO}),
    ),
    "delegation": Target(
        Delegation, flipped={"ends_on": "2099-12-31"}, dated=(Delegation, {"starts_on": LONG_AGO.date()})
    ),
    "digest": Target(
        DigestSubscription,
        flipped={"address": "elsewhere@example.org"},
        dated=(DigestSubscription, {"created_at": LONG_AGO}),
    ),
    "co-signing": Target(
        CoSigning,
        flipped={"state": "agreed"},
        fresh=lambda: {"state": "lapsed"},
        dated=(CoSigning, {"answer_by": LONG_AGO.date()}),
    ),
    "reply template": Target(
        ReplyTemplate,
        flipped={"text": "另一句"},
        fresh=lambda: {"name": "添上的"},
        dated=(ReplyTemplate, {"changed_at": LONG_AGO}),
    ),
    "supplement": Target(
        Supplement, flipped={"words": "没有事"}, fresh=lambda: {"ordinal": 99}, dated=(Supplement, {"at": LONG_AGO})
    ),
    "publication": Target(
        Publication,
        flipped={"public_words": "没有看过的话"},
        fresh=lambda: {"photo": uuid4()},
        dated=(Publication, {"decided_at": LONG_AGO}),
    ),
    "joining": Target(
        Joining,
        flipped={"channel": "email"},
        fresh=lambda: {"receipt_hash": "0" * 64},
        dated=(Joining, {"joined_at": LONG_AGO}),
    ),
    "reclassification": Target(
        Reclassification, flipped={"from_lead_id": None}, fresh=_another_step, dated=(Step, {"at": LONG_AGO})
    ),
    "ruling": Target(
        Ruling,
        flipped={"is_precedent": False},
        fresh=lambda: {"ordinal": 99, **_another_step()},
        dated=(Ruling, {"at": LONG_AGO}),
    ),
    "procedure mark": Target(
        ProcedureMark,
        flipped={"output_name": "另一份"},
        fresh=lambda: {"position": 99},
        dated=(ProcedureMark, {"at": LONG_AGO}),
    ),
}
