"""An instrument's life (R31): drafted, adopted, approved, in force, amended, repealed — each on its day, in order."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from sanhu.domains.catalogue.models import AffairItem, CatalogueVersion, Instrument, InstrumentStage
from sanhu.domains.catalogue.queries import articles_on, stages_of
from sanhu.domains.catalogue.services.instruments import (
    InstrumentNotFound,
    advance_instrument,
    amend_instrument,
    draft_instrument,
    repeal_instrument,
)
from sanhu.domains.catalogue.services.loading import load_catalogue
from sanhu.domains.catalogue.stages import Reached, Wanted, check_stage, stage_on
from sanhu.domains.catalogue.terms import InstrumentLevel, InstrumentStageKind, Standing
from sanhu.domains.catalogue.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.verify import verify
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused

K = InstrumentStageKind
TODAY = date(2026, 11, 9)
DRAFT: Mapping[str, Any] = {
    "title": "示范市社区事务分类管理条例",
    "level": "local_regulation",
    "number": "草案一",
    "maker": "示范市人民代表大会常务委员会",
    "articles": [
        {"number": "第一条", "text": "为了明确社区事务的责任主体，制定本条例。"},
        {"number": "第五条", "text": "社区事务分为七类。"},
    ],
}


def drafted(actor: Actor, at: datetime, **changes: object) -> Instrument:
    """Draft the city's regulation, on the last day of September."""
    return draft_instrument(actor=actor, at=at, client_id=uuid4(), data={**DRAFT, **changes}, on=date(2026, 9, 30))


def advanced(instrument: Instrument, stage: InstrumentStageKind, on: date, *, actor: Actor, at: datetime) -> Instrument:
    """Let an instrument reach a stage."""
    wanted = Wanted(stage, on, "示范市人大常委会", "示市人发〔2026〕7号")
    return advance_instrument(actor=actor, at=at, client_id=uuid4(), instrument_id=instrument.pk, wanted=wanted)


def refusal(ask: Callable[[], object]) -> tuple[str, ...]:
    """Ask for what is refused; give the reasons."""
    with pytest.raises(Refused) as refused:
        ask()
    assert refused.value.decision.citations
    return refused.value.decision.reasons


def found() -> set[str]:
    """What the catalogue's checks find."""
    return {finding.kind for check in CHECKS for finding in check()}


@pytest.mark.covers("R31")
@pytest.mark.django_db
def test_a_regulation_is_drafted_adopted_approved_put_in_force_amended_and_repealed(coordinator: Actor, at: datetime):
    instrument = drafted(coordinator, at)
    assert (instrument.adopted_on, instrument.in_force_from, instrument.is_in_force(TODAY)) == (None, None, False)
    instrument = advanced(instrument, K.ADOPTED, date(2026, 11, 1), actor=coordinator, at=at + timedelta(days=1))
    assert (instrument.number, instrument.adopted_on) == ("示市人发〔2026〕7号", date(2026, 11, 1))
    instrument = advanced(instrument, K.APPROVED, date(2026, 11, 5), actor=coordinator, at=at)
    instrument = advanced(instrument, K.IN_FORCE, date(2027, 1, 1), actor=coordinator, at=at)
    assert (instrument.is_in_force(date(2026, 12, 31)), instrument.is_in_force(date(2027, 1, 1))) == (False, True)
    amended = amend_instrument(
        actor=coordinator,
        at=at,
        client_id=uuid4(),
        instrument_id=instrument.pk,
        on=date(2027, 6, 1),
        organ="示范市人大常委会",
        document_number="示市人发〔2027〕2号",
        articles=[{"number": "第五条", "text": "社区事务分为七类，由区制定清单。"}],
    )
    assert amended.is_in_force(date(2027, 6, 1))
    assert articles_on(amended, date(2027, 5, 31))["第五条"] == "社区事务分为七类。"
    assert articles_on(amended, date(2027, 6, 1))["第五条"] == "社区事务分为七类，由区制定清单。"
    assert articles_on(amended, date(2027, 6, 1))["第一条"].startswith("为了明确")
    repealed = repeal_instrument(
        actor=coordinator,
        at=at,
        client_id=uuid4(),
        instrument_id=instrument.pk,
        on=date(2028, 1, 1),
        organ="示范市人大常委会",
        document_number="示市人发〔2027〕9号",
    )
    assert (repealed.is_in_force(date(2027, 12, 31)), repealed.is_in_force(date(2028, 1, 1))) == (True, False)
    reached = stages_of(repealed)
    assert [one.stage for one in reached] == [K.DRAFT, K.ADOPTED, K.APPROVED, K.IN_FORCE, K.AMENDED, K.REPEALED]
    days = [date(2026, 9, 29), TODAY, date(2027, 3, 1), date(2027, 7, 1), date(2029, 1, 1)]
    assert [stage_on(reached, day) for day in days] == [None, K.APPROVED, K.IN_FORCE, K.AMENDED, K.REPEALED]
    assert [entry.event for entry in Entry.objects.order_by("pk")] == [
        "instrument.drafted",
        "instrument.advanced",
        "instrument.advanced",
        "instrument.advanced",
        "instrument.amended",
        "instrument.repealed",
    ]
    assert verify(checks=CHECKS).findings == ()


LOCAL, DOCUMENT = InstrumentLevel.LOCAL_REGULATION, InstrumentLevel.NORMATIVE_DOCUMENT
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
WRONG_STAGE = "阶段：现在的阶段之后不能是这一阶段"
STAGES = [
    (DOCUMENT, Reached(K.DRAFT, YESTERDAY), Wanted(K.ADOPTED, TODAY, "区政府", "一号"), ()),
    (DOCUMENT, Reached(K.ADOPTED, YESTERDAY), Wanted(K.IN_FORCE, TOMORROW, "区政府", "一号"), ()),
    (LOCAL, Reached(K.ADOPTED, YESTERDAY), Wanted(K.IN_FORCE, TOMORROW, "市人大", "一号"), (WRONG_STAGE,)),
    (LOCAL, Reached(K.APPROVED, YESTERDAY), Wanted(K.IN_FORCE, TOMORROW, "市人大", "一号"), ()),
    (DOCUMENT, Reached(K.DRAFT, YESTERDAY), Wanted(K.IN_FORCE, TOMORROW, "区政府", "一号"), (WRONG_STAGE,)),
    (DOCUMENT, Reached(K.REPEALED, YESTERDAY), Wanted(K.AMENDED, TODAY, "区政府", "一号"), (WRONG_STAGE,)),
    (DOCUMENT, Reached(K.DRAFT, YESTERDAY), Wanted(K.REPEALED, TODAY, "区政府", "一号"), (WRONG_STAGE,)),
    (
        DOCUMENT,
        Reached(K.ADOPTED, TODAY),
        Wanted(K.IN_FORCE, YESTERDAY, "区政府", "一号"),
        ("日期：不得早于上一阶段的日期",),
    ),
    (
        DOCUMENT,
        Reached(K.DRAFT, TODAY),
        Wanted(K.ADOPTED, TOMORROW, "区政府", "一号"),
        ("日期：通过、批准的日期不得晚于今天",),
    ),
    (
        DOCUMENT,
        Reached(K.IN_FORCE, TODAY),
        Wanted(K.REPEALED, TODAY, "区政府", "一号"),
        ("日期：废止须晚于上一阶段",),
    ),
    (
        DOCUMENT,
        Reached(K.DRAFT, YESTERDAY),
        Wanted(K.ADOPTED, TODAY, " ", ""),
        ("机关：须写明由哪个机关作出", "文号：须写明"),
    ),
]


@pytest.mark.covers("R31")
@pytest.mark.parametrize(("level", "last", "wanted", "reasons"), STAGES)
def test_which_stage_may_follow_which(level: InstrumentLevel, last: Reached, wanted: Wanted, reasons: tuple[str, ...]):
    assert check_stage(wanted, level=level, last=last, today=TODAY).reasons == reasons


@pytest.mark.covers("R31")
def test_items_are_on_trial_once_their_instrument_is_repealed(
    version: CatalogueVersion, instrument: Instrument, coordinator: Actor, at: datetime
):
    item = AffairItem.objects.select_related("version__instrument").get(version=version, code="K3-07")
    assert item.standing(date(2027, 1, 1)) is Standing.BINDING
    asked = {
        "actor": coordinator,
        "at": at,
        "client_id": uuid4(),
        "instrument_id": instrument.pk,
        "on": date(2027, 1, 1),
        "organ": "示范区人民政府",
        "document_number": "示政规〔2026〕9号",
    }
    repeal_instrument(**asked)
    repeal_instrument(**asked)  # the same form again writes nothing
    assert InstrumentStage.objects.filter(instrument=instrument).count() == 3
    item = AffairItem.objects.select_related("version__instrument").get(pk=item.pk)
    assert item.standing(date(2026, 12, 31)) is Standing.BINDING
    assert item.standing(date(2027, 1, 1)) is Standing.PILOT
    with pytest.raises(ConflictError):
        repeal_instrument(**{**asked, "document_number": "另一个文号"})


@pytest.mark.django_db
def test_a_catalogue_may_rest_on_a_draft_and_is_on_trial(coordinator: Actor, at: datetime):
    instrument = drafted(coordinator, at)
    made = load_catalogue(actor=coordinator, at=at, district="990101", instrument=instrument).version
    item = AffairItem.objects.select_related("version__instrument").get(version=made, code="K3-07")
    assert (made.in_force_from, item.standing(TODAY)) == (TODAY, Standing.PILOT)


def test_what_was_registered_has_its_stages(instrument: Instrument):
    assert [(one.stage, one.on) for one in stages_of(instrument)] == [
        (K.ADOPTED, date(2026, 8, 20)),
        (K.IN_FORCE, date(2026, 9, 1)),
    ]


def test_what_was_registered_before_stages_were_kept_is_amended_all_the_same(
    instrument: Instrument, coordinator: Actor, at: datetime
):
    InstrumentStage.objects.filter(instrument=instrument).delete()
    assert [one.stage for one in stages_of(instrument)] == [K.ADOPTED, K.IN_FORCE]
    amend_instrument(
        actor=coordinator,
        at=at,
        client_id=uuid4(),
        instrument_id=instrument.pk,
        on=TODAY,
        organ="示范区人民政府",
        document_number="示政规〔2026〕8号",
        articles=[{"number": "第五条之一", "text": "清单每年评估一次。"}],
    )
    assert [one.stage for one in stages_of(instrument)] == [K.ADOPTED, K.IN_FORCE, K.AMENDED]
    assert articles_on(instrument, TODAY)["第五条之一"] == "清单每年评估一次。"
    assert found() == set()


@pytest.mark.django_db
def test_what_cannot_be_drafted_is_refused(coordinator: Actor, clerk: Actor, zheng: Actor, at: datetime):
    assert refusal(lambda: drafted(clerk, at)) == ("您的岗位没有这项权限",)
    assert refusal(lambda: drafted(coordinator, at, title=" ")) == ("名称、文号、制定机关：须写明，且不能过长",)
    wrong = "条文：至少一条，每条有条号和文字，条号不重复"
    assert refusal(lambda: drafted(coordinator, at, articles=[])) == (wrong,)
    twice = [{"number": "第一条", "text": "一"}, {"number": "第一条 ", "text": "二"}]
    assert refusal(lambda: drafted(coordinator, at, articles=twice)) == (wrong,)
    instrument = drafted(coordinator, at)
    assert refusal(lambda: drafted(coordinator, at)) == ("这个文号的文件已经登记",)
    with pytest.raises(InstrumentNotFound):
        advanced(instrument, K.ADOPTED, TODAY, actor=zheng, at=at)
    assert refusal(lambda: advanced(instrument, K.ADOPTED, TODAY, actor=clerk, at=at)) == ("您的岗位没有这项权限",)
    assert refusal(lambda: advanced(instrument, K.IN_FORCE, TODAY, actor=coordinator, at=at)) == (WRONG_STAGE,)
    assert InstrumentStage.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"stage": "amended"}, "instrument_stages_disordered"),
        ({"on": date(2026, 8, 1)}, "instrument_stages_disordered"),
        ({"on": date(2026, 10, 1)}, "instrument_days_differ"),
    ],
)
def test_verify_tells_stages_out_of_order_and_days_that_differ(
    changes: dict[str, object], kind: str, instrument: Instrument
):
    assert found() == set()
    InstrumentStage.objects.filter(instrument=instrument, stage="in_force").update(**changes)
    assert kind in found()
