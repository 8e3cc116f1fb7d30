"""The one way a move at the gate is asked for: its form drawn from the table, what speaks against it, stale forms."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.admission.models import Application, Demand, GateStep, ReturnProposal, Task
from sanhu.domains.admission.parties import Party
from sanhu.domains.admission.services.errors import StaleForm
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Decision
from sanhu.engines.workflow import Move, StateTable
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.sending import SentForm, send

Row = TypeVar("Row", Application, Task, Demand, ReturnProposal)


class GateMoveForm(SentForm):
    """Why, and on what article; a move that needs more has a form of its own."""

    named = {"理由": "reason", "依据": "article"}
    may_cite = False  # keeps the article although the move does not always need one

    reason = forms.CharField(label=_("理由"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    article = forms.CharField(label=_("依据的条款"), max_length=200, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, row: Application | Task | Demand | ReturnProposal, move: Move, at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.move, self.at = row, move, at
        self.initial.setdefault("revision", row.revision)
        self.fields["reason"].required = move.needs_reason
        self.fields["article"].required = move.needs_article
        if not (move.needs_article or self.may_cite):
            del self.fields["article"]
        self.prepare()

    def prepare(self) -> None:
        """Add what this move declares. The plain form has nothing to add."""


class Moving(ABC, Generic[Row]):
    """What the page of moves needs to know of the room it moves something in."""

    table: StateTable
    page: str  # the page of one row; the page of a move is called the same with _move
    pages: str
    label: str | Promise

    @abstractmethod
    def find(self, actor: Actor, number: str) -> Row:
        """Give what the actor may see, or not found."""

    @abstractmethod
    def may(self, row: Row, move: Move, actor: Actor, *, at: datetime) -> Decision:
        """May this person make that move now?"""

    @abstractmethod
    def form_of(self, move: Move) -> type[GateMoveForm]:
        """Give the form a move declares, or the plain one."""

    @abstractmethod
    def make(self, row: Row, form: GateMoveForm, actor: Actor, *, at: datetime) -> object:
        """Ask the service for what a valid form says."""

    def after(self, row: Row, move: Move, actor: Actor) -> str:
        """Give the address of the page that follows: the row's own, unless a move leads on."""
        del move, actor
        return reverse(self.page, kwargs={"number": row.number})

    @abstractmethod
    def beside(self, row: Row, move: Move, *, at: datetime) -> dict[str, object]:
        """Give what the page shows beside the form."""


@dataclass(frozen=True)
class _Said:
    """The form as it is to be shown, what speaks against it, and what colleagues did meanwhile."""

    form: GateMoveForm | None
    decision: Decision | None = None
    changed: Sequence[GateStep] = ()
    status: int = 200


class MovePage(Generic[Row]):
    """One move on one row, as one post asks for it."""

    def __init__(self, room: Moving[Row], request: HttpRequest, acting: Acting, *, number: str, code: str) -> None:
        self.room: Moving[Row] = room
        self.request, self.acting, self.at = request, acting, clock.now()
        self.row: Row = room.find(acting.actor, number)
        self.move = _move_or_404(room.table, code)

    def answer(self) -> HttpResponse:
        """Show the move's form; make the move."""
        decision = self.room.may(self.row, self.move, self.acting.actor, at=self.at)
        if not decision and not self._is_of_before():
            return self._show(_Said(None, decision, status=403))
        form = self._form(self.request.POST or None)
        if self.request.method != "POST" or not form.is_valid():
            return self._show(_Said(form, status=422 if form.is_bound else 200))
        return self._make(form)

    def _is_of_before(self) -> bool:
        """Tell whether a form was filled in on the row as it was: it may be stale, or sent a second time."""
        return self.request.method == "POST" and self.request.POST.get("revision") != str(self.row.revision)

    def _form(self, data: QueryDict | None) -> GateMoveForm:
        form: GateMoveForm = self.room.form_of(self.move)(data, row=self.row, move=self.move, at=self.at)
        return form

    def _make(self, form: GateMoveForm) -> HttpResponse:
        try:
            written = send(form, lambda: self.room.make(self.row, form, self.acting.actor, at=self.at))
        except StaleForm as stale:
            return self._show_stale(stale)
        if not written.is_done:
            return self._show(_Said(form, written.decision, status=written.status))
        messages.success(self.request, gettext("已记下：%(move)s。") % {"move": gettext(self.move.label)})
        return redirect(self.room.after(self.row, self.move, self.acting.actor))

    def _show_stale(self, stale: StaleForm) -> HttpResponse:
        """A colleague acted meanwhile: show what changed, keep the words, and let the person decide anew."""
        self.row = self.room.find(self.acting.actor, self.row.number)
        kept = self.request.POST.copy()
        kept["revision"] = str(self.row.revision)
        decision = self.room.may(self.row, self.move, self.acting.actor, at=self.at)
        return self._show(_Said(self._form(kept), None if decision else decision, stale.steps, status=409))

    def _show(self, said: _Said) -> HttpResponse:
        back_url = reverse(self.room.page, kwargs={"number": self.row.number})
        label = gettext(self.move.label)
        context = {
            "row": self.row,
            "move": self.move,
            "move_label": label,
            "form": said.form,
            "decision": said.decision,
            "changed": said.changed,
            "crumbs": [(self.room.label, reverse(self.room.pages)), (self.row.number, back_url), (label, "")],
            "back_url": back_url,
            **self.room.beside(self.row, self.move, at=self.at),
        }
        template = f"{self.room.page.removeprefix('desk:')}_move"
        return desk_page(self.request, template, self.acting, context, status=said.status)


def _move_or_404(table: StateTable, code: str) -> Move:
    try:
        found = table.move(code)
    except KeyError:
        raise Http404 from None
    if found.party == Party.SYSTEM:
        raise Http404
    return found
