"""Registering the legal instrument a catalogue rests on (R31)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.models import Article, Instrument
from sanhu.domains.catalogue.services.doors import may, require
from sanhu.domains.catalogue.tables import AMEND_ARTICLE
from sanhu.domains.catalogue.terms import InstrumentLevel
from sanhu.domains.evidence.record import record
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse


@transaction.atomic
def register_instrument(*, actor: Actor, at: datetime, district: str, data: dict[str, Any]) -> Instrument:
    """Register a district's instrument with its articles (R31). `data` is shaped as data/instrument.json."""
    require(may(actor, Permission.CATALOGUE_AMEND, district=district))
    if Instrument.objects.filter(district=district, number=data["number"]).exists():
        raise Refused(refuse(_("这个文号的文件已经登记"), citations=(AMEND_ARTICLE,)))
    instrument = Instrument.objects.create(
        district=district,
        title=data["title"],
        title_en=data.get("title_en", ""),
        level=InstrumentLevel(data["level"]).value,
        number=data["number"],
        maker=data["maker"],
        adopted_on=date.fromisoformat(data["adopted_on"]),
        in_force_from=date.fromisoformat(data["in_force_from"]),
        in_force_to=date.fromisoformat(data["in_force_to"]) if data.get("in_force_to") else None,
    )
    articles = Article.objects.bulk_create(
        Article(instrument=instrument, number=row["number"], text=row["text"]) for row in data["articles"]
    )
    record(
        event="instrument.registered",
        actor=actor,
        at=at,
        subject=f"instrument:{district}-{instrument.pk}",
        district=district,
        rows=[instrument, *articles],
        facts={"number": instrument.number, "level": instrument.level},
    )
    return instrument
