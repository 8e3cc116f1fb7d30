"""Changing who leads: proposed by one, approved by another, always a complete version, and only as the rules allow."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from sanhu.domains.catalogue import queries
from sanhu.domains.catalogue.models import AffairItem, CatalogueProposal, CatalogueVersion, Duty
from sanhu.domains.catalogue.rules import LeadKind
from sanhu.domains.catalogue.services.amending import amend_duty, choose_lead
from sanhu.domains.catalogue.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused
from tests.approving import approved

URBAN_MANAGEMENT = LeadKind.parse("functional_department:urban_management")
COMMITTEE = LeadKind.parse("residents_committee")
GetDuty = Callable[[str], Duty]


def refusal(door: Callable[..., object], **asked: object) -> tuple[str, tuple[str, ...]]:
    """Ask at a door that refuses; give the code and the reasons."""
    with pytest.raises(Refused) as refused:
        door(client_id=uuid4(), **asked)
    assert not CatalogueProposal.objects.filter(reason=asked["reason"]).exists()
    assert refused.value.decision.citations
    return refused.value.decision.code, refused.value.decision.reasons


def amend(*, at: datetime, door: Callable[..., CatalogueProposal] = amend_duty, **asked: object) -> CatalogueVersion:
    """Propose another lead and have it approved at the same moment."""
    return approved(door(at=at, client_id=uuid4(), **asked), at=at)


def stored(version: CatalogueVersion) -> list[dict[str, object]]:
    """Every duty of a version as it stands in the database, without its keys."""
    rows = Duty.objects.filter(item__version=version).order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in {"id", "item_id"}} for row in rows]


@pytest.mark.covers("R32")
def test_an_amendment_is_a_new_complete_version_and_leaves_the_old_untouched(
    duty: GetDuty, version: CatalogueVersion, coordinator: Actor, at: datetime
):
    before = stored(version)
    amended = amend(
        actor=coordinator, at=at, duty=duty("K1-02"), lead=URBAN_MANAGEMENT, reason="综合执法尚未下放到街道"
    )
    assert (amended.number, amended.reason, amended.approved_by_post_id) == (2, "综合执法尚未下放到街道", 20)
    assert amended.in_force_from == date(2026, 11, 9)
    assert amended.instrument_id == version.instrument_id
    assert stored(version) == before
    changed = [(old, new) for old, new in zip(before, stored(amended), strict=True) if old != new]
    assert len(changed) == 1
    old, new = changed[0]
    assert (old["lead_kind"], new["lead_kind"]) == ("subdistrict_office", "functional_department")
    assert new["lead_specialty"] == "urban_management"
    assert AffairItem.objects.filter(version=amended).count() == 100


@pytest.mark.covers("R32")
def test_each_day_follows_the_version_in_force_on_it(
    duty: GetDuty, version: CatalogueVersion, coordinator: Actor, at: datetime
):
    amended = amend(
        actor=coordinator,
        at=at,
        duty=duty("K1-02"),
        lead=URBAN_MANAGEMENT,
        reason="明年起调整",
        in_force_from=date(2027, 1, 1),
    )
    assert queries.current_version("990101", date(2026, 12, 31)) == version
    assert queries.current_version("990101", date(2027, 1, 1)) == amended


def test_the_entry_says_what_changed_and_vouches_for_the_copy(duty: GetDuty, coordinator: Actor, at: datetime):
    amend(actor=coordinator, at=at, duty=duty("K1-02"), lead=URBAN_MANAGEMENT, reason="尚未下放")
    entry = Entry.objects.get(event="catalogue_proposal.opened")
    assert entry.subject_ref == "catalogue_proposal:990101-1"
    assert '"before":"subdistrict_office"' in entry.body
    assert '"after":"functional_department:urban_management"' in entry.body
    made = Entry.objects.get(subject_ref="catalogue:990101-2")
    assert made.event == "catalogue.version_made"
    assert made.body.count('"catalogue.duty:') == 108
    assert verify(checks=CHECKS).findings == ()


@pytest.mark.covers("X-02")
@pytest.mark.parametrize("code", ["K1-02", "K1-10", "K2-07", "K4-01", "K7-13"])
def test_the_committee_cannot_be_given_enforcement_or_a_government_duty(
    code: str, duty: GetDuty, coordinator: Actor, at: datetime
):
    code, _ = refusal(amend_duty, actor=coordinator, at=at, duty=duty(code), lead=COMMITTEE, reason="下放")
    assert code == "X-02"
    assert CatalogueVersion.objects.count() == 1


@pytest.mark.covers("X-03")
def test_a_duty_cannot_be_left_without_a_lead(duty: GetDuty, coordinator: Actor, at: datetime):
    assert refusal(amend_duty, actor=coordinator, at=at, duty=duty("K1-02"), lead=None, reason="无人愿意") == (
        "X-03",
        ("没有主责主体",),
    )


@pytest.mark.covers("X-04")
@pytest.mark.parametrize(
    ("code", "lead"),
    [
        ("K1-02", "property_firm"),
        ("K3-07", "subdistrict_office"),
        ("K5-08", "public_security"),
        ("K6-01", "subdistrict_office"),
    ],
)
def test_a_lead_outside_the_matrix_is_refused(code: str, lead: str, duty: GetDuty, coordinator: Actor, at: datetime):
    code, _ = refusal(amend_duty, actor=coordinator, at=at, duty=duty(code), lead=LeadKind.parse(lead), reason="调整")
    assert code == "X-04"
    assert CatalogueVersion.objects.count() == 1


def test_the_reason_is_written(duty: GetDuty, coordinator: Actor, at: datetime):
    _, reasons = refusal(amend_duty, actor=coordinator, at=at, duty=duty("K1-02"), lead=URBAN_MANAGEMENT, reason="  ")
    assert reasons == ("理由：修改清单须写明理由",)


def test_a_lead_that_leads_already_is_no_change(duty: GetDuty, coordinator: Actor, at: datetime):
    found = duty("K1-02")
    _, reasons = refusal(amend_duty, actor=coordinator, at=at, duty=found, lead=found.lead, reason="重申")
    assert reasons == ("主责主体没有变化",)


def test_the_newest_version_is_amended_and_no_older_one(duty: GetDuty, coordinator: Actor, at: datetime):
    old = duty("K1-05")
    amend(actor=coordinator, at=at, duty=duty("K1-02"), lead=URBAN_MANAGEMENT, reason="尚未下放")
    _, reasons = refusal(amend_duty, actor=coordinator, at=at, duty=old, lead=URBAN_MANAGEMENT, reason="同上")
    assert reasons == ("清单已有新版本，请在新版本上修改",)


def test_a_version_never_begins_before_the_one_it_follows(duty: GetDuty, coordinator: Actor, at: datetime):
    _, reasons = refusal(
        amend_duty,
        actor=coordinator,
        at=at,
        duty=duty("K1-02"),
        lead=URBAN_MANAGEMENT,
        reason="追溯",
        in_force_from=date(2026, 8, 31),
    )
    assert reasons == ("施行日期：新版本不得早于上一版本施行",)


def test_an_amendment_made_early_waits_for_the_version_it_follows(
    duty: GetDuty, version: CatalogueVersion, coordinator: Actor, at: datetime
):
    august = at - timedelta(days=90)
    amended = amend(actor=coordinator, at=august, duty=duty("K1-02"), lead=URBAN_MANAGEMENT, reason="尚未下放")
    assert amended.in_force_from == version.in_force_from


def test_only_a_post_with_the_power_amends(duty: GetDuty, clerk: Actor, at: datetime):
    _, reasons = refusal(amend_duty, actor=clerk, at=at, duty=duty("K1-02"), lead=URBAN_MANAGEMENT, reason="顺手")
    assert reasons == ("您的岗位没有这项权限",)


@pytest.mark.parametrize("door", [amend_duty, choose_lead])
def test_another_district_s_duty_is_not_found(door: Callable[..., object], duty: GetDuty, zheng: Actor, at: datetime):
    with pytest.raises(Duty.DoesNotExist):
        door(actor=zheng, at=at, client_id=uuid4(), duty=duty("K1-02"), lead=URBAN_MANAGEMENT, reason="越区")
    assert CatalogueVersion.objects.count() == 1


def test_whoever_takes_the_lead_stops_being_an_assistant(
    duty: GetDuty, version: CatalogueVersion, coordinator: Actor, at: datetime
):
    committee = LeadKind.parse("owners_committee")
    amended = amend(actor=coordinator, at=at, duty=duty("K3-06"), lead=committee, reason="业主自行管理")
    changed = Duty.objects.get(item__version=amended, item__code="K3-06")
    assert changed.lead == committee
    assert changed.assist == []
    assert [str(choice) for choice in changed.choices_of_lead] == ["owners_committee", "property_firm"]


@pytest.mark.covers("R6", "R32")
def test_the_district_chooses_among_the_bodies_the_row_offers(duty: GetDuty, coordinator: Actor, at: datetime):
    chosen = amend(
        door=choose_lead,
        actor=coordinator,
        at=at,
        duty=duty("K1-02"),
        lead=URBAN_MANAGEMENT,
        reason="区政府确定由城管局主责",
    )
    changed = Duty.objects.get(item__version=chosen, item__code="K1-02")
    assert changed.lead == URBAN_MANAGEMENT
    assert len(changed.choices_of_lead) == 2


def test_what_the_row_does_not_offer_cannot_be_chosen(duty: GetDuty, coordinator: Actor, at: datetime):
    _, reasons = refusal(
        choose_lead,
        actor=coordinator,
        at=at,
        duty=duty("K1-02"),
        lead=LeadKind.parse("public_security"),
        reason="由派出所负责",
    )
    assert reasons == ("清单没有把这类主体列为可以选择的主责主体",)


@pytest.mark.covers("X-03")
def test_choosing_nobody_is_refused(duty: GetDuty, coordinator: Actor, at: datetime):
    code, _ = refusal(choose_lead, actor=coordinator, at=at, duty=duty("K1-02"), lead=None, reason="待定")
    assert code == "X-03"
