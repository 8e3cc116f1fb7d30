"""What is said once for many matters: the fields a move needs that hold for every one of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.reply_words import faults_of, fill
from sanhu.domains.casework.routing import may_lead
from sanhu.domains.casework.services.moves import MOST_WORDS, MoveRequest
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.workflow import Move
from sanhu.portals.desk.forms.moves import REASONS, SuperviseForm
from sanhu.portals.look.forms import LookForm


class BulkForm(LookForm):
    """One move's words for many matters. Placeholders in them are filled for each."""

    lead = forms.TypedChoiceField(label=_("主责单位"), coerce=int)
    amount = SuperviseForm.base_fields["amount"]
    reason = forms.CharField(
        label=_("理由"), max_length=MOST_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reply = forms.CharField(
        label=_("告诉反映人的话"), max_length=MOST_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, move: Move, matters: Sequence[Matter], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move = move
        self.initial.setdefault("client_id", uuid4())
        self.fields["reason"].required = move.needs_reason
        if label := REASONS.get(move.code):
            self.fields["reason"].label = label
        if move.stays:
            del self.fields["reply"]
        if move.code != "supervise":
            del self.fields["amount"]
        if move.code == "assign":
            self._offer_leads(matters, at=at)
        else:
            del self.fields["lead"]

    def _offer_leads(self, matters: Sequence[Matter], *, at: datetime) -> None:
        """Offer each body that may lead at least one of the matters; what it may not lead is refused by itself."""
        lead = self.fields["lead"]
        assert isinstance(lead, forms.TypedChoiceField), "declared above"
        duties = {matter.duty_id: matter.duty for matter in matters if matter.duty is not None}.values()
        bodies = active_organisations(at).filter(district=matters[0].district).order_by("name")
        able = [(body.pk, body.name) for body in bodies if any(may_lead(duty=duty, body=body) for duty in duties)]
        lead.choices = [("", _("请选择一个单位")), *able]

    @property
    def chosen_lead(self) -> Organisation | None:
        """The body chosen for all of them, once the form is valid."""
        chosen = self.cleaned_data.get("lead")
        return None if chosen is None else Organisation.objects.get(pk=chosen)

    def clean_reason(self) -> str:
        """Refuse braces that nothing could be put into."""
        return self._clean_words("reason")

    def clean_reply(self) -> str:
        """Refuse braces that nothing could be put into."""
        return self._clean_words("reply")

    def _clean_words(self, name: str) -> str:
        words: str = self.cleaned_data[name]
        if faults := list(faults_of(words)):
            raise forms.ValidationError(faults)
        return words

    def words_for(self, values: Mapping[str, str]) -> dict[str, str]:
        """Give reason and reply as they will read for one matter, once the form is valid."""
        return {name: fill(self.cleaned_data.get(name, ""), values) for name in ("reason", "reply")}

    def request(self, *, revision: int, values: Mapping[str, str]) -> MoveRequest:
        """Give what is asked for on one matter, once the form is valid."""
        said, words = self.cleaned_data, self.words_for(values)
        return MoveRequest(
            move=self.move.code,
            revision=revision,
            lead_id=said.get("lead"),
            amount=said.get("amount"),
            reason=words["reason"],
            reply=words["reply"],
        )
