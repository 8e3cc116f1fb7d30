"""Hot issues of an actor's matters: what several report of one thing in one place, over thirty or ninety days.

Communities and items of which little is reported are left out by counting alone; of the rest the newest matters are
gathered by their words (engines.hot_issues). A district takes as many questions to the database as a street.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from sanhu.domains.casework.joined import joined_counts
from sanhu.domains.casework.models import Joining, Matter
from sanhu.domains.casework.queries import visible_by_key, visible_to
from sanhu.domains.casework.search.index import written_in
from sanhu.domains.casework.search.rarities import rarity_at
from sanhu.domains.catalogue.models import AffairItem
from sanhu.engines.actors import Actor
from sanhu.engines.hot_issues import WEEK, Issue, Report, hot_issues
from sanhu.engines.legal_time import legal_day

PERIODS = (30, 90)
MOST = 30
FEWEST_REPORTERS = 3
_MOST_GROUPS, _MOST_OF_EACH = 60, 60
_MOST_SHOWN = 8  # matters of one issue
_UNSORTED = ""  # what nobody has accepted yet

_Group = tuple[str, str]  # the item's code, whatever the version, and the community


@dataclass(frozen=True)
class HotIssue:
    """An issue with its newest matters; `item` is empty while none of them was accepted."""

    issue: Issue
    item: AffairItem | None
    matters: tuple[Matter, ...]

    @property
    def more(self) -> int:
        """How many matters there are beyond those shown."""
        return len(self.issue.keys) - len(self.matters)


def issues_for(actor: Actor, *, days: int, at: datetime) -> list[Issue]:
    """Give the hottest issues among what an actor may see, reported in the last so many days, by their keys alone.

    Gathering reads all that was reported in the period.
    """
    since = at - timedelta(days=days)
    lately = visible_to(actor).filter(reported_at__gte=since).exclude(state="declined")
    codes = dict(AffairItem.objects.filter(version__district=actor.district).values_list("pk", "code"))
    groups = _groups(lately, codes, since=since)
    reports = _reports(lately, groups, codes)
    weeks = -(-days // WEEK)
    return hot_issues(reports, rarity=rarity_at(at), today=legal_day(at), weeks=weeks, fewest=FEWEST_REPORTERS)[:MOST]


def _groups(lately: QuerySet[Matter], codes: Mapping[int, str], *, since: datetime) -> set[_Group]:
    """Count what is reported by item and community, joined reporters too, and give where the most is."""
    counted = Counter[_Group]()
    rows = lately.order_by().values_list("item_id", "area_code").annotate(reported=Count("pk"))
    for item, area, count in rows:
        counted[_code(item, codes), area] += count
    joined = Joining.objects.filter(left_at__isnull=True, joined_at__gte=since, matter__in=lately.values("pk"))
    for item, area, count in (
        joined.order_by().values_list("matter__item_id", "matter__area_code").annotate(count=Count("pk"))
    ):
        counted[_code(item, codes), area] += count
    return {group for group, count in counted.most_common(_MOST_GROUPS) if count >= FEWEST_REPORTERS}


def _code(item: int | None, codes: Mapping[int, str]) -> str:
    return codes.get(item, _UNSORTED) if item is not None else _UNSORTED


def _reports(lately: QuerySet[Matter], groups: set[_Group], codes: Mapping[int, str]) -> list[Report]:
    """Read the newest matters of some groups, with their tokens and who joined."""
    rows = lately.filter(area_code__in={area for _code, area in groups}).order_by("-reported_at", "-id")
    read, taken = [], Counter[_Group]()
    for key, item, area, cell, reported_at in rows.values_list(
        "pk", "item_id", "area_code", "cell_code", "reported_at"
    ):
        group = (_code(item, codes), area)
        if group in groups and taken[group] < _MOST_OF_EACH:
            taken[group] += 1
            read.append((key, group, cell, legal_day(reported_at)))
    keys = [key for key, *_rest in read]
    written, joined = written_in(keys), joined_counts(keys)
    return [
        Report(key, *group, cell=cell, written=written[key], on=on, reporters=1 + joined.get(key, 0))
        for key, group, cell, on in read
        if key in written  # of what was erased nothing is left to be alike by
    ]


def with_matters(found: Sequence[Issue], actor: Actor) -> list[HotIssue]:
    """Give issues with what of their newest matters an actor may see now; none where that is nothing."""
    wanted = [key for issue in found for key in issue.keys[:_MOST_SHOWN]]
    matters = visible_by_key(actor).select_related("item", "lead").in_bulk(wanted)
    shown = [tuple(matters[key] for key in issue.keys[:_MOST_SHOWN] if key in matters) for issue in found]
    return [
        HotIssue(issue=issue, item=next((one.item for one in some if one.item), None), matters=some)
        for issue, some in zip(found, shown, strict=True)
        if some
    ]
