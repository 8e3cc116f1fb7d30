"""Drafting an application: by hand, by changing a draft, and out of a demand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop as _

from sanhu.domains.admission.events import AdmissionEvent
from sanhu.domains.admission.models import Application, ApplicationCommittee, Demand
from sanhu.domains.admission.parties import ADMISSION_ARTICLE
from sanhu.domains.admission.queries.applications import application_for, standing_of
from sanhu.domains.admission.rules.applications import may_draft, may_move
from sanhu.domains.admission.rules.drafts import MOST_TEXT, Limits, day_of, faults
from sanhu.domains.admission.services.application_door import locked
from sanhu.domains.admission.services.steps import apply, begin, check_revision, not_before_the_last_step
from sanhu.domains.admission.tables import APPLICATION
from sanhu.domains.admission.terms import GrantKind
from sanhu.domains.catalogue.acts import acts
from sanhu.domains.catalogue.queries import current_version, item_by_code, working_calendar
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.evidence import serials
from sanhu.domains.evidence.once import Once
from sanhu.domains.funding.terms import BudgetLine, FundSource
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import active_organisations
from sanhu.engines.actors import Actor
from sanhu.engines.decisions import Refused, refuse
from sanhu.engines.legal_time import legal_day
from sanhu.engines.workdays import BeyondCalendar

_TEXTS = (
    "name",
    "item_code",
    "legal_basis",
    "necessity",
    "content",
    "boundary",
    "frequency",
    "power_article",
    "power_scope",
    "training",
    "systems",
    "cost_basis",
    "assessment",
    "exit_terms",
)
_GUESSED_PERIOD = timedelta(days=90)  # of a draft out of a demand, to be corrected by whoever drafts


@dataclass(frozen=True)
class Draft:
    """What an organ wants, by the names of the model; texts may be empty until it is submitted.

    `instalments` are mappings of `due_on` (a day) and `amount_fen`; `renews` is the number of the application whose
    admission is to be renewed.
    """

    name: str
    affair_class: str
    starts_on: date
    ends_on: date
    minutes_each: int
    power_kind: str
    amount_each_fen: int
    source: str
    line: str
    item_code: str = ""
    legal_basis: str = ""
    necessity: str = ""
    content: str = ""
    boundary: str = ""
    acts: tuple[str, ...] = ()
    frequency: str = ""
    power_article: str = ""
    power_scope: str = ""
    training: str = ""
    systems: str = ""
    data_fields: tuple[str, ...] = ()
    cost_basis: str = ""
    instalments: tuple[Mapping[str, object], ...] = ()
    assessment: str = ""
    exit_terms: str = ""
    committee_ids: tuple[int, ...] = ()
    renews: str = ""


def draft(*, actor: Actor, at: datetime, client_id: UUID, wish: Draft) -> Application:
    """Draft an application of the actor's own organ.

    Raises Refused naming every field that cannot be kept, requests.ConflictError for a client_id used otherwise.
    """
    once = Once(client_id=client_id, actor=actor, asked={"draft": "application", **wish.__dict__}, at=at)
    return application_for(actor, once.answer(lambda: _draft(once, wish, at=at)))


def edit(*, actor: Actor, at: datetime, client_id: UUID, number: str, revision: int, wish: Draft) -> Application:
    """Change a draft, or what was returned, as a whole. Raises as `draft`, and GateNotFound and StaleForm."""
    asked = {"edit": number, "revision": revision, **wish.__dict__}
    once = Once(client_id=client_id, actor=actor, asked=asked, at=at)
    once.answer(lambda: _edit(once, number, revision, wish, at=at))
    return application_for(actor, number)


@transaction.atomic
def _draft(once: Once, wish: Draft, *, at: datetime) -> str:
    actor = once.actor
    _permit(actor)
    application = _new(actor, at=at)
    _write(application, wish, at=at)
    application.save()
    committees = _ask(application, wish.committee_ids, at=at)
    begin(application, event=AdmissionEvent.DRAFTED, actor=actor, at=at, rows=committees)
    return once.remember(application.number)


@transaction.atomic
def _edit(once: Once, number: str, revision: int, wish: Draft, *, at: datetime) -> str:
    actor = once.actor
    application = locked(actor, number)
    at = not_before_the_last_step(application, at)
    check_revision(application, revision)
    decision = may_move(standing=standing_of(application, actor=actor, at=at), move="edit", actor=actor)
    if not decision:
        raise Refused(decision)
    _write(application, wish, at=at)
    committees = _ask(application, wish.committee_ids, at=at)
    apply(application, APPLICATION.move("edit"), actor=actor, at=at, rows=committees)
    return once.remember(application.number)


def _permit(actor: Actor) -> None:
    organ = Organisation.objects.filter(pk=actor.organisation_id or 0).first()
    decision = may_draft(actor=actor, kind=SubjectKind(organ.kind) if organ else None)
    if not decision:
        raise Refused(decision)


def _new(actor: Actor, *, at: datetime) -> Application:
    assert actor.organisation_id is not None, "only posts may draft"
    year = legal_day(at).year
    running = serials.next_in(district=actor.district, kind="application", year=year)
    return Application(
        number=f"{actor.district}-{year}-A{running:04}",
        district=actor.district,
        organ_id=actor.organisation_id,
        state=APPLICATION.initial,
        revision=1,
        drafted_at=at,
    )


def _write(application: Application, wish: Draft, *, at: datetime) -> None:
    """Put a wish on the application. Raises Refused naming every field that cannot be kept."""
    if reasons := faults(wish.__dict__, _limits()):
        raise Refused(refuse(*reasons, citations=(ADMISSION_ARTICLE,)))
    reasons = [
        *_faults_of_acts(wish),
        *_faults_of_item(application.district, wish, at=at),
        *_faults_of_committees(application.district, wish, at=at),
    ]
    predecessor = _predecessor(application, wish.renews)
    if wish.renews and predecessor is None:
        reasons.append(_("续期的原申请：须为本单位已生效或者已到期的申请"))
    if reasons:
        raise Refused(refuse(*reasons, citations=(ADMISSION_ARTICLE,)))
    for name in _TEXTS:
        setattr(application, name, getattr(wish, name).strip())
    for name in ("affair_class", "starts_on", "ends_on", "minutes_each", "power_kind", "source", "line"):
        setattr(application, name, getattr(wish, name))
    application.amount_each_fen = wish.amount_each_fen
    application.acts = list(dict.fromkeys(wish.acts))
    application.data_fields = [name.strip() for name in wish.data_fields]
    application.instalments = _instalments(wish)
    application.renews = predecessor


def _limits() -> Limits:
    columns = {column.name: column for column in Application._meta.concrete_fields}
    lengths = {name: columns[name].max_length or MOST_TEXT for name in _TEXTS}
    choices = {
        "affair_class": [affair_class.value for affair_class in AffairClass],
        "power_kind": GrantKind.values,
        "source": FundSource.values,
        "line": BudgetLine.values,
    }
    return Limits(lengths=lengths, choices=choices, most_days=settings.SANHU_ADMISSION_MOST_DAYS)


def _faults_of_acts(wish: Draft) -> list[str]:
    return [] if set(wish.acts) <= set(acts()) else [_("协助行为：没有这个选项")]


def _faults_of_item(district: str, wish: Draft, *, at: datetime) -> list[str]:
    code = wish.item_code.strip()
    if not code:
        return []
    version = current_version(district, legal_day(at))
    item = item_by_code(version, code) if version else None
    if item is None:
        return [_("清单事项编号：现行清单没有这一项")]
    return [] if wish.affair_class in {item.affair_class, ""} else [_("类别：与清单事项的类别不一致")]


def _faults_of_committees(district: str, wish: Draft, *, at: datetime) -> list[str]:
    wanted = set(wish.committee_ids)
    kinds = active_organisations(at).filter(district=district, kind=SubjectKind.RESIDENTS_COMMITTEE)
    known = kinds.filter(pk__in=wanted).count()
    return [] if known == len(wanted) else [_("请求协助的居民委员会：本区没有这个居民委员会")]


def _predecessor(application: Application, number: str) -> Application | None:
    own = Application.objects.filter(organ_id=application.organ_id, state__in=["effective", "expired"])
    return own.filter(number=number).exclude(pk=application.pk).first() if number else None


def _instalments(wish: Draft) -> list[dict[str, object]]:
    days = [(day_of(part["due_on"]), part["amount_fen"]) for part in wish.instalments]
    return [{"due_on": day.isoformat(), "amount_fen": amount} for day, amount in days if day is not None]


def _ask(application: Application, committee_ids: Iterable[int], *, at: datetime) -> list[ApplicationCommittee]:
    """Ask these committees and no others; give the rows that changed."""
    wanted, rows = set(committee_ids), []
    for row in application.committees.filter(ended_at=None).order_by("pk"):
        if row.committee_id in wanted:
            wanted.remove(row.committee_id)
        else:
            row.ended_at = at
            row.save(update_fields=["ended_at"])
            rows.append(row)
    asked = ApplicationCommittee.objects
    return rows + [asked.create(application=application, committee_id=pk) for pk in sorted(wanted)]


def draft_from_demand(demand: Demand, *, actor: Actor, at: datetime) -> Application:
    """Begin an application out of what an organ demanded, in the caller's transaction; what is unknown stays empty.

    The period begins on the first day it may and lasts a quarter of a year, for whoever drafts to correct. Raises
    Refused where the actor may not draft.
    """
    _permit(actor)
    application = _new(actor, at=at)
    starts_on = _first_day(at)
    item_class = _class_of(demand.district, demand.item_code, at=at)
    application.name, application.content = demand.name, demand.words[:MOST_TEXT]
    application.affair_class = item_class or AffairClass.K7.value
    application.item_code = demand.item_code if item_class else ""
    application.acts, application.data_fields, application.instalments = [], [], []
    application.starts_on, application.ends_on = starts_on, starts_on + _GUESSED_PERIOD
    application.minutes_each, application.amount_each_fen = demand.minutes, demand.money_fen
    application.power_kind = GrantKind.COMMISSION
    application.source, application.line = FundSource.FEE_FOLLOWS_AFFAIR, BudgetLine.L9
    application.save()
    committees = _ask(application, [demand.committee_id], at=at)
    begin(application, event=AdmissionEvent.DRAFTED, actor=actor, at=at, rows=committees)
    return application


def _class_of(district: str, code: str, *, at: datetime) -> str:
    version = current_version(district, legal_day(at)) if code else None
    item = item_by_code(version, code) if version else None
    return item.affair_class if item else ""


def _first_day(at: datetime) -> date:
    """Give the first day an application of today may ask for; where the calendar ends before, a day well after it."""
    today = legal_day(at)
    try:
        return working_calendar(at).add(today, settings.SANHU_APPLY_BEFORE_WORKING_DAYS)
    except BeyondCalendar:
        return today + timedelta(days=2 * settings.SANHU_APPLY_BEFORE_WORKING_DAYS)
