"""`/metrics/`: the state of the district's work and of the installation, for a monitor that holds the token."""

import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.models import Entry, Notice
from sanhu.domains.evidence.outbox import MOST_ATTEMPTS
from sanhu.portals import clock, stamps
from sanhu.portals.health import WORKER, Level, status
from sanhu.portals.watching.counting import REGISTRY

_SCHEME = "Bearer "
_IS_OPEN = Q(is_open__in=(True,))  # not is_open=True: SQLite finds no index for a bare column
# Of each of these is told how long ago it was done last; what never was, is not there.
_DEEDS = (WORKER, "backup", "verify", "restore")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures to whoever shows the token; where none is configured there is no such page."""
    token = settings.SANHU_METRICS_TOKEN
    if not token:
        raise Http404("no token is configured")
    shown = request.headers.get("Authorization", "")
    if not shown.startswith(_SCHEME) or not hmac.compare_digest(shown.removeprefix(_SCHEME).encode(), token.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    now = CollectorRegistry()
    now.register(InstallationCollector(clock.now()))
    return HttpResponse(generate_latest(now) + generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


class InstallationCollector(Collector):
    """Figures read from the database and the stamps: the same whichever process answers."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Promise nothing ahead, so that registering reads nothing."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read everything anew."""
        yield GaugeMetricFamily("sanhu_healthy", "1 unless /health/ says failing.", value=self._is_healthy())
        yield self._matters()
        overdue = Matter.objects.filter(_IS_OPEN, due_at__lte=self._at).values("district").order_by("district")
        late = GaugeMetricFamily("sanhu_matters_overdue", "Open matters past their due date.", labels=["district"])
        for district, count in overdue.annotate(total=Count("pk")).values_list("district", "total"):
            late.add_metric([district], count)
        yield late
        yield from self._outbox()
        tail = Entry.objects.filter(seq__isnull=True).count()
        yield GaugeMetricFamily("sanhu_record_tail", "Entries that wait to be chained.", value=tail)
        ages = GaugeMetricFamily("sanhu_last_seconds", "How long ago it was done last.", labels=["deed"])
        for deed in _DEEDS:
            if stamp := stamps.last(deed):
                ages.add_metric([deed], (self._at - stamp.at).total_seconds())
        yield ages

    def _is_healthy(self) -> int:
        return int(status(self._at) is not Level.FAILING)

    def _matters(self) -> GaugeMetricFamily:
        found = GaugeMetricFamily("sanhu_matters", "Open matters by state.", labels=["district", "state"])
        counts = Matter.objects.filter(_IS_OPEN).values("district", "state").order_by("district", "state")
        for district, state, count in counts.annotate(total=Count("pk")).values_list("district", "state", "total"):
            found.add_metric([district, state], count)
        return found

    def _outbox(self) -> Iterator[GaugeMetricFamily]:
        unsent = Q(sent_at__isnull=True)
        waiting = GaugeMetricFamily("sanhu_notices_waiting", "Notices that are still to be sent.", labels=["channel"])
        failed = GaugeMetricFamily("sanhu_notices_failed", "Notices given up after all attempts.", labels=["channel"])
        for family, which in (
            (waiting, unsent & Q(attempts__lt=MOST_ATTEMPTS)),
            (failed, unsent & Q(attempts__gte=MOST_ATTEMPTS)),
        ):
            counts = Notice.objects.filter(which).values("channel").order_by("channel").annotate(total=Count("pk"))
            for channel, count in counts.values_list("channel", "total"):
                family.add_metric([channel], count)
            yield family
