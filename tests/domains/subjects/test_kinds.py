"""Every kind of body has one sector, one type and a name."""

import pytest
from django.db.models import TextChoices
from django.utils import translation

from sanhu.domains.subjects.appointments import LAWFUL_GROUNDS, Appointment, LeavingGround
from sanhu.domains.subjects.events import SubjectEvent
from sanhu.domains.subjects.kinds import Sector, Specialty, SubjectKind, SubjectType, sector_of, type_of

CHOICES = (SubjectKind, Specialty, Sector, SubjectType, Appointment, LeavingGround, SubjectEvent)


@pytest.mark.covers("R22")
@pytest.mark.parametrize("kind", SubjectKind)
def test_a_kind_of_body_belongs_to_one_sector(kind: SubjectKind):
    assert sector_of(kind) in Sector


@pytest.mark.covers("R3")
@pytest.mark.parametrize("kind", SubjectKind)
def test_a_kind_of_body_is_of_one_of_the_seven_types(kind: SubjectKind):
    assert type_of(kind) in SubjectType


@pytest.mark.covers("R3")
def test_there_are_seven_types_and_each_has_a_kind():
    assert len(SubjectType) == 7
    assert {type_of(kind) for kind in SubjectKind} == set(SubjectType)


@pytest.mark.parametrize(
    ("kind", "sector"),
    [
        (SubjectKind.SUBDISTRICT_OFFICE, "government"),
        (SubjectKind.SERVICE_CENTRE, "government"),
        (SubjectKind.SOCIAL_WORK_STATION, "government"),
        (SubjectKind.QUASI_GOVERNMENT_ORG, "government"),
        (SubjectKind.PUBLIC_INSTITUTION, "government"),
        (SubjectKind.PROPERTY_FIRM, "market"),
        (SubjectKind.UTILITY, "market"),
        (SubjectKind.APPRAISAL_AGENCY, "market"),
        (SubjectKind.RESIDENTS_COMMITTEE, "community"),
        (SubjectKind.OWNERS_COMMITTEE, "community"),
        (SubjectKind.PARTY_ORGANISATION, "community"),
        (SubjectKind.COMMUNITY_PUBLIC_BENEFIT_SERVICE_ORG, "community"),
    ],
)
@pytest.mark.covers("R22", "R29")
def test_sectors_are_those_of_the_table_of_subjects(kind: SubjectKind, sector: str):
    assert sector_of(kind) == sector


@pytest.mark.parametrize("choices", CHOICES, ids=lambda choices: choices.__name__)
def test_every_choice_has_its_own_chinese_name(choices: type[TextChoices]):
    with translation.override("zh-hans"):
        labels = [str(label) for label in choices.labels]
    assert len(set(labels)) == len(labels)
    assert all(any("\u4e00" <= char <= "\u9fff" for char in label) for label in labels)


def test_every_ground_of_leaving_ends_some_kind_of_post():
    assert set().union(*LAWFUL_GROUNDS.values()) == set(LeavingGround)
    assert set(LAWFUL_GROUNDS) == set(Appointment)
