"""What anybody may ask by program, and what it tells."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as installed
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections

from sanhu.domains.casework.models import Matter, Publication, Verdict
from sanhu.domains.casework.services.contacts import Wish
from sanhu.domains.casework.services.joining import join, leave
from sanhu.domains.casework.services.publishing import Ruling, decide
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.evidence.models.notice import Channel
from sanhu.engines.actors import resident
from sanhu.engines.codes.case_numbers import display
from sanhu.portals.open import public_matters
from tests.cast import COMMUNITY, COMMUNITY_OF_OTHER_DISTRICT, DISTRICT, MONDAY_MORNING, OTHER_COMMUNITY
from tests.portals.conftest import session_of
from tests.portals.filing import WORDS
from tests.portals.open.calling import PROBLEM, Program, own_token
from tests.portals.open.conftest import Town
from tests.portals.open.hammering import described_operations, hammer

REPORT = {"words": "三号楼楼道灯坏了。", "area": COMMUNITY}


def numbers(answer: Any) -> list[str]:
    return [item["number"].replace("-", "") for item in answer.json()["items"]]


@pytest.mark.covers("R84.1")
def test_the_list_shows_public_matters_alone_and_no_word_of_a_reporter(town: Town):
    answer = Program().get("/matters", limit=100)
    found = numbers(answer)
    assert answer.status_code == 200
    assert town.number("closed") in found
    assert not {town.number(what) for what in ("reported", "never", "receipt_only", "away")} & set(found)
    assert WORDS not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"class": "K3"}, {"assigned_to_firm"}),
        ({"class": "K5"}, set()),
        ({"area": OTHER_COMMUNITY}, {"assigned_elsewhere"}),
        ({"area": "990101002"}, set()),
        ({"state": "suspended"}, {"suspended"}),
        ({"until": "2026-10-25"}, {"overdue"}),  # reported on Tuesday 2026-10-20
        ({"since": "2026-10-20", "until": "2026-10-20"}, {"overdue"}),
        ({"since": "2026-11-10"}, set()),
        ({"area": COMMUNITY, "state": "reopened"}, {"reopened"}),
    ],
)
def test_a_list_is_narrowed_by_class_area_state_and_days(town: Town, asked: dict[str, str], wanted: set[str]):
    assert set(numbers(Program().get("/matters", **asked))) == {town.number(what) for what in wanted}


def test_a_padded_street_and_the_short_one_are_the_same(town: Town):
    short, padded = (numbers(Program().get("/matters", area=code)) for code in ("990101001", "990101001000"))
    assert short == padded
    assert len(short) > 1
    assert numbers(Program().get("/matters", area="990101000000")) == numbers(Program().get("/matters"))


def test_pages_follow_each_other_without_gap_or_repeat(town: Town):
    whole = numbers(Program().get("/matters", limit=100))
    public = Matter.objects.filter(publicity="public", district=DISTRICT).order_by("-reported_at", "-id")
    assert whole == [matter.number for matter in public]
    walked, answer = [], Program().get("/matters", limit=3)
    while True:
        walked += numbers(answer)
        following = answer.json()["next"]
        if following is None:
            break
        answer = Program().get(following.removeprefix("/api/v1"))
    assert walked == whole
    assert Program().get("/matters", after="999999999").json()["fields"] == [
        {"name": "after", "message": "列表里没有这一行"}
    ]


def test_one_matter_says_when_and_who_with_offsets_and_legal_days(town: Town):
    told = Program().get(f"/matters/{town.number('closed')}").json()
    assert told["number"] == display(town.number("closed"))
    assert told["reported_at"] == "2026-11-06T09:40:00+08:00"
    assert told["due"]["due_on"] == "2026-11-13"  # five working days after Friday 6 November
    assert told["item"] == {"code": "K1-06", "class": "K1", "name": told["item"]["name"]}
    assert [step["title"] for step in told["steps"]][:2] == ["已收到", "已受理"]
    assert WORDS not in str(told)
    assert (told["passed_words"], told["passed_photos"]) == ([], [])
    assert Program().get(f"/matters/{told['number']}").json() == told


def test_the_words_a_person_passed_are_told_and_no_others(town: Town):
    number = town.number("closed")
    waiting = Publication.objects.filter(matter__number=number, photo=None).first()
    assert waiting is not None
    masked = f"{waiting.matter.words[:-4]}****"
    ruling = Ruling(verdict=Verdict.MASKED, revision=waiting.revision, words=masked)
    decide(
        actor=town.cast.actor("徐"),
        at=MONDAY_MORNING,
        client_id=uuid4(),
        publication_id=waiting.pk,
        ruling=ruling,
    )
    told = Program().get(f"/matters/{number}").json()
    assert [(one["words"], one["is_masked"]) for one in told["passed_words"]] == [(masked, True)]


@pytest.mark.parametrize("what", ["reported", "never", "receipt_only", "away"])
def test_what_is_not_public_is_not_found(town: Town, what: str):
    for path in (f"/matters/{town.number(what)}", f"/matters/{town.number(what)}/proof"):
        answer = Program().get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
        assert town.number(what) not in answer.content.decode()


def test_the_record_is_checked_by_program_too(town: Town):
    checkpoint = Program().get("/record/checkpoint").json()
    proof = Program().get(f"/matters/{town.number('closed')}/proof").json()
    assert proof["checkpoint"] == checkpoint["note"]
    assert checkpoint["note"].splitlines()[1] == str(checkpoint["size"])
    assert len(proof["entries"]) == 8  # registered, and seven moves to the close
    assert len(checkpoint["root"]) == 64


def test_the_catalogue_its_items_and_their_duties(town: Town):
    catalogue = Program().get("/catalogue").json()
    assert "K1-06" in [item["code"] for item in catalogue["items"]]
    assert {item["class"] for item in Program().get("/catalogue", **{"class": "K2"}).json()["items"]} == {"K2"}
    item = Program().get("/catalogue/K1-06").json()
    codes = [duty["code"] for duty in item["duties"]]
    assert codes == [f"K1-06/{place}" for place in range(1, len(codes) + 1)]
    assert item["duties"][0]["lead_kind"].startswith("functional_department")
    assert Program().get("/catalogue/K9-99").status_code == 404


def test_areas_and_the_register_of_admitted_tasks(town: Town):
    areas = Program().get("/areas").json()["items"]
    assert [area["code"] for area in areas] == [
        "990101",
        "990101001",
        "990101001001",
        "990101001002",
        "990101002",
        "990101002001",
    ]
    register = Program().get("/register").json()
    codes = [community["area"] for community in register["communities"]]
    assert codes == sorted(codes)
    own = next(task for community in register["communities"] for task in community["tasks"])
    assert isinstance(own["amount_fen"], int)
    assert own["number"] == town.gate_things.numbers["task"]["own"]
    assert Program().get("/register", area="990101002").json()["communities"] == []


# --- reporting


def test_a_report_is_registered_once_however_often_it_is_sent(town: Town):
    key = uuid4()
    first, second = (Program().post("/reports", REPORT, key=key) for _time in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    other = Program().post("/reports", {**REPORT, "words": "另一件事"}, key=key)
    assert (other.status_code, other.json()["reasons"]) == (409, ["这个 Idempotency-Key 已经用在内容不同的请求上"])
    matter = Matter.objects.get(number=first.json()["number"].replace("-", ""))
    assert (matter.words, matter.channel, matter.registered_by_id) == (REPORT["words"], "web", None)
    own = Program().get("/receipts", headers={"Receipt-Code": first.json()["receipt"]}).json()
    assert (own["words"], own["state"]) == (REPORT["words"], "registered")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"words": "灯坏了"}, ["area"]),
        ({**REPORT, "words": ""}, ["words"]),
        ({**REPORT, "area": COMMUNITY_OF_OTHER_DISTRICT}, ["area"]),
        ({**REPORT, "cell": "990101001001999"}, ["cell"]),
        ({**REPORT, "tell": "sms", "contact": "123"}, ["contact"]),
        ({**REPORT, "tell": "pigeon"}, ["tell"]),
        ({**REPORT, "lon": 116.0}, ["lon"]),
        ({**REPORT, "colour": "red"}, ["colour"]),
    ],
)
def test_what_is_wrong_with_a_report_names_the_field_and_repeats_nothing(
    town: Town, body: dict[str, Any], fields: list[str]
):
    answer = Program().post("/reports", body)
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert [fault["name"] for fault in told["fields"]] == fields
    assert all(fault["message"] for fault in told["fields"])
    assert "pigeon" not in answer.content.decode()


def test_a_write_without_a_key_is_not_taken(town: Town):
    answer = Program().client.post("/api/v1/reports", REPORT, content_type="application/json")
    assert [fault["name"] for fault in answer.json()["fields"]] == ["Idempotency-Key"]


def test_reports_from_one_address_are_slowed_down_for_a_minute(town: Town, clock: Any, settings: Any):
    settings.SANHU_API_REPORTS_A_MINUTE = 2
    told = [Program().post("/reports", REPORT).status_code for _time in range(3)]
    assert told == [201, 201, 429]
    clock.forward(seconds=61)
    assert Program().post("/reports", REPORT).status_code == 201


def test_guessing_receipts_is_slowed_down_and_the_code_stands_in_no_address(town: Town, settings: Any):
    settings.SANHU_RECEIPT_TRIES = 2
    wrong = {"Receipt-Code": "0000-0000-00000"}
    assert [Program().get("/receipts", headers=wrong).status_code for _time in range(3)] == [404, 404, 429]
    assert Program().get("/receipts", code=town.matters.receipts["closed"]).status_code == 422


def test_what_is_never_on_the_web_is_not_told_by_program_either(town: Town):
    answer = Program().get("/receipts", headers={"Receipt-Code": town.matters.receipts["never"]})
    assert (answer.status_code, "街道窗口" in answer.json()["detail"]) == (403, True)
    told = Program().get("/receipts", headers={"Receipt-Code": town.matters.receipts["receipt_only"]})
    assert told.status_code == 200
    assert told.headers["Cache-Control"] == "no-store"


def test_a_receipt_of_having_joined_opens_what_everybody_may_see_and_no_more(town: Town):
    number = town.number("in_progress")
    wish = Wish(Channel.SMS, "13900990102")
    codes = [
        join(actor=resident(DISTRICT), at=MONDAY_MORNING, client_id=uuid4(), number=number, wish=how).receipt
        for how in (wish, None)
    ]
    answer = Program().get("/receipts", headers={"Receipt-Code": codes[0]})
    told = answer.json()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    own = {"receipt_of": "joined", "joined_at": "2026-11-09T09:40:00+08:00", "others": 2}
    assert told == Program().get(f"/matters/{number}").json() | own | {"tell": "sms", "contact": "139******02"}
    assert WORDS not in answer.content.decode()
    without = Program().get("/receipts", headers={"Receipt-Code": codes[1]}).json()
    assert (without["tell"], without["contact"]) == ("", "")
    reported = Program().get("/receipts", headers={"Receipt-Code": town.matters.receipts["in_progress"]}).json()
    assert (reported["receipt_of"], reported["words"]) == ("reported", WORDS)
    assert "passed_words" not in reported


def test_a_receipt_of_having_joined_opens_nothing_once_it_is_left_or_the_matter_is_public_no_more(
    town: Town, settings: Any
):
    settings.SANHU_RECEIPT_TRIES = 2
    number = town.number("in_progress")
    code = {"Receipt-Code": join(actor=resident(DISTRICT), at=MONDAY_MORNING, client_id=uuid4(), number=number).receipt}
    for hidden in ("receipt_only", "never"):
        Matter.objects.filter(number=number).update(publicity=hidden)
        answer = Program().get("/receipts", headers=code)
        assert (answer.status_code, number in answer.content.decode()) == (403, False), hidden
    leave(at=MONDAY_MORNING, client_id=uuid4(), receipt_hash=receipt_hash(code["Receipt-Code"]))
    assert [Program().get("/receipts", headers=code).status_code for _time in range(3)] == [404, 404, 429]


# --- what no program should send, and no cookie opens

LONG = "长" * 1_000_000
BODIES: dict[str, tuple[Any, int]] = {
    "no JSON": (b"\xff\xfe", 400),
    "no end": (b'{"words": "', 400),
    "deep": (b"[" * 100_000, 400),
    "more digits than any number": (b"1" * 5_000, 400),
    "a list": ([1], 422),
    "nothing": (b"", 422),
    "NUL": ({**REPORT, "words": "a\x00b"}, 422),
    "NUL in a name": ({**REPORT, "a\x00": ""}, 422),
    "half a character": ({**REPORT, "words": "\ud800"}, 422),
    "a million letters": ({**REPORT, "words": "a" * 1_000_000}, 422),
    "too large": ({**REPORT, "words": LONG}, 413),
    "not a number": (b'{"words": "x", "area": "990101001001", "lon": NaN, "lat": Infinity}', 422),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_cannot_be_read_or_kept_is_a_problem_of_the_caller(town: Town, what: str):
    body, status = BODIES[what]
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=what != "too large").encode()
    answer = Program().post("/reports", raw)
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status
    assert len(answer.content) < 2_000


@pytest.mark.parametrize(
    "path",
    [
        "/matters?after=9999999999999999999999",
        "/matters?after=-1",
        "/matters?limit=0",
        "/matters?limit=101",
        f"/matters?limit={'9' * 400}",
        "/matters?class=K8",
        "/matters?area=99010",
        "/matters?state=lost",
        "/matters?since=0001-01-01",
        "/matters?until=9999-12-31",
        "/matters?since=1700000000",
        "/matters?since=2026-02-30",
        f"/matters/{'9' * 100}",
        f"/catalogue/{'K' * 5000}",
    ],
)
def test_a_value_out_of_all_reason_is_a_problem_of_the_caller(town: Town, path: str):
    answer = Program().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert len(answer.json()["fields"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/", 404),
        ("get", "/nothing", 404),
        ("get", "/matters/%00", 400),
        ("get", "/matters?area=%00", 400),
        ("get", "/matters/%ff", 404),
        ("delete", "/matters", 405),
        ("put", "/reports", 405),
        ("post", "/docs/", 405),
    ],
)
def test_what_the_house_answers_before_any_operation_is_a_problem_too(town: Town, method: str, path: str, status: int):
    answer = getattr(Program().client, method)(f"/api/v1{path}")
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["title"]
    assert answer.has_header("Allow") is (status == 405)


def test_a_problem_is_told_in_the_language_that_is_asked_for(town: Town):
    answer = Program().get("/matters?limit=0", headers={"Accept-Language": "en"})
    assert answer["Content-Language"] == "en"
    assert Program().get("/nothing", headers={"Accept-Language": "zh-CN"}).json()["title"] == "没有找到"


def test_a_database_that_is_away_is_a_problem_too(town: Town, monkeypatch: pytest.MonkeyPatch):
    def gone(*_named: Any) -> None:
        raise OperationalError("connection lost")

    monkeypatch.setattr(public_matters.queries, "public_matters", gone)
    answer = Program().get("/matters")
    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)


def test_no_cookie_opens_the_desk_and_none_is_given(town: Town):
    program = Program()
    program.client.cookies[installed.SESSION_COOKIE_NAME] = session_of(town.cast["周"].account)
    assert program.get("/desk/matters").status_code == 401
    answer = Program(own_token(town.cast["周"]).secret).get("/desk/matters")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.headers["Vary"]
    assert not any(name.startswith("Access-Control") for name in answer.headers)


# --- whatever is sent, by whomever


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's own connection: a request that ends would close it, and the town with it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def known_numbers(town: Town, label: str) -> list[str]:
    """Paper numbers there are, so that not every address drawn is unknown."""
    gate = town.gate_things.numbers
    known = {
        "matters": [town.number(what) for what in ("reported", "accepted", "done", "closed", "in_progress")],
        "applications": [gate["application"][what] for what in ("draft", "submitted", "reviewing", "voted")],
        "tasks": list(gate["task"].values()),
        "demands": list(gate["demand"].values()),
        "catalogue": ["K1-06"],
    }
    return next((numbers for kind, numbers in known.items() if f"/{kind}/" in label), [])


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize(("who", "desk", "examples"), [("", False, 4), ("", True, 1), ("高", True, 4)])
def test_no_request_makes_the_house_fail_and_every_answer_is_as_described(
    town: Town, who: str, desk: bool, examples: int, settings: Any, caplog: Any
):
    settings.SANHU_API_REPORTS_A_MINUTE = settings.SANHU_RECEIPT_TRIES = settings.SANHU_API_TOKEN_TRIES = 10**6
    caplog.set_level(logging.CRITICAL)
    headers = {"Authorization": f"Bearer {own_token(town.gate[who]).secret}"} if who else {}
    asked = {label: one for label, one in described_operations().items() if ("/desk/" in label) is desk}
    sent = {
        label: hammer(operation, headers, numbers=known_numbers(town, label), examples=examples)
        for label, operation in asked.items()
    }
    assert len(sent) == (17 if desk else 12)
    assert min(sent.values()) >= 1
