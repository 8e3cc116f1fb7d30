"""The form of one step of a matter's procedure."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.services.moves import MOST_WORDS
from sanhu.domains.casework.services.procedures import MOST_NAMED, Done
from sanhu.domains.catalogue.models import ProcedureStep
from sanhu.portals.desk.sending import SentForm


class ProcedureStepForm(SentForm):
    """What is to be said of the step, and the paper it ended in."""

    named = {"说明": "words", "形成的文书": "output_name"}

    output_name = forms.CharField(label=_("形成的文书"), max_length=MOST_NAMED, required=False)
    words = forms.CharField(
        label=_("说明"), max_length=MOST_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, step: ProcedureStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        if step.output:
            self.fields["output_name"].help_text = step.output
            self.fields["output_name"].required = True
        else:
            del self.fields["output_name"]

    def done(self) -> Done:
        """What a valid form says."""
        cleaned = self.cleaned_data
        return Done(self.step.position, words=cleaned["words"], output_name=cleaned.get("output_name", ""))
