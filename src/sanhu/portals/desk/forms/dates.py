"""A legal day asked for in a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

EARLIEST_YEAR, LATEST_YEAR = 1949, 2100


class DayField(forms.DateField):
    """A day, chosen in the browser's own calendar or written 2026-11-23."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def validate(self, value: Any) -> None:
        """A year out of all reason is a slip of the pen."""
        super().validate(value)
        if value is not None and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
            raise forms.ValidationError(_("年份不对，请核对。"))
