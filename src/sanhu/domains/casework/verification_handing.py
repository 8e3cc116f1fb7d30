"""What `sanhu verify` re-proves of handing round, of rulings and of procedures."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, Exists, F, OuterRef, Q

from sanhu.domains.casework.models import Matter, ProcedureMark, Reclassification, Ruling, Step
from sanhu.domains.casework.rules import RECLASSIFYING_MOVES, is_handoff
from sanhu.domains.evidence.findings import Finding

_REMEMBERED = ("send_back", "lapse_into_returned", "assign", *sorted(RECLASSIFYING_MOVES))
_CHANGE = ("matter_id", "pk", "step__ordinal", "step__move", "step__from_state", "step__matter_id")
_FROM_TO = ("from_item_id", "from_duty_id", "to_item_id", "to_duty_id")


def changes_follow_from_their_steps() -> Iterator[Finding]:
    """Each change of item, duty or lead was made by such a step, begins where the one before ended, and none is lost.

    What was handed round before changes were remembered has none; from a matter's first one on there are all.
    """
    rows = Reclassification.objects.order_by("matter_id", "step__ordinal").values_list(*_CHANGE, *_FROM_TO)
    for matter_id, changes in groupby(rows.iterator(), key=itemgetter(0)):
        last: tuple[int, int] | None = None
        known: set[int] = set()
        for _matter, pk, ordinal, move, state, owner, from_item, from_duty, to_item, to_duty in changes:
            known.add(ordinal)
            if owner != matter_id or not (is_handoff(move, before=state) or move in RECLASSIFYING_MOVES):
                yield _of_change(pk, f"step {ordinal}: {move} changes nothing")
            elif last is not None and last != (from_item, from_duty):
                yield _of_change(pk, "it does not begin where the one before ended")
            last = (to_item, to_duty)
        yield from _lost(matter_id, known, last)


def _lost(matter_id: int, known: set[int], last: tuple[int, int] | None) -> Iterator[Finding]:
    since = Step.objects.filter(matter_id=matter_id, ordinal__gte=min(known), move__in=_REMEMBERED)
    for ordinal, move, state in since.order_by("ordinal").values_list("ordinal", "move", "from_state"):
        if ordinal not in known and (is_handoff(move, before=state) or move in RECLASSIFYING_MOVES):
            yield Finding(kind="change_lost", ref=f"casework.matter:{matter_id}", detail=f"step {ordinal}: {move}")
    now = Matter.objects.filter(pk=matter_id).values_list("item_id", "duty_id").first()
    if now is not None and now != last:
        yield Finding(kind="change_lost", ref=f"casework.matter:{matter_id}", detail="it is under another duty")


def _of_change(pk: int, detail: str) -> Finding:
    return Finding(kind="change_impossible", ref=f"casework.reclassification:{pk}", detail=detail)


def rulings_follow_from_their_steps() -> Iterator[Finding]:
    """Each ruling is what its step says, and each step that rules has one."""
    says = Q(step__move="rule", step__matter=F("matter"), step__at=F("at"), step__person=F("person"))
    agrees = says & Q(step__post=F("post"), step__article=F("article"), matter__district=F("district"))
    for pk in Ruling.objects.exclude(agrees).order_by("pk").values_list("pk", flat=True):
        yield Finding(kind="ruling_impossible", ref=f"casework.ruling:{pk}", detail="its step says otherwise")
    alone = Step.objects.filter(~Exists(Ruling.objects.filter(step=OuterRef("pk"))), move="rule")
    for pk in alone.order_by("pk").values_list("pk", flat=True):
        yield Finding(kind="ruling_lost", ref=f"casework.step:{pk}", detail="rule")


def procedures_were_gone_through_in_order() -> Iterator[Finding]:
    """The steps of each procedure were done one after the other, and all of them before the matter was done."""
    rows = ProcedureMark.objects.order_by("matter_id", "item_id", "round", "position")
    marks = rows.values_list("matter_id", "item_id", "round", "position", "at", "pk")
    for _of, some in groupby(marks.iterator(), key=itemgetter(0, 1, 2)):
        earlier = None
        for expected, (_matter, _item, _round, position, at, pk) in enumerate(some, start=1):
            if position != expected or (earlier is not None and at < earlier):
                yield Finding(kind="procedure_skipped", ref=f"casework.proceduremark:{pk}", detail=f"step {position}")
            earlier = at
    yield from _finished_too_early()


def _finished_too_early() -> Iterator[Finding]:
    own = Q(procedure_marks__item=F("item"), procedure_marks__round=F("round"))
    finished = Matter.objects.filter(state__in=("done", "verified", "closed"), item__procedure__isnull=False)
    counted = finished.values("pk").annotate(
        wanted=Count("item__procedure", distinct=True), done=Count("procedure_marks", filter=own, distinct=True)
    )
    for pk in counted.filter(wanted__gt=F("done")).order_by("pk").values_list("pk", flat=True):
        yield Finding(kind="procedure_unfinished", ref=f"casework.matter:{pk}", detail="done with steps left open")


CHECKS = (
    changes_follow_from_their_steps,
    rulings_follow_from_their_steps,
    procedures_were_gone_through_in_order,
)
