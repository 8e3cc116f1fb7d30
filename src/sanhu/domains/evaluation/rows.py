"""The records behind a burden: which demands and matters of a period are counted, and which are not.

A demand belongs to the month it was taken down in, a matter to the month it was reported in.
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from sanhu.domains.admission.models import Demand
from sanhu.domains.admission.terms import Ground
from sanhu.domains.casework.models import Matter
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.evaluation.months import Period
from sanhu.domains.evaluation.sources import Sources
from sanhu.domains.subjects.kinds import SubjectKind

# A demand the committee worked on beside its admitted tasks: the law made it a duty, or an emergency went before.
CARRIED = ~Q(ground=Ground.ADMITTED) & (~Q(ground=Ground.UNADMITTED) | Q(is_emergency=True))
UNADMITTED = Q(ground=Ground.UNADMITTED)
_FEW = 20


def demands_in(sources: Sources, period: Period) -> QuerySet[Demand]:
    """Give the demands taken down in a period."""
    begins, ends = period.instants
    return sources.demands.filter(recorded_at__gte=begins, recorded_at__lt=ends).order_by()


def matters_in(sources: Sources, period: Period) -> QuerySet[Matter]:
    """Give the matters reported in a period, whoever leads them."""
    begins, ends = period.instants
    return sources.matters.filter(reported_at__gte=begins, reported_at__lt=ends).order_by()


def led_in(sources: Sources, period: Period) -> QuerySet[Matter]:
    """Give the matters that were given to the committees to lead."""
    return matters_in(sources, period).filter(lead__in=sources.committees.values("pk"))


def assisted_in(sources: Sources, period: Period, *, areas: Sequence[str]) -> QuerySet[Matter]:
    """Give the matters in communities that another kind of body leads and the catalogue has a committee assist in."""
    reported = matters_in(sources, period)
    if len(areas) <= _FEW:  # of a district's communities it is sooner read which lie in none of them
        reported = reported.filter(area_code__in=areas)
    led_by_others = reported.filter(duty__in=assisted_duties(sources.district), lead__isnull=False)
    return led_by_others.exclude(lead__kind=SubjectKind.RESIDENTS_COMMITTEE)


def assisted_duties(district: str) -> list[int]:
    """Give the duties, of every version, in which a residents' committee assists."""
    duties = Duty.objects.filter(item__version__district=district).order_by().values_list("pk", "assist")
    return [pk for pk, assist in duties if any(_is_committee(helper.get("kind", "")) for helper in assist)]


def _is_committee(kind: str) -> bool:
    return kind.partition(":")[0] == SubjectKind.RESIDENTS_COMMITTEE
