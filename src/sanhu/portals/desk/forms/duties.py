"""Forms of the catalogue: what is listed, and putting a duty under another lead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import may_lead
from sanhu.domains.catalogue.rules import LeadKind
from sanhu.portals.desk.forms.dates import DayField
from sanhu.portals.desk.leads import known_leads, lead_words
from sanhu.portals.desk.submitting import OnceForm

REASON_LENGTH = 500


class LeadField(forms.CharField):
    """A kind of body. Which ones may lead is for the catalogue's rules to say, so no known kind is turned away here."""

    widget = forms.Select

    def validate(self, value: Any) -> None:
        """An empty answer is for the rules to refuse, too."""

    def clean(self, value: Any) -> LeadKind | None:
        """Give the kind of body; None where nobody was chosen, which the rules refuse (X-03)."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return LeadKind.parse(text)
        except ValueError:
            raise forms.ValidationError(_("主体名录中没有这类主体。")) from None


class DutyForm(OnceForm):
    """Who is to lead, why, and from when."""

    lead = LeadField(label=_("主责主体"), help_text=_("只有一个。改动由另一人批准，形成清单的新一版。"))
    reason = forms.CharField(
        label=_("理由"),
        help_text=_("随新版本公开。"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    in_force_from = DayField(label=_("施行日期"), help_text=_("不填的，从今天起。"), required=False)

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("lead", str(duty.lead))
        widget = self.fields["lead"].widget
        assert isinstance(widget, forms.Select), "declared above"
        widget.choices = _choices(duty, posted=str(self.data.get("lead", "")))


def _choices(duty: Duty, *, posted: str) -> list[tuple[Any, Any]]:
    """First what the catalogue offers for the duty, then whoever else may lead it by the matrix."""
    offered = list(dict.fromkeys([duty.lead, *duty.choices_of_lead]))
    others = [lead for lead in known_leads() if lead not in offered and may_lead(duty, lead)]
    choices: list[tuple[Any, Any]] = [("", _("请选择主责主体"))]
    for group, leads in ((_("清单所列"), offered), (_("对照表允许的其他主体"), others)):
        if leads:
            choices.append((group, [(str(lead), lead_words(lead)) for lead in leads]))
    if posted and posted not in {str(lead) for lead in (*offered, *others)}:
        choices.append((posted, _words_of(posted)))  # what was asked for stays to be seen beside its refusal
    return choices


def _words_of(posted: str) -> str:
    try:
        return lead_words(LeadKind.parse(posted))
    except ValueError:
        return posted
