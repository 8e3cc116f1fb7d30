"""Forms in the look of the house: label, hint, error and field tied together, and errors that name field and rule."""

from functools import cache
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import pretty_name
from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

# The code of an error that says what it speaks of: 移交日期：须为今天或者以后的日期.
NAMES_ITSELF = "names_itself"

# What stands in %(…) is filled by Django when the rule is broken; {label} here.
_RULES = {
    "required": _("请填写“{label}”。"),
    "invalid": _("“{label}”的格式不对。"),
    "invalid_choice": _("“{label}”要从列出的选项里选。"),
    "invalid_list": _("“{label}”要从列出的选项里选。"),
    "invalid_pk_value": _("“{label}”要从列出的选项里选。"),
    "max_length": _("“{label}”最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
    "min_length": _("“{label}”至少 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
    "max_value": _("“{label}”不能大于 %(limit_value)s。"),
    "min_value": _("“{label}”不能小于 %(limit_value)s。"),
    "null_characters_not_allowed": _("“{label}”里有不能保存的字符。"),
}
_RULES_BY_KIND: tuple[tuple[type[forms.Field], dict[str, Any]], ...] = (
    (forms.ChoiceField, {"required": _("请选择“{label}”。")}),
    (forms.BooleanField, {"required": _("请勾选“{label}”。")}),
    (forms.IntegerField, {"invalid": _("“{label}”要写整数。")}),
    (forms.DateField, {"invalid": _("“{label}”要写成 2026-11-23 这样的日期。")}),
    (forms.EmailField, {"invalid": _("“{label}”要写完整的邮箱地址。")}),
    (
        forms.FileField,
        {
            "required": _("请附上“{label}”。"),
            "empty": _("“{label}”里的文件是空的。"),
            "invalid_image": _("“{label}”里的文件不是图片，或者已损坏。"),
            "max_length": _("“{label}”的文件名最多 %(max)d 个字，现在有 %(length)d 个。"),
        },
    ),
)


class LookRenderer(DjangoTemplates):
    """Draws forms and fields with the components of the look."""

    form_template_name = "look/components/form.html"
    field_template_name = "look/components/field.html"


class LookForm(forms.Form):
    """A form in the look of the house. Put it before ModelForm to have the same there."""

    default_renderer = LookRenderer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """Clean, with errors that name field and rule; only now are all fields what they will be."""
        for name, field in self.fields.items():
            name_rules(field, name)
        super().full_clean()

    @property
    def as_look(self) -> SafeString:
        """Draw the whole form: error summary, fields, hidden fields. Its buttons are the page's."""
        return self.render()


def name_rules(field: forms.Field, name: str) -> None:
    """Reword a field's errors so that each names the field and the rule; what its author wrote himself stays."""
    label = _shown_later(field, name)
    kind: object = type(field)  # the stubs do not know that a class of fields can be hashed
    defaults = _default_messages(kind)
    for code, words in _rules_for(kind).items():
        # The very same object: to compare what they say would translate both, for each field of each form.
        if field.error_messages.get(code) is defaults.get(code):
            field.error_messages[code] = format_lazy(words, label=label)


def in_errors(label: str) -> str:
    """Give a label as errors write it: with a full-width per cent sign, which the filling in of %(…) leaves alone."""
    return label.replace("%", "\uff05")


def _shown(field: forms.Field, name: str) -> str:
    return in_errors(str(field.label or pretty_name(name)))


_shown_later = lazy(_shown, str)


@cache
def _rules_for(field_class: type) -> dict[str, Any]:
    rules = dict(_RULES)
    for kind, words in _RULES_BY_KIND:
        if issubclass(field_class, kind):
            rules |= words
    return rules


@cache
def _default_messages(field_class: type) -> dict[str, Any]:
    defaults: dict[str, Any] = {}
    for kind in reversed(field_class.__mro__):
        defaults |= getattr(kind, "default_error_messages", {})
    return defaults
