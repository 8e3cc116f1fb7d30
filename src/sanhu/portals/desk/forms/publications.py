"""Forms about what is public of a resident's words and photos: the verdict, the masked words, the boxes."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sanhu.domains.casework.models import Verdict
from sanhu.domains.casework.publishing_rules import MOST_BOXES, MOST_REASON
from sanhu.domains.casework.services.publishing import Ruling
from sanhu.engines.blackening import WHOLE, Box
from sanhu.portals.desk.submitting import OnceForm

SIDES = ("left", "top", "width", "height")
_SIDE_LABELS = {"left": _("左边"), "top": _("上边"), "width": _("宽"), "height": _("高")}
# A text of 2,000 characters, with the line ends a browser sends.
_MOST_SENT = 4000


class PublicationForm(OnceForm):
    """What is decided, on the publication as it was shown, and why."""

    verdict = forms.ChoiceField(
        label=_("决定"),
        choices=[(one.value, one.label) for one in (Verdict.PASSED, Verdict.MASKED, Verdict.WITHHELD)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("理由"),
        help_text=_("不公开的，或者改变先前的决定的，必须写。不写姓名和号码。"),
        max_length=MOST_REASON,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def ruling(self) -> Ruling:
        """What was decided, once the form is valid."""
        said = self.cleaned_data
        return Ruling(
            verdict=Verdict(said["verdict"]),
            revision=said["revision"],
            words=said.get("words", ""),
            boxes=tuple(self.boxes()) if said["verdict"] == Verdict.MASKED else (),
            reason=said["reason"],
        )

    def boxes(self) -> list[Box]:
        """The places to blacken; words have none."""
        return []


class WordsForm(PublicationForm):
    """Words: passed, masked in a copy, or withheld."""

    words = forms.CharField(
        label=_("公开的文字"),
        help_text=_("遮盖后公开的，公众看到的就是这段文字。只能把字换成 *，不能增加、改动或者删去别的字。"),
        max_length=_MOST_SENT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    field_order = ("verdict", "words", "reason")


class PhotoForm(PublicationForm):
    """A photo: passed, with places blackened, or withheld. Each box is four numbers in percent of the photo."""

    previewed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_BOXES + 1):
            for side in SIDES:
                self.fields[f"{side}_{number}"] = forms.FloatField(
                    label=_side_label(side, number),
                    min_value=0,
                    max_value=WHOLE,
                    required=False,
                    widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
                )

    def plain_fields(self) -> list[forms.BoundField]:
        """The verdict and the reason; the boxes are drawn by the page."""
        return [self["verdict"], self["reason"]]

    def hidden(self) -> list[forms.BoundField]:
        """What goes along unseen; what was previewed is the page's to say."""
        return [field for field in self.hidden_fields() if field.name != "previewed"]

    def box_fields(self) -> Iterator[list[forms.BoundField]]:
        """The four numbers of each box."""
        for number in range(1, MOST_BOXES + 1):
            yield [self[f"{side}_{number}"] for side in SIDES]

    def clean(self) -> dict[str, Any]:
        """A box that is begun has all its numbers."""
        said = super().clean() or {}
        for number in range(1, MOST_BOXES + 1):
            given = [said.get(f"{side}_{number}") for side in SIDES]
            if any(side is not None for side in given) and None in given:
                missing = f"{SIDES[given.index(None)]}_{number}"
                if missing not in self.errors:
                    words = _("第 %(number)d 个框：左边、上边、宽、高要写全。")
                    self.add_error(missing, forms.ValidationError(words, params={"number": number}))
        return said

    def boxes(self) -> list[Box]:
        """The places to blacken."""
        found = []
        for number in range(1, MOST_BOXES + 1):
            sides: list[float] = [
                given for side in SIDES if (given := self.cleaned_data.get(f"{side}_{number}")) is not None
            ]
            if len(sides) == len(SIDES):
                found.append(Box(*sides))
        return found


def _side_label(side: str, number: int) -> Any:
    return format_lazy("{side} {number}", side=_SIDE_LABELS[side], number=number)


def written(boxes: list[Box]) -> list[str]:
    """Write boxes as an address carries them."""
    return [f"{box.left:g},{box.top:g},{box.width:g},{box.height:g}" for box in boxes]


def read_boxes(texts: list[str]) -> list[Box]:
    """Read boxes from an address. Raises ValueError for what is none."""
    boxes = []
    for text in texts:
        left, top, width, height = map(float, text.split(","))
        boxes.append(Box(left, top, width, height))
    return boxes
