"""Reading bodies, posts and powers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from sanhu.domains.subjects.models import Account, Delegation, Organisation, Person, Post, ServedArea
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.rules.delegating import Deputy, Held, lendable, may_stand_in
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


@dataclass(frozen=True)
class Capacity:
    """In what somebody acts: a post of their own, or through a delegation somebody else's."""

    post: Post
    delegation: Delegation | None = None

    @property
    def key(self) -> str:
        """What a form and a session call it."""
        return str(self.post.pk) if self.delegation is None else self.delegation.ref

    @property
    def actor(self) -> Actor:
        """Give the actor who acts so."""
        return actor_of(self.post) if self.delegation is None else deputy_of(self.delegation, self.post)


def capacities_of(account: Account, *, at: datetime) -> list[Capacity]:
    """The capacities in which an account may act now: in its own posts, oldest first, then in those lent to it.

    Without a post of one's own there is none, whatever was lent.
    """
    if not account.is_active:
        return []
    lent = _delegations_running(at).filter(deputy_id=account.person_id)
    found = list(
        posts_in_force(at)
        .filter(Q(person_id=account.person_id) | Q(pk__in=lent.values("post_id")))
        .select_related("organisation", "role", "person")
        .prefetch_related(served_areas_in_force("organisation__served_areas"))
        .order_by("starts_at", "id")
    )
    own = [post for post in found if post.person_id == account.person_id]
    others = {post.pk: post for post in found if post.person_id != account.person_id}
    capacities = [Capacity(post) for post in own]
    if own and others:  # whoever stands in for nobody is not asked for it
        deputy = Deputy(account.person_id, is_active=True, posts=tuple(held(post) for post in own))
        for delegation in lent.order_by("ends_on", "id"):
            post = others.get(delegation.post_id)
            if post is not None and may_stand_in(deputy, post=held(post), holder_id=post.person_id):
                capacities.append(Capacity(post, delegation))
    return capacities


def held(post: Post) -> Held:
    """Give a post as lending reads it."""
    return Held(
        body_id=post.organisation_id,
        appointment=post.appointment,
        is_administrator=post.role.is_administrator,
        permissions=tuple(post.role.permissions),
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


def deputy_of(delegation: Delegation, post: Post) -> Actor:
    """Build the actor of whoever stands in: in that post, with the powers that were lent and are still its own."""
    lent = frozenset(delegation.permissions) & frozenset(lendable(held(post)))
    own = actor_of(post)
    return replace(
        own, person_id=delegation.deputy_id, permissions=lent, stands_for=post.person_id, through=delegation.ref
    )


def _delegations_running(at: datetime) -> QuerySet[Delegation]:
    today = legal_day(at)
    return Delegation.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=at), starts_on__lte=today, ends_on__gte=today
    )


def delegations_visible_to(actor: Actor) -> QuerySet[Delegation]:
    """The delegations an actor may read: those of their own posts and those to them; the district's, who manages it."""
    joined = ("post__organisation", "post__role", "post__person", "deputy")
    delegations = Delegation.objects.select_related(*joined)
    if actor.kind is not ActorKind.POST or actor.person_id is None:
        return delegations.none()
    if actor.may(Permission.SUBJECTS_MANAGE):
        return delegations.filter(post__organisation__district=actor.district)
    return delegations.filter(Q(post__person_id=actor.person_id) | Q(deputy_id=actor.person_id))


def not_over(delegations: QuerySet[Delegation], *, at: datetime) -> QuerySet[Delegation]:
    """Narrow delegations to those that run or are to begin, those that end first ahead."""
    current = delegations.filter(ended_at__isnull=True, ends_on__gte=legal_day(at), post__in=posts_in_force(at))
    return current.filter(deputy__account__is_active=True).order_by("ends_on", "id")


def refs_of(persons: Iterable[int | None]) -> list[str]:
    """Give the references under which the record knows what was done through delegations by or for these persons."""
    concerned = [person for person in persons if person is not None]
    lent = Delegation.objects.filter(Q(deputy__in=concerned) | Q(post__person__in=concerned))
    return [f"post:{post}/delegation:{key}" for post, key in lent.values_list("post_id", "pk")]


def persons_of(actor_refs: Collection[str]) -> frozenset[int]:
    """Give the persons behind references of the record that tell of a delegation: deputies and whom they stood for."""
    keys = {int(key) for ref in actor_refs if (key := ref.partition("/delegation:")[2]).isdecimal()}
    if not keys:
        return frozenset()
    found = Delegation.objects.filter(pk__in=keys).values_list("deputy_id", "post__person_id")
    return frozenset(person for pair in found for person in pair)


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
