"""The forms of co-signing: the question, the answer, and taking a question back."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.cosigners import bodies_to_ask
from sanhu.domains.casework.cosigning import MOST_WITHIN_WORKING_DAYS
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.cosigning import Answer, Question
from sanhu.domains.casework.services.moves import MOST_WORDS
from sanhu.domains.subjects.kinds import Sector
from sanhu.portals.desk.forms.application_committees import GroupedCheckboxes
from sanhu.portals.desk.sending import SentForm

_AGREE, _OBJECT = "agree", "object"


class AskForm(SentForm):
    """Whom, what, and within how many working days."""

    named = {"请谁会签": "bodies", "会签的问题": "question", "几个工作日内答复": "within"}

    bodies = forms.TypedMultipleChoiceField(label=_("请谁会签"), coerce=int, widget=GroupedCheckboxes)
    question = forms.CharField(
        label=_("会签的问题"),
        help_text=_("写明要对方同意什么。对方能看到这一件的全部内容。"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    within = forms.IntegerField(
        label=_("几个工作日内答复"),
        min_value=1,
        max_value=MOST_WITHIN_WORKING_DAYS,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def __init__(self, *args: Any, matter: Matter, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("within", settings.SANHU_COSIGN_WITHIN_WORKING_DAYS)
        bodies = self.fields["bodies"]
        assert isinstance(bodies, forms.TypedMultipleChoiceField), "declared above"
        found = list(bodies_to_ask(matter, at=at))
        groups = [
            (str(sector.label), [(body.pk, body.name) for body in found if body.sector == sector]) for sector in Sector
        ]
        bodies.choices = [(label, choices) for label, choices in groups if choices]

    def asked_question(self) -> Question:
        """Give the question, once the form is valid."""
        said = self.cleaned_data
        return Question(organisation_ids=tuple(said["bodies"]), question=said["question"], within=said["within"])


class AnswerForm(SentForm):
    """Agree or object; an objection says why."""

    named = {"意见": "words"}

    answer = forms.ChoiceField(
        label=_("会签意见"), choices=[(_AGREE, _("同意")), (_OBJECT, _("不同意"))], widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("意见"),
        help_text=_("不同意须说明为什么。"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def given_answer(self) -> Answer:
        """Give the answer, once the form is valid."""
        return Answer(agrees=self.cleaned_data["answer"] == _AGREE, words=self.cleaned_data["words"])


class WithdrawForm(SentForm):
    """Why the answer is no longer needed."""

    named = {"理由": "reason"}

    reason = forms.CharField(label=_("理由"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 3}))
