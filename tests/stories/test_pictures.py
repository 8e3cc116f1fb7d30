"""Pictures for the manual: what the readme shows was once on a screen.

A picture that has become beautiful is copied by hand from var/screenshots into docs/images.
"""

from datetime import timedelta

from django.conf import LazySettings
from playwright.sync_api import expect

from sanhu.domains.evidence.sequencer import sequence
from sanhu.portals.cli.demo.tales import TALES
from tests.browser import SCREENSHOTS
from tests.conftest import Clock
from tests.stories.carrying import carry
from tests.stories.conftest import District, SignIn
from tests.stories.looking import Looker

# Of the demonstration's tales those whose lead has people at a desk: item, place, days ago, how far.
GREEN, LAKE, PEACE, NEW = (f"990101001{number:03}" for number in (1, 2, 3, 4))
CARRIED = (
    ("K2-08", GREEN, 18, "verified"),
    ("K7-09", GREEN, 3, "verified"),
    ("K6-06", LAKE, 6, "done"),
    ("K3-06", GREEN, 8, "done"),
    ("K1-02", PEACE, 7, "done"),
    ("K3-07", GREEN, 14, "done"),
    ("K3-13", GREEN, 3, "verified"),
    ("K3-12", GREEN, 5, "verified"),
    ("K7-08", LAKE, 3, "done"),
    ("K5-03", NEW, 7, "done"),
)


def test_the_desk_of_a_busy_morning(
    district: District, clock: Clock, sign_in: SignIn, look: Looker, settings: LazySettings
) -> None:
    settings.SANHU_DEMO = True
    tales = {tale.item: tale for tale in TALES}
    for item, area, days, state in CARRIED:
        tale, reported = tales[item], clock.now() - timedelta(days=days)
        carry(to=state, at=reported, words=tale.words, title=tale.title, item=item, area=area, pace=timedelta(hours=3))
    sequence()
    he = sign_in("何")
    he.set_viewport_size({"width": 1280, "height": 800})
    expect(he.get_by_role("heading", name="等我办的")).to_be_visible()
    he.screenshot(path=SCREENSHOTS / "desk.png")
    look(he, "inbox", everywhere=True)
