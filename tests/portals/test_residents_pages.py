"""Residents' pages: light, the same for everybody, understood in two languages and sizes, and never a 500."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import COMMUNITY, carry, move, report_matter
from tests.portals.conftest import Desks
from tests.portals.policy import breaches
from tests.portals.reading import Page
from tests.portals.test_access_things import RECEIPT_ONLY, ticket_of

PAGES = (
    "/",
    "/report/",
    "/receipt/",
    "/matters/",
    "/matters/map/",
    "/catalogue/",
    "/catalogue/K1-01/",
    "/register/",
    f"/register/{COMMUNITY}/",
    "/letter-check/",
    "/desk/sign-in/",
)
FIRST_PAGES = ("/", "/report/", "/receipt/", "/matters/", "/matters/map/", "/catalogue/", "/register/")
NEVER_A_500 = {"raise_request_exception": False}


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/nowhere/", 404),
        ("/matters/99010120261109000001/", 404),
        ("/matters/990101-20261109-999999/", 404),
        ("/matters/%F0%A0%AE%B7/", 404),
        ("/matters/'%20OR%201=1/", 404),
        (f"/matters/{'9' * 3000}/", 404),
        ("/matters/%00/", 400),
        ("/matters/?class=K8", 400),
        ("/matters/?class=k1", 400),
        ("/matters/?class=%00", 400),
        ("/matters/?after=0", 400),
        ("/matters/?after=-1", 400),
        ("/matters/?after=%EF%BC%91", 400),
        ("/matters/?after=99999999999999999999999", 400),
        ("/matters/?after=1%20OR%201=1", 400),
        ("/catalogue/K8-01/", 404),
        ("/catalogue/%00/", 400),
        ("/report/?area=990102001001", 200),
        ("/report/?area=%3Cscript%3E", 200),
        ("/report/map-721.svg", 404),
        ("/report/map-99999999999999999999999.svg", 404),
        ("/receipt/photos/00000000-0000-0000-0000-000000000000/", 302),
        ("/receipt/photos/not-a-uuid/", 404),
        ("/%FF%FE/", 404),
    ],
)
def test_an_address_somebody_made_up_is_answered_in_words(url: str, status: int, desks: Desks):
    report_matter(desks.cast)
    answer = Client(**NEVER_A_500).get(url)
    assert answer.status_code == status
    assert breaches(answer) == []


def test_a_list_does_not_tell_where_a_hidden_matter_stands(desks: Desks):
    shown = carry(desks.cast, to="closed").matter
    hidden = report_matter(desks.cast).number
    move(desks.cast, hidden, "accept", by="周", duty_id=desks.cast.duties[RECEIPT_ONLY].pk, public_title="")
    key = type(shown).objects.get(number=hidden).pk
    assert [desks.browser().get(f"/matters/?after={pk}").status_code for pk in (shown.pk, key)] == [200, 400]


def uploads(count: int, size: int) -> dict[str, list[SimpleUploadedFile]]:
    return {"photos": [SimpleUploadedFile(f"{n}.jpg", b"x" * size, "image/jpeg") for n in range(count)]}


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"words=" + b"x" * (3 * 1024 * 1024), FORM),
        ("&".join(f"a{n}=1" for n in range(1100)).encode(), FORM),
        ({"words": "x" * (3 * 1024 * 1024)}, None),
        (lambda: uploads(4, 11 * 1024 * 1024), None),
        (lambda: uploads(9, 10), None),
        (b"--x\r\nbroken", "multipart/form-data"),
        (b"words=1", f"{FORM}; charset=utf-7"),
    ],
    ids=["words_of_3_mb", "1100_fields", "a_field_of_3_mb", "44_mb", "nine_files", "no_boundary", "utf_7"],
)
def test_a_body_over_the_bound_or_out_of_shape_is_a_400_in_words(body, content_type: str | None, desks: Desks):
    client = Client(enforce_csrf_checks=True, **NEVER_A_500)
    client.get("/report/")
    options = {"content_type": content_type} if content_type else {}
    for url in ("/report/", "/receipt/", "/desk/sign-in/"):
        answer = client.post(url, body() if callable(body) else body, **options)
        assert answer.status_code == 400
        assert "这个请求看不懂" in answer.content.decode()
        assert breaches(answer) == []


def test_a_host_that_is_not_ours_is_a_400_in_words(db: None):
    answer = Client(**NEVER_A_500).get("/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "elsewhere.example" not in answer.content.decode()


@pytest.mark.parametrize(
    ("cookies", "status"),
    [
        ('sessionid="\\000aaaaaaaaaaaaaaaa"', 400),
        ("sessionid=" + "x" * 3000, 200),
        ('csrftoken="<script>"; django_language=../../etc/passwd; elder="<b>"; messages=W10:zzz', 200),
        ("=;;;==", 200),
    ],
    ids=["nul", "long", "forged", "none"],
)
def test_cookies_that_nobody_gave_are_no_500(cookies: str, status: int, desks: Desks):
    for url in ("/", "/desk/sign-in/", "/receipt/"):
        answer = Client(**NEVER_A_500).get(url, headers={"Cookie": cookies})
        assert answer.status_code == status
        assert breaches(answer) == []


def test_the_page_with_the_code_offers_nothing_that_would_throw_it_away(desks: Desks):
    client = desks.browser()
    ways = ("/language/", "/reading-size/")
    assert all(f'action="{way}"' in client.get("/report/").content.decode() for way in ways)
    shown = client.post("/report/", {"words": "楼道灯坏了", "area": COMMUNITY, "client_id": str(uuid4())})
    assert "请记下回执码" in shown.content.decode()
    assert not any(f'action="{way}"' in shown.content.decode() for way in ways)


@pytest.mark.parametrize(
    "url",
    [
        "/report/",
        "/receipt/",
        "/receipt/rate/",
        "/receipt/leave/",
        "/letter-check/",
        "/desk/sign-in/",
        "/language/",
        "/reading-size/",
    ],
)
def test_every_form_comes_from_a_page_of_ours(url: str, desks: Desks):
    client = Client(enforce_csrf_checks=True)
    said = {"words": "楼道灯坏了", "area": COMMUNITY, "client_id": str(uuid4()), "code": "0", "language": "en"}
    answer = client.post(url, said)
    assert answer.status_code == 403
    assert "这张表没有收下" in answer.content.decode()
    client.get("/report/")
    assert client.post(url, {**said, "csrfmiddlewaretoken": client.cookies["csrftoken"].value}).status_code != 403


@pytest.mark.parametrize("url", PAGES)
def test_head_says_what_get_would_and_no_more(url: str, desks: Desks):
    client = desks.browser()
    asked, told = client.get(url), client.head(url)
    assert (told.status_code, told.content) == (asked.status_code, b"") == (200, b"")
    assert told["Content-Type"] == asked["Content-Type"]


def test_no_resident_is_followed_by_a_session(desks: Desks):
    before = Session.objects.count()
    carried = carry(desks.cast, to="closed")
    client = desks.browser()
    for url in PAGES:
        client.get(url)
    client.post("/report/", {"words": "楼道灯坏了", "area": COMMUNITY, "client_id": str(uuid4())})
    client.post("/receipt/", {"code": "0000-0000-00000"})
    client.post("/receipt/", {"code": carried.receipt})
    client.post("/receipt/rate/", {"satisfaction": "satisfied", "client_id": str(uuid4())})
    assert "谢谢您的评价" in client.get("/receipt/matter/").content.decode()
    client.post("/language/", {"language": "en"})
    client.post("/reading-size/", {"elder": "1"})
    client.post("/reading-size/", {"scheme": "dark"})
    client.post("/receipt/leave/")
    assert Session.objects.count() == before
    assert set(client.cookies) <= {"csrftoken", "ticket", "messages", "django_language", "elder", "scheme"}


def test_the_language_is_kept_and_goes_back_to_pages_of_ours_alone(desks: Desks):
    client = desks.browser()
    chosen = client.post("/language/", {"language": "en", "next": "/report/?area=1"})
    assert chosen["Location"] == "/report/?area=1"
    for url in PAGES:
        assert '<html lang="en"' in client.get(url).content.decode(), url
    assert client.post("/language/", {"language": "zh-hans", "next": "//elsewhere.example/"})["Location"] == "/"
    assert '<html lang="zh-Hans"' in client.get("/").content.decode()
    client.post("/language/", {"language": "xx", "next": "/"})
    assert '<html lang="zh-Hans"' in client.get("/").content.decode()


def test_large_text_is_kept_and_goes_back_to_pages_of_ours_alone(desks: Desks):
    client = desks.browser()
    assert 'class="elder"' not in client.get("/").content.decode()
    assert client.post("/reading-size/", {"elder": "1", "next": "/report/"})["Location"] == "/report/"
    for url in PAGES:
        assert 'class="elder"' in client.get(url).content.decode(), url
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:1"):
        assert client.post("/reading-size/", {"elder": "0", "next": elsewhere})["Location"] == "/"
    assert 'class="elder"' not in client.get("/").content.decode()


def test_dark_and_light_are_kept_beside_large_text_and_nothing_else_is_taken_for_a_colour(desks: Desks):
    client = desks.browser()
    assert client.post("/reading-size/", {"scheme": "dark", "next": "/report/"})["Location"] == "/report/"
    for url in PAGES:
        assert '<html lang="zh-Hans" class="dark">' in client.get(url).content.decode(), url
    client.post("/reading-size/", {"elder": "1"})
    assert 'class="elder dark"' in client.get("/").content.decode()
    client.post("/reading-size/", {"scheme": "light"})
    assert 'class="elder light"' in client.get("/").content.decode()
    client.cookies["scheme"] = '"><script>'
    assert 'class="elder"' in client.get("/").content.decode()


def test_dark_is_the_same_whoever_asked_for_it():
    sheet = Path(str(finders.find("look/tokens.css"))).read_text()
    asked_by_machine, asked_by_reader = sheet.split("prefers-color-scheme: dark", 1)[1].split("color-scheme: dark;", 1)
    colours = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in (asked_by_machine, asked_by_reader)]
    assert len(colours[0]) == 15
    assert colours[0] == colours[1]


def weight(client: Client, url: str) -> dict[str, int]:
    """Give the bytes of a page and of everything it loads, uncompressed."""
    html = client.get(url).content
    page = Page(html.decode())
    loaded = {link["href"] for link in page.all("link")} | {tag["src"] for tag in page.all("script")}
    loaded |= {tag["src"] for tag in (*page.all("img"), *page.all("input")) if tag.get("src")}
    sizes = {url: len(html)}
    for address in loaded:
        assert address
        if address.startswith("/static/"):
            path = finders.find(address.removeprefix("/static/"))
            assert path, address
            sizes[address] = Path(path).stat().st_size
        else:
            sizes[address] = len(client.get(address).content)
    return sizes


@pytest.mark.parametrize("url", FIRST_PAGES)
def test_a_first_page_weighs_no_more_than_100_kb_with_all_it_loads(url: str, desks: Desks):
    for _turn in range(3):
        carry(desks.cast, to="accepted")
    sizes = weight(desks.browser(), url)
    assert len(sizes) > 4
    assert sum(sizes.values()) <= 100_000, sizes


def queries(client: Client, url: str) -> int:
    client.get(url)  # what is learnt once, as the calendar, is learnt
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("url", "most"),
    [("/", 6), ("/matters/", 6), ("/matters/map/", 6), ("/catalogue/", 6), ("/catalogue/K1-06/", 7), ("/report/", 6)],
)
def test_a_page_asks_the_database_as_often_whatever_there_is_to_show(url: str, most: int, desks: Desks):
    client = desks.browser()
    carry(desks.cast, to="assigned")
    few = queries(client, url)
    for _turn in range(7):
        carry(desks.cast, to="assigned")
    assert queries(client, url) == few <= most


@pytest.mark.parametrize("url", ["/matters/{number}/", "/receipt/matter/", "/receipt/notice/"])
def test_a_matters_page_asks_as_often_however_long_its_way_was(url: str, desks: Desks):
    counts = []
    for state in ("assigned", "verified", "closed"):
        carried = carry(desks.cast, to=state)
        client = desks.browser()
        client.cookies["ticket"] = ticket_of(carried.receipt)
        counts.append(queries(client, url.format(number=carried.matter.number)))
    assert abs(counts[1] - counts[0]) <= 1
    assert counts[2] <= counts[1] + 3  # of what is closed it is asked too whether it was rated and may be opened again
    assert max(counts) <= 19


def test_the_public_list_is_walked_to_its_end_without_loss_or_double(desks: Desks):
    numbers = [carry(desks.cast, to="accepted").matter.number for _turn in range(31)]
    client, url, seen = desks.browser(), reverse("public:matters"), []
    while url:
        html = client.get(url).content.decode()
        seen += re.findall(r'href="/matters/([0-9-]+)/"', html)
        url = next((a["href"] for a in Page(html).all("a") if a.get("rel") == "next"), None)
    assert [number.replace("-", "") for number in seen] == numbers[::-1]
