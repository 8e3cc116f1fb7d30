"""The form of a template, and the choice of one while something is written."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.parties import NAMELESS
from sanhu.domains.casework.reply_templates import known_items
from sanhu.domains.casework.reply_words import PLACEHOLDERS
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.casework.services.moves import MOST_WORDS
from sanhu.domains.casework.services.reply_templates import MOST_NAME, Draft
from sanhu.portals.desk.submitting import OnceForm
from sanhu.portals.look.templatetags.affairs import item_name
from sanhu.portals.matters import move_words


class ReplyTemplateForm(OnceForm):
    """Name, for which move and item, and the words."""

    name = forms.CharField(label=pgettext_lazy("reply template", "名称"), max_length=MOST_NAME)
    move = forms.ChoiceField(label=_("用于哪一步"), required=False)
    item_code = forms.ChoiceField(label=_("用于哪一项"), required=False)
    text = forms.CharField(label=_("内容"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 8}))
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, district: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moves = [(move.code, move_words(move)) for move in MATTER.moves if move.party not in NAMELESS]
        items = [(item.code, f"{item.code} {item_name(item)}") for item in known_items(district, at=at)]
        kept = self.initial.get("item_code", "")
        if kept and kept not in dict(items):
            items.append((kept, kept))
        for field, any_words, choices in (("move", _("任何一步"), moves), ("item_code", _("任何一项"), items)):
            chosen = self.fields[field]
            assert isinstance(chosen, forms.ChoiceField), "declared above"
            chosen.choices = [("", any_words), *choices]
        self.fields["text"].help_text = placeholder_help()

    def draft(self) -> Draft:
        """Give what was written, once the form is valid."""
        said = self.cleaned_data
        return Draft(name=said["name"], text=said["text"], move=said["move"], item_code=said["item_code"])


class RetireForm(OnceForm):
    """Nothing to fill in: the template as it stood."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def placeholder_help() -> str:
    """Say which placeholders there are, and what each becomes."""
    known = [f"{{{name}}} {gettext(words)}" for name, words in PLACEHOLDERS.items()]
    return gettext("可以用占位符，使用时自动换成这一件的内容：%(known)s。不要写姓名、电话和证件号。") % {
        "known": gettext("、").join(known)
    }
