"""Exports: who asked for which list, who works on it, and who fetched it.

A job is claimed under a lease and its number of attempts is the claim's own mark: whoever was killed, was too slow or
was told to stop finds that the row has moved on, and nothing of theirs is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop as _

from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.models import Delegation, ExportChunk, ExportJob, ExportState, Person, Post
from sanhu.domains.subjects.queries import Capacity, capacities_of
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
_KEPT_AS_FACT = timedelta(days=30)
_PENDING = (ExportState.WAITING, ExportState.RUNNING)

THREE_TIMES = _("导出三次都没有完成，请缩小范围再试，或者告诉系统管理员")
NO_LONGER_IN_POST = _("这个岗位或者代办已经结束，没有导出")


class ExportLostError(Exception):
    """The job was cancelled, or somebody else works on it now: whoever worked on it leaves it alone."""


@dataclass(frozen=True)
class ExportWish:
    """Which list, as its page's address has the filters, with which columns, in which form and language."""

    listed: str
    query: str
    columns: Sequence[str]
    format: str
    language: str


def ask_export(*, wish: ExportWish, actor: Actor, at: datetime) -> ExportJob:
    """Ask for an export. Raises Refused while too many of the person's own are waiting."""
    assert actor.person_id is not None, "somebody in a post asks"
    assert actor.post_id is not None, "somebody in a post asks"
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.person_id)
        waiting = exports_of(actor.person_id).filter(state__in=_PENDING).count()
        if waiting >= settings.SANHU_EXPORTS_MOST:
            raise Refused(refuse(_("您已经有几份导出在等待，请等它们完成或者取消")))
        job = ExportJob.objects.create(
            post_id=actor.post_id,
            delegation_id=delegation_of(actor),
            listed=wish.listed,
            query=wish.query,
            columns=list(wish.columns),
            format=wish.format,
            language=wish.language,
            asked_at=at,
        )
        _enter(SubjectEvent.EXPORT_ASKED, job, actor=actor, at=at)
    return job


def delegation_of(actor: Actor) -> int | None:
    """Give the delegation somebody acts through, if any."""
    kind, _colon, key = actor.through.partition(":")
    return int(key) if kind == "delegation" else None


def exports_visible_to(actor: Actor) -> QuerySet[ExportJob]:
    """What the same person asked for in the same post, newest first; nobody else's."""
    own = ExportJob.objects.filter(post_id=actor.post_id or 0, delegation_id=delegation_of(actor))
    return own.order_by("-asked_at", "-id")


def export_for(actor: Actor, pk: int) -> ExportJob:
    """Give one export of the actor's own. Raises NotFound."""
    found = exports_visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def cancel_export(*, job_id: int, actor: Actor, at: datetime) -> ExportJob:
    """Cancel what is not done yet; whoever works on it finds out at the next step."""
    with transaction.atomic():
        job = export_for(actor, job_id)
        pending = ExportJob.objects.filter(pk=job_id, state__in=_PENDING)
        if not pending.update(state=ExportState.CANCELLED, finished_at=at, claimed_until=None, query="", size=0):
            raise Refused(refuse(_("这份导出已经结束，不用取消")))
        job.chunks.all().delete()
        job.refresh_from_db()
    return job


def note_fetched(*, job_id: int, actor: Actor, at: datetime) -> ExportJob:
    """Enter that somebody fetches an export of theirs. Raises NotFound for one that is not there to be fetched."""
    with transaction.atomic():
        job = export_for(actor, job_id)
        if job.state != ExportState.READY or job.finished_at is None or job.finished_at <= _kept_since(at):
            raise NotFound
        _enter(SubjectEvent.EXPORT_FETCHED, job, actor=actor, at=at, rows=job.done)
    return job


def pieces_of(job: ExportJob) -> Iterator[bytes]:
    """Give the file piece by piece."""
    for chunk in job.chunks.order_by("ordinal").iterator(chunk_size=1):
        yield chunk.data


def capacity_of(job: ExportJob, *, at: datetime) -> Capacity | None:
    """Give the capacity in which the job's person acts at this moment; None when there is none any more."""
    person = job.post.person
    if job.delegation_id is not None:
        person = Delegation.objects.select_related("deputy__account").get(pk=job.delegation_id).deputy
    account = getattr(person, "account", None)
    if account is None:
        return None
    wanted = (job.post_id, job.delegation_id)
    return next(
        (
            capacity
            for capacity in capacities_of(account, at=at)
            if (capacity.post.pk, capacity.delegation.pk if capacity.delegation else None) == wanted
        ),
        None,
    )


# --- working on it


def claim_export(*, at: datetime) -> ExportJob | None:
    """Take the job that waits longest, or one whose worker is gone, and begin it anew; None where there is none."""
    left = Q(state=ExportState.RUNNING, claimed_until__lte=at)
    waiting = Q(state=ExportState.WAITING) & (Q(claimed_until__isnull=True) | Q(claimed_until__lte=at))
    for job in ExportJob.objects.filter(waiting | left, state__in=_PENDING).order_by("asked_at", "id")[:10]:
        if job.attempts >= MOST_ATTEMPTS:
            _end(job, ExportState.FAILED, at=at, fault=THREE_TIMES)
        elif _take(job, at=at):
            return job
    return None


def _take(job: ExportJob, *, at: datetime) -> bool:
    """Claim by compare-and-swap; what an earlier attempt left goes."""
    with transaction.atomic():
        taken = ExportJob.objects.filter(
            pk=job.pk, state=job.state, attempts=job.attempts, claimed_until=job.claimed_until
        )
        fresh = {"state": ExportState.RUNNING, "claimed_until": at + LEASE, "done": 0, "total": None, "size": 0}
        if not taken.update(attempts=F("attempts") + 1, **fresh):
            return False
        job.chunks.all().delete()
    job.refresh_from_db()
    return True


def note_progress(job: ExportJob, *, done: int, total: int, at: datetime) -> None:
    """Say how far it is, and renew the lease. Raises ExportLostError."""
    _held(job, done=done, total=total, claimed_until=at + LEASE)


def keep_piece(job: ExportJob, *, ordinal: int, data: bytes, at: datetime) -> None:
    """Keep a piece of the file, and renew the lease. Raises ExportLostError."""
    with transaction.atomic():
        _held(job, size=F("size") + len(data), claimed_until=at + LEASE)
        ExportChunk.objects.create(job=job, ordinal=ordinal, data=data)


def finish_export(job: ExportJob, *, sha256: str, at: datetime) -> None:
    """Let the file be fetched. Raises ExportLostError."""
    _held(job, state=ExportState.READY, sha256=sha256, finished_at=at, claimed_until=None)


def fail_export(job: ExportJob, *, fault: str, at: datetime) -> None:
    """Give up for good, with a plain word (a message id)."""
    _end(job, ExportState.FAILED, at=at, fault=fault)


def try_again(job: ExportJob, *, at: datetime) -> None:
    """Something went wrong: leave it for the next attempt a while later, or give up after the last."""
    if job.attempts >= MOST_ATTEMPTS:
        _end(job, ExportState.FAILED, at=at, fault=THREE_TIMES)
    else:
        _mine(job).update(state=ExportState.WAITING, claimed_until=at + LEASE * job.attempts)


def put_back(job: ExportJob) -> None:
    """The worker is told to stop: leave the job as if it had not been begun."""
    _mine(job).update(state=ExportState.WAITING, claimed_until=None, attempts=F("attempts") - 1)


def drop_exports(*, at: datetime) -> int:
    """Remove files that were kept long enough with what was searched for, and later the jobs; give how many."""
    old = exports_due(at=at)
    with transaction.atomic():
        keys = list(old.values_list("pk", flat=True)[:100])
        ExportChunk.objects.filter(job__in=keys).delete()
        ExportJob.objects.filter(pk__in=keys).update(query="")
        ExportJob.objects.filter(pk__in=keys, state=ExportState.READY).update(state=ExportState.EXPIRED)
    ExportJob.objects.filter(finished_at__lte=at - _KEPT_AS_FACT, query="").delete()
    return len(keys)


def exports_kept() -> QuerySet[ExportJob]:
    """Exports whose file or filters are still there."""
    return ExportJob.objects.exclude(~Q(state=ExportState.READY), query="")


def exports_due(*, at: datetime) -> QuerySet[ExportJob]:
    """Exports whose file or filters are still there, and are to go by a moment."""
    return exports_kept().filter(finished_at__lte=_kept_since(at))


def _kept_since(at: datetime) -> datetime:
    return at - timedelta(hours=settings.SANHU_EXPORT_KEPT_HOURS)


def _mine(job: ExportJob) -> QuerySet[ExportJob]:
    return ExportJob.objects.filter(pk=job.pk, state=ExportState.RUNNING, attempts=job.attempts)


def _held(job: ExportJob, **changes: object) -> None:
    if not _mine(job).update(**changes):
        raise ExportLostError


def _end(job: ExportJob, state: ExportState, *, at: datetime, fault: str) -> None:
    with transaction.atomic():
        mine = ExportJob.objects.filter(pk=job.pk, state__in=_PENDING, attempts=job.attempts)
        if mine.update(state=state, fault=fault, finished_at=at, claimed_until=None, query=""):
            job.chunks.all().delete()


def exports_of(person_id: int) -> QuerySet[ExportJob]:
    """Give what somebody asked for, in posts of their own and as a deputy; not what a deputy asked for in theirs."""
    own = Q(post__person_id=person_id, delegation_id=None)
    lent = Delegation.objects.filter(deputy_id=person_id)
    return ExportJob.objects.filter(own | Q(delegation_id__in=lent.values("pk")))


def _enter(event: SubjectEvent, job: ExportJob, *, actor: Actor, at: datetime, **facts: object) -> None:
    district = Post.objects.values_list("organisation__district", flat=True).get(pk=job.post_id)
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"post:{job.post_id}",
        district=district,
        facts={"export": job.pk, "list": job.listed, "format": job.format, **facts},
    )
