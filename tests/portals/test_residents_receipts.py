"""The receipt code: found by whoever holds it, guessed by nobody, shown once and nowhere else."""

import io
import logging
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.core.signing import time as signing_time
from django.test import Client
from django.urls import reverse

from sanhu.domains.casework.models import Matter, Rating
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.domains.evidence.attachments import photos_of
from sanhu.domains.evidence.models import Entry, Request
from tests.cast import COMMUNITY, HAPPY_WAY, carry, move, report_matter
from tests.conftest import Clock
from tests.portals.conftest import Desks
from tests.portals.filing import WORDS, report_with_photo
from tests.portals.reading import Page, words
from tests.portals.test_access_things import NEVER, NOBODYS_CODE, RECEIPT_ONLY, ticket_of

MINE = "/receipt/matter/"


def show(client: Client, code: str, **options: str) -> int:
    """Show a code and give the status."""
    return client.post("/receipt/", {"code": code}, **options).status_code


def with_ticket(code: str, **options: bool) -> Client:
    client = Client(**options)
    client.cookies["ticket"] = ticket_of(code)
    return client


def full_width(code: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in code)


@pytest.mark.parametrize(
    "typed", [str, str.lower, lambda code: code.replace("-", " "), full_width, lambda c: f" {c}\n"]
)
def test_a_code_is_found_however_it_was_typed(typed, desks: Desks):
    code = report_matter(desks.cast).receipt
    client = desks.browser()
    answer = client.post("/receipt/", {"code": typed(code)})
    assert (answer.status_code, answer["Location"]) == (302, MINE)
    assert words(client.get(MINE).content.decode()).count("三天没人清") == 1


@pytest.mark.parametrize("code", ["", " ", NOBODYS_CODE, "x" * 41, "' OR '1'='1", "%", "𠮷㛃"])
def test_a_code_that_is_nobodys_opens_nothing(code: str, desks: Desks):
    report_matter(desks.cast)
    client = desks.browser()
    assert show(client, code) == 422
    assert "ticket" not in client.cookies
    assert client.get(MINE).status_code == 302


def test_guesses_are_slowed_down_by_address_and_time(desks: Desks, clock: Clock, settings):
    settings.SANHU_RECEIPT_TRIES = 3
    code = report_matter(desks.cast).receipt
    client = desks.browser()
    assert [show(client, NOBODYS_CODE) for _guess in range(3)] == [422] * 3
    assert show(client, NOBODYS_CODE) == 429
    assert show(client, code) == 429, "a right guess is not told apart"
    assert "ticket" not in client.cookies
    assert show(desks.browser(), code, REMOTE_ADDR="192.0.2.7") == 302
    clock.forward(minutes=15, seconds=1)
    assert show(client, code) == 302


def test_twenty_guesses_are_free_unless_said_otherwise(desks: Desks):
    assert [show(desks.browser(), NOBODYS_CODE) for _guess in range(21)] == [422] * 20 + [429]


def test_a_receipt_of_ones_own_buys_no_further_guesses(desks: Desks, settings):
    settings.SANHU_RECEIPT_TRIES = 3
    own = report_matter(desks.cast).receipt
    client = desks.browser()
    guesses = [show(client, NOBODYS_CODE), show(client, NOBODYS_CODE), show(client, own), show(client, NOBODYS_CODE)]
    assert guesses == [422, 422, 302, 422]
    assert show(client, NOBODYS_CODE) == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "is_slowed"),
    [
        (0, "198.51.100.{n}", True),  # nobody stands in front: the header is the guesser's own invention
        (1, "198.51.100.{n}", False),  # the proxy's word
        (1, "198.51.100.{n}, 203.0.113.5", True),  # what stands left of the proxy's word is invented
        (2, "198.51.100.{n}, 203.0.113.5", False),
        (2, "198.51.100.{n}, 203.0.113.5, 10.0.0.1", True),
        (2, "198.51.100.{n}", True),  # fewer hops than proxies: it did not come through them
        (1, " , ,", True),
    ],
)
def test_an_address_is_believed_from_as_many_proxies_as_stand_in_front(
    proxies: int, forwarded: str, is_slowed: bool, desks: Desks, settings
):
    settings.SANHU_TRUSTED_PROXIES, settings.SANHU_RECEIPT_TRIES = proxies, 3
    client = desks.browser()
    told = [show(client, NOBODYS_CODE, HTTP_X_FORWARDED_FOR=forwarded.format(n=n)) for n in range(5)]
    assert told == ([422, 422, 422, 429, 429] if is_slowed else [422] * 5)


def test_a_ticket_that_is_not_ours_or_too_old_opens_nothing(desks: Desks, monkeypatch: pytest.MonkeyPatch):
    registered = report_with_photo()
    hashed = receipt_hash(registered.receipt)
    good = ticket_of(registered.receipt)
    forged = {
        "empty": "",
        "the hash alone": hashed,
        "the code alone": registered.receipt,
        "another salt": signing.dumps(hashed, salt="sanhu.other"),
        "another key": signing.dumps(hashed, key="x" * 50, salt="sanhu.receipt"),
        "a changed letter": ("A" if good[0] != "A" else "B") + good[1:],
        "nobody's": ticket_of(NOBODYS_CODE),
    }
    photo = reverse("public:photo", kwargs={"photo": photos_of(f"matter:{registered.number}")[0].uuid})
    for what, ticket in forged.items():
        client = desks.browser()
        client.cookies["ticket"] = ticket
        for url in (MINE, "/receipt/notice/", photo):
            assert (client.get(url).status_code, client.get(url)["Location"]) == (302, "/receipt/"), (what, url)
        assert client.post("/receipt/rate/", {"satisfaction": "satisfied"}).status_code == 302, what
    client = with_ticket(registered.receipt)
    assert [client.get(url).status_code for url in (MINE, "/receipt/notice/", photo)] == [200] * 3
    now = signing_time.time()
    monkeypatch.setattr(signing_time, "time", lambda: now + timedelta(minutes=31).total_seconds())
    assert client.get(MINE).status_code == 302


def test_a_ticket_is_for_the_receipt_pages_alone_and_can_be_given_back(desks: Desks):
    client = desks.browser()
    show(client, report_matter(desks.cast).receipt)
    cookie = client.cookies["ticket"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/receipt/", True, "Strict")
    assert client.post("/receipt/leave/").status_code == 302
    assert client.cookies["ticket"].value == ""


@pytest.mark.covers("R45")
def test_the_code_is_shown_once_and_stands_nowhere_else(desks: Desks, caplog: pytest.LogCaptureFixture):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    try:
        with caplog.at_level(logging.DEBUG):
            client = desks.browser()
            said = {"words": WORDS, "area": COMMUNITY, "client_id": str(uuid4())}
            page = client.post("/report/", said)
            code = re.search(r'id="receipt">([^<]+)<', page.content.decode())[1]
            number = Matter.objects.get().number
            move(desks.cast, number, "accept", by="周")
            guessed = client.post("/receipt/", {"code": f"{code[:-1]}{'0' if code[-1] != '0' else '1'}"})
            opened = client.post("/receipt/", {"code": code})
            public = [client.get(url) for url in ("/", "/matters/", f"/matters/{number}/", "/catalogue/", MINE)]
            desk = [desks.browser("周").get(url) for url in ("/desk/", f"/desk/matters/{number}/")]
    finally:
        logging.getLogger().removeHandler(handler)
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert guessed.status_code == 422
    spellings = {code, code.replace("-", ""), receipt_hash(code)}
    for answer in (*public, *desk, opened):
        text = answer.content.decode() + answer.get("Location", "")
        assert not [spelling for spelling in spellings if spelling in text], answer.request["PATH_INFO"]
    assert f"{code[:-1]}" not in written.getvalue() + caplog.text
    stored = [*Entry.objects.values_list("body", flat=True), *Request.objects.values_list("result_ref", flat=True)]
    assert not [text for text in stored if code in text or code.replace("-", "") in text]
    assert Matter.objects.get().receipt_hash == receipt_hash(code)


def test_ones_own_pages_are_kept_by_no_cache_and_told_to_no_other_site(desks: Desks):
    registered = report_with_photo()
    client = with_ticket(registered.receipt)
    photo = reverse("public:photo", kwargs={"photo": photos_of(f"matter:{registered.number}")[0].uuid})
    for url in (MINE, "/receipt/notice/", photo, "/receipt/"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"], url
        assert (answer["Referrer-Policy"], answer["X-Content-Type-Options"]) == ("same-origin", "nosniff"), url


def test_a_photo_of_another_matter_is_not_found(desks: Desks):
    mine, other = report_with_photo(), report_with_photo()
    client = with_ticket(mine.receipt)
    urls = [
        reverse("public:photo", kwargs={"photo": photos_of(f"matter:{one.number}")[0].uuid}) for one in (mine, other)
    ]
    assert [client.get(url).status_code for url in urls] == [200, 404]


def rating_form(client: Client) -> dict[str, str]:
    fields = Page(client.get(MINE).content.decode()).all("input")
    client_id = next(field["value"] for field in fields if field.get("name") == "client_id")
    assert client_id
    return {"client_id": client_id, "satisfaction": "dissatisfied", "words": "等了很久。"}


@pytest.mark.covers("R45")
def test_a_closed_matter_is_rated_once(desks: Desks):
    client = with_ticket(carry(desks.cast, to="closed").receipt)
    form = rating_form(client)
    assert [client.post("/receipt/rate/", form).status_code for _press in range(2)] == [302, 302]
    other = client.post("/receipt/rate/", {**form, "client_id": str(uuid4()), "satisfaction": "very_satisfied"})
    assert other.status_code == 422
    assert "评价只有一次" in other.content.decode()
    changed = client.post("/receipt/rate/", {**form, "satisfaction": "very_satisfied"})
    assert changed.status_code == 409
    assert [(rating.satisfaction, rating.words) for rating in Rating.objects.all()] == [("dissatisfied", "等了很久。")]
    assert "提交评价" not in client.get(MINE).content.decode()


@pytest.mark.parametrize("said", [{"satisfaction": ""}, {"satisfaction": "splendid"}, {"words": "长" * 2001}])
def test_a_faulty_rating_keeps_its_words(said: dict[str, str], desks: Desks):
    client = with_ticket(carry(desks.cast, to="closed").receipt)
    form = {**rating_form(client), **said}
    answer = client.post("/receipt/rate/", form)
    assert answer.status_code == 422
    assert form["words"] in answer.content.decode()
    assert not Rating.objects.exists()


@pytest.mark.parametrize("state", ["registered", "verified", "declined"])
def test_what_is_not_closed_is_not_rated(state: str, desks: Desks):
    client = with_ticket(carry(desks.cast, to=state).receipt)
    assert "提交评价" not in client.get(MINE).content.decode()
    answer = client.post("/receipt/rate/", {"client_id": str(uuid4()), "satisfaction": "satisfied"})
    assert answer.status_code == 422
    assert "办结以后才能评价" in answer.content.decode()


def test_of_what_is_never_shown_the_right_code_shows_nothing_either(desks: Desks):
    registered = report_with_photo()
    move(desks.cast, registered.number, "accept", by="周", duty_id=desks.cast.duties[NEVER].pk, public_title="")
    client = with_ticket(registered.receipt)
    photo = reverse("public:photo", kwargs={"photo": photos_of(f"matter:{registered.number}")[0].uuid})
    answers = [
        client.get(MINE),
        client.get("/receipt/notice/"),
        client.get(photo),
        client.post("/receipt/rate/", {}),
        client.post("/receipt/rate/", {"client_id": str(uuid4()), "satisfaction": "splendid"}),
        client.get(f"/matters/{registered.number}/"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 403, 403, 404]
    for answer in answers:
        text = answer.content.decode()
        assert WORDS not in text
        assert desks.cast.duties[NEVER].item.name not in text


# --- asking for it to be handled again, and urging


def test_an_unhappy_rating_opens_the_matter_again(desks: Desks):
    carried = carry(desks.cast, to="closed")
    client = with_ticket(carried.receipt)
    form = rating_form(client) | {"reopen": "on"}
    assert "12月9日以前可以要求重新办理一次" in client.get(MINE).content.decode()
    assert [client.post("/receipt/rate/", form).status_code for _press in range(2)] == [302, 302]
    matter = Matter.objects.get(pk=carried.matter.pk)
    assert (matter.state, matter.round, Rating.objects.count()) == ("reopened", 2, 1)
    shown = words(client.get(MINE).content.decode())
    assert "重新办理，等待交办" in shown
    assert "您的评价 不满意" in shown


def test_a_happy_one_that_asks_for_it_is_shown_again_with_its_words(desks: Desks):
    client = with_ticket(carry(desks.cast, to="closed").receipt)
    form = rating_form(client) | {"reopen": "on", "satisfaction": "fair"}
    answer = client.post("/receipt/rate/", form)
    assert answer.status_code == 422
    assert "等了很久。" in answer.content.decode()
    assert "评价为不满意或很不满意的，才能要求" in answer.content.decode()
    assert not Rating.objects.exists()


def test_after_thirty_days_it_is_not_offered_and_not_taken(desks: Desks, clock: Clock):
    carried = carry(desks.cast, to="closed")
    clock.forward(days=31)
    client = with_ticket(carried.receipt)
    assert "要求重新办理" not in client.get(MINE).content.decode()
    answer = client.post("/receipt/rate/", rating_form(client) | {"reopen": "on"})
    assert answer.status_code == 422
    assert "要求重新办理的时间已经过了" in answer.content.decode()
    assert "等了很久。" in answer.content.decode()
    assert client.post("/receipt/rate/", rating_form(client)).status_code == 302
    assert Matter.objects.get(pk=carried.matter.pk).state == "closed"


def test_the_second_close_is_rated_and_both_ratings_are_shown(desks: Desks):
    carried = carry(desks.cast, to="reopened")
    for code, who, _pause in HAPPY_WAY[1:]:
        move(desks.cast, carried.matter.number, code, by=who, at=carried.at)
    client = with_ticket(carried.receipt)
    assert "要求重新办理" not in client.get(MINE).content.decode()
    assert client.post("/receipt/rate/", rating_form(client)).status_code == 302
    shown = words(client.get(MINE).content.decode())
    assert "您第 1 次的评价" in shown
    assert "您第 2 次的评价" in shown


def test_the_button_to_urge_is_there_once_it_is_overdue_and_once_a_working_day(desks: Desks, clock: Clock):
    carried = carry(desks.cast, to="in_progress")
    client = with_ticket(carried.receipt)
    assert "/receipt/urge/" not in client.get(MINE).content.decode()
    assert client.post("/receipt/urge/", {"client_id": str(uuid4())}).status_code == 422
    clock.forward(days=8)  # Tuesday 2026-11-17
    client = with_ticket(carried.receipt)
    page = Page(client.get(MINE).content.decode())
    forms = [field["value"] for field in page.all("input") if field.get("name") == "client_id"]
    assert forms
    assert [client.post("/receipt/urge/", {"client_id": forms[0]}).status_code for _press in range(2)] == [302, 302]
    assert Matter.objects.get(pk=carried.matter.pk).urge_count == 1
    again = client.post("/receipt/urge/", {"client_id": str(uuid4())})
    assert (again.status_code, "每个工作日可以催办一次" in again.content.decode()) == (422, True)
    shown = client.get(MINE).content.decode()
    assert "今天已经催办过" in shown
    assert 'action="/receipt/urge/"' not in shown
    assert client.post("/receipt/urge/", {}).status_code == 422


@pytest.mark.parametrize(
    ("item", "link", "state"), [("K1-06", True, True), (RECEIPT_ONLY, False, True), (NEVER, False, False)]
)
def test_of_the_matter_one_was_merged_into_only_what_is_public_is_shown(
    item: str, link: bool, state: bool, desks: Desks
):
    main, carried = report_matter(desks.cast).number, carry(desks.cast, to="registered")
    move(desks.cast, main, "accept", by="周", duty_id=desks.cast.duties[item].pk, public_title="")
    move(desks.cast, carried.matter.number, "merge", by="徐", into=main)
    shown = with_ticket(carried.receipt).get(MINE).content.decode()
    assert "这件事并入另一件办理" in shown
    assert ("那一件现在：" in shown) == state
    assert (main in shown.replace("-", "")) == link
