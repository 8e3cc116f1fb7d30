"""What a benchmark reports: one figure, with what it is to be held against."""

import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure. `baseline` is the same thing done the barest way, or the aim where there is no such way."""

    name: str
    value: float
    unit: str
    baseline: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of its baseline."""
        return self.value / self.baseline if self.baseline else None

    def line(self) -> str:
        """Write the figure as one JSON line."""
        figures = {"value": self.value, "baseline": self.baseline, "ratio": self.ratio}
        rounded = {name: None if number is None else float(f"{number:.4g}") for name, number in figures.items()}
        return json.dumps({"name": self.name, **rounded, "unit": self.unit})


def show(figures: Iterable[Figure]) -> None:
    """Print each figure when it is there."""
    for figure in figures:
        print(figure.line(), flush=True)
