"""An amount of money asked for in a form: written in yuan, kept in whole fen, never a binary fraction."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanhu.domains.funding.terms import MOST_FEN

_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<decimals>\d+))?", re.ASCII)
_MOST_WRITTEN = 40
# What stands on the same keys while Chinese is typed.
_AS_ASCII = str.maketrans({"\u2212": "-", "。": "."})


class YuanField(forms.Field):
    """An amount in yuan, cleaned to integer fen.

    Full-width digits and thousands commas are read as what they mean. More than two decimals are refused, as nothing is
    rounded here. Whether the amount makes sense where it is asked for (above zero, within the budget) is for the rules
    to say.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"})
    default_error_messages = {
        "not_money": _("要写成元，例如 1234.56，不写汉字和单位。"),
        "decimals": _("最多两位小数，精确到分。"),
        "too_much": _("不能超过一千亿元。"),
    }

    def to_python(self, value: Any) -> int | None:
        """Give the fen, or None where nothing was written."""
        text = unicodedata.normalize("NFKC", str(value or "")).translate(_AS_ASCII).strip().removeprefix("¥").strip()
        if not text:
            return None
        found = _AMOUNT.fullmatch(text) if len(text) <= _MOST_WRITTEN else None
        if found is None:
            raise forms.ValidationError(self.error_messages["not_money"], code="not_money")
        if len(found["decimals"] or "") > 2:
            raise forms.ValidationError(self.error_messages["decimals"], code="decimals")
        fen = int(Decimal(text.replace(",", "")).scaleb(2))
        if abs(fen) > MOST_FEN:
            raise forms.ValidationError(self.error_messages["too_much"], code="too_much")
        return fen

    def prepare_value(self, value: Any) -> Any:
        """Write fen as they are asked for; what somebody typed stays as it was typed."""
        return written(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare amounts, not ways of writing them."""
        try:
            return bool(initial != self.to_python(data))
        except forms.ValidationError:
            return True


def written(fen: int) -> str:
    """Write fen as a form asks for them: 1234.56."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02}"
