"""Deferral (C.6): more time for a matter (延期), or none counted for a while (挂账)."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_noop as _
from django.utils.translation import pgettext_lazy


class DeferralKind(StrEnum):
    """What is asked for."""

    EXTENSION = "extension"
    SUSPENSION = "suspension"


class Outcome(StrEnum):
    """What became of it; a request lapses when the matter leaves the lead's hands before it is decided."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"


class SuspensionCause(StrEnum):
    """Why a matter cannot be solved now; no other cause suspends."""

    OUTSIDE_POWER = "outside_power"
    SEASON = "season"
    BIG_INVESTMENT = "big_investment"


KIND_LABELS: Mapping[str, object] = {
    DeferralKind.EXTENSION: pgettext_lazy("deferral", "延期"),
    DeferralKind.SUSPENSION: pgettext_lazy("deferral", "挂账"),
}
CAUSE_LABELS: Mapping[str, str] = {
    SuspensionCause.OUTSIDE_POWER: _("职权以外的原因"),
    SuspensionCause.SEASON: _("季节限制"),
    SuspensionCause.BIG_INVESTMENT: _("需要重大投入"),
}

ASKING = {"ask_extension": DeferralKind.EXTENSION, "ask_suspension": DeferralKind.SUSPENSION}
GRANTING = {"grant_extension": DeferralKind.EXTENSION, "grant_suspension": DeferralKind.SUSPENSION}
REFUSING = {"refuse_extension": DeferralKind.EXTENSION, "refuse_suspension": DeferralKind.SUSPENSION}
RESUMING = frozenset({"resume", "call_up"})
