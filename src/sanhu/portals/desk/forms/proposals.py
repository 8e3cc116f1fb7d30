"""What a proposal to change the catalogue asks for: a reason when it is opened, words when it is decided on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.models import CatalogueProposal, Instrument
from sanhu.domains.catalogue.tables import APPROVER
from sanhu.engines.workflow import Move
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.forms.duties import REASON_LENGTH
from sanhu.portals.desk.sending import SentForm
from sanhu.portals.desk.submitting import OnceForm


class ProposalMoveForm(OnceForm):
    """The move of a proposal as it stood when the form was opened."""

    reason = forms.CharField(label=_("理由"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, proposal: CatalogueProposal, move: Move, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("revision", proposal.revision)
        self.fields["reason"].required = move.needs_reason
        if move.party != APPROVER:
            del self.fields["reason"]
        elif not move.needs_reason:
            self.fields["reason"].label = _("批准意见")


class ProposalForm(SentForm):
    """Why the catalogue is to change, from when, and on which instrument it is to rest."""

    named = {"理由": "reason", "施行日期": "in_force_from"}

    reason = forms.CharField(
        label=_("理由"),
        help_text=_("随新版本公开。"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    in_force_from = DayField(label=_("施行日期"), help_text=_("不填的，从批准当天起，不早于上一版本。"), required=False)
    instrument = forms.ModelChoiceField(
        label=_("依据的文件"),
        help_text=_("不选的，和上一版本一样。"),
        queryset=Instrument.objects.none(),
        required=False,
        empty_label=_("和上一版本一样"),
    )

    def __init__(self, *args: Any, district: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["instrument"]
        assert isinstance(field, forms.ModelChoiceField), "declared above"
        field.queryset = Instrument.objects.filter(district=district).order_by("-adopted_on", "-pk")
        field.label_from_instance = _named  # type: ignore[method-assign]


class ItemRemovalForm(OnceForm):
    """That an item is to be taken out of a proposal as it stood when the form was opened."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def _named(obj: Instrument) -> str:
    return f"{obj.title} {obj.number}"
