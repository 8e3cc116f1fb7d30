"""Health: one word for a monitor, every sign in words for the system administrator."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.portals import health, stamps
from sanhu.portals.health import Level, Sign, beat, signs
from sanhu.portals.record_keeping import take_checkpoint
from tests.cast import report_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks


@pytest.fixture(autouse=True)
def data(settings, tmp_path: Path) -> Path:
    settings.SANHU_DATA = tmp_path
    settings.SANHU_CHECKPOINTS_FILE = tmp_path / "checkpoints.txt"
    return tmp_path


@pytest.fixture
def sound(desks: Desks, clock: Clock) -> Clock:
    """Let everything have been done just now."""
    sequence(limit=100_000)
    beat(clock.now())
    stamps.note("backup", at=clock.now(), size=7)
    stamps.note("verify", at=clock.now(), clean=True, count=0)
    take_checkpoint(clock.now())
    return clock


def sign(name: str, clock: Clock) -> Sign:
    (found,) = [one for one in signs(clock.now()) if one.name == name]
    return found


def asked() -> tuple[int, dict[str, str]]:
    answer = Client().get("/health/")
    assert answer["Cache-Control"].startswith("max-age=0")
    return answer.status_code, json.loads(answer.content)


def test_a_sound_installation_is_ok_in_one_word(sound: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "_CALENDAR_ENDS_DAYS", 10)
    assert {one.name: one.level for one in signs(sound.now()) if one.level is not Level.OK} == {}
    assert asked() == (200, {"status": "ok"})


def test_a_worker_that_never_ran_and_one_that_fell_silent_are_failing(desks: Desks, clock: Clock):
    assert asked() == (503, {"status": "failing"})
    beat(clock.now())
    clock.forward(seconds=60)
    assert asked()[0] == 200
    clock.forward(seconds=1)
    assert asked() == (503, {"status": "failing"})
    assert "没有动静" in sign("worker", clock).words


def gone(*_said: object) -> None:
    raise OperationalError("server closed the connection")


def test_a_database_that_is_away_is_failing_and_hides_no_other_sign(sound: Clock):
    with connection.execute_wrapper(gone):
        assert asked() == (503, {"status": "failing"})
        found = {one.name: one for one in signs(sound.now())}
    assert {name for name, one in found.items() if one.words == "读不出来"} == {
        "database",
        "tail",
        "notices",
        "calendar",
    }
    assert found["worker"].level is Level.OK
    assert "server closed" not in "".join(one.words for one in found.values())


def test_a_database_that_takes_no_writes_leaves_the_worker_without_a_beat(sound: Clock):
    before = stamps.last("worker")
    with connection.execute_wrapper(gone), pytest.raises(OperationalError):
        beat(sound.forward(seconds=30))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        with pytest.raises(DatabaseError, match="takes no writes"):
            beat(sound.now())
    assert stamps.last("worker") == before


def test_an_older_structure_is_failing(sound: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "_known_migrations", lambda: frozenset({("casework", "9999_next")}))
    assert asked() == (503, {"status": "failing"})
    assert "还有 1 步没有执行" in sign("database", sound).words


@pytest.mark.parametrize(
    ("free", "level"), [(2**31, Level.OK), (2**30 - 1, Level.ATTENTION), (2**27 - 1, Level.FAILING)]
)
def test_a_disk_is_watched(free: int, level: Level, sound: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": free}))
    assert sign("disk", sound).level is level


def _an_entry(desks: Desks, clock: Clock) -> None:
    report_matter(desks.cast)
    assert Entry.objects.filter(seq__isnull=True).exists()
    clock.forward(minutes=6)


def _a_notice(desks: Desks, clock: Clock) -> None:
    told = {"district": "990101", "subject_ref": "matter:1", "channel": "sms", "address": "13912345678", "text": "甲"}
    outbox.enqueue(key="m:1", at=clock.now(), **told)
    clock.forward(hours=2)


@pytest.mark.parametrize(
    ("name", "happens", "words"),
    [
        ("tail", _an_entry, "1 条等待入链"),
        ("notices", _a_notice, "1 条通知没有发出"),
        ("backup", lambda _desks, clock: clock.forward(hours=49), "记录到第 7 条"),
        ("verify", lambda _desks, clock: clock.forward(days=9), "没有发现问题"),
        ("checkpoint", lambda _desks, clock: clock.forward(hours=3), "签到第"),
    ],
)
def test_what_is_late_asks_for_attention_and_serves_on(
    name: str, happens: Callable[[Desks, Clock], object], words: str, desks: Desks, sound: Clock
):
    assert sign(name, sound).level is Level.OK
    happens(desks, sound)
    found = sign(name, sound)
    assert (found.level, words in found.words) == (Level.ATTENTION, True)
    beat(sound.now())
    assert asked() == (200, {"status": "ok"})


@pytest.mark.parametrize(("days", "level"), [(61, Level.OK), (59, Level.ATTENTION)])
def test_the_calendars_end_is_seen_two_months_ahead(days: int, level: Level, desks: Desks, clock: Clock):
    clock.at = clock.at.replace(month=12, day=31, year=2026) - timedelta(days=days)
    found = sign("calendar", clock)
    assert (found.level, f"还有 {days} 天" in found.words, "X-17" in found.words) == (level, True, True)


def test_faults_that_verifying_found_and_a_restore_that_proved_nothing_are_failing(sound: Clock):
    stamps.note("verify", at=sound.now(), clean=False, count=3)
    stamps.note("restore", at=sound.now(), proved=False, undone=0)
    assert (sign("verify", sound).level, sign("verify", sound).words) == (Level.FAILING, "发现 3 处问题")
    assert sign("restore", sound).level is Level.FAILING


def test_erasures_that_a_restore_has_undone_stay_in_sight(sound: Clock):
    stamps.note("restore", at=sound.now(), proved=True, undone=2)
    assert sign("restore", sound).level is Level.ATTENTION
    assert "要重新删除 2 项" in sign("restore", sound).words


@pytest.mark.parametrize("text", ["", "{", "[]", '{"at": 3}', '{"at": "yesterday"}', "{}"])
def test_a_stamp_that_cannot_be_read_is_none(text: str, data: Path):
    (data / "stamps").mkdir()
    (data / "stamps" / "backup.json").write_text(text)
    assert stamps.last("backup") is None


def test_the_page_shows_every_sign_to_the_system_administrator(desks: Desks, sound: Clock):
    stamps.note("verify", at=sound.now(), clean=False, count=3)
    page = desks.browser("钱").get("/desk/health/").content.decode()
    for one in signs(sound.now()):
        assert str(one.label) in page
        assert one.words in page
    assert '<p class="lead">有故障</p>' in page
    assert signs(sound.now())[0].name == "verify", "the worst stands first"
    assert 'class="state overdue">有故障</span>' in page
