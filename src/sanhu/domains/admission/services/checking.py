"""Gathering what the checks of an application read, for as many committees as it asks with the same few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q

from sanhu.domains.admission.application_fields import REQUIRED
from sanhu.domains.admission.models import Application, Task
from sanhu.domains.admission.queries.applications import asked_committees
from sanhu.domains.admission.rules.checks import (
    Admitted,
    Community,
    Facts,
    Predecessor,
    Standards,
    against_tasks,
    check,
)
from sanhu.domains.admission.rules.findings import CheckFinding
from sanhu.domains.catalogue.acts import acts, held_fields, hinting_words
from sanhu.domains.catalogue.queries import working_calendar
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.queries import posts_in_force, served_areas_in_force
from sanhu.domains.subjects.rules.bodies import COMMUNITY_DIGITS
from sanhu.engines.legal_time import legal_day

COMMUNITY_WORKER = "community_worker"
_FREE_WORDS = ("name", "necessity", "content", "boundary", "power_scope", "training", "systems", "assessment")


def check_application(application: Application, *, at: datetime) -> tuple[CheckFinding, ...]:
    """Give all that the checks find in an application as it stands now; nothing is written."""
    return check(facts_of(application, at=at))


def check_against_tasks(application: Application, *, at: datetime) -> tuple[CheckFinding, ...]:
    """Give what the tasks that are in force by now speak against."""
    return against_tasks(facts_of(application, at=at))


def stored_findings(application: Application) -> tuple[CheckFinding, ...]:
    """Give what the checks said at the last submission."""
    return tuple(CheckFinding.of_json(stored) for stored in application.findings)


def facts_of(application: Application, *, at: datetime) -> Facts:
    """Gather what the checks read."""
    communities = _communities(application, at=at)
    known = acts()
    return Facts(
        today=legal_day(at),
        calendar=working_calendar(at),
        standards=Standards(
            apply_before_working_days=settings.SANHU_APPLY_BEFORE_WORKING_DAYS,
            staff_minutes_a_day=settings.SANHU_STAFF_MINUTES_A_DAY,
            assisting_percent=settings.SANHU_ASSISTING_PERCENT,
            cost_fen_a_minute=settings.SANHU_COST_FEN_A_MINUTE,
            first_payment_within_days=settings.SANHU_FIRST_PAYMENT_WITHIN_DAYS,
        ),
        given={name: bool(communities if name == "committees" else getattr(application, name)) for name in REQUIRED},
        texts={name: getattr(application, name) for name in _FREE_WORDS},
        name=application.name,
        item_code=application.item_code,
        acts=tuple(known[code] for code in application.acts if code in known),
        data_fields=tuple(application.data_fields),
        starts_on=application.starts_on,
        ends_on=application.ends_on,
        minutes_each=application.minutes_each,
        amount_each_fen=application.amount_each_fen,
        source=application.source,
        line=application.line,
        instalments=tuple((date.fromisoformat(part["due_on"]), part["amount_fen"]) for part in application.instalments),
        communities=communities,
        predecessor=_predecessor(application),
        hinting_words=hinting_words(),
        held_fields=held_fields(),
    )


def _predecessor(application: Application) -> Predecessor | None:
    before = application.renews
    if before is None:
        return None
    return Predecessor(ends_on=before.ends_on, is_renewable=before.state in {"effective", "expired"})


def _communities(application: Application, *, at: datetime) -> tuple[Community, ...]:
    committees = asked_committees(application)
    staff, tasks, today = _staff(committees, at=at), _tasks(application, committees), legal_day(at)
    return tuple(
        Community(
            name=committee.name,
            staff=len(staff[committee.pk]),
            tasks=tuple(tasks[committee.pk]),
            is_active=committee.active_to is None or committee.active_to >= today,
        )
        for committee in committees
    )


def _tasks(application: Application, committees: Iterable[Organisation]) -> Mapping[int, list[Admitted]]:
    """Give what runs at each committee in the period, but for what the application renews."""
    meeting = Task.objects.filter(
        is_open=True,
        committee__in=list(committees),
        starts_on__lte=application.ends_on,
        ends_on__gte=application.starts_on,
    ).exclude(application_id=application.pk)
    if application.renews_id is not None:
        meeting = meeting.exclude(application_id=application.renews_id)
    found: dict[int, list[Admitted]] = defaultdict(list)
    for task in meeting.select_related("application").order_by("number"):
        found[task.committee_id].append(
            Admitted(
                number=task.number,
                name=task.application.name,
                item_code=task.application.item_code,
                starts_on=task.starts_on,
                ends_on=task.ends_on,
                minutes=task.minutes,
            )
        )
    return found


def _staff(committees: list[Organisation], *, at: datetime) -> Mapping[int, set[int]]:
    """Give the persons at work in each committee's community: its own, and the workers whose body serves it."""
    communities = {
        committee.pk: area.code[:COMMUNITY_DIGITS]
        for committee in committees
        for area in committee.served_areas.all()
        if area.ended_at is None and len(area.code) >= COMMUNITY_DIGITS
    }
    district = committees[0].district if committees else ""
    posts = posts_in_force(at).filter(
        Q(organisation__in=committees) | Q(organisation__district=district, role__code=COMMUNITY_WORKER)
    )
    people: dict[int, set[int]] = defaultdict(set)
    asked = {committee.pk for committee in committees}
    for post in posts.select_related("organisation").prefetch_related(
        served_areas_in_force("organisation__served_areas")
    ):
        if post.organisation_id in asked:
            people[post.organisation_id].add(post.person_id)
            continue
        codes = [area.code for area in post.organisation.served_areas.all()]
        for committee_id, community in communities.items():
            if any(community.startswith(code) or code.startswith(community) for code in codes):
                people[committee_id].add(post.person_id)
    return people
