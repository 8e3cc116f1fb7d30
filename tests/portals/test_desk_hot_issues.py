"""The desk's page of hot issues: the list, the map, the period, and only what the reader may see."""

import pytest

from tests.cast import MONDAY_MORNING, report_matter
from tests.portals.conftest import Desks
from tests.portals.reading import words

LAMP = "三号楼西侧路灯不亮好几天"
pytestmark = pytest.mark.covers("R45")


def test_the_list_the_map_and_the_matters_stand_together(desks: Desks):
    numbers = [report_matter(desks.cast, words=LAMP, address="", at=MONDAY_MORNING).number for _time in range(4)]
    shown = desks.browser("徐").get("/desk/hot-issues/").content.decode()
    said = words(shown)
    assert "4 人反映" in said
    assert "每周反映的人数，从早到晚：0、0、0、0、4" in said
    assert "比上一周多" in said
    assert "<svg" in shown
    assert "翠园社区：热点有 4 人反映" in shown
    assert all(f'href="/desk/matters/{number}/"' in shown for number in numbers)
    assert 'aria-current="page">近 30 天' in shown
    assert 'aria-current="page">近 90 天' in desks.browser("徐").get("/desk/hot-issues/?days=90").content.decode()
    odd = desks.browser("徐").get("/desk/hot-issues/?days=x")
    assert 'aria-current="page">近 30 天' in odd.content.decode()
    for nobody in "郑吴":
        assert (
            "没有同一处、同一件事由三个人以上反映的" in desks.browser(nobody).get("/desk/hot-issues/").content.decode()
        )
    assert "热点" in words(desks.browser("高").get("/desk/").content.decode())
