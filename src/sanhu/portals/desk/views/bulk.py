"""One move on many matters at the desk: choose the move, say it once, look at it, and see what came of each.

Every page is the answer to one POST and carries what was said before in the form itself, so that it works without a
script and keeps nothing between the pages. A form sent twice moves nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST

from sanhu.domains.casework import queries
from sanhu.domains.casework.bulk import IN_BULK, MOST_AT_ONCE
from sanhu.domains.casework.cosigners import standing_objections
from sanhu.domains.casework.cosigning import check_objections
from sanhu.domains.casework.models import CoSigning, CoSigningState, Matter, ReplyTemplate
from sanhu.domains.casework.reply_templates import fitting
from sanhu.domains.casework.routing import may_lead
from sanhu.domains.casework.rules import MATTER, may_move
from sanhu.domains.casework.services.bulk import Line, Outcome, make_moves
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.decisions import Decision, refuse
from sanhu.engines.workflow import Move
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.forms.bulk import BulkForm
from sanhu.portals.desk.forms.reply_templates import placeholder_help
from sanhu.portals.desk.matter_rows import summary
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.reply_filling import communities_of, values_of
from sanhu.portals.desk.reply_offers import filled, is_filling, offer_for
from sanhu.portals.matters import move_words

_NONE_CHOSEN = _("没有选中办件，请先在列表里勾选")
_TOO_MANY = _("一次最多办 100 件，请分批选择")


@dataclass(frozen=True)
class Row:
    """One of the chosen matters: what it is called, whether it may move, and the words as they will read for it."""

    matter: Matter
    words: str
    revision: int
    decision: Decision | None = None
    said: dict[str, str] = field(default_factory=dict)
    line: Line | None = None


@dataclass(frozen=True)
class Offered:
    """A move, and on how many of the chosen matters it may be made now."""

    move: Move
    label: str
    count: int


@require_POST
@at_the_desk(Permission.MATTER_VIEW)
def bulk(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Answer whichever page of the four was sent."""
    chosen = _Chosen(request, acting, at=clock.now())
    if chosen.fault:
        return chosen.show("bulk_choose", {"decision": refuse(chosen.fault)}, status=422)
    if not chosen.move:
        return chosen.show("bulk_choose", {"offered": chosen.offered()})
    if is_filling(request):
        said = filled(request, chosen.templates, values=None)
        return _write(chosen, chosen.form(initial=said))
    form = chosen.form(request.POST) if {"preview", "confirm"} & set(request.POST) else chosen.form(chosen.kept())
    if not form.is_bound or not form.is_valid():
        return _write(chosen, form)
    if "confirm" in request.POST:
        return _make(chosen, form)
    return _preview(chosen, form)


class _Chosen:
    """The matters that were ticked, as this person sees them, and what was said of them so far."""

    def __init__(self, request: HttpRequest, acting: Acting, *, at: datetime) -> None:
        self.request, self.acting, self.at = request, acting, at
        self.seen = _seen(request)
        self.move = _move_of(request)

    @property
    def fault(self) -> str:
        """Why nothing can be done with the choice."""
        if not self.matters:
            return _NONE_CHOSEN
        return _TOO_MANY if len(self.seen) > MOST_AT_ONCE else ""

    @cached_property
    def matters(self) -> list[Matter]:
        """The chosen matters in the order they were ticked; what one may not see is not there."""
        numbers = list(self.seen)[: MOST_AT_ONCE + 1]
        found = queries.visible_by_key(self.acting.actor).filter(number__in=numbers)
        by_number = {matter.number: matter for matter in found.select_related("item", "duty__item", "lead")}
        return [by_number[number] for number in numbers if number in by_number]

    @cached_property
    def templates(self) -> list[ReplyTemplate]:
        """The templates that fit the move on all of them."""
        assert self.move is not None, "asked for once a move is chosen"
        codes = {matter.item.code for matter in self.matters if matter.item}
        return fitting(self.acting.actor, move=self.move.code, item_codes=codes)

    def offered(self) -> list[Offered]:
        """The moves that may be made on at least one of the matters."""
        standings = queries.standings_of(self.matters).values()
        counts = {
            move: sum(bool(may_move(standing=one, move=move.code, actor=self.acting.actor)) for one in standings)
            for move in MATTER.moves
            if move.code in IN_BULK
        }
        return [Offered(move, move_words(move), count) for move, count in counts.items() if count]

    def rows(self) -> list[Row]:
        """Each matter with the answer to whether it may move, where a move is chosen."""
        if self.move is None:
            return [self._row(matter) for matter in self.matters]
        standings = queries.standings_of(self.matters)
        code, actor = self.move.code, self.acting.actor
        return [
            self._row(matter, decision=may_move(standing=standings[matter.pk], move=code, actor=actor))
            for matter in self.matters
        ]

    def rows_as_said(self, form: BulkForm) -> list[Row]:
        """Each matter as a valid form would move it: with the words as they will read, and what speaks against it."""
        lead, objected = form.chosen_lead, self._objected()
        rows = []
        for row in self.rows():
            said = form.words_for(self.values(row.matter, lead))
            decision = row.decision
            if decision and lead is not None and row.matter.duty is not None:
                decision = may_lead(duty=row.matter.duty, body=lead)
            if decision and row.matter.pk in objected:
                names = [objection.organisation.name for objection in standing_objections(row.matter)]
                decision = check_objections(names, words=said["reason"])
            rows.append(replace(row, said=said, decision=decision))
        return rows

    def _objected(self) -> set[int]:
        """The matters on which a body once objected to the result, where that is what is to be said."""
        if self.move is None or self.move.code != "finish":
            return set()
        objected = CoSigning.objects.filter(matter__in=self.matters, state=CoSigningState.OBJECTED)
        return set(objected.values_list("matter_id", flat=True))

    def values(self, matter: Matter, lead: Organisation | None) -> dict[str, str]:
        """What stands for the placeholders of one matter."""
        name = lead.name if lead else ""
        return values_of(matter, communities=self._communities, at=self.at, lead=name)

    @cached_property
    def _communities(self) -> Mapping[str, str]:
        return communities_of(self.acting.actor.district, at=self.at)

    def _row(self, matter: Matter, decision: Decision | None = None) -> Row:
        return Row(matter=matter, words=summary(matter), revision=self.revision_of(matter), decision=decision)

    def revision_of(self, matter: Matter) -> int:
        """Give the revision at which the person first saw the matter here."""
        known = self.seen[matter.number]
        return matter.revision if known is None else known

    def form(self, data: object = None, **kwargs: object) -> BulkForm:
        """Give the form of the chosen move."""
        assert self.move is not None, "asked for once a move is chosen"
        return BulkForm(data, move=self.move, matters=self.matters, at=self.at, **kwargs)

    def kept(self) -> object:
        """Give what was said already where one comes back to change it."""
        return self.request.POST if "edit" in self.request.POST else None

    def show(self, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
        """Show one of the four pages."""
        shown = {
            "rows": self.rows() if not self.fault else [],
            "move": self.move,
            "move_label": move_words(self.move) if self.move else "",
            **context,
        }
        return desk_page(self.request, template, self.acting, shown, status=status)


def _seen(request: HttpRequest) -> dict[str, int | None]:
    """Give the numbers, each once, with the revision a page before has shown."""
    ticked: dict[str, int | None] = dict.fromkeys(number.replace("-", "") for number in request.POST.getlist("number"))
    for said in request.POST.getlist("seen"):
        number, _colon, revision = said.partition(":")
        if not (revision.isascii() and revision.isdigit() and len(revision) < 10):
            raise BadRequest("seen is a number and a revision")
        ticked[number] = int(revision)
    return ticked


def _move_of(request: HttpRequest) -> Move | None:
    code = request.POST.get("move", "")
    if not code:
        return None
    if code not in IN_BULK:
        raise BadRequest("move is one that is made in bulk")
    return MATTER.move(code)


def _write(chosen: _Chosen, form: BulkForm) -> HttpResponse:
    context: dict[str, object] = {
        "form": form,
        "offer": offer_for(chosen.request, form, chosen.templates),
        "placeholders": placeholder_help(),
    }
    is_faulty = form.is_bound and not form.is_valid()
    return chosen.show("bulk_write", context, status=422 if is_faulty else 200)


def _preview(chosen: _Chosen, form: BulkForm) -> HttpResponse:
    rows = chosen.rows_as_said(form)
    able = sum(bool(row.decision) for row in rows)
    return chosen.show("bulk_preview", {"form": form, "rows": rows, "able": able})


def _make(chosen: _Chosen, form: BulkForm) -> HttpResponse:
    """Make the move on each matter. The page is shown at once: sending it again changes nothing and says the same."""
    lead = form.chosen_lead
    requests = [
        (matter.number, form.request(revision=chosen.revision_of(matter), values=chosen.values(matter, lead)))
        for matter in chosen.matters
    ]
    lines = make_moves(
        actor=chosen.acting.actor, at=chosen.at, client_id=form.cleaned_data["client_id"], requests=requests
    )
    return chosen.show("bulk_result", {"rows": _results(chosen, lines), "counts": _counts(lines)})


def _results(chosen: _Chosen, lines: Sequence[Line]) -> list[Row]:
    fresh = queries.visible_by_key(chosen.acting.actor).filter(number__in=[line.number for line in lines])
    now = {matter.number: matter for matter in fresh.select_related("item", "duty", "lead")}
    by_number = {matter.number: matter for matter in chosen.matters} | now
    return [
        Row(matter=by_number[line.number], words=summary(by_number[line.number]), revision=0, line=line)
        for line in lines
    ]


def _counts(lines: Sequence[Line]) -> dict[str, int]:
    done = sum(line.outcome in {Outcome.DONE, Outcome.DONE_BEFORE} for line in lines)
    changed = sum(line.outcome is Outcome.CHANGED for line in lines)
    return {"done": done, "changed": changed, "refused": len(lines) - done - changed}
