"""Reading bodies, posts and powers."""

from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from sanhu.domains.subjects.models import Account, Organisation, Person, Post, ServedArea
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.legal_time import day_start, legal_day

_SERVED_CODE_LENGTHS = (6, 9, 12, 15)


def served_areas_in_force(lookup: str = "served_areas") -> "Prefetch[str, QuerySet[ServedArea], str]":
    """Prefetch what bodies serve now; `lookup` leads from what is read to their areas."""
    return Prefetch(lookup, ServedArea.objects.filter(ended_at__isnull=True).order_by("code"))


def posts_in_force(at: datetime) -> QuerySet[Post]:
    """Posts whose powers exist at this moment: begun, not left, term and contract not over, the body not closed."""
    today = legal_day(at)
    return Post.objects.filter(
        Q(left_at__isnull=True) | Q(left_at__gt=at),
        Q(term_ends_on__isnull=True) | Q(term_ends_on__gte=today),
        Q(contract_ends_on__isnull=True) | Q(contract_ends_on__gte=today),
        Q(organisation__active_to__isnull=True) | Q(organisation__active_to__gte=today),
        organisation__active_from__lte=today,
        starts_at__lte=at,
    )


def posts_of(account: Account, *, at: datetime) -> list[Post]:
    """The posts an account may act through now, oldest first."""
    if not account.is_active:
        return []
    return list(
        posts_in_force(at)
        .filter(person_id=account.person_id)
        .select_related("organisation", "role", "person")
        .prefetch_related(served_areas_in_force("organisation__served_areas"))
        .order_by("starts_at", "id")
    )


def posts_overlapping(person: Person, *, starts_on: date) -> QuerySet[Post]:
    """A person's posts that are not over on a day, begun or not: what a further post beginning then would meet."""
    return (
        Post.objects.filter(
            Q(left_at__isnull=True) | Q(left_at__gt=day_start(starts_on)),
            Q(term_ends_on__isnull=True) | Q(term_ends_on__gte=starts_on),
            Q(contract_ends_on__isnull=True) | Q(contract_ends_on__gte=starts_on),
            person=person,
        )
        .select_related("organisation", "role", "employer")
        .order_by("starts_at", "id")
    )


def actor_of(post: Post) -> Actor:
    """Build the actor of a post in force."""
    areas = post.organisation.served_areas.all()
    return Actor(
        kind=ActorKind.POST,
        district=post.organisation.district,
        person_id=post.person_id,
        post_id=post.pk,
        organisation_id=post.organisation_id,
        areas=tuple(sorted(area.code for area in areas if area.ended_at is None)),
        permissions=frozenset(post.role.permissions),
    )


def active_organisations(at: datetime) -> QuerySet[Organisation]:
    """Bodies that exist on this legal day; the last day belongs to it."""
    today = legal_day(at)
    return Organisation.objects.filter(Q(active_to__isnull=True) | Q(active_to__gte=today), active_from__lte=today)


def bodies_serving(*, district: str, kind: str, specialty: str, location: str, at: datetime) -> list[Organisation]:
    """Give the active bodies of a kind that serve a place, ordered by name.

    `location` is a grid cell's 15 digits or an area's 12; a body serves it when one of its area codes begins it.
    """
    prefixes = [location[:length] for length in _SERVED_CODE_LENGTHS if len(location) >= length]
    serving = ServedArea.objects.filter(code__in=prefixes, ended_at__isnull=True)
    return list(
        active_organisations(at)
        .filter(district=district, kind=kind, specialty=specialty, pk__in=serving.values("organisation_id"))
        .order_by("name", "id")
    )


def _sees_district(actor: Actor) -> bool:
    return actor.kind is ActorKind.POST and actor.may(Permission.SUBJECTS_VIEW)


def organisations_visible_to(actor: Actor) -> QuerySet[Organisation]:
    """The bodies an actor may read: public within the district, closed ones too."""
    bodies = Organisation.objects.select_related("parent").prefetch_related(served_areas_in_force())
    return bodies if actor.kind is ActorKind.SYSTEM else bodies.filter(district=actor.district)


def people_visible_to(actor: Actor) -> QuerySet[Person]:
    """The people an actor may read: those of the district, for whoever may see its subjects."""
    people = Person.objects.select_related("account")
    if actor.kind is ActorKind.SYSTEM:
        return people
    return people.filter(district=actor.district) if _sees_district(actor) else people.none()


def posts_visible_to(actor: Actor) -> QuerySet[Post]:
    """The posts an actor may read, past ones too."""
    posts = Post.objects.select_related("organisation", "role", "person", "employer")
    if actor.kind is ActorKind.SYSTEM:
        return posts
    return posts.filter(organisation__district=actor.district) if _sees_district(actor) else posts.none()


def accounts_visible_to(actor: Actor) -> QuerySet[Account]:
    """The accounts an actor may read: the administrators of accounts only."""
    accounts = Account.objects.select_related("person")
    if actor.kind is ActorKind.SYSTEM:
        return accounts
    may_see = actor.kind is ActorKind.POST and (
        actor.may(Permission.ACCOUNT_MANAGE) or actor.may(Permission.ACCOUNT_UNLOCK)
    )
    return accounts.filter(person__district=actor.district) if may_see else accounts.none()
