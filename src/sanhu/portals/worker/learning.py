"""What a district's router is learnt from, and how it is compared with the one that serves.

It is learnt from the catalogue's own wording and from the matters the district closed. A later one takes over only
where it does at least as well on the matters closed since, which neither has seen: for that a trial is learnt without
them. What serves is then learnt from everything. scikit-learn is imported here, so this is imported only to train.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sanhu.domains.casework.models import TrainedRouter
from sanhu.domains.casework.services import routers
from sanhu.domains.casework.services.routers import Taught
from sanhu.domains.casework.suggesting import serving_router
from sanhu.domains.catalogue.examples import labelled
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.catalogue.reading import rows_of
from sanhu.engines.legal_time import legal_day
from sanhu.engines.routing.evaluation import evaluate
from sanhu.engines.routing.model import Router
from sanhu.engines.routing.training import Example, train
from sanhu.portals import clock

Progress = Callable[[int, int], None]
Said = tuple[str, str]  # words, and the code of the item they are about


class StoppedError(Exception):
    """The worker is to stop."""


def learn(training: TrainedRouter, *, stop: threading.Event, at: datetime) -> None:
    """Learn, compare, evaluate, and let it serve or not. Raises CannotTrainError, StoppedError, TrainingLostError."""
    heard = _hearing(training, stop)
    wording, taught = _wording(training.district, at=at), routers.taught_by(training.district)
    everything = _examples([*wording, *_said(taught)])
    compared = _compare(training.district, wording, taught, heard)
    router, choice = train(everything, progress=heard)
    found = evaluate(everything, progress=heard)
    figures: dict[str, object] = {
        "threshold": choice.threshold,
        "macro_f1": round(found.macro_f1, 4),
        "top_two": round(found.top_two, 4),
        "coverage": round(found.certain.coverage, 4),
        "error": round(found.certain.error, 4),
        "bound": round(found.certain.bound, 4),
        **({"fresh": compared.fresh, "before": compared.before, "after": compared.after} if compared else {}),
    }
    routers.settle(
        training,
        data=router.dumps(),
        figures=figures,
        taught=taught,
        example_count=len(everything),
        is_worse=compared is not None and compared.after < compared.before,
        at=clock.now(),
    )


@dataclass(frozen=True)
class _Compared:
    """How many of the matters closed since the last training each router puts under the item they were closed under."""

    fresh: int
    before: int
    after: int


def _compare(district: str, wording: list[Said], taught: Sequence[Taught], heard: Progress) -> _Compared | None:
    now, old = routers.serving(district), serving_router(district)
    if now is None or old is None:
        return None
    since = now.learnt_until
    fresh = [one for one in taught if since is None or one.closed_at > since]
    seen = [one for one in taught if since is not None and one.closed_at <= since]
    if not fresh:
        return None
    trial, _choice = train(_examples([*wording, *_said(seen)]), progress=heard)
    return _Compared(fresh=len(fresh), before=_right(old, fresh), after=_right(trial, fresh))


def _right(router: Router, taught: Sequence[Taught]) -> int:
    said = router.predict_many([one.words for one in taught])
    return sum(prediction.label == one.code for prediction, one in zip(said, taught, strict=True))


def _wording(district: str, *, at: datetime) -> list[Said]:
    version = current_version(district, legal_day(at))
    return labelled(rows_of(version)) if version is not None else []


def _said(taught: Sequence[Taught]) -> list[Said]:
    return [(one.words, one.code) for one in taught]


def _examples(said: Sequence[Said]) -> list[Example]:
    return [Example(text, code) for text, code in said]


def _hearing(training: TrainedRouter, stop: threading.Event) -> Progress:
    """Note each step that is done, and stop between two of them where the worker is told to."""

    def heard(done: int, total: int) -> None:
        if stop.is_set():
            raise StoppedError
        routers.note_progress(training, done=done, total=total, at=clock.now())

    return heard
