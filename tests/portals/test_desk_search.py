"""One search for matters, items and bodies: what it finds, for whom, and how it shows it."""

import pytest

from sanhu.domains.casework.models import Matter
from tests.cast import carry, report_matter
from tests.portals.conftest import Desks
from tests.portals.reading import words
from tests.portals.test_desk_lists import next_of, numbers_in

RARE = "𠮷"


def searched(desks: Desks, said: str, *, by: str = "周") -> str:
    answer = desks.browser(by).get("/desk/search/", {"q": said})
    assert answer.status_code == 200
    return answer.content.decode()


def test_words_are_found_marked_and_masked(desks: Desks):
    number = report_matter(desks.cast, words=f"打过13912345678，{RARE}祥里的电梯坏了").number
    html = searched(desks, "电梯")
    assert numbers_in(html) == [number]
    assert "<mark>电梯</mark>" in html
    assert "139******78" in html
    assert "13912345678" not in html
    assert numbers_in(searched(desks, "13912345678")) == []
    assert numbers_in(searched(desks, f"{RARE}祥 电梯")) == [number]
    assert numbers_in(searched(desks, "电梯", by="郑")) == []


def test_a_matter_is_found_by_the_beginning_of_its_number(desks: Desks):
    number = report_matter(desks.cast).number
    for said in (number, number[:14], f"{number[:6]}-{number[6:14]}-{number[14:]}"):
        assert numbers_in(searched(desks, said)) == [number], said
    assert numbers_in(searched(desks, number, by="郑")) == []


def test_items_and_bodies_are_found_by_name_and_code(desks: Desks):
    item = Matter.objects.select_related("item").get(pk=carry(desks.cast, to="accepted").matter.pk).item
    assert item is not None
    for said in (item.name[:2], item.code, item.code.lower()):
        assert f"{item.code} {item.name}" in words(searched(desks, said)), said
    assert "和平街道办事处" in words(searched(desks, "和平"))
    assert "没有找到单位。" in words(searched(desks, "翡翠王朝"))


@pytest.mark.parametrize(("said", "status"), [("", 200), ("梯", 400), ("!", 400), ("电" * 61, 400)])
def test_what_nothing_can_be_found_by_is_said(said: str, status: int, desks: Desks):
    answer = desks.browser("周").get("/desk/search/", {"q": said})
    assert answer.status_code == status
    assert ("至少写两个相连的字" in answer.content.decode()) is (status == 400)


def test_pages_of_a_search_go_on_below_the_last(desks: Desks):
    numbers = [report_matter(desks.cast, words="电梯坏了").number for _turn in range(25)]
    html = searched(desks, "电梯")
    assert numbers_in(html) == numbers[:4:-1]
    following = next_of(html)
    assert following is not None
    rest = desks.browser("周").get(following).content.decode()
    assert numbers_in(rest) == numbers[4::-1]
    assert next_of(rest) is None
