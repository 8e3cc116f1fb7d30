"""Chromium for the stories: pages with and without JavaScript, axe, screenshots.

A page fails its test when it writes an error to the console, breaks its Content-Security-Policy, misses a file or asks
another machine for anything.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect, sync_playwright

# Playwright's loop runs in the test's own thread, where Django would refuse the ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "tests" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
# What moves has come to rest; an animation taken back has, too.
AT_REST = "() => Promise.allSettled(document.getAnimations().map(animation => animation.finished))"
SCREENSHOTS = ROOT / "var" / "screenshots"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000
OpenPage = Callable[..., Page]

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for a worker. A missing one fails the test: nothing is skipped."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: run tools/system_packages.sh or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
        # While Playwright's loop runs, Django keeps connections of its own for it; nobody finds them again afterwards.
        connections.close_all()


class Faults:
    """What went wrong in the pages of one test without showing on them."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.found: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        page.on("request", self.request)
        page.on("response", self.response)

    def console(self, message: ConsoleMessage) -> None:
        # A refused page answers 4xx by design; a missing file is found by its response.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console: {message.text}")

    def request(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.found.append(f"asked another machine: {request.url}")

    def response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.found.append(f"{response.status}: {response.url}")


@pytest.fixture
def open_page(browser: Browser, live_server: Any, clock: object) -> Iterator[OpenPage]:
    """Give a function that opens a page with cookies of its own: one for each person of a story.

    Takes what Playwright's `new_context` takes, such as `java_script_enabled=False` or `viewport=…`. Addresses are
    relative to the live server; the portals' clock stands where `clock` says.
    """
    del clock  # asked for so that no story depends on the day it runs
    yield from opening_at(browser, live_server.url)


def opening_at(browser: Browser, base: str) -> Iterator[OpenPage]:
    """Give such a function for a server; afterwards close what it opened, and fail where anything went wrong."""
    faults = Faults(base)
    contexts = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**{"base_url": base, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        faults.watch(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults.found == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Give a page with JavaScript, as officials have."""
    return open_page()


@pytest.fixture
def page_no_js(open_page: OpenPage) -> Page:
    """Give a page without JavaScript, which is all a resident needs."""
    return open_page(java_script_enabled=False)


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Give a function that lists a page's accessibility faults; the page needs JavaScript switched on."""

    def axe(page: Page) -> list[str]:
        page.wait_for_load_state()
        page.evaluate(AT_REST)  # what is still fading in has not the contrast it will have
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {violation['help']}: {' '.join(map(str, node['target']))}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return axe


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """Give a function that saves a picture of the whole page as var/screenshots/NAME.png."""

    def shot(page: Page, name: str) -> Path:
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return shot


def keys(page: Page, *pressed: str) -> None:
    """Press keys once the page hears them."""
    page.wait_for_load_state()
    for key in pressed:
        page.keyboard.press(key)
