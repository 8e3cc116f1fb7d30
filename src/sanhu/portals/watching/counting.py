"""Requests counted in the process that answered them."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

# Each web process counts its own and says which it is: sums over `process` are the installation's.
_REQUESTS = Counter("sanhu_requests", "Requests answered.", ["process", "page", "method", "status"], registry=REGISTRY)
_DURATION = Histogram(
    "sanhu_request_seconds",
    "How long answers took.",
    ["process", "page"],
    buckets=_SECONDS,
    registry=REGISTRY,
)


def count_request(*, page: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    process = str(os.getpid())
    _REQUESTS.labels(process=process, page=page, method=method, status=str(status)).inc()
    _DURATION.labels(process=process, page=page).observe(seconds)
