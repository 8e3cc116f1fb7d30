"""The record as its administrator reads it."""

import ast
from importlib.util import find_spec
from pathlib import Path

from django.db import connection
from django.db.models import TextChoices
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.places.events import PlacesEvent
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.services.people import add_person
from sanhu.engines.actors import SYSTEM
from sanhu.portals.desk.wording import EVENTS, event_words
from tests.portals.desk_administration.conftest import District
from tests.portals.reading import words

URL = reverse("desk:record")
LISTS: tuple[type[TextChoices], ...] = (MatterEvent, PlacesEvent, SubjectEvent)


def written_events() -> set[str]:
    """The events the source writes as plain text."""
    spec = find_spec("sanhu")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = Path(spec.submodule_search_locations[0])
    return {
        keyword.value.value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "event" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
    }


def test_every_event_that_is_written_has_words():
    written = written_events() | {move.event for move in MATTER.moves} | {one.value for name in LISTS for one in name}
    assert len(written) > 30
    assert {event for event in written if event not in EVENTS} == set()


def test_an_event_without_words_stands_by_its_code():
    assert event_words("matter.flown") == "matter.flown"


def test_entries_stand_with_number_words_post_and_hash(district: District):
    sequence(limit=1000)
    add_person(district="990101", staff_number="0099", name="新来", actor=SYSTEM, at=district.at)
    text = district.desk("沈").get(URL).content.decode()
    shown = words(text)
    entry = Entry.objects.filter(district="990101", event="post.appointed", seq__isnull=False)[0]
    assert "任职" in shown
    assert f"{entry.hash[:12]}…" in shown
    assert entry.hash not in text
    assert "等待入链" in shown
    assert "sanhu verify" in shown
    assert "新来" not in text


def test_a_deed_stands_under_the_post_that_did_it(district: District):
    district.desk("钱").post(
        reverse("desk:account_act", kwargs={"pk": district.posts["周"].person_id, "act": "deactivate"})
    )
    line = district.desk("沈").get(URL).context["lines"][0]
    assert (line.event, line.actor) == ("停用账号", "示范区人民政府 系统管理员（工号 0001）")


def test_one_subject_is_followed(district: District):
    post = district.posts["陈"]
    answer = district.desk("沈").get(URL + f"?subject=post:{post.pk}")
    assert [line.entry.subject_ref for line in answer.context["lines"]] == [f"post:{post.pk}"]
    assert district.desk("沈").get(URL + "?subject=" + "x" * 81).status_code == 400
    hostile = district.desk("沈").get(URL, {"subject": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in hostile


def test_another_districts_entries_are_not_there_even_by_their_subject(district: District):
    other = district.posts["郑"]
    assert Entry.objects.filter(subject_ref=f"post:{other.pk}").exists()
    answer = district.desk("沈").get(URL + f"?subject=post:{other.pk}")
    assert answer.context["lines"] == []


def test_the_pages_of_the_record_lose_nothing_and_ask_no_more(district: District):
    desk = district.desk("沈")
    desk.get(URL)
    with CaptureQueriesContext(connection) as few:
        desk.get(URL)
    for number in range(60):
        add_person(district="990101", staff_number=f"3{number:03}", name="甲", actor=SYSTEM, at=district.at)
    with CaptureQueriesContext(connection) as many:
        answer = desk.get(URL)
    assert len(many) == len(few)
    seen = []
    while True:
        seen += [line.entry.pk for line in answer.context["lines"]]
        if not answer.context["page"].next_url:
            break
        answer = desk.get(answer.context["page"].next_url)
    own = Entry.objects.filter(district="990101").order_by("-at", "-id")
    assert seen == list(own.values_list("pk", flat=True))
