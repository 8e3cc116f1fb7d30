"""The frame of every page: works without a script, by keyboard, in large text, in either language."""

import pytest
from django.conf import LazySettings
from django.http import Http404
from django.test import Client, RequestFactory

from sanhu.portals.look import views
from tests.portals.reading import Page, gallery_html, words

pytestmark = pytest.mark.urls("tests.portals.look_pages")


@pytest.fixture
def gallery(settings: LazySettings) -> str:
    """Every component on one page."""
    settings.SANHU_DEMO = True
    return gallery_html()


def test_no_page_needs_a_script_or_a_style_of_its_own(gallery: str) -> None:
    page = Page(gallery)
    assert not page.all("script")
    assert not page.all("style")
    attributes = {name for _, attrs in page.elements for name in attrs}
    assert "style" not in attributes
    assert not {name for name in attributes if name.startswith("on")}


def test_names_and_labels_of_a_page_lead_somewhere(gallery: str) -> None:
    page = Page(gallery)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert set(page.values("for")) <= set(ids)
    assert page.all("html")[0]["lang"] == "zh-Hans"
    assert page.elements[[tag for tag, _ in page.elements].index("body") + 1][1]["href"] == "#main"
    assert len(page.all("h1")) == 1
    assert "<title>请改正：" in gallery


def test_rare_characters_reach_the_page(gallery: str) -> None:
    assert "𠮷㛃𬭎" in gallery


def test_the_gallery_is_not_found_where_nothing_is_demonstrated(settings: LazySettings, rf: RequestFactory) -> None:
    settings.SANHU_DEMO = False
    with pytest.raises(Http404):
        views.gallery(rf.get("/ui/"))


@pytest.mark.django_db
def test_the_frame_says_who_acts_where_one_is_and_what_happened(client: Client) -> None:
    html = client.get("/framed/").content.decode()
    page = Page(html)
    assert [attrs["href"] for attrs in page.all("a") if attrs.get("aria-current") == "page"] == ["/desk/"]
    assert "周某 · 东湖街道 窗口" in words(html)
    assert [attrs["action"] for attrs in page.all("form")] == ["/out/", "/reading-size/", "/language/"]
    assert '<p class="said message success">已受理。</p>' in html


@pytest.mark.django_db
def test_large_text_is_remembered_and_the_reader_goes_back(client: Client) -> None:
    assert Page(client.get("/framed/").content.decode()).all("html")[0].get("class") is None
    answer = client.post("/reading-size/", {"elder": "1", "next": "/framed/?page=2"})
    assert (answer.status_code, answer["Location"]) == (302, "/framed/?page=2")
    assert client.cookies["elder"]["httponly"]
    assert Page(client.get("/framed/").content.decode()).all("html")[0]["class"] == "elder"
    client.post("/reading-size/", {"elder": "0"})
    assert Page(client.get("/framed/").content.decode()).all("html")[0].get("class") is None


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_never_leads_elsewhere(client: Client, elsewhere: str) -> None:
    assert client.post("/reading-size/", {"elder": "1", "next": elsewhere})["Location"] == "/"
