"""The paper that gives a power, asked for where a task begins."""

from typing import Any

from django import forms

from sanhu.domains.admission.rules.words import MOST_DOCUMENT


class DocumentField(forms.CharField):
    """The number of that paper. Whether a power may do without one is for the rules to say, with their article."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST_DOCUMENT, **kwargs)

    def validate(self, value: Any) -> None:
        """An empty answer is for the rules to refuse, too (X-07)."""
