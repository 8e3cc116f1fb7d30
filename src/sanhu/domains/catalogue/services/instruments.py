"""Registering the legal instrument a catalogue rests on, and each stage of its life (R31)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.events import CatalogueEvent
from sanhu.domains.catalogue.models import Article, Instrument, InstrumentStage
from sanhu.domains.catalogue.queries import stages_of
from sanhu.domains.catalogue.services.doors import may, require
from sanhu.domains.catalogue.stages import Wanted, check_stage
from sanhu.domains.catalogue.tables import AMEND_ARTICLE
from sanhu.domains.catalogue.terms import InstrumentLevel, InstrumentStageKind
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.evidence.once import Once
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day

ONE_DAY = timedelta(days=1)
_MOST = {"title": 200, "title_en": 200, "number": 60, "maker": 100}
_EVENTS: Mapping[InstrumentStageKind, CatalogueEvent] = {
    InstrumentStageKind.AMENDED: CatalogueEvent.INSTRUMENT_AMENDED,
    InstrumentStageKind.REPEALED: CatalogueEvent.INSTRUMENT_REPEALED,
}


class InstrumentNotFound(Exception):  # noqa: N818 - what one may not see is not found
    """There is no such instrument in this person's district."""


@transaction.atomic
def register_instrument(*, actor: Actor, at: datetime, district: str, data: Mapping[str, Any]) -> Instrument:
    """Register an instrument that is made already, with its articles. `data` is shaped as data/instrument.json."""
    require(may(actor, Permission.CATALOGUE_AMEND, district=district))
    instrument, articles = _create(
        district,
        data,
        adopted_on=date.fromisoformat(data["adopted_on"]),
        in_force_from=date.fromisoformat(data["in_force_from"]),
        in_force_to=date.fromisoformat(data["in_force_to"]) if data.get("in_force_to") else None,
    )
    assert instrument.adopted_on is not None, "just given"
    assert instrument.in_force_from is not None, "just given"
    reached = (
        (InstrumentStageKind.ADOPTED, instrument.adopted_on),
        (InstrumentStageKind.IN_FORCE, instrument.in_force_from),
    )
    stages = [
        InstrumentStage.objects.create(
            instrument=instrument,
            position=position,
            stage=stage,
            on=on,
            organ=instrument.maker,
            document_number=instrument.number,
            recorded_at=at,
        )
        for position, (stage, on) in enumerate(reached, start=1)
    ]
    rows = [instrument, *articles, *stages]
    _enter(CatalogueEvent.INSTRUMENT_REGISTERED, instrument, rows, actor=actor, at=at)
    return instrument


def draft_instrument(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    data: Mapping[str, Any],
    on: date | None = None,
    district: str = "",
) -> Instrument:
    """Draft an instrument: title, level, maker and articles as in data/instrument.json, without a day it was made on.

    It was drafted on the day given, else today; `number` may be a working one, replaced by the one it is adopted under.
    """
    place = district if actor.kind is ActorKind.SYSTEM else actor.district
    once = Once(client_id=client_id, actor=actor, asked={"draft": place, "on": on, **data}, at=at)

    @transaction.atomic
    def write() -> str:
        require(may(actor, Permission.CATALOGUE_AMEND, district=place))
        if on is not None and on > legal_day(at):
            raise Refused(refuse(_("日期：起草的日期不得晚于今天"), citations=(AMEND_ARTICLE,)))
        instrument, articles = _create(place, data)
        stage = InstrumentStage.objects.create(
            instrument=instrument,
            position=1,
            stage=InstrumentStageKind.DRAFT,
            on=on or legal_day(at),
            organ=instrument.maker,
            recorded_at=at,
        )
        rows = [instrument, *articles, stage]
        _enter(CatalogueEvent.INSTRUMENT_DRAFTED, instrument, rows, actor=actor, at=at)
        return once.remember(str(instrument.pk))

    return Instrument.objects.get(pk=int(once.answer(write)))


def advance_instrument(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    instrument_id: int,
    wanted: Wanted,
    in_force_to: date | None = None,
) -> Instrument:
    """Write down that an instrument was adopted, approved or put in force; for the last until when, where it ends.

    Raises InstrumentNotFound, and Refused for a stage that cannot follow, a wrong day, no organ and no number.
    """
    if wanted.stage in _EVENTS:
        raise ValueError("amending and repealing have doors of their own")
    return _reach(actor, instrument_id, wanted, at=at, client_id=client_id, in_force_to=in_force_to)


def amend_instrument(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    instrument_id: int,
    on: date,
    organ: str,
    document_number: str,
    articles: Sequence[Mapping[str, str]],
) -> Instrument:
    """Write down an amendment with the articles it words anew; it stays in force, and what it said stays readable."""
    wanted = Wanted(InstrumentStageKind.AMENDED, on, organ, document_number)
    return _reach(actor, instrument_id, wanted, at=at, client_id=client_id, articles=articles)


def repeal_instrument(
    *,
    actor: Actor,
    at: datetime,
    client_id: UUID,
    instrument_id: int,
    on: date,
    organ: str,
    document_number: str,
) -> Instrument:
    """Write down a repeal: from that day the instrument binds no more, and its items are on trial."""
    wanted = Wanted(InstrumentStageKind.REPEALED, on, organ, document_number)
    return _reach(actor, instrument_id, wanted, at=at, client_id=client_id)


def _reach(
    actor: Actor,
    instrument_id: int,
    wanted: Wanted,
    *,
    at: datetime,
    client_id: UUID,
    in_force_to: date | None = None,
    articles: Sequence[Mapping[str, str]] = (),
) -> Instrument:
    asked = {"instrument": instrument_id, **wanted.__dict__, "to": in_force_to, "articles": list(articles)}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)

    @transaction.atomic
    def write() -> str:
        instrument = _locked(actor, instrument_id)
        last = stages_of(instrument)[-1]
        level = InstrumentLevel(instrument.level)
        require(check_stage(wanted, level=level, last=last, today=legal_day(at)))
        if wanted.stage is InstrumentStageKind.AMENDED:
            _check_articles(articles)
        rows = [*_missing_stages(instrument, at=at), _stage(instrument, wanted, articles, at=at)]
        _date(instrument, wanted, in_force_to)
        instrument.save()
        event = _EVENTS.get(wanted.stage, CatalogueEvent.INSTRUMENT_ADVANCED)
        facts = {"stage": wanted.stage.value, "on": wanted.on, "document_number": wanted.document_number.strip()}
        _enter(event, instrument, [instrument, *rows], actor=actor, at=at, facts=facts)
        return once.remember(str(instrument.pk))

    return Instrument.objects.get(pk=int(once.answer(write)))


def _locked(actor: Actor, instrument_id: int) -> Instrument:
    found = Instrument.objects.select_for_update().filter(pk=instrument_id)
    if actor.kind is not ActorKind.SYSTEM:
        found = found.filter(district=actor.district)
    instrument = found.first()
    if instrument is None:
        raise InstrumentNotFound(instrument_id)
    require(may(actor, Permission.CATALOGUE_AMEND, district=instrument.district))
    return instrument


def _missing_stages(instrument: Instrument, *, at: datetime) -> list[InstrumentStage]:
    """Write the stages of an instrument that was registered before stages were kept: its own days say them."""
    if instrument.stages.exists():
        return []
    return [
        InstrumentStage.objects.create(
            instrument=instrument,
            position=position,
            stage=one.stage,
            on=one.on,
            organ=instrument.maker,
            document_number=instrument.number,
            recorded_at=at,
        )
        for position, one in enumerate(stages_of(instrument), start=1)
    ]


def _stage(
    instrument: Instrument, wanted: Wanted, articles: Sequence[Mapping[str, str]], *, at: datetime
) -> InstrumentStage:
    return InstrumentStage.objects.create(
        instrument=instrument,
        position=instrument.stages.count() + 1,
        stage=wanted.stage,
        on=wanted.on,
        organ=wanted.organ.strip(),
        document_number=wanted.document_number.strip(),
        articles=[{"number": one["number"].strip(), "text": one["text"].strip()} for one in articles],
        recorded_at=at,
    )


def _date(instrument: Instrument, wanted: Wanted, in_force_to: date | None) -> None:
    """Put on the instrument what a stage dates: its number and adoption, and the period it is in force."""
    match wanted.stage:
        case InstrumentStageKind.ADOPTED:
            instrument.adopted_on = wanted.on
            _check_number(instrument, wanted.document_number.strip())
            instrument.number = wanted.document_number.strip()
        case InstrumentStageKind.IN_FORCE:
            if in_force_to is not None and in_force_to < wanted.on:
                raise Refused(refuse(_("有效期：不得早于施行日期"), citations=(AMEND_ARTICLE,)))
            instrument.in_force_from, instrument.in_force_to = wanted.on, in_force_to
        case InstrumentStageKind.REPEALED:
            last = wanted.on - ONE_DAY
            instrument.in_force_to = min(last, instrument.in_force_to) if instrument.in_force_to else last
        case _:
            pass


def _create(
    district: str,
    data: Mapping[str, Any],
    *,
    adopted_on: date | None = None,
    in_force_from: date | None = None,
    in_force_to: date | None = None,
) -> tuple[Instrument, list[Article]]:
    if Instrument.objects.filter(district=district, number=data["number"]).exists():
        raise Refused(refuse(_("这个文号的文件已经登记"), citations=(AMEND_ARTICLE,)))
    if any(len(str(data.get(name, ""))) > most for name, most in _MOST.items()) or not data["title"].strip():
        raise Refused(refuse(_("名称、文号、制定机关：须写明，且不能过长"), citations=(AMEND_ARTICLE,)))
    instrument = Instrument.objects.create(
        district=district,
        title=data["title"],
        title_en=data.get("title_en", ""),
        level=InstrumentLevel(data["level"]).value,
        number=data["number"],
        maker=data["maker"],
        adopted_on=adopted_on,
        in_force_from=in_force_from,
        in_force_to=in_force_to,
    )
    _check_articles(data["articles"])
    articles = Article.objects.bulk_create(
        Article(instrument=instrument, number=row["number"], text=row["text"]) for row in data["articles"]
    )
    return instrument, articles


def _check_number(instrument: Instrument, number: str) -> None:
    others = Instrument.objects.filter(district=instrument.district, number=number).exclude(pk=instrument.pk)
    if len(number) > _MOST["number"] or others.exists():
        raise Refused(refuse(_("这个文号的文件已经登记"), citations=(AMEND_ARTICLE,)))


def _check_articles(articles: Iterable[Mapping[str, str]]) -> None:
    numbers = [one["number"].strip() for one in articles]
    texts = [one["text"].strip() for one in articles]
    if not numbers or not all(numbers) or not all(texts) or len(set(numbers)) < len(numbers):
        raise Refused(refuse(_("条文：至少一条，每条有条号和文字，条号不重复"), citations=(AMEND_ARTICLE,)))


def _enter(
    event: str,
    instrument: Instrument,
    rows: Sequence[Witnessed],
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    record(
        event=event,
        actor=actor,
        at=at,
        subject=f"instrument:{instrument.district}-{instrument.pk}",
        district=instrument.district,
        rows=rows,
        facts={"number": instrument.number, "level": instrument.level, **(facts or {})},
    )
