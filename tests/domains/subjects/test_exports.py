"""Exports as jobs: claimed once under a lease, begun anew after a kill, cancelled, kept a while, one's own alone."""

import hashlib
from datetime import datetime, timedelta

import pytest

from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.verify_chain import body_of
from sanhu.domains.subjects.models import ExportChunk, ExportJob, ExportState
from sanhu.domains.subjects.services import exports
from sanhu.domains.subjects.services.doors import NotFound
from sanhu.domains.subjects.services.exports import ExportLostError, ExportWish
from sanhu.engines.decisions import Refused
from tests.cast import Cast, found_demo_district

MINUTE = timedelta(minutes=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return found_demo_district()


def ask(cast: Cast, at: datetime, who: str = "周", **changes: str) -> ExportJob:
    """Ask for a list in somebody's post."""
    said = {"listed": "organisations", "query": "", "format": "csv", "language": "zh-hans"} | changes
    wish = ExportWish(columns=["name"], **said)
    return exports.ask_export(wish=wish, actor=cast.actor(who, at), at=at)


def state_of(job: ExportJob) -> str:
    return ExportJob.objects.values_list("state", flat=True).get(pk=job.pk)


def claimed(at: datetime) -> ExportJob:
    """Claim what there is to claim."""
    job = exports.claim_export(at=at)
    assert job is not None
    return job


def test_who_waits_longest_is_claimed_first_and_by_one_worker(cast: Cast, at: datetime):
    first, second = ask(cast, at), ask(cast, at + MINUTE)
    now = at + 2 * MINUTE
    assert [claimed(now).pk, claimed(now).pk, exports.claim_export(at=now)] == [first.pk, second.pk, None]


def test_two_workers_that_saw_the_same_job_take_it_once(cast: Cast, at: datetime):
    """Both read the row as it waits; the second one's compare-and-swap meets another row."""
    ask(cast, at)
    seen = ExportJob.objects.get(), ExportJob.objects.get()
    assert [exports._take(job, at=at) for job in seen] == [True, False]


def test_what_a_killed_worker_had_begun_is_begun_anew_and_nothing_of_it_is_left(cast: Cast, at: datetime):
    ask(cast, at)
    killed = claimed(at)
    exports.note_progress(killed, done=500, total=900, at=at)
    exports.keep_piece(killed, ordinal=0, data=b"half of it", at=at + MINUTE)
    renewed = at + MINUTE + exports.LEASE
    assert exports.claim_export(at=renewed - timedelta(seconds=1)) is None, "the lease was renewed with each step"
    anew = claimed(renewed)
    assert (anew.pk, anew.attempts, anew.done, anew.total, anew.size) == (killed.pk, 2, 0, None, 0)
    assert not ExportChunk.objects.exists()
    for step in (
        lambda: exports.note_progress(killed, done=900, total=900, at=renewed),
        lambda: exports.keep_piece(killed, ordinal=1, data=b"the rest", at=renewed),
        lambda: exports.finish_export(killed, sha256="0" * 64, at=renewed),
    ):
        with pytest.raises(ExportLostError):
            step()
    assert (ExportChunk.objects.count(), state_of(anew)) == (0, ExportState.RUNNING)


def test_after_three_attempts_it_has_failed_and_says_so_in_plain_words(cast: Cast, at: datetime):
    job = ask(cast, at, query="state=closed")
    for _attempt in range(exports.MOST_ATTEMPTS):
        claimed(at)
        at += exports.LEASE
    assert exports.claim_export(at=at) is None
    job.refresh_from_db()
    assert (job.state, job.fault, job.query) == (ExportState.FAILED, exports.THREE_TIMES, "")


def test_an_attempt_that_went_wrong_is_tried_again_a_while_later(cast: Cast, at: datetime):
    ask(cast, at)
    exports.try_again(claimed(at), at=at)
    assert exports.claim_export(at=at + exports.LEASE - MINUTE) is None
    exports.try_again(claimed(at + exports.LEASE), at=at)
    last = claimed(at + 2 * exports.LEASE)
    exports.try_again(last, at=at)
    assert state_of(last) == ExportState.FAILED


def test_a_worker_told_to_stop_leaves_the_job_as_if_not_begun(cast: Cast, at: datetime):
    job = ask(cast, at)
    for _stop in range(5):
        exports.put_back(claimed(at))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (ExportState.WAITING, 0)


def test_cancelled_while_running_nothing_more_is_kept(cast: Cast, at: datetime):
    job = ask(cast, at, query="number=9901")
    running = claimed(at)
    exports.keep_piece(running, ordinal=0, data=b"some", at=at)
    exports.cancel_export(job_id=job.pk, actor=cast.actor("周"), at=at)
    with pytest.raises(ExportLostError):
        exports.keep_piece(running, ordinal=1, data=b"more", at=at)
    job.refresh_from_db()
    assert (job.state, job.query, job.chunks.count()) == (ExportState.CANCELLED, "", 0)
    with pytest.raises(Refused):
        exports.cancel_export(job_id=job.pk, actor=cast.actor("周"), at=at)


def ready(cast: Cast, at: datetime) -> ExportJob:
    """Let somebody have a file of two pieces."""
    ask(cast, at, query="state=closed")
    job = claimed(at)
    for ordinal, data in enumerate((b"first,", b"second")):
        exports.keep_piece(job, ordinal=ordinal, data=data, at=at)
    exports.note_progress(job, done=7, total=7, at=at)
    exports.finish_export(job, sha256=hashlib.sha256(b"first,second").hexdigest(), at=at)
    job.refresh_from_db()
    return job


def test_asking_and_fetching_are_entered_without_what_was_searched_for(cast: Cast, at: datetime):
    job = ready(cast, at)
    exports.note_fetched(job_id=job.pk, actor=cast.actor("周"), at=at + MINUTE)
    assert b"".join(exports.pieces_of(job)) == b"first,second"
    assert job.size == len(b"first,second")
    entries = Entry.objects.filter(event__startswith="export.").order_by("id")
    said = {"export": job.pk, "list": "organisations", "format": "csv"}
    assert [(entry.event, entry.actor_ref, body_of(entry)["facts"]) for entry in entries] == [
        ("export.asked", f"post:{job.post_id}", said),
        ("export.fetched", f"post:{job.post_id}", {**said, "rows": 7}),
    ]


def test_a_file_goes_after_its_hours_and_the_job_after_a_month(cast: Cast, at: datetime, settings):
    settings.SANHU_EXPORT_KEPT_HOURS = 24
    job = ready(cast, at)
    day = timedelta(hours=24)
    assert exports.drop_exports(at=at + day - MINUTE) == 0
    with pytest.raises(NotFound):
        exports.note_fetched(job_id=job.pk, actor=cast.actor("周"), at=at + day)
    assert [exports.drop_exports(at=at + day), exports.drop_exports(at=at + day)] == [1, 0]
    job.refresh_from_db()
    assert (job.state, job.query, ExportChunk.objects.count()) == (ExportState.EXPIRED, "", 0)
    exports.drop_exports(at=at + timedelta(days=31))
    assert not ExportJob.objects.exists()


@pytest.mark.parametrize("who", ["徐", "孙", "郑"])
def test_an_export_is_its_own_persons_alone(who: str, cast: Cast, at: datetime):
    job = ready(cast, at)
    for act in (exports.note_fetched, exports.cancel_export):
        with pytest.raises(NotFound):
            act(job_id=job.pk, actor=cast.actor(who), at=at)
    assert not exports.exports_visible_to(cast.actor(who)).exists()


def test_three_of_a_person_wait_at_a_time(cast: Cast, at: datetime, settings):
    settings.SANHU_EXPORTS_MOST = 3
    jobs = [ask(cast, at) for _turn in range(3)]
    with pytest.raises(Refused):
        ask(cast, at)
    ask(cast, at, who="徐")
    exports.cancel_export(job_id=jobs[0].pk, actor=cast.actor("周"), at=at)
    assert ask(cast, at).state == ExportState.WAITING
