"""Reading bodies, posts and powers."""

from datetime import datetime

from django.db.models import Q, QuerySet

from sanhu.domains.subjects.models import Account, Organisation, Post
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.legal_time import legal_day


def posts_in_force(at: datetime) -> QuerySet[Post]:
    """Posts whose powers exist at this moment: begun, not left, term and contract not over."""
    today = legal_day(at)
    return Post.objects.filter(
        Q(left_at__isnull=True) | Q(left_at__gt=at),
        Q(term_ends_on__isnull=True) | Q(term_ends_on__gte=today),
        Q(contract_ends_on__isnull=True) | Q(contract_ends_on__gte=today),
        Q(organisation__active_to__isnull=True) | Q(organisation__active_to__gt=today),
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
        .prefetch_related("organisation__served_areas")
        .order_by("starts_at", "id")
    )


def actor_of(post: Post) -> Actor:
    """Build the actor of a post in force."""
    return Actor(
        kind=ActorKind.POST,
        district=post.organisation.district,
        person_id=post.person_id,
        post_id=post.pk,
        organisation_id=post.organisation_id,
        areas=tuple(sorted(area.code for area in post.organisation.served_areas.all())),
        permissions=frozenset(post.role.permissions),
    )


def bodies_serving(
    *, district: str, kind: str, specialty: str, location: str, at: datetime
) -> list[Organisation]:
    """Give the active bodies of a kind that serve a place, ordered by name.

    `location` is a grid cell's 15 digits or an area's 12; a body serves it when one of its area codes begins it.
    """
    today = legal_day(at)
    served = Q()
    for length in (6, 9, 12, 15):
        if len(location) >= length:
            served |= Q(served_areas__code=location[:length])
    return list(
        Organisation.objects.filter(
            Q(active_to__isnull=True) | Q(active_to__gt=today),
            served,
            district=district,
            kind=kind,
            specialty=specialty,
            active_from__lte=today,
        )
        .distinct()
        .order_by("name")
    )
