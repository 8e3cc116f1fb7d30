"""In English no page says a word in Chinese but what is data: names of places, bodies and people, and people's words.

Nothing is excused by how it looks. The data are written over in Latin letters, field by field from a list made by hand,
and then no page may hold a single Chinese character: what is left is a word of the house that has no English.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models import Model, TextChoices
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker

from sanhu.domains.casework.deferring import Outcome
from sanhu.domains.casework.models import CoSigning, Deferral, Erasure, Matter, Publication, Rating, Step, Supplement
from sanhu.domains.casework.queries import Narrowing
from sanhu.domains.catalogue.models import AffairItem, CalendarSource, CatalogueVersion, Duty
from sanhu.domains.places.models import Area
from sanhu.domains.subjects.appointments import Appointment
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.domains.subjects.models import Account, Organisation, Person, Post, Role
from sanhu.engines.deadlines import DayReason, Unit
from sanhu.portals.cli.demo.loader import DISTRICT, found_demonstration
from sanhu.portals.cli.demo.plays import play
from sanhu.portals.look import moments
from sanhu.portals.public.tickets import hand_ticket
from tests.conftest import MONDAY_MORNING, Clock
from tests.portals.conftest import session_of
from tools import messages

# Chinese characters, their radicals, punctuation and full-width forms, and what lies beyond the first plane.
CHINESE = re.compile("[\u2e80-\u303f\u3100-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")

# Where data come from that a page in English may show as they are. An item's name, its parts and the titles of the
# district's own instruments are not here: they have an English of their own. Nor are roles: they come with the house.
DATA: Mapping[type[Model], tuple[str, ...]] = {
    Area: ("name",),
    Organisation: ("name", "closing_basis"),
    Person: ("name",),
    Post: ("title", "contract_number", "left_basis", "dual_post_basis"),
    AffairItem: ("definition", "legal_basis", "end_rule", "source_lead"),
    Duty: ("alternatives", "assist"),
    CatalogueVersion: ("findings",),
    CalendarSource: ("title", "notice"),
    Matter: ("words", "address", "public_title"),
    Step: ("reason", "reply"),
    Deferral: ("public_words",),
    Rating: ("words",),
    Supplement: ("words",),
    Publication: ("public_words", "reason"),
    CoSigning: ("question", "words"),
}
# Articles of law are data, but those the house itself cites are its own words.
CITED = ((Duty, "clock_citation"), (Step, "article"))

CLERKS_AREA = f"{DISTRICT}001"


class Reader(HTMLParser):
    """Reads every word of a page: its text and whatever an attribute tells, but not the button that says 中文."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = ""
        self.words: list[str] = []
        self.in_other_language = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "html":
            self.language = told.get("lang") or ""
        if tag == "button" and told.get("lang") == "zh-Hans":
            self.in_other_language += 1
        self.words += [value for value in told.values() if value]

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self.in_other_language:
            self.in_other_language -= 1

    def handle_data(self, data: str) -> None:
        if not self.in_other_language:
            self.words.append(data)


def written_over(value: Any) -> Any:
    """Give the same value with Latin letters where Chinese stood."""
    if isinstance(value, str):
        return CHINESE.sub("x", value)
    if isinstance(value, list):
        return [written_over(one) for one in value]
    if isinstance(value, dict):
        return {key: written_over(one) for key, one in value.items()}
    return value


def write_over_the_data() -> None:
    """Write Latin letters over everything DATA and CITED name; names stay distinct by their key."""
    own_words = {messages.key(message)[1] for message in messages.entries(messages.english())}
    for model, fields in DATA.items():
        for row in model._default_manager.all():
            for field in fields:
                value = getattr(row, field)
                changed = written_over(value)
                if field in {"name", "title"} and changed != value:
                    changed = f"{changed} {row.pk}"
                setattr(row, field, changed)
            row.save(update_fields=fields)
    for model, field in CITED:
        for row in model._default_manager.all():
            if (cited := getattr(row, field)) not in own_words:
                setattr(row, field, written_over(cited))
                row.save(update_fields=[field])
    for matter in Matter.objects.all():
        for clock in matter.clocks.exclude(citation__in=own_words):
            clock.citation = written_over(clock.citation)
            clock.save(update_fields=["citation"])


@dataclass
class English:
    """The demonstration with its data written over, and browsers that ask for English."""

    matters: list[Matter]

    def browser(self, staff_number: str = "") -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if staff_number:
            account = Account.objects.get(person__district=DISTRICT, person__staff_number=staff_number)
            client.cookies[settings.SESSION_COOKIE_NAME] = session_of(account)
        return client

    def matter(self, state: str) -> Matter:
        """Give a matter of the clerk's subdistrict in that state."""
        return next(one for one in self.matters if one.state == state and one.area_code.startswith(CLERKS_AREA))


@pytest.fixture(scope="module")
def _catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Read the catalogue as it stands in the source, whether or not it has been compiled there."""
    folder = tmp_path_factory.mktemp("locale")
    compiled = folder / "en" / "LC_MESSAGES" / "django.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, messages.english())
    with override_settings(LOCALE_PATHS=[folder]):
        yield


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[English]:
    """Found the demonstration once, play until every state but a passing one is seen, and write over the data."""
    with django_db_blocker.unblock():
        found_demonstration(at=MONDAY_MORNING)
        for number in range(30):
            play(number, as_of=MONDAY_MORNING)
        write_over_the_data()
        matters = list(Matter.objects.select_related("item").order_by("number"))
    yield English(matters=matters)
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def english(founded: English, _catalogue: None, db: None, clock: Clock) -> Iterator[English]:
    del db, clock
    # A request leaves its language behind in the thread; the next test finds the one it expects.
    with translation.override(settings.LANGUAGE_CODE):
        yield founded


def chinese_on(page: HttpResponse) -> list[str]:
    """List what a page says in Chinese; and it must say of itself that it is in English, and fill in every gap."""
    html = page.content.decode()
    reader = Reader(html)
    assert reader.language == "en"
    assert "%(" not in html
    return [" ".join(text.split()) for text in reader.words if CHINESE.search(text)]


Ask = Callable[[Client], HttpResponse]


def get(address: str) -> Ask:
    return lambda client: client.get(address)


def post(address: str, **answers: Any) -> Ask:
    # As a browser does, never quite empty: there is always the token.
    return lambda client: client.post(address, {"csrfmiddlewaretoken": "token", **answers})


def walk(client: Client, pages: Mapping[str, tuple[int, Ask]]) -> None:
    """Open each page, see that it is the one that was meant, and find no Chinese on any."""
    found = {}
    for name, (status, ask) in pages.items():
        answer = ask(client)
        assert answer.status_code == status, name
        if left := chinese_on(answer):
            found[name] = left
    assert found == {}


def test_what_a_page_says_in_chinese_is_found_wherever_it_stands():
    page = HttpResponse(
        '<html lang="en"><title>未译</title><p>Fine</p><img alt="照片"><p>Basis：</p>'
        '<button lang="zh-Hans">中文</button><button>提交</button><svg><text>受理</text></svg>'
    )
    assert chinese_on(page) == ["未译", "照片", "Basis：", "提交", "受理"]


def test_the_walk_would_notice_a_source_of_data_that_nobody_listed(english: English):
    body = Organisation.objects.filter(district=DISTRICT).order_by("name")[0]
    Organisation.objects.filter(pk=body.pk).update(name="0 东湖街道办事处")
    with pytest.raises(AssertionError, match="东湖街道办事处"):
        walk(english.browser("0011"), {"organisations": (200, get("/desk/organisations/"))})


def test_residents_pages(english: English):
    public = [matter for matter in english.matters if matter.item and matter.publicity == "public"]
    pages = {
        "home": (200, get("/")),
        "report": (200, get("/report/")),
        "report with nothing in it": (422, post("/report/")),
        "report with too much": (422, post("/report/", words="x" * 2001, area="1", tell="sms", contact="1")),
        "photo that is none": (
            422,
            lambda client: client.post("/report/", {"photos": SimpleUploadedFile("a.jpg", b"text", "image/jpeg")}),
        ),
        "receipt": (200, get("/receipt/")),
        "wrong receipt": (422, post("/receipt/", code="AAAAAAAAAAAAA")),
        "public matters": (200, get("/matters/")),
        "public matters of a class": (200, get("/matters/?class=K1")),
        "what is kept": (200, get("/kept/")),
        "record": (200, get("/record/")),
        "catalogue": (200, get("/catalogue/")),
        "nowhere": (404, get("/nowhere/")),
        "no such class": (400, get("/matters/?class=K9")),
        "staff sign-in": (200, get("/desk/sign-in/")),
        "sign-in with nothing in it": (422, post("/desk/sign-in/")),
        "sign-in that fails": (422, post("/desk/sign-in/", username="nobody", password="wrong")),
        **{matter.number: (200, get(f"/matters/{matter.number}/")) for matter in public},
        **{f"proof of {matter.number}": (200, get(f"/matters/{matter.number}/proof/")) for matter in public},
        **{
            code: (200, get(f"/catalogue/{code}/"))
            for code in AffairItem.objects.filter(version__district=DISTRICT).values_list("code", flat=True)
        },
    }
    assert {matter.state for matter in public} >= {"assigned", "in_progress", "closed"}
    walk(english.browser(), pages)


def test_from_a_report_to_its_notice(english: English):
    area = Area.objects.filter(code__startswith=DISTRICT, level="community").order_by("code").values_list("code")[0][0]
    client = english.browser()
    walk(
        client,
        {
            "registered": (200, post("/report/", words="Lift stopped", area=area)),
            "own matter": (200, get("/receipt/matter/")),
            "notice": (200, get("/receipt/notice/")),
        },
    )
    number = Matter.objects.order_by("-id").values_list("number", flat=True)[0]
    clerk = english.browser("0011")
    hidden = _hidden(clerk.get(f"/desk/matters/{number}/moves/decline/"))
    answers = {**hidden, "reason": "Not a community affair", "article": "article 8"}
    declined = (200, lambda asked: asked.post(f"/desk/matters/{number}/moves/decline/", answers, follow=True))
    walk(clerk, {"declined": declined})
    walk(
        client,
        {
            "own matter, declined": (200, get("/receipt/matter/")),
            "notice of declining": (200, get("/receipt/notice/")),
        },
    )


def test_rating_a_closed_matter(english: English):
    closed = english.matter("closed")
    client = english.browser()
    client.cookies.update(_ticket(closed))
    Rating.objects.filter(matter=closed).delete()
    walk(
        client,
        {
            "form": (200, get("/receipt/matter/")),
            "form with nothing in it": (422, post("/receipt/rate/")),
        },
    )


@pytest.mark.parametrize("state", ["assigned", "suspended", "reopened", "verified"])
def test_ones_own_matter_on_its_way(english: English, state: str):
    client = english.browser()
    client.cookies.update(_ticket(next(one for one in english.matters if one.state == state)))
    walk(client, {"own matter": (200, get("/receipt/matter/")), "notice": (200, get("/receipt/notice/"))})


def test_urging_from_the_receipt(english: English, clock: Clock):
    client = english.browser()
    client.cookies.update(_ticket(next(one for one in english.matters if one.urge_count)))
    again = post("/receipt/urge/", client_id=_ID)
    walk(client, {"urged today already": (422, again)})
    clock.forward(days=1)
    urged = (200, lambda asked: asked.post("/receipt/urge/", {"client_id": _OTHER_ID}, follow=True))
    walk(client, {"own matter": (200, get("/receipt/matter/")), "urged": urged})
    walk(english.browser(_staff_with("coordination_officer")), {"flags": (200, get("/desk/matters/?only=urged"))})


def test_erasing_what_somebody_told(english: English):
    done = english.matter("closed")
    erase = f"/desk/matters/{done.number}/erase/"
    told = {"scope": "everything", "ground": "unlawful_processing", "reason": "Came to the window", "client_id": _ID}
    asked = (200, lambda client: client.post(erase, told, follow=True))
    walk(english.browser("0011"), {"asked": asked})
    page = f"/desk/personal-data/erasures/{Erasure.objects.get(matter=done).pk}/"
    decided = (200, lambda client: client.post(page, {"decision": "agree", "client_id": _OTHER_ID}, follow=True))
    walk(
        english.browser("0002"),
        {
            "request": (200, get(page)),
            "decided without a decision": (422, post(page)),
            "decided": decided,
            "request, decided": (200, get(page)),
        },
    )
    walk(english.browser("0011"), {"matter": (200, get(f"/desk/matters/{done.number}/"))})
    walk(english.browser(), {"public": (200, get(f"/matters/{done.number}/"))})


def _ticket(matter: Matter) -> Any:
    response = HttpResponse()
    hand_ticket(response, matter.receipt_hash, secure=False)
    return response.cookies


def test_the_clerks_pages(english: English):
    fresh, handled, done = (english.matter(state) for state in ("registered", "in_progress", "closed"))
    area = Area.objects.filter(code__startswith=DISTRICT, level="community").order_by("code").values_list("code")[0][0]
    walk(
        english.browser("0011"),
        {
            "inbox": (200, get("/desk/")),
            "matters": (200, get("/desk/matters/")),
            **{f"only {only}": (200, get(f"/desk/matters/?only={only}")) for only in Narrowing},
            "urge with nothing in it": (422, post(f"/desk/matters/{handled.number}/moves/urge/", revision=1)),
            "erase": (200, get(f"/desk/matters/{fresh.number}/erase/")),
            "erase with nothing in it": (422, post(f"/desk/matters/{fresh.number}/erase/")),
            "look at an address": (200, get(f"/desk/matters/{done.number}/look/address/")),
            "look without a reason": (422, post(f"/desk/matters/{done.number}/look/address/")),
            "own looks": (200, get("/desk/personal-data/looks/")),
            "register": (200, get("/desk/register/")),
            "register with nothing in it": (422, post("/desk/register/")),
            "registered": (200, post("/desk/register/", words="Noise", area=area, client_id=_ID)),
            "accept": (200, get(f"/desk/matters/{fresh.number}/moves/accept/")),
            "accept with nothing in it": (422, post(f"/desk/matters/{fresh.number}/moves/accept/", revision=1)),
            "decline with nothing in it": (422, post(f"/desk/matters/{fresh.number}/moves/decline/", revision=1)),
            "refused move": (403, get(f"/desk/matters/{done.number}/moves/close/")),
            "catalogue": (200, get("/desk/duties/")),
            "organisations": (200, get("/desk/organisations/")),
            "password": (200, get("/desk/password/")),
            "password with nothing in it": (422, post("/desk/password/")),
            "not for this post": (403, get("/desk/record/")),
            "posts": (200, get("/desk/posts/")),
            **{
                matter.number: (200, get(f"/desk/matters/{matter.number}/"))
                for matter in english.matters
                if matter.area_code.startswith(CLERKS_AREA)
            },
        },
    )


def test_the_dispatchers_pages(english: English):
    client = english.browser("0012")
    waiting = re.findall(r'href="(/desk/matters/\d+/)"', client.get("/desk/?state=accepted").content.decode())
    walk(
        client,
        {
            "gaps": (200, get("/desk/gaps/")),
            **{address: (200, get(f"{address}moves/assign/")) for address in waiting},
        },
    )
    assert waiting


def test_what_happens_beside_the_way(english: English):
    in_progress = (one for one in english.matters if one.state == "in_progress" and one.due_at > MONDAY_MORNING)
    handled = next(one for one in in_progress if one.area_code.startswith(CLERKS_AREA) and not one.deferrals.exists())
    lead = english.browser(Post.objects.filter(organisation=handled.lead)[0].person.staff_number)
    walk(lead, {**_move(handled, "ask_extension"), **_move(handled, "ask_suspension")})
    ask = f"/desk/matters/{handled.number}/moves/ask_extension/"
    told = {"amount": 1, "public_words": "Parts are late", "reason": "Parts are late", "article": "article 24"}
    asked = (200, lambda client: client.post(ask, {**_hidden(client.get(ask)), **told}, follow=True))
    walk(lead, {"asked": asked})
    assert Deferral.objects.filter(matter=handled, outcome=Outcome.PENDING).exists()
    dispatcher = english.browser("0012")
    walk(dispatcher, {"waiting": (200, get(f"/desk/matters/{handled.number}/"))})
    for move in ("grant_extension", "refuse_extension", "merge", "urge"):
        walk(dispatcher, _move(handled, move))
    walk(english.browser(_staff_with("coordination_officer")), _move(handled, "supervise"))


def _move(matter: Matter, move: str) -> dict[str, tuple[int, Ask]]:
    address = f"/desk/matters/{matter.number}/moves/{move}/"
    return {move: (200, get(address)), f"{move} with nothing in it": (422, post(address, revision=1))}


def _hidden(page: HttpResponse) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(client_id|revision)" value="([^"]+)"', page.content.decode())
    return dict(found)


def test_the_catalogue_at_the_desk(english: English):
    duties = Duty.objects.filter(item__version__district=DISTRICT).order_by("item__code", "position")
    chosen = duties.filter(item__code__in=("K1-01", "K2-08", "K3-09", "K5-01", "K7-02"))
    walk(
        english.browser(_staff_with("coordination_officer")),
        {
            **{f"duty {duty.pk}": (200, get(f"/desk/duties/{duty.pk}/")) for duty in chosen},
            "a committee's lead": (
                422,
                post(f"/desk/duties/{chosen[0].pk}/", lead="residents_committee", reason="x", client_id=_ID),
            ),
        },
    )


_ID = "7d4f4a0e-53a8-4b2c-a0fd-5f4d5d1a3c11"
_OTHER_ID = "7d4f4a0e-53a8-4b2c-a0fd-5f4d5d1a3c12"


def _staff_with(role: str) -> str:
    return Post.objects.filter(person__district=DISTRICT, role__code=role)[0].person.staff_number


def test_the_system_administrators_pages(english: English):
    body = Organisation.objects.filter(district=DISTRICT, kind="residents_committee").order_by("pk")[0]
    person = Person.objects.get(district=DISTRICT, staff_number="0031")
    held = Post.objects.get(person=person)
    source = CalendarSource.objects.order_by("pk")[0]
    tables = {
        f"faulty {kind}": (422, _upload(f"/desk/imports/{kind}/", content))
        for kind, content in {
            "divisions": "code,name\n1,x\n",
            "organisations": "name,kind,areas\n,x,1\n",
            "people": "staff_number,name,phone\n!!,,1\n",
            "posts": "staff_number,organisation,role,title,appointment,starts_on\n1,x,x,x,x,x\n",
        }.items()
    }
    walk(
        english.browser("0001"),
        {
            "first page": (200, lambda client: client.get("/desk/", follow=True)),
            "organisations": (200, get("/desk/organisations/?closed=on")),
            "organisation": (200, get(f"/desk/organisations/{body.pk}/")),
            "register an organisation": (200, get("/desk/organisations/add/")),
            "register nothing": (422, post("/desk/organisations/add/")),
            "change": (200, get(f"/desk/organisations/{body.pk}/change/")),
            "close": (200, get(f"/desk/organisations/{body.pk}/end/")),
            "close without a decision": (
                422,
                post(f"/desk/organisations/{body.pk}/end/", active_to="2026-12-01", client_id=_ID),
            ),
            "people": (200, get("/desk/people/")),
            "person": (200, get(f"/desk/people/{person.pk}/")),
            "register a person": (200, get("/desk/people/add/")),
            "register nobody": (422, post("/desk/people/add/")),
            "correct": (200, get(f"/desk/people/{person.pk}/change/")),
            "appoint": (200, get(f"/desk/people/{person.pk}/appoint/")),
            "appoint to nothing": (422, post(f"/desk/people/{person.pk}/appoint/")),
            "change a post": (200, get(f"/desk/people/posts/{held.pk}/change/")),
            "end a post": (200, get(f"/desk/people/posts/{held.pk}/end/")),
            "end an elected post by contract": (
                422,
                post(f"/desk/people/posts/{held.pk}/end/", ground="contract_terminated", client_id=_ID),
            ),
            "imports": (200, get("/desk/imports/")),
            **{
                f"import {kind}": (200, get(f"/desk/imports/{kind}/"))
                for kind in ("divisions", "organisations", "people", "posts")
            },
            **tables,
            "calendar": (200, get("/desk/calendar/")),
            "health": (200, get("/desk/health/")),
            "faulty calendar": (422, _upload("/desk/calendar/", "day,is_working,note\n2026-13-01,0,x\n")),
            "calendar without a notice": (422, _upload("/desk/calendar/", "day,is_working,note\n2026-12-21,0,\n")),
            "announcement": (200, get(f"/desk/calendar/{source.pk}/")),
        },
    )


def _upload(address: str, content: str) -> Ask:
    return lambda client: client.post(address, {"file": SimpleUploadedFile("a.csv", content.encode(), "text/csv")})


@pytest.mark.parametrize(
    "row",
    [
        "New body,社会组织,综合,990101001",
        "New body,social_organisation,general,990101001",
        "New body,Social organisation,General,990101001",
    ],
)
def test_a_table_is_understood_in_either_language(english: English, row: str):
    answer = _upload("/desk/imports/organisations/", f"name,kind,specialty,areas\n{row}\n")(english.browser("0001"))
    assert answer.status_code == 200
    assert "rows read 1; to be added 1" in answer.content.decode()


@pytest.mark.parametrize("choices", [SubjectKind, Specialty, Appointment])
@pytest.mark.usefixtures("_catalogue")
def test_no_two_choices_of_a_table_have_the_same_english(choices: type[TextChoices]):
    with translation.override("en"):
        labels = [str(label) for label in choices.labels]
    assert len(set(labels)) == len(labels)
    assert not any(CHINESE.search(label) for label in labels)


def test_the_security_administrators_pages(english: English):
    person = Person.objects.get(district=DISTRICT, staff_number="0031")
    walk(
        english.browser("0002"),
        {
            "roles": (200, get("/desk/roles/")),
            "what is kept": (200, get("/desk/personal-data/")),
            "who looked": (200, get("/desk/personal-data/looks/")),
            "requests to erase": (200, get("/desk/personal-data/erasures/")),
            "person": (200, get(f"/desk/people/{person.pk}/")),
            **{code: (200, get(f"/desk/roles/{code}/")) for code in Role.objects.values_list("code", flat=True)},
            "everything in one role": (
                422,
                post(
                    "/desk/roles/window_clerk/",
                    permissions=["role.manage", "record.view", "matter.accept"],
                    reason="x",
                    client_id=_ID,
                ),
            ),
        },
    )


def test_the_audit_administrators_pages(english: English):
    client = english.browser("0003")
    newest = client.get("/desk/record/").content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', newest)
    assert older
    walk(client, {"newest": (200, get("/desk/record/")), "older": (200, get(older[1].replace("&amp;", "&")))})


def test_the_drawn_map(english: English):
    drawn = english.browser().get("/report/map-720.svg").content.decode()
    assert "<polygon" in drawn
    assert not CHINESE.search(drawn)


def test_every_reason_of_the_engines_has_its_english():
    """The engines mark nothing; whatever Chinese they hold is a message, and is answered in English."""
    catalog = {messages.key(message): message for message in messages.entries(messages.english())}
    shown = [path for path in Path(messages.ENGINES).rglob("*.py") if path not in messages.SOUGHT]
    texts = {text for path in shown for _, text in messages.chinese_constants(path)}
    assert texts
    assert [text for text in texts if CHINESE.search(str(catalog[None, text].string))] == []


@pytest.mark.usefixtures("_catalogue")
def test_days_and_amounts_are_written_as_in_britain():
    morning = datetime(2026, 11, 9, 1, 40, tzinfo=UTC)
    with translation.override("en"):
        assert moments.day_words(morning, today=morning.date()) == "9 November"
        assert moments.day_words(datetime(2027, 1, 2, tzinfo=UTC), today=morning.date()) == "2 January 2027"
        assert moments.moment_words(morning, today=morning.date()) == "9 November, 09:40"
        assert moments.short_day_words(morning) == "9/11"
        assert [moments.weekday_words(morning), moments.weekday_words(morning, short=True)] == ["Monday", "Mon"]
        assert moments.amount_words(1, Unit.WORKING_DAY) == "1 working day"
        assert moments.left_words(2, Unit.WORKING_DAY) == "2 working days left"
        assert moments.left_words(-1, Unit.NATURAL_DAY) == "1 day overdue"
        assert moments.reason_mark(DayReason.WEEKEND) == "off"
