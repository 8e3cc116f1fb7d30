"""Training districts' routers in the background: one at a time, begun anew where a worker was killed.

A district that has a catalogue and never had a router gets its first one by itself, learnt from wording alone.
"""

import logging
import threading
from datetime import datetime

from sanhu.domains.casework.services import routers
from sanhu.domains.casework.services.routers import TrainingLostError
from sanhu.engines.actors import SYSTEM
from sanhu.engines.decisions import Refused
from sanhu.portals import clock

_LOG = logging.getLogger(__name__)


def ask_first(at: datetime) -> int:
    """Have a first router learnt for each district that never had one; give how many."""
    asked = 0
    for district in routers.districts_without_router(at=at):
        try:
            routers.ask_training(district=district, actor=SYSTEM, at=at)
        except Refused:  # another worker was first
            continue
        asked += 1
    return asked


def train_next(at: datetime, *, stop: threading.Event) -> int:
    """Work on the training that waits longest, to its end; give how many that were."""
    training = routers.claim_training(at=at)
    if training is None:
        return 0
    # scikit-learn takes seconds and memory: only a worker that trains loads it.
    from sanhu.engines.routing.training import CannotTrainError  # noqa: PLC0415 - see above
    from sanhu.portals.worker.learning import StoppedError, learn  # noqa: PLC0415 - see above

    try:
        learn(training, stop=stop, at=at)
    except TrainingLostError:
        _LOG.info("training %s was begun anew by another worker", training.pk)
    except StoppedError:
        routers.put_back(training)
    except CannotTrainError as why:
        routers.fail(training, fault=why.reason, at=clock.now())
    except Exception as fault:  # noqa: BLE001 - whatever it was, the training must not stay "running"
        # Only its kind: what it says may hold a resident's words.
        _LOG.error("training %s, attempt %s: %s", training.pk, training.attempts, type(fault).__name__)
        routers.try_again(training, at=clock.now())
    return 1
