"""The gaps: what a matter would be asked about at assignment, told for every community beforehand."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanhu.domains.casework.gaps import gaps
from sanhu.domains.casework.routing import route_duty
from sanhu.domains.catalogue.models import CatalogueVersion, Duty
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.services.organisations import create_organisation
from sanhu.engines.actors import SYSTEM
from tests.portals.desk_administration.conftest import District

COMMUNITIES = ("990101001001", "990101001002", "990101002001")
URL = reverse("desk:gaps")


def street(district: District, name: str, area: str) -> Organisation:
    return create_organisation(
        district="990101",
        name=name,
        kind=SubjectKind.SUBDISTRICT_OFFICE,
        areas=[area],
        active_from=date(2026, 1, 1),
        actor=SYSTEM,
        at=district.at,
    )


@pytest.mark.covers("R11")
def test_all_gaps_at_once_are_the_gaps_one_by_one(district: District, catalogue: CatalogueVersion):
    street(district, "东湖街道第二办事处", "990101001")
    street(district, "翠园办事处", "990101001001")
    found = {gap.duty.pk: gap for gap in gaps(catalogue, communities=COMMUNITIES, at=district.at)}
    for duty in Duty.objects.filter(item__version=catalogue):
        routes = {
            code: route_duty(duty, district="990101", location=code, at=district.at).bodies for code in COMMUNITIES
        }
        gap = found.pop(duty.pk, None)
        unserved = tuple(code for code in COMMUNITIES if not routes[code])
        contested = {code: {body.pk for body in routes[code]} for code in COMMUNITIES if len(routes[code]) > 1}
        assert (gap.unserved if gap else ()) == unserved
        told = {one.community: {body.pk for body in one.bodies} for one in gap.contested} if gap else {}
        assert told == contested
    assert found == {}


def test_the_page_lists_who_is_missing_and_who_is_doubled(district: District, catalogue: CatalogueVersion):
    street(district, "翠园办事处", "990101001001")
    rows = district.desk("高").get(URL).context["rows"]
    by_street = next(row for row in rows if row.gap.duty.lead_kind == SubjectKind.SUBDISTRICT_OFFICE)
    assert by_street.unserved == ("柳荫社区",)
    assert by_street.contested == (("翠园社区", "东湖街道办事处、翠园办事处"),)
    assert not by_street.is_everywhere
    text = district.desk("高").get(URL).content.decode()
    assert "柳荫社区" in text
    assert "东湖街道办事处、翠园办事处" in text


def test_an_officer_sees_the_communities_of_their_own_areas(district: District, catalogue: CatalogueVersion):
    whole, street_only = district.desk("高").get(URL), district.desk("徐").get(URL)
    assert whole.context["communities"] == 3
    assert street_only.context["communities"] == 2
    assert "柳荫社区" not in street_only.content.decode()
    leads = {row.gap.duty.lead_kind for row in street_only.context["rows"]}
    assert SubjectKind.SUBDISTRICT_OFFICE not in leads


def test_a_body_that_has_ended_leaves_a_gap(district: District, catalogue: CatalogueVersion):
    Organisation.objects.filter(pk=district.bodies["street"].pk).update(active_to=date(2026, 11, 8))
    found = gaps(catalogue, communities=COMMUNITIES, at=district.at)
    by_street = next(gap for gap in found if gap.duty.lead_kind == SubjectKind.SUBDISTRICT_OFFICE)
    assert by_street.unserved == COMMUNITIES


def test_the_gaps_of_a_class(district: District, catalogue: CatalogueVersion):
    desk = district.desk("高")
    assert {row.gap.duty.item.affair_class for row in desk.get(URL + "?class=K3").context["rows"]} == {"K3"}
    assert desk.get(URL + "?class=K8").status_code == 400


def test_a_hundred_duties_take_a_handful_of_queries(district: District, catalogue: CatalogueVersion):
    desk = district.desk("高")
    desk.get(URL)
    with CaptureQueriesContext(connection) as queries:
        answer = desk.get(URL)
    assert len(answer.context["rows"]) > 50
    assert len(queries) <= 14
