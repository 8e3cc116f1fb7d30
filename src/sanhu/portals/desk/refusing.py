"""Saying why something about one's own account was refused, on the page one goes back to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from sanhu.engines.decisions import Refused


def say_refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Go back to the page of one's ways in, which says why."""
    for reason in refused.decision.reasons:
        messages.error(request, gettext(reason))
    return redirect("desk:security")
