"""The inverted funnel drawn: many organs on the left, one committee on the right (R9, “上面千条线，下面一口针”).

Each organ has its band, in the order given; how wide it is says which part of the time comes from there, and a band of
whom no time was recorded is a thin line. Measures are pixels of a text 14 px high.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sanhu.engines.drawing import text_width

_ROW, _PAD, _MARGIN = 30.0, 10.0, 8.0
_REACH = 150.0  # from the organs to the committee
_MOUTH = 96.0  # how wide all bands together are, where they come in
_THINNEST = 1.5
_MOST_LETTERS = 14
_CUT = "…"


@dataclass(frozen=True)
class Origin:
    """An organ, its sector, and the person-minutes that come from it; 0 where none were recorded."""

    label: str
    sector: str
    minutes: int


@dataclass(frozen=True)
class Band:
    """One origin as it is drawn: its words, which end at `text_x`, and its way to the committee as SVG path data."""

    origin: Origin
    label: str
    text_x: float
    text_y: float
    path: str


@dataclass(frozen=True)
class Funnel:
    """The drawing, `width` by `height`, with the committee's box."""

    bands: tuple[Band, ...]
    target: str
    box: tuple[float, float, float, float]
    width: float
    height: float

    @property
    def target_x(self) -> float:
        """The middle of the committee's box."""
        return round(self.box[0] + self.box[2] / 2, 1)

    @property
    def target_y(self) -> float:
        """The middle of the committee's box."""
        return round(self.box[1] + self.box[3] / 2, 1)


def funnel(origins: Sequence[Origin], target: str) -> Funnel:
    """Lay a funnel out; the same origins always give the same drawing. Raises ValueError where there is none."""
    if not origins:
        raise ValueError("a funnel has at least one origin")
    labels, target = [shortened(origin.label) for origin in origins], shortened(target)
    words = round(max(text_width(label) for label in labels), 1)
    left = _MARGIN + words + _PAD
    right = left + _REACH
    widths = list(_widths(origins))
    mouth = sum(widths)
    height = max(len(origins) * _ROW, mouth + 2 * _PAD) + 2 * _MARGIN
    box_height = round(mouth + 2 * _PAD, 1)
    box = (right, round((height - box_height) / 2, 1), round(text_width(target) + 2 * _PAD, 1), box_height)
    rows = (height - 2 * _MARGIN) / len(origins)
    bands, at = [], (height - mouth) / 2
    for number, (origin, label, width) in enumerate(zip(origins, labels, widths, strict=True)):
        middle = round(_MARGIN + rows * (number + 0.5), 1)
        path = _band(left, middle, right, at + width / 2, width)
        bands.append(Band(origin, label, round(left - _PAD / 2, 1), middle, path))
        at += width
    return Funnel(tuple(bands), target, box, round(right + box[2] + _MARGIN, 1), round(height, 1))


def shortened(label: str) -> str:
    """Cut a name that would push the drawing apart; the table beside it has the whole.

    >>> shortened("区社区建设协调管理机构办公室综合科")
    '区社区建设协调管理机构办公…'
    """
    return label if len(label) <= _MOST_LETTERS else label[: _MOST_LETTERS - 1] + _CUT


def _widths(origins: Sequence[Origin]) -> Iterator[float]:
    whole = sum(origin.minutes for origin in origins)
    for origin in origins:
        yield max(_THINNEST, round(_MOUTH * origin.minutes / whole, 1)) if whole else _THINNEST


def _band(left: float, from_y: float, right: float, to_y: float, width: float) -> str:
    """Write a band of one width that leaves and arrives level."""
    half, bend = width / 2, (left + right) / 2
    above = f"M{left:g} {from_y - half:.1f}C{bend:g} {from_y - half:.1f} {bend:g} {to_y - half:.1f} {right:g} "
    back = f"{to_y - half:.1f}V{to_y + half:.1f}C{bend:g} {to_y + half:.1f} {bend:g} {from_y + half:.1f} {left:g} "
    return f"{above}{back}{from_y + half:.1f}Z"
