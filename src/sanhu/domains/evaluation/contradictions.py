"""The four contradictions of the article (R12) in one community and month: what the records say of each.

C1 duty without power and money, C2 services and facilities that fall short, C3 many who are vulnerable and too little
help, C4 subjects at odds. Where the article asks for what nobody records here, that is named and no figure takes its
place.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.statutory import grounds
from sanhu.domains.admission.tables import DEMAND
from sanhu.domains.casework.gaps import gaps
from sanhu.domains.casework.models import Matter
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.evaluation.months import Period
from sanhu.domains.evaluation.rows import UNADMITTED, demands_in, matters_in
from sanhu.domains.evaluation.sources import Sources
from sanhu.engines.legal_time import legal_day

_FILE = Path(__file__).parent / "data" / "contradictions.json"
NOT_RECORDED_OF_SERVICES = (_("社区服务设施的面积"), _("居民户数"), _("每百户设施面积"))
NOT_RECORDED_OF_ASSISTANCE = (_("困难、残疾、高龄、儿童等群体的人数"), _("其中已经得到救助的人数"))


@dataclass(frozen=True)
class Reading:
    """Which classes tell of services and facilities, and which items of assistance; data a district can adapt."""

    service_classes: tuple[str, ...]
    assistance_items: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """How matters of a month stand: reported, of those still open, and of those past their day."""

    reported: int
    open: int
    overdue: int


@dataclass(frozen=True)
class Contradictions:
    """What the records say of C2, C3 and C4; C1 is the burden itself.

    `unserved` and `contested` are duties of the catalogue in force that no body, or more than one, answers for in the
    community today. `unsettled` are the month's demands nobody admitted and nobody has settled, `escalated` those among
    them that were brought before the coordinating body.
    """

    services: Progress
    unserved: tuple[str, ...]
    assistance: Progress
    handed_round: int
    awaiting_ruling: int
    unsettled: int
    escalated: int
    contested: tuple[str, ...]


@lru_cache(maxsize=1)
def reading() -> Reading:
    """Give what is shipped."""
    said = json.loads(_FILE.read_text(encoding="utf-8"))
    wanted = set(said["assistance_grounds"])
    items = tuple(code for ground in grounds() if ground.code in wanted for code in ground.item_codes)
    return Reading(tuple(said["service_classes"]), items)


def contradictions_of(sources: Sources, period: Period, *, areas: Sequence[str], at: datetime) -> Contradictions:
    """Count for one committee, which serves these communities, in a period, as things stand now."""
    here, known = matters_in(sources, period).filter(area_code__in=areas), reading()
    handed = Q(handoff_count__gte=settings.SANHU_HANDED_ROUND_FROM)
    round_, waiting = here.aggregate(a=Count("pk", filter=handed), b=Count("pk", filter=handed & _WAITS)).values()
    open_ones = UNADMITTED & Q(is_open=True, state__in=[state.code for state in DEMAND.states if state.is_open])
    unsettled, escalated = (
        demands_in(sources, period)
        .aggregate(a=Count("pk", filter=open_ones), b=Count("pk", filter=UNADMITTED & Q(state="escalated")))
        .values()
    )
    unserved, contested = _gaps(sources.district, areas, known, at=at)
    return Contradictions(
        services=_progress(here.filter(item__affair_class__in=known.service_classes), at=at),
        unserved=unserved,
        assistance=_progress(here.filter(item__code__in=known.assistance_items), at=at),
        handed_round=round_,
        awaiting_ruling=waiting,
        unsettled=unsettled,
        escalated=escalated,
        contested=contested,
    )


_WAITS = Q(state="returned")


def _progress(matters: QuerySet[Matter], *, at: datetime) -> Progress:
    is_open = Q(is_open=True)
    counted = matters.aggregate(
        reported=Count("pk"),
        open=Count("pk", filter=is_open),
        overdue=Count("pk", filter=is_open & Q(due_at__lte=at)),
    )
    return Progress(**counted)


def _gaps(
    district: str, areas: Sequence[str], known: Reading, *, at: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the items of services nobody answers for in the communities, and all that several bodies answer for."""
    version = current_version(district, legal_day(at))
    found = gaps(version, communities=areas, at=at) if version else []
    unserved = [
        f"{gap.duty.item.code} {gap.duty.part}"
        for gap in found
        if gap.unserved and gap.duty.item.affair_class in known.service_classes
    ]
    contested = [f"{gap.duty.item.code} {gap.duty.part}" for gap in found if gap.contested]
    return tuple(unserved), tuple(contested)
