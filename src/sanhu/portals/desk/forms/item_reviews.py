"""The review of an item: what is to become of it, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.services.reviewing import MOST_WORDS
from sanhu.domains.catalogue.terms import ReviewOutcome
from sanhu.portals.desk.sending import SentForm


class ItemReviewForm(SentForm):
    """What the review came to."""

    named = {"评估意见": "words"}

    outcome = forms.TypedChoiceField(
        label=_("结论"),
        help_text=_("修改、终止的，另提清单修改建议。"),
        choices=ReviewOutcome.choices,
        coerce=ReviewOutcome,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("评估意见"),
        help_text=_("依据和结论。随事项公开。"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
