"""Looking at a page the way its readers do: every one of them has to find it in order, on screen and on paper.

A page is looked at in the width it has, at 200 % (640 px) and on a phone (360 px), in light and, where asked, in dark.
Axe must find nothing and nothing may scroll sideways; a picture is kept under var/screenshots for human eyes.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, Response, Route

from tests.browser import SCREENSHOTS

PHONE, TWICE_AS_LARGE = 360, 640
_HEIGHT = {PHONE: 740, TWICE_AS_LARGE: 450}
_TOO_WIDE = """() => {
  const width = window.innerWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  const wide = [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > width + 1 && !one.closest(".scroll, .diagram"));
  return "wider than the page: " + wide.slice(0, 3).map(one => one.outerHTML.slice(0, 90)).join(" | ");
}"""
Axe = Callable[[Page], list[str]]


class Looker:
    """Looks at the pages of one story; `seen` are the kinds of page that this story or one before it looked at."""

    def __init__(self, browser: Browser, axe: Axe, story: str, seen: set[str]) -> None:
        self.browser, self.axe, self.seen = browser, axe, seen
        self.folder = SCREENSHOTS / story
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.visited: set[str] = set()
        self.pictures = 0
        self._silent: set[Page] = set()
        self._twin: Page | None = None
        self._twin_html = ""

    def watch(self, page: Page, *, has_script: bool) -> None:
        """Remember the addresses a page shows from now on."""
        page.on("response", self._remember)
        if not has_script:
            self._silent.add(page)

    def _remember(self, response: Response) -> None:
        is_page = response.request.is_navigation_request() and not 300 <= response.status < 400
        if is_page and "html" in response.headers.get("content-type", ""):
            self.visited.add(_kind_of(response.url))

    def __call__(self, page: Page, name: str, *, everywhere: bool = False) -> None:
        """Look at what a page shows now; `everywhere` adds pictures of the phone, in light and dark, and of 200 %."""
        # A link that was just followed shows its new address before the page is whole.
        page.wait_for_load_state()
        self.seen.add(_kind_of(page.url))
        self._find_nothing(page, name)
        self._picture(page, name)
        usual = page.viewport_size
        assert usual is not None
        for width in (TWICE_AS_LARGE, PHONE):
            page.set_viewport_size({"width": width, "height": _HEIGHT[width]})
            assert page.evaluate(_TOO_WIDE) == "", f"{name} at {width} px"
            if everywhere:
                self._picture(page, f"{name}-{width}")
        if everywhere:
            page.emulate_media(color_scheme="dark")
            self._find_nothing(page, f"{name} in the dark", is_dark=True)
            self._picture(page, f"{name}-dark")
            page.emulate_media(color_scheme="light")
        page.set_viewport_size(usual)

    def once(self, page: Page) -> None:
        """Look at a page unless its like was seen."""
        kind = _kind_of(page.url)
        if kind not in self.seen:
            self(page, kind.strip("/").replace("/", "-") or "home")

    def on_paper(self, page: Page, name: str) -> bytes:
        """Print a page; keep and give the PDF."""
        printed = page.pdf(prefer_css_page_size=True)
        self._path(name, "pdf").write_bytes(printed)
        assert printed.startswith(b"%PDF")
        return printed

    @property
    def unseen(self) -> str:
        """Kinds of page that were visited and never looked at, one beside the other."""
        return " ".join(sorted(self.visited - self.seen))

    def _find_nothing(self, page: Page, name: str, *, is_dark: bool = False) -> None:
        faults = self._with_script(page, is_dark=is_dark) if page in self._silent else self.axe(page)
        assert not faults, f"{name}: {faults}"

    def _with_script(self, page: Page, *, is_dark: bool) -> list[str]:
        """Axe needs JavaScript: show what the page shows to a browser that has it, under the same address."""
        if self._twin is None:
            # What is still fading in has no contrast yet.
            self._twin = self.browser.new_context(reduced_motion="reduce").new_page()
            self._twin.route("**/*", self._same)
        self._twin_html = page.content()
        assert page.viewport_size is not None
        self._twin.set_viewport_size(page.viewport_size)
        self._twin.emulate_media(color_scheme="dark" if is_dark else "light")
        self._twin.goto(page.url)
        return self.axe(self._twin)

    def _same(self, route: Route) -> None:
        if route.request.is_navigation_request():
            route.fulfill(body=self._twin_html, content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    def close(self) -> None:
        """See nothing more."""
        if self._twin is not None:
            self._twin.context.close()

    def _picture(self, page: Page, name: str) -> None:
        page.screenshot(path=self._path(name, "png"), full_page=True)

    def _path(self, name: str, kind: str) -> Path:
        self.pictures += 1
        return self.folder / f"{self.pictures:02}-{name}.{kind}"


def pages_of(printed: bytes) -> int:
    """Count the pages of a PDF as Chromium writes it."""
    return len(re.findall(rb"/Type\s*/Page\b", printed))


def _kind_of(url: str) -> str:
    """An address without its host, its question and whatever number it names."""
    path = re.sub(r"^https?://[^/]+|[?#].*$", "", url)
    path = re.sub(r"/K[1-7]-\d\d/", "/ITEM/", path)
    return re.sub(r"\d[\d-]*", "N", path)
