"""Who may open which page of administration: by role, and what belongs to another district is not found."""

from collections.abc import Mapping

import pytest
from django.urls import reverse

from sanhu.domains.catalogue.models import CatalogueVersion, Duty
from sanhu.domains.subjects.models import Account, Organisation, Person
from tests.portals.desk_administration.conftest import District

EVERYBODY = ("周", "徐", "吴", "陈", "何", "高", "马", "钱", "冯", "沈")
# Written by hand: who may open the page; all others are told that it is not theirs.
MAY_OPEN: Mapping[str, frozenset[str]] = {
    "organisations": frozenset("周徐吴陈何高钱冯沈"),
    "organisation_add": frozenset("钱"),
    "people": frozenset("钱冯"),
    "person_add": frozenset("钱"),
    "roles": frozenset("冯"),
    "imports": frozenset("钱"),
    "duties": frozenset("周徐吴陈何高马"),
    "gaps": frozenset("徐高"),
    "record": frozenset("沈"),
    "calendar": frozenset("钱"),
    "calendar_template": frozenset("钱"),
}


@pytest.mark.parametrize("page", MAY_OPEN)
def test_a_page_opens_for_its_roles_alone(page: str, district: District):
    url = reverse(f"desk:{page}")
    answers = {surname: district.desk(surname).get(url).status_code for surname in EVERYBODY}
    assert answers == {surname: 200 if surname in MAY_OPEN[page] else 403 for surname in EVERYBODY}


def test_nobody_opens_a_page_without_signing_in(district: District, client):
    answers = {page: client.get(reverse(f"desk:{page}")) for page in MAY_OPEN}
    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(MAY_OPEN, 302)
    assert all(answer["Location"].startswith(reverse("desk:sign_in")) for answer in answers.values())


def own_and_others(district: District) -> dict[str, tuple[str, str]]:
    """Pages of one object: the address of 990101's own, and of 990102's."""
    own, other = district.posts["周"], district.posts["郑"]

    def pair(name: str, mine: int, theirs: int, **more: str) -> tuple[str, str]:
        return (
            reverse(f"desk:{name}", kwargs={"pk": mine, **more}),
            reverse(f"desk:{name}", kwargs={"pk": theirs, **more}),
        )

    return {
        "organisation": pair("organisation", own.organisation_id, other.organisation_id),
        "organisation_change": pair("organisation_change", own.organisation_id, other.organisation_id),
        "organisation_end": pair("organisation_end", own.organisation_id, other.organisation_id),
        "person": pair("person", own.person_id, other.person_id),
        "person_change": pair("person_change", own.person_id, other.person_id),
        "appoint": pair("appoint", own.person_id, other.person_id),
        "post_change": pair("post_change", own.pk, other.pk),
        "post_end": pair("post_end", own.pk, other.pk),
    }


def test_what_belongs_to_another_district_is_not_found(district: District):
    desk = district.desk("钱")
    for page, (own, other) in own_and_others(district).items():
        assert (page, desk.get(own).status_code, desk.get(other).status_code) == (page, 200, 404)
        if page not in {"organisation", "person"}:  # these two are only read
            assert (page, desk.post(other, {}).status_code) == (page, 404)


@pytest.mark.parametrize("act", ["open", "password", "deactivate", "reactivate", "unlock"])
def test_an_account_of_another_district_is_not_found(act: str, district: District):
    stranger = district.posts["郑"].person_id
    before = list(Account.objects.filter(person=stranger).values("is_active", "must_change_password", "password"))
    for surname in ("钱", "冯"):
        url = reverse("desk:account_act", kwargs={"pk": stranger, "act": act})
        assert district.desk(surname).post(url).status_code == 404
    after = list(Account.objects.filter(person=stranger).values("is_active", "must_change_password", "password"))
    assert after == before


def test_a_duty_of_another_district_is_not_found(district: District, catalogue: CatalogueVersion):
    duty = Duty.objects.filter(item__version=catalogue)[0]
    url = reverse("desk:duty", kwargs={"pk": duty.pk})
    assert district.desk("徐").get(url).status_code == 200
    assert district.desk("郑").get(url).status_code == 404
    assert district.desk("郑").post(url, {}).status_code == 404


def test_lists_hold_only_the_own_district(district: District, catalogue: CatalogueVersion):
    del catalogue
    foreign = [*Organisation.objects.filter(district="990102"), *Person.objects.filter(district="990102")]
    names = [one.name for one in foreign]
    assert len(names) > 5
    for surname, page in (
        ("钱", "organisations"),
        ("钱", "people"),
        ("沈", "record"),
        ("高", "gaps"),
        ("高", "duties"),
    ):
        text = district.desk(surname).get(reverse(f"desk:{page}")).content.decode()
        assert [name for name in names if name in text] == []


def test_the_other_districts_administrator_sees_their_own(district: District):
    text = district.desk("郝").get(reverse("desk:people")).content.decode()
    assert "郑远" in text
    assert "周慧" not in text


def test_navigation_offers_only_where_the_post_may_go(district: District):
    for surname in EVERYBODY:
        page = district.desk(surname).get(reverse("desk:inbox"), follow=True).content.decode()
        offered = {name for name in MAY_OPEN if f'href="{reverse(f"desk:{name}")}"' in page.split("<main", 1)[0]}
        assert {name for name in offered if surname not in MAY_OPEN[name]} == set(), surname
