"""The one page on which a voucher is asked for or settled: the form with its scans, and what spoke against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sanhu.engines.decisions import Decision
from sanhu.portals.desk.acting import Acting
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import SentForm
from sanhu.portals.desk.submitting import Written

_CONFLICT = 409
_OF_A_VOUCHER, _TO_THE_VOUCHER = _("这张凭证"), _("回到凭证")


@dataclass(frozen=True)
class Paper:
    """The words around a form that becomes or settles a voucher.

    `done` is said once it is written, `facts` are what one compares the paper with, `about` is what they are of.
    """

    title: str | Promise
    submit: str | Promise
    done: str | Promise
    crumbs: Sequence[tuple[str | Promise, str]]
    lead: str | Promise = ""
    facts: Sequence[tuple[str | Promise, str | Promise]] = ()
    about: str | Promise = _OF_A_VOUCHER
    back: str | Promise = _TO_THE_VOUCHER


def show_paper(
    request: HttpRequest,
    acting: Acting,
    paper: Paper,
    form: SentForm | None,
    written: Written | None = None,
    *,
    scan_refusals: Sequence[Decision] = (),
) -> HttpResponse:
    """Show the form; after a faulty answer with words and scans kept, what is wrong, and its status.

    Without a form only what speaks against it is shown.
    """
    if written is not None and written.status == _CONFLICT and form is not None:
        _with_a_new_draft(form)
    faulty = 422 if form is not None and form.is_bound else 200
    context: dict[str, Any] = {
        "paper": paper,
        "form": form,
        "has_scans": form is not None and "scans" in form.fields,
        "scan_refusals": scan_refusals,
        "crumbs": paper.crumbs,
        "back_url": next((url for _label, url in reversed(paper.crumbs) if url), ""),
        "decision": None if written is None else written.decision,
    }
    return desk_page(request, "voucher_form", acting, context, status=faulty if written is None else written.status)


def _with_a_new_draft(form: SentForm) -> None:
    """What was sent before has taken the scans with it; the new form begins without any."""
    assert isinstance(form.data, QueryDict), "a form of a page"
    if "draft_id" in form.fields:
        kept = form.data.copy()
        kept["draft_id"] = str(uuid4())
        form.data = kept
