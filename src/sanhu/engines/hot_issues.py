"""Reports about one thing in one place, gathered into issues, ranked by how many report them and how lately.

What is gathered shares its subject and its place, and its words: each report joins the issue it is most like, or begins
one. The same reports give the same issues, whatever order they come in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sanhu.engines.likeness import Rarity

# From how much overlap on two reports are about one thing: in one grid cell, and in one community.
ALIKE_IN_CELL, ALIKE = 0.3, 0.4
HALF_LIFE_DAYS = 14
WEEK = 7


@dataclass(frozen=True)
class Report:
    """One report: what kind of thing, in which community and cell, by its tokens; `reporters` counts who joined too."""

    key: int
    subject: str
    place: str
    cell: str
    written: frozenset[str]
    on: date
    reporters: int = 1


@dataclass(frozen=True)
class Issue:
    """Reports about one thing in one place, the newest first; `weekly` counts reporters by week, the last week last."""

    subject: str
    place: str
    keys: tuple[int, ...]
    reporters: int
    first_on: date
    last_on: date
    weekly: tuple[int, ...]
    heat: float

    @property
    def is_rising(self) -> bool:
        """Tell whether more reported it in the last week than in the one before."""
        return len(self.weekly) > 1 and self.weekly[-1] > self.weekly[-2]


def hot_issues(reports: Iterable[Report], *, rarity: Rarity, today: date, weeks: int, fewest: int = 3) -> list[Issue]:
    """Gather reports into issues that at least so many report, the hottest first.

    A reporter counts half as much for each fortnight that has passed since.
    """
    ordered = sorted(reports, key=lambda report: (report.subject, report.place, report.on, report.key))
    issues = [
        _issue(some, today=today, weeks=weeks)
        for _of, alike in groupby(ordered, key=lambda report: (report.subject, report.place))
        for some in _gathered(list(alike), rarity)
        if sum(report.reporters for report in some) >= fewest
    ]
    return sorted(issues, key=lambda issue: (-round(issue.heat, 6), -issue.reporters, issue.keys))


def _gathered(reports: Sequence[Report], rarity: Rarity) -> list[list[Report]]:
    """Put each report, the oldest first, to the one that began the issue it is most like."""
    weigh = {token: rarity.weight(token) for report in reports for token in report.written}
    least = 3 * rarity.weight("")
    begun: list[tuple[Report, float, list[Report]]] = []
    for report in reports:
        weight = sum(weigh[token] for token in report.written)
        best, where = 0.0, None
        for first, first_weight, some in begun:
            shared = sum(weigh[token] for token in report.written & first.written)
            alike = shared / max(min(weight, first_weight), least)
            enough = ALIKE_IN_CELL if report.cell and report.cell == first.cell else ALIKE
            if alike >= enough and alike > best:
                best, where = alike, some
        if where is None:
            begun.append((report, weight, [report]))
        else:
            where.append(report)
    return [some for _first, _weight, some in begun]


def _issue(reports: Sequence[Report], *, today: date, weeks: int) -> Issue:
    newest_first = sorted(reports, key=lambda report: (report.on, report.key), reverse=True)
    weekly = [0] * weeks
    heat = 0.0
    for report in reports:
        age = max((today - report.on).days, 0)
        heat += report.reporters * 0.5 ** (age / HALF_LIFE_DAYS)
        if age // WEEK < weeks:
            weekly[weeks - 1 - age // WEEK] += report.reporters
    return Issue(
        subject=reports[0].subject,
        place=reports[0].place,
        keys=tuple(report.key for report in newest_first),
        reporters=sum(report.reporters for report in reports),
        first_on=newest_first[-1].on,
        last_on=newest_first[0].on,
        weekly=tuple(weekly),
        heat=heat,
    )
