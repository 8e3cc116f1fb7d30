"""Every kind of row the record vouches for, and how whoever owns the database would alter one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet

from sanhu.domains.casework.models import Clock, Contact, Deferral, Erasure, Matter, Rating, Step
from sanhu.domains.catalogue.models import (
    AffairItem,
    Article,
    CalendarDay,
    CalendarSource,
    CatalogueVersion,
    Duty,
    Instrument,
)
from sanhu.domains.evidence.models import Attachment, Unmasking, Witnessed
from sanhu.domains.subjects.models import Account, Organisation, Person, Post, Role, ServedArea
from tests.cast import MONDAY_MORNING

Columns = Mapping[str, Any]
LONG_AGO = MONDAY_MORNING - timedelta(days=300)


@dataclass(frozen=True)
class Target:
    """How rows of one kind are altered.

    `flipped` is put into a row; `fresh` tells a copy of a row from it where the database wants them to differ; `dated`
    names the model and the column that say when: of the row, or of what gives it its date.
    """

    model: type[Witnessed]
    flipped: Columns
    fresh: Callable[[], Columns] = field(default=dict)
    dated: tuple[type[Witnessed], Columns] | None = None

    @property
    def rows(self) -> list[Witnessed]:
        """All rows, oldest first."""
        return list(QuerySet(self.model).order_by("pk"))


def _matter_without_contact() -> Columns:
    return {"matter_id": Matter.objects.filter(contact__isnull=True).values_list("pk", flat=True)[0]}


# The rows the issue of a bent record is about come first; then every other kind there is.
TARGETS: Mapping[str, Target] = {
    "matter": Target(
        Matter,
        flipped={"lead_id": None},
        fresh=lambda: {"number": "99010120261109009999", "receipt_hash": "0" * 64},
        dated=(Matter, {"accepted_at": LONG_AGO}),
    ),
    "step": Target(
        Step,
        flipped={"organisation_id": 1},
        fresh=lambda: {"ordinal": 99, "move": "urge", "from_state": "closed"},
        dated=(Step, {"at": LONG_AGO}),
    ),
    "clock": Target(Clock, flipped={"state": "answered_late"}, dated=(Clock, {"due_at": LONG_AGO})),
    "duty": Target(
        Duty,
        flipped={"lead_kind": "subdistrict_office"},
        fresh=lambda: {"part": "另一部分"},
        dated=(CatalogueVersion, {"in_force_from": LONG_AGO.date()}),
    ),
    "post": Target(
        Post,
        flipped={"title": "局长"},
        fresh=lambda: {"starts_at": LONG_AGO},
        dated=(Post, {"starts_at": LONG_AGO}),
    ),
    "item": Target(
        AffairItem,
        flipped={"publicity": "never"},
        fresh=lambda: {"code": "K1-99", "status": "draft"},
        dated=(CatalogueVersion, {"in_force_from": LONG_AGO.date()}),
    ),
    "deferral": Target(
        Deferral,
        flipped={"amount": 9},
        fresh=lambda: {"outcome": "lapsed"},
        dated=(Deferral, {"due_before": LONG_AGO.date()}),
    ),
    "rating": Target(
        Rating, flipped={"satisfaction": "dissatisfied"}, fresh=lambda: {"round": 9}, dated=(Rating, {"at": LONG_AGO})
    ),
    "contact": Target(
        Contact, flipped={"channel": "email"}, fresh=_matter_without_contact, dated=(Contact, {"given_at": LONG_AGO})
    ),
    "erasure": Target(
        Erasure,
        flipped={"state": "refused"},
        fresh=lambda: {"state": "refused"},
        dated=(Erasure, {"asked_at": LONG_AGO}),
    ),
    "unmasking": Target(Unmasking, flipped={"actor_ref": "post:1"}, dated=(Unmasking, {"at": LONG_AGO})),
    "photo": Target(
        Attachment,
        flipped={"owner_ref": "matter:another"},
        fresh=lambda: {"uuid": uuid4(), "draft_id": uuid4()},
        dated=(Attachment, {"created_at": LONG_AGO}),
    ),
    "version": Target(
        CatalogueVersion,
        flipped={"reason": "另一个理由"},
        fresh=lambda: {"number": 9},
        dated=(CatalogueVersion, {"in_force_from": LONG_AGO.date()}),
    ),
    "instrument": Target(
        Instrument,
        flipped={"maker": "另一个机关"},
        fresh=lambda: {"number": "另一个文号"},
        dated=(Instrument, {"adopted_on": LONG_AGO.date()}),
    ),
    "article": Target(
        Article,
        flipped={"text": "另一条"},
        fresh=lambda: {"number": "第九百条"},
        dated=(Instrument, {"in_force_from": LONG_AGO.date()}),
    ),
    "announcement": Target(
        CalendarSource, flipped={"notice": "另一号"}, dated=(CalendarSource, {"imported_at": LONG_AGO})
    ),
    "calendar day": Target(
        CalendarDay,
        flipped={"is_working": False},
        fresh=lambda: {"day": date(2026, 12, 31)},
        dated=(CalendarDay, {"day": LONG_AGO.date()}),
    ),
    "organisation": Target(
        Organisation,
        flipped={"name": "另一个机构"},
        fresh=lambda: {"name": "添上的机构", "kind": "property_firm"},
        dated=(Organisation, {"active_from": LONG_AGO.date()}),
    ),
    "served area": Target(
        ServedArea,
        flipped={"code": "990101002"},
        fresh=lambda: {"code": "990101003"},
        dated=(ServedArea, {"ended_at": LONG_AGO}),
    ),
    # A person, a role and an account have no date of their own: the posts that bind them have.
    "person": Target(Person, flipped={"name": "另一个人"}, fresh=lambda: {"staff_number": "9999"}),
    "role": Target(Role, flipped={"permissions": []}, fresh=lambda: {"code": "another"}),
    "account": Target(Account, flipped={"is_active": False}, fresh=lambda: {"username": "another", "person_id": 10**6}),
}
MATTERS_MOST = ("matter", "step", "clock", "duty", "post", "item")
