"""An item's whole form: what is said of it once, and its duties and steps, of which blocks are added and taken away."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.rows import ItemRow
from sanhu.engines.decisions import Decision
from sanhu.portals.desk.forms.proposal_duties import (
    BlockForm,
    DutyRowForm,
    StepRowForm,
    initial_of_duty,
    initial_of_step,
)
from sanhu.portals.desk.forms.proposal_items import ItemForm, Section, initial_of_item, sealed
from sanhu.portals.look.templatetags.look import Fault, faults

MOST_DUTIES, MOST_STEPS = 20, 40  # what one form can carry; a longer item is brought in as a sheet
_MOST = {"duty": MOST_DUTIES, "step": MOST_STEPS}
_BLOCK = re.compile(r"(duty|step)-([0-9]{1,3})-")
Block = TypeVar("Block", bound=BlockForm)


@dataclass(frozen=True)
class ItemSheet:
    """The forms of one item together."""

    item: ItemForm
    duties: Sequence[DutyRowForm]
    steps: Sequence[StepRowForm]

    def is_valid(self) -> bool:
        """Tell whether every part can be read; each is asked, so that all faults are named at once."""
        return not [part for part in self._parts if not part.is_valid()]

    @property
    def _parts(self) -> tuple[forms.Form, ...]:
        return self.item, *self.duties, *self.steps

    @property
    def errors(self) -> list[Fault]:
        """What was got wrong, in the order of the page; what stands in a block names the block."""
        found = faults(self.item) if self.item.is_bound else []
        for words, blocks in ((gettext("任务 %(number)d"), self.duties), (gettext("步骤 %(number)d"), self.steps)):
            for number, block in enumerate(blocks, start=1):
                found += _behind(words % {"number": number}, faults(block) if block.is_bound else [])
        return found

    @property
    def refused(self) -> list[Decision]:
        """What a part said that the Measure refuses outright: the code and article behind an error."""
        matrix = shipped.matrix()
        found = [error for part in self._parts for error in _errors_of(part) if error.code in matrix.citations]
        return [matrix.refuse(str(error.code), str(error.message)) for error in found]

    @property
    def heard(self) -> list[str]:
        """What was read in another way than it stands there, each behind its field."""
        said = gettext("%(label)s：%(text)s")
        return [
            said % {"label": part.fields[name].label, "text": text}
            for part in self._parts
            for name, field in part.fields.items()
            for text in getattr(field, "heard", ())
        ]

    @property
    def sections(self) -> Iterator[Section]:
        """What is said of the item once, in its parts."""
        return self.item.sections()

    @property
    def hidden_fields(self) -> list[Any]:
        """What the page carries along."""
        return self.item.hidden_fields()

    @property
    def next_duty(self) -> str:
        """What the next duty to be added is called on the page; empty where the form is full."""
        return _next("duty", self.duties)

    @property
    def next_step(self) -> str:
        """What the next step to be added is called on the page; empty where the form is full."""
        return _next("step", self.steps)

    def row(self) -> ItemRow:
        """What a valid form says."""
        said = self.item.said()
        named = {"name": said["name"], "name_en": said["name_en"]}
        return ItemRow(
            **said,
            duties=tuple(duty.row(**named) for duty in self.duties if duty.is_there),
            procedure=tuple(step.row() for step in self.steps if step.is_there),
        )

    def changed_by(self, then: str) -> "ItemSheet":
        """The form as it was sent, unjudged, with a block more or one less: add_duty, drop_duty-3, add_step …."""
        what, _sign, name = then.partition("_")
        kept = ItemSheet(
            ItemForm(initial=_as_sent(self.item), known=self.item.known),
            [DutyRowForm(prefix=_prefix(duty), initial=_as_sent(duty)) for duty in self.duties if duty.prefix != name],
            [StepRowForm(prefix=_prefix(step), initial=_as_sent(step)) for step in self.steps if step.prefix != name],
        )
        if what == "add" and name == "duty" and kept.next_duty:
            return replace(kept, duties=[*kept.duties, DutyRowForm(prefix=kept.next_duty)])
        if what == "add" and name == "step" and kept.next_step:
            return replace(kept, steps=[*kept.steps, StepRowForm(prefix=kept.next_step)])
        return kept


def opened(shown: ItemRow | None, *, known: ItemRow | None, revision: int) -> ItemSheet:
    """The form of an item with the words of `shown`; `known` is the item as it stands, none for a new one."""
    initial = {**initial_of_item(shown), "revision": revision, "seen": sealed(known)}
    if known is None:
        initial.pop("code", None)
    duties = [initial_of_duty(duty, shown) for duty in shown.duties] if shown else []
    steps = [initial_of_step(step) for step in shown.procedure] if shown else []
    return ItemSheet(
        ItemForm(initial=initial, known=known),
        [DutyRowForm(prefix=f"duty-{place}", initial=said) for place, said in enumerate(duties or [{}])],
        [StepRowForm(prefix=f"step-{place}", initial=said) for place, said in enumerate(steps)],
    )


def posted(data: QueryDict, *, known: ItemRow | None) -> ItemSheet:
    """The form as it was sent."""
    names = dict.fromkeys((found[1], int(found[2])) for key in data if (found := _BLOCK.match(key)))
    places = sorted(names, key=lambda name: name[1])
    return ItemSheet(
        ItemForm(data, known=known),
        [DutyRowForm(data, prefix=f"duty-{place}") for kind, place in places if kind == "duty"],
        [StepRowForm(data, prefix=f"step-{place}") for kind, place in places if kind == "step"],
    )


def sent_anew(data: QueryDict, *, revision: int) -> QueryDict:
    """The words as they were sent, on a proposal as it stands now, under a number of their own."""
    kept = data.copy()
    kept["client_id"], kept["revision"] = str(uuid4()), str(revision)
    return kept


def is_too_long(row: ItemRow) -> bool:
    """Tell whether an item has more duties or steps than its form can carry."""
    return len(row.duties) > MOST_DUTIES or len(row.procedure) > MOST_STEPS


def _behind(where: str, found: Sequence[Fault]) -> list[Fault]:
    said = gettext("%(label)s：%(text)s")
    return [Fault(fault.target, said % {"label": where, "text": fault.text}) for fault in found]


def _errors_of(part: forms.Form) -> Iterator[forms.ValidationError]:
    for errors in part.errors.as_data().values():
        yield from errors


def _as_sent(form: forms.Form) -> dict[str, Any]:
    return {name: form[name].data for name in form.fields}


def _prefix(form: forms.Form) -> str:
    assert form.prefix is not None, "a block has one"
    return form.prefix


def _next(kind: str, blocks: Sequence[forms.Form]) -> str:
    places = [int(_prefix(block).rpartition("-")[2]) for block in blocks]
    return "" if len(blocks) >= _MOST[kind] else f"{kind}-{max(places, default=-1) + 1}"
