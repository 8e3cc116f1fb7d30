"""Offering templates beside a form, and putting the chosen one's words into a field of it. Works without a script.

The chosen words come by the same POST that would send the form, so that what was typed stays, and stays out of
addresses, which are logged. Nothing is written by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise

from sanhu.domains.casework.models import ReplyTemplate
from sanhu.domains.casework.reply_words import fill

FILL, TEMPLATE = "fill", "template"
_FILLED = ("reply", "reason")


@dataclass(frozen=True)
class Offer:
    """The templates that fit, the one chosen last, and the fields they may go into."""

    templates: Sequence[ReplyTemplate]
    fields: Sequence[tuple[str, str | Promise]]
    chosen: str = ""


def offer_for(request: HttpRequest, form: forms.Form | None, templates: Sequence[ReplyTemplate]) -> Offer | None:
    """Offer templates beside a form that has somewhere to put them."""
    if form is None or not templates:
        return None
    fields = [(name, form.fields[name].label or "") for name in _FILLED if name in form.fields]
    return Offer(templates, fields, chosen=request.POST.get(TEMPLATE, "")) if fields else None


def is_filling(request: HttpRequest) -> bool:
    """Tell whether a template is to be put into the form, and nothing to be sent."""
    return request.method == "POST" and request.POST.get(FILL) in _FILLED


def filled(
    request: HttpRequest, templates: Sequence[ReplyTemplate], *, values: Mapping[str, str] | None
) -> dict[str, object]:
    """Give what the form was sent with, the template's words after what stood in the field already.

    Without `values` the placeholders stay, to be filled for each of many matters.
    """
    said: dict[str, object] = {name: request.POST.get(name) for name in request.POST}
    chosen = next((one for one in templates if str(one.pk) == request.POST.get(TEMPLATE)), None)
    if chosen is None:
        return said
    words = chosen.text if values is None else fill(chosen.text, values)
    field = request.POST[FILL]
    before = request.POST.get(field, "").strip()
    said[field] = before if words in before else "\n".join(part for part in (before, words) if part)
    return said
