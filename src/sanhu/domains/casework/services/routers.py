"""Training a district's router: who asked, who works on it, and whether the new one takes over.

A training is claimed under a lease, as exports are: whoever was killed or too slow finds that the row has moved on.
What is learnt takes over only where it does at least as well as the router that serves, on matters neither has seen.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop as _

from sanhu.domains.casework.events import RouterEvent
from sanhu.domains.casework.models import Matter, RouterState, TrainedRouter
from sanhu.domains.catalogue.models import CatalogueVersion
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import SYSTEM, Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, Refused, refuse

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
MOST_LEARNT_FROM = 20_000
_PENDING = (RouterState.WAITING, RouterState.RUNNING)
ARTICLE = _("分类管理办法第十八条")
THREE_TIMES = _("训练三次都没有完成，请告诉系统管理员")


class TrainingLostError(Exception):
    """Somebody else works on this training now: whoever worked on it leaves it alone."""


@dataclass(frozen=True)
class Taught:
    """What a closed matter teaches: its words, the item it was closed under, and when."""

    words: str
    code: str
    closed_at: datetime


def trainings(actor: Actor) -> QuerySet[TrainedRouter]:
    """Give the trainings of an actor's district, newest first, without what was learnt."""
    if actor.kind is not ActorKind.POST or not actor.may(Permission.CATALOGUE_AMEND):
        return TrainedRouter.objects.none()
    return TrainedRouter.objects.filter(district=actor.district).defer("data").order_by("-id")


def serving(district: str) -> TrainedRouter | None:
    """Give the training whose router serves a district, without what was learnt."""
    return TrainedRouter.objects.filter(district=district, state=RouterState.SERVING).defer("data").first()


def taught_by(district: str, *, after: datetime | None = None) -> list[Taught]:
    """Give what a district's closed matters teach, the newest first; those whose words were erased teach nothing."""
    closed = Matter.objects.filter(district=district, state="closed", item__isnull=False)
    if after is not None:
        closed = closed.filter(closed_at__gt=after)
    rows = closed.order_by("-closed_at", "-id").values_list("words", "item__code", "closed_at")[:MOST_LEARNT_FROM]
    return [Taught(words, code, at) for words, code, at in rows if isinstance(words, str) and words.strip() and at]


def fresh_count(district: str) -> int:
    """Count the matters closed since the router that serves was learnt: what a new one would learn."""
    now = serving(district)
    closed = Matter.objects.filter(district=district, state="closed", item__isnull=False)
    return (closed.filter(closed_at__gt=now.learnt_until) if now and now.learnt_until else closed).count()


def may_ask(actor: Actor, *, district: str) -> Decision:
    """May the actor have a new router learnt, and is there anything new to learn?"""
    if not actor.may(Permission.CATALOGUE_AMEND) or actor.district != district:
        return refuse(_("您的岗位没有这项权限"), citations=(ARTICLE,))
    if serving(district) is not None and fresh_count(district) < settings.SANHU_ROUTER_FRESH:
        return refuse(_("上次训练以后办结的还太少，没有新的可学"), citations=(ARTICLE,))
    if TrainedRouter.objects.filter(district=district, state__in=_PENDING).exists():
        return refuse(_("已经有一次训练在等待或者进行"), citations=(ARTICLE,))
    return ALLOWED


def ask_training(*, district: str, actor: Actor, at: datetime) -> TrainedRouter:
    """Ask for a new router. Raises Refused."""
    if actor is not SYSTEM and not (decision := may_ask(actor, district=district)):
        raise Refused(decision)
    with transaction.atomic():
        try:
            with transaction.atomic():
                training = TrainedRouter.objects.create(district=district, asked_by_post_id=actor.post_id, asked_at=at)
        except IntegrityError:
            raise Refused(refuse(_("已经有一次训练在等待或者进行"), citations=(ARTICLE,))) from None
        _enter(RouterEvent.ASKED, training, actor=actor, at=at)
    return training


def learn_without(matter: Matter, *, at: datetime) -> None:
    """A matter's words were erased: what was learnt of them goes with the router kept, and another is learnt anew."""
    learnt = TrainedRouter.objects.filter(district=matter.district, learnt_until__gte=matter.closed_at or at)
    learnt.filter(state=RouterState.KEPT).update(data=b"")
    is_waiting = TrainedRouter.objects.filter(district=matter.district, state__in=_PENDING).exists()
    if not is_waiting and learnt.filter(state=RouterState.SERVING).exists():
        ask_training(district=matter.district, actor=SYSTEM, at=at)


def districts_without_router(*, at: datetime) -> list[str]:
    """Give the districts that have a catalogue and have never had a router."""
    tried = TrainedRouter.objects.values("district")
    found = CatalogueVersion.objects.filter(created_at__lte=at).exclude(district__in=tried)
    return sorted(set(found.values_list("district", flat=True)))


# --- working on it


def claim_training(*, at: datetime) -> TrainedRouter | None:
    """Take the training that waits longest, or one whose worker is gone; None where there is none."""
    left = Q(state=RouterState.RUNNING, claimed_until__lte=at)
    waiting = Q(state=RouterState.WAITING) & (Q(claimed_until__isnull=True) | Q(claimed_until__lte=at))
    for training in TrainedRouter.objects.filter(waiting | left).defer("data").order_by("asked_at", "id")[:10]:
        if training.attempts >= MOST_ATTEMPTS:
            fail(training, fault=THREE_TIMES, at=at)
        elif _take(training, at=at):
            return training
    return None


def _take(training: TrainedRouter, *, at: datetime) -> bool:
    """Claim by compare-and-swap."""
    same = TrainedRouter.objects.filter(
        pk=training.pk, state=training.state, attempts=training.attempts, claimed_until=training.claimed_until
    )
    fresh = {"state": RouterState.RUNNING, "claimed_until": at + LEASE, "done": 0, "total": 0}
    taken = same.update(attempts=F("attempts") + 1, **fresh)
    training.refresh_from_db()
    return bool(taken)


def note_progress(training: TrainedRouter, *, done: int, total: int, at: datetime) -> None:
    """Say how far it is, and renew the lease. Raises TrainingLostError."""
    if not _mine(training).update(done=done, total=total, claimed_until=at + LEASE):
        raise TrainingLostError


def put_back(training: TrainedRouter) -> None:
    """The worker is told to stop: leave it as if it had not been begun."""
    _mine(training).update(state=RouterState.WAITING, claimed_until=None, attempts=F("attempts") - 1)


def try_again(training: TrainedRouter, *, at: datetime) -> None:
    """Something went wrong: leave it for the next attempt a while later, or give up after the last."""
    if training.attempts >= MOST_ATTEMPTS:
        fail(training, fault=THREE_TIMES, at=at)
    else:
        _mine(training).update(state=RouterState.WAITING, claimed_until=at + LEASE)


def fail(training: TrainedRouter, *, fault: str, at: datetime) -> None:
    """Give up for good, with a plain word (a message id)."""
    changes = {"state": RouterState.FAILED, "fault": fault, "finished_at": at, "claimed_until": None}
    TrainedRouter.objects.filter(pk=training.pk, state__in=_PENDING).update(**changes)


def settle(
    training: TrainedRouter,
    *,
    data: bytes,
    figures: dict[str, object],
    taught: Iterable[Taught],
    example_count: int,
    is_worse: bool,
    at: datetime,
) -> TrainedRouter:
    """Let what was learnt serve, or leave the one that serves where the new one is worse. Raises TrainingLostError.

    The router it replaces is kept; what the one before that had learnt is emptied.
    """
    own = list(taught)
    with transaction.atomic():
        mine = TrainedRouter.objects.select_for_update().filter(pk=training.pk, state=RouterState.RUNNING)
        found = mine.filter(attempts=training.attempts).first()
        if found is None:
            raise TrainingLostError
        found.figures, found.example_count, found.own_count = figures, example_count, len(own)
        found.learnt_until = max((one.closed_at for one in own), default=None)
        found.finished_at, found.claimed_until = at, None
        found.sha256 = hashlib.sha256(data).hexdigest()
        before = TrainedRouter.objects.filter(district=found.district)
        if is_worse:
            found.state = RouterState.WORSE
        else:
            before.filter(state=RouterState.KEPT).update(data=b"")
            before.filter(state=RouterState.SERVING).update(state=RouterState.KEPT)
            found.state, found.data = RouterState.SERVING, data
        found.save()
        _enter(RouterEvent.KEPT_AS_IT_WAS if is_worse else RouterEvent.REPLACED, found, actor=SYSTEM, at=at)
    return found


def _mine(training: TrainedRouter) -> QuerySet[TrainedRouter]:
    return TrainedRouter.objects.filter(pk=training.pk, state=RouterState.RUNNING, attempts=training.attempts)


def _enter(event: RouterEvent, training: TrainedRouter, *, actor: Actor, at: datetime) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"router:{training.district}-{training.pk}",
        district=training.district,
        rows=[],
        facts={"sha256": training.sha256, "examples": training.example_count, "own": training.own_count},
    )
