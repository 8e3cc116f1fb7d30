"""Addresses and answers nobody gives by the page: numbers past all keys, NULs, halves of character pairs."""

import pytest
from django.urls import reverse

from tests.portals.desk_administration.conftest import District

HUGE = 10**24
NUL = "%00"


@pytest.mark.parametrize(
    "name", ["organisation", "organisation_change", "person", "appoint", "post_end", "calendar_source"]
)
def test_a_number_past_all_keys_is_not_found(name: str, district: District):
    assert district.desk("钱").get(reverse(f"desk:{name}", kwargs={"pk": HUGE})).status_code == 404


def test_a_duty_past_all_keys_is_not_found(district: District):
    assert district.desk("高").get(reverse("desk:duty", kwargs={"pk": HUGE})).status_code == 404


@pytest.mark.parametrize(
    ("surname", "address", "answer"),
    [
        ("钱", f"/desk/organisations/?kind={NUL}", 400),
        ("钱", f"/desk/organisations/?sector={NUL}", 400),
        ("钱", f"/desk/organisations/?after={NUL}", 400),
        ("钱", "/desk/organisations/?after=999999999999999999", 400),
        ("钱", f"/desk/people/?staff_number={NUL}", 400),
        ("钱", "/desk/people/?staff_number=%25", 200),
        ("钱", "/desk/people/?after=x", 400),
        ("沈", f"/desk/record/?subject={NUL}", 400),
        ("沈", "/desk/record/?after=-1", 400),
        ("高", f"/desk/duties/?class={NUL}", 400),
        ("高", f"/desk/duties/?version={NUL}", 400),
        ("高", f"/desk/gaps/?class={NUL}", 400),
        ("高", "/desk/duties/?version=二", 404),
        ("冯", f"/desk/roles/{NUL}/", 400),
        ("冯", "/desk/roles/𠮷/", 404),
        ("钱", f"/desk/imports/{NUL}/", 400),
        ("钱", f"/desk/people/1/account/{NUL}/", 400),
    ],
)
def test_an_odd_address_is_answered_and_not_stumbled_over(surname: str, address: str, answer: int, district: District):
    assert district.desk(surname).get(address).status_code == answer


@pytest.mark.parametrize("odd", ["\x00", "甲\x00乙", "\ud83d"])
def test_characters_nobody_can_keep_are_refused_by_the_form(odd: str, district: District):
    desk = district.desk("钱")
    said = {"staff_number": "0077", "name": odd.encode("utf-8", "surrogatepass"), "client_id": "x"}
    assert desk.post(reverse("desk:person_add"), said).status_code == 422
    end = reverse("desk:post_end", kwargs={"pk": district.posts["周"].pk})
    assert desk.post(end, {"ground": odd.encode("utf-8", "surrogatepass"), "client_id": "1"}).status_code == 422


def test_a_form_without_its_number_is_refused(district: District):
    answer = district.desk("钱").post(reverse("desk:person_add"), {"staff_number": "0077", "name": "黄新"})
    assert answer.status_code == 422
    assert "表单编号" in answer.content.decode()
