"""The one page on which administrators fill in a form: what it is about, the form, and what spoke against it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from sanhu.portals.desk.acting import Acting
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import Written

Words = str | Promise


@dataclass(frozen=True)
class Asked:
    """A form and the words around it; `notes` are what one should know before answering."""

    title: Words
    submit: Words
    form: forms.Form
    crumbs: Sequence[tuple[Words, str]] = ()
    lead: Words = ""
    notes: Sequence[Words] = field(default=())


def ask(request: HttpRequest, acting: Acting, asked: Asked, written: Written | None = None) -> HttpResponse:
    """Show the form; after a faulty answer with the words kept, what is wrong, and status 422 (409 for a conflict)."""
    faulty = 422 if asked.form.is_bound else 200
    context: dict[str, Any] = {
        "asked": asked,
        "form": asked.form,
        "crumbs": asked.crumbs,
        "back_url": next((url for _label, url in reversed(asked.crumbs) if url), ""),
        "decision": None if written is None else written.decision,
    }
    return desk_page(request, "administer", acting, context, status=faulty if written is None else written.status)
