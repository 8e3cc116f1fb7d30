"""What a move of a proposal to change the catalogue asks for: words for a decision, nothing more for the others."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.models import CatalogueProposal
from sanhu.domains.catalogue.tables import APPROVER
from sanhu.engines.workflow import Move
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
