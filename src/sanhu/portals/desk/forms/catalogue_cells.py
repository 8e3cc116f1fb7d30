"""Fields of a form that read what a cell of the district's sheet holds: the same words, signs and faults."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.workbook.cell_texts import cleaned
from sanhu.domains.catalogue.workbook.columns import BY_NAME
from sanhu.domains.catalogue.workbook.faults import Notes
from sanhu.portals.look.forms import LookForm

Read = Callable[[str, Notes], Any]


class CellField(forms.CharField):
    """Reads its text as a cell of the sheet is read; `heard` is what was read in another way than it stands there.

    A fault that is a refusal carries its X-code as the error's code.
    """

    def __init__(self, read: Read, *, is_list: bool = False, empty: Any = "", **more: Any) -> None:
        self._read, self._is_list, self._empty = read, is_list, empty
        self.heard: tuple[str, ...] = ()
        super().__init__(**more)

    def clean(self, value: Any) -> Any:
        """Give what the cell says, or what an empty one means."""
        notes = Notes()
        text = cleaned(super().clean(value), notes, is_list=self._is_list)
        said = self._read(text, notes) if text and not notes.errors else self._empty
        if notes.errors:
            raise forms.ValidationError(
                [forms.ValidationError(_words(reason, told), code=code) for reason, code, told in notes.errors]
            )
        self.heard = tuple(_words(reason, told) for reason, _code, told in notes.warnings)
        return said


def _words(reason: str, told: Any) -> str:
    return gettext(reason) % told if told else gettext(reason)


def cell(name: str, *, lines: int = 0, is_required: bool = False, **more: Any) -> CellField:
    """Make the field of one of the sheet's columns; with `lines` it is written over several, one entry on each."""
    column = BY_NAME[name]
    if lines:
        more["widget"] = forms.Textarea(attrs={"rows": lines})
    more = {"label": _(column.label), "help_text": _(column.about), **more}
    is_list = column.is_list or bool(lines)
    return CellField(column.read, is_list=is_list, empty=column.empty, required=is_required, **more)


def by_line(values: Iterable[Any], say: Callable[[tuple[Any, ...]], str]) -> str:
    """Write a list with one entry on each line, as `cell` reads it back."""
    return "\n".join(say((value,)) for value in values)


class ChosenFirst(forms.CheckboxSelectMultiple):
    """Checkboxes of which the chosen stand first in the order they were chosen in, so that sending keeps it."""

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> Any:
        """Give the choices in that order."""
        places = {chosen: place for place, chosen in enumerate(value)}
        known = list(self.choices)
        self.choices = sorted(known, key=lambda choice: places.get(str(choice[0]), len(places)))
        groups = super().optgroups(name, value, attrs)
        self.choices = known
        return groups


class SomeField(forms.TypedMultipleChoiceField):
    """Some of a few values, in the order they were chosen in."""

    widget = ChosenFirst(attrs={"class": "side-by-side"})

    def clean(self, value: Any) -> tuple[Any, ...]:
        """Give the values."""
        return tuple(super().clean(value))


class DraftForm(LookForm):
    """A form of what may be kept with gaps: `needed` is asked for like the rest, and left open stops no saving."""

    needed: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ask_for(needed=True)

    def full_clean(self) -> None:
        """Clean; what is missing is for the rules to find."""
        self._ask_for(needed=False)
        super().full_clean()
        self._ask_for(needed=True)

    def _ask_for(self, *, needed: bool) -> None:
        for name in self.needed:
            self.fields[name].required = needed


def short(**more: Any) -> forms.TextInput:
    """Make the input of a number."""
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short", **more})
