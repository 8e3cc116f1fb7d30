"""What the database itself refuses, whoever writes."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from sanhu.domains.catalogue.models import AffairItem, CatalogueVersion, Duty, DutyTerms, Instrument
from sanhu.domains.catalogue.verification import CHECKS
from sanhu.domains.evidence.models import Witnessed

GetDuty = Callable[[str], Duty]
NAMELESS_ON_SQLITE = {"duty_has_one_lead", "item_code_once", "catalogue_version_once"}


def refused(constraint: str, write: Callable[[], object]) -> None:
    """Expect the database to refuse a write, by that constraint where it names one."""
    with pytest.raises(IntegrityError) as fault, transaction.atomic():
        write()
    # SQLite names the columns of a unique index rather than the index.
    said = str(fault.value)
    assert constraint in said or (constraint in NAMELESS_ON_SQLITE and "UNIQUE constraint failed" in said)


def altered(row: Witnessed, **changes: object) -> Callable[[], object]:
    """Write some columns of a row, as one would who goes round the services."""
    return lambda: type(row).objects.filter(pk=row.pk).update(**changes)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("duty_has_a_lead", {"lead_kind": ""}),
        ("duty_has_a_lead", {"lead_specialty": ""}),
        ("committee_leads_no_government_duty", {"lead_kind": "residents_committee"}),
        ("duty_clock_runs", {"clock_amount": 0}),
        ("duty_clock_is_cited", {"clock_citation": ""}),
        ("statutory_clock_is_no_demonstration", {"clock_kind": "statutory"}),
    ],
)
def test_a_duty_keeps_its_shape(constraint: str, changes: dict[str, object], duty: GetDuty):
    refused(constraint, altered(duty("K1-02"), **changes))


@pytest.mark.covers("R6")
def test_a_part_has_one_lead(duty: GetDuty):
    second = duty("K1-02")
    second.pk, second.lead_kind = None, "public_security"
    refused("duty_has_one_lead", lambda: second.save(force_insert=True))


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("item_class_known", {"affair_class": "K8"}),
        ("item_status_known", {"status": "active"}),
        ("item_publicity_known", {"publicity": "sometimes"}),
        ("temporary_item_has_end", {"end_rule": ""}),
        ("item_code_once", {"code": "K7-10"}),
    ],
)
def test_an_item_keeps_its_shape(constraint: str, changes: dict[str, object], version: CatalogueVersion):
    item = AffairItem.objects.get(version=version, code="K7-11")
    refused(constraint, altered(item, **changes))


def test_an_item_of_another_class_needs_no_end(version: CatalogueVersion):
    assert AffairItem.objects.get(version=version, code="K3-07").end_rule == ""


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("catalogue_version_counts_from_one", {"number": 0}),
        ("catalogue_version_has_reason", {"reason": ""}),
    ],
)
def test_a_version_keeps_its_shape(constraint: str, changes: dict[str, object], version: CatalogueVersion):
    refused(constraint, altered(version, **changes))


@pytest.mark.covers("R32")
def test_a_version_number_is_given_once(version: CatalogueVersion):
    version.pk = None
    refused("catalogue_version_once", lambda: version.save(force_insert=True))


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("instrument_level_known", {"level": "decree"}),
        ("instrument_ends_after_it_begins", {"in_force_to": date(2026, 8, 31)}),
    ],
)
def test_an_instrument_keeps_its_shape(constraint: str, changes: dict[str, object], instrument: Instrument):
    refused(constraint, altered(instrument, **changes))


def found() -> set[str]:
    """What the catalogue's checks find."""
    return {finding.kind for check in CHECKS for finding in check()}


@pytest.mark.covers("X-04")
def test_verify_tells_a_lead_that_the_rules_forbid(duty: GetDuty):
    assert found() == set()
    altered(duty("K3-07"), lead_kind="subdistrict_office")()
    (finding,) = [finding for check in CHECKS for finding in check()]
    assert (finding.kind, finding.detail) == ("lead_unlawful", "X-04")


def test_verify_tells_a_lead_nobody_knows(duty: GetDuty):
    altered(duty("K3-07"), lead_kind="king")()
    assert found() == {"lead_unknown"}


def test_verify_tells_an_item_nobody_answers_for(duty: GetDuty):
    found_duty = duty("K3-07")
    DutyTerms.objects.filter(duty=found_duty).delete()
    found_duty.delete()
    assert found() == {"item_without_duty"}


def test_verify_tells_a_version_that_is_missing(version: CatalogueVersion):
    altered(version, number=2)()
    assert found() == {"version_missing", "version_without_proposal"}


def test_verify_tells_a_version_that_begins_before_the_one_it_follows(version: CatalogueVersion):
    version.pk, version.number, version.in_force_from = None, 2, date(2026, 8, 1)
    version.save(force_insert=True)
    assert found() == {"version_too_early"}
