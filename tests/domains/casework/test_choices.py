"""Acceptance names a duty of the catalogue in force, assignment one body that may lead it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.routing import may_lead, route
from sanhu.domains.casework.services.intake import register
from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import AffairItem, CatalogueVersion, Duty
from sanhu.domains.catalogue.rules import LeadKind
from sanhu.domains.catalogue.services.amending import amend_duty
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.services.organisations import (
    OrganisationChange,
    change_organisation,
    create_organisation,
)
from sanhu.engines.actors import SYSTEM, resident
from tests.approving import approved
from tests.cast import (
    COMMUNITY,
    COMMUNITY_OF_OTHER_DISTRICT,
    DISTRICT,
    ITEM,
    LEAD,
    OTHER_DISTRICT,
    Cast,
    carry,
    move,
    report_of,
)
from tests.domains.casework.refusals import refusal_of

NO_DUTY = "归入哪一项：请从现行清单中选择一项"
NO_LEAD = "主责单位：请选择本区在册的一个单位"


# --- the duty


def test_acceptance_takes_class_publicity_and_clock_from_the_duty(cast: Cast, at: datetime):
    matter = carry(cast, to="registered", at=at).matter
    duty = cast.duties["K1-13"]
    matter = move(cast, matter.number, "accept", by="周", duty_id=duty.pk, public_title=" 家庭纠纷 ")
    assert (matter.duty, matter.item, matter.publicity) == (duty, duty.item, "never")
    assert (matter.public_title, matter.accepted_at) == ("家庭纠纷", at)
    clock = matter.clocks.get(purpose="handling")
    assert (clock.amount, clock.unit, clock.kind, clock.citation, clock.rule_version) == (
        24,
        "clock_hour",
        "local_rule",
        duty.clock_citation,
        1,
    )


@pytest.fixture
def neighbours(cast: Cast) -> CatalogueVersion:
    """Give the neighbours' catalogue, in which one item leaves a question open and stays a draft."""
    rows = [replace(row, definition="") if row.code == ITEM else row for row in shipped.items()]
    return load_catalogue(actor=SYSTEM, at=cast.version.created_at, district=OTHER_DISTRICT, rows=rows).version


def refused_duty(cast: Cast, duty_id: int | None) -> tuple[str, ...]:
    matter = carry(cast, to="registered").matter
    decision = refusal_of(lambda: move(cast, matter.number, "accept", by="周", duty_id=duty_id))
    assert decision.citations == ("分类管理办法第八条",)
    matter.refresh_from_db()
    assert (matter.state, matter.duty) == ("registered", None)
    return decision.reasons


@pytest.mark.parametrize("duty_id", [None, 0, -1, 10**9])
def test_an_unknown_duty_is_refused(cast: Cast, duty_id: int | None):
    assert refused_duty(cast, duty_id) == (NO_DUTY,)


def test_a_duty_of_another_district_is_refused(cast: Cast, neighbours: CatalogueVersion):
    assert refused_duty(cast, Duty.objects.get(item__version=neighbours, item__code="K1-02").pk) == (NO_DUTY,)


def test_a_draft_is_refused(cast: Cast, neighbours: CatalogueVersion, at: datetime):
    report = report_of(district=OTHER_DISTRICT, area_code=COMMUNITY_OF_OTHER_DISTRICT, cell_code="")
    number = register(actor=resident(OTHER_DISTRICT), at=at, client_id=uuid4(), report=report).number
    draft, ready = (Duty.objects.get(item__version=neighbours, item__code=code) for code in (ITEM, "K1-02"))
    assert (draft.item.status, ready.item.status) == ("draft", "effective")
    decision = refusal_of(lambda: move(cast, number, "accept", by="郑", duty_id=draft.pk))
    assert decision.reasons == (NO_DUTY,)
    assert move(cast, number, "accept", by="郑", duty_id=ready.pk).state == "accepted"


def test_a_duty_of_a_version_not_or_no_longer_in_force_is_refused(cast: Cast, at: datetime):
    duty = cast.duties["K1-14"]
    lead = LeadKind(SubjectKind.SUBDISTRICT_OFFICE)
    tomorrow = date(2026, 11, 10)
    proposal = amend_duty(
        actor=SYSTEM, at=at, client_id=uuid4(), duty=duty, lead=lead, reason="下放街道", in_force_from=tomorrow
    )
    approved(proposal, at=at)
    new = Duty.objects.get(item__version__number=2, item__version__district=DISTRICT, item__code="K1-14")
    assert refused_duty(cast, new.pk) == (NO_DUTY,)
    later = carry(cast, to="registered", at=at).matter
    assert refusal_of(
        lambda: move(cast, later.number, "accept", by="周", at=at + timedelta(days=1), duty_id=duty.pk)
    ).reasons == (NO_DUTY,)
    matter = move(cast, later.number, "accept", by="周", at=at + timedelta(days=1), duty_id=new.pk)
    assert matter.clocks.get(purpose="handling").rule_version == 2


def test_an_accepted_matter_keeps_the_version_it_was_accepted_under(cast: Cast, at: datetime):
    matter = carry(cast, to="accepted", at=at).matter
    lead = LeadKind(SubjectKind.SUBDISTRICT_OFFICE)
    duty = cast.duties[ITEM]
    approved(amend_duty(actor=SYSTEM, at=at, client_id=uuid4(), duty=duty, lead=lead, reason="下放街道"), at=at)
    matter = move(cast, matter.number, "assign", by="徐")
    assert (matter.duty, matter.duty.lead_specialty) == (cast.duties[ITEM], "urban_management")


def test_a_title_too_long_for_the_public_list_is_refused(cast: Cast):
    matter = carry(cast, to="registered").matter
    decision = refusal_of(lambda: move(cast, matter.number, "accept", by="周", public_title="长" * 61))
    assert decision.reasons == ("公开标题：不超过 60 个字",)


# --- the lead


def refused_lead(cast: Cast, item: str, lead_id: int | None) -> tuple[str, tuple[str, ...]]:
    matter = carry(cast, to="registered").matter
    move(cast, matter.number, "accept", by="周", duty_id=cast.duties[item].pk)
    decision = refusal_of(lambda: move(cast, matter.number, "assign", by="徐", lead_id=lead_id))
    matter.refresh_from_db()
    assert (matter.state, matter.lead) == ("accepted", None)
    return decision.code, decision.reasons


@pytest.mark.covers("X-03", "R6")
@pytest.mark.parametrize("lead_id", [None, 0, 10**9])
def test_no_lead_is_refused(cast: Cast, lead_id: int | None):
    assert refused_lead(cast, ITEM, lead_id) == ("X-03", (NO_LEAD,))


def test_a_body_of_another_district_is_no_lead(cast: Cast):
    assert refused_lead(cast, "K1-02", cast.bodies["东街道"].pk) == ("X-03", (NO_LEAD,))


@pytest.mark.covers("X-02")
def test_a_committee_leads_no_enforcement_and_no_duty_of_the_government(cast: Cast):
    committee = cast.bodies["翠园社区居民委员会"].pk
    code, reasons = refused_lead(cast, "K1-02", committee)
    assert code == "X-02"
    assert reasons[0] == "居民委员会不得主责行政执法和管理事务，只能协助"
    code, reasons = refused_lead(cast, "K2-08", committee)
    assert code == "X-02"
    assert reasons[0] == "居民委员会不得主责政府的法定职责，只能协助"


@pytest.mark.covers("X-04")
@pytest.mark.parametrize(("item", "lead"), [("K1-06", "安居物业服务有限公司"), ("K3-07", "区城市管理局")])
def test_a_kind_outside_the_matrix_does_not_lead(cast: Cast, item: str, lead: str):
    assert refused_lead(cast, item, cast.bodies[lead].pk) == ("X-04", ("这类主体不能主责这类事务",))


@pytest.mark.parametrize(
    ("item", "lead"),
    [
        ("K1-06", "区城市管理局"),
        ("K1-06", "和平街道办事处"),  # not the kind the catalogue names, but one the class allows
        ("K3-07", "安居物业服务有限公司"),
        ("K5-04", "翠园社区居民委员会"),
    ],
)
def test_a_body_the_class_allows_is_given_the_matter(cast: Cast, item: str, lead: str):
    matter = carry(cast, to="registered").matter
    move(cast, matter.number, "accept", by="周", duty_id=cast.duties[item].pk)
    assert move(cast, matter.number, "assign", by="徐", lead_id=cast.bodies[lead].pk).lead == cast.bodies[lead]


def test_a_returned_matter_is_given_to_another_body_which_alone_may_sign(cast: Cast):
    matter = carry(cast, to="returned").matter
    street = cast.bodies["和平街道办事处"]
    matter = move(cast, matter.number, "assign", by="徐", lead_id=street.pk)
    assert matter.lead == street
    assert matter.clocks.filter(purpose="signing").count() == 2
    assert matter.clocks.filter(purpose="signing", is_open=True).count() == 1


@pytest.mark.parametrize(("day", "is_refused"), [(9, False), (8, True)], ids=["its last day", "the day after"])
def test_a_closed_body_leads_to_its_last_day_and_no_longer(cast: Cast, at: datetime, day: int, is_refused: bool):
    matter = carry(cast, to="accepted", at=at).matter
    bureau = cast.bodies[LEAD]
    change = OrganisationChange(active_to=date(2026, 11, day))
    change_organisation(organisation_id=bureau.pk, change=change, actor=SYSTEM, at=at)
    if is_refused:
        assert refusal_of(lambda: move(cast, matter.number, "assign", by="徐")).code == "X-03"
    else:
        assert move(cast, matter.number, "assign", by="徐").lead == bureau


# --- which body follows from kind × area


def at_place(cast: Cast, item: str, **changes: object) -> Matter:
    matter = carry(cast, to="registered", **changes).matter
    return move(cast, matter.number, "accept", by="周", duty_id=cast.duties[item].pk)


@pytest.mark.covers("R6")
def test_the_lead_follows_from_kind_and_area_served(cast: Cast, at: datetime):
    assert route(at_place(cast, ITEM), at=at).only == cast.bodies[LEAD]
    assert route(at_place(cast, "K1-02"), at=at).only == cast.bodies["和平街道办事处"]
    assert route(at_place(cast, "K3-07"), at=at).only == cast.bodies["安居物业服务有限公司"]


def test_no_body_is_a_gap(cast: Cast, at: datetime):
    found = route(at_place(cast, "K1-05"), at=at)  # no ecology bureau in the district
    assert (found.only, list(found.bodies)) == (None, [])


def test_two_bodies_are_a_gap_too_and_both_are_named(cast: Cast, at: datetime):
    matter = at_place(cast, "K3-07")
    second = create_organisation(
        district=DISTRICT,
        name="好邻居物业",
        kind=SubjectKind.PROPERTY_FIRM,
        areas=[matter.cell_code],
        active_from=date(2026, 1, 1),
        actor=SYSTEM,
        at=at,
    )
    found = route(matter, at=at)
    assert found.only is None
    assert set(found.bodies) == {second, cast.bodies["安居物业服务有限公司"]}
    beside = at_place(cast, "K3-07", cell_code=f"{COMMUNITY}002")
    assert route(beside, at=at).only == cast.bodies["安居物业服务有限公司"]


def test_a_body_s_specialty_is_part_of_its_kind(cast: Cast):
    duty = cast.duties["K4-03"]
    bureau = Organisation.objects.get(pk=cast.bodies[LEAD].pk)
    assert AffairItem.objects.get(pk=duty.item_id).affair_class == "K4"
    assert may_lead(duty=duty, body=bureau).code == "X-04"
    bureau.specialty = Specialty.HOUSING
    assert may_lead(duty=duty, body=bureau)
