"""Which bodies are concerned, and where the acting person belongs."""

from collections.abc import Iterable
from datetime import datetime

from sanhu.domains.admission.rules.persons import Parties
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.queries import active_organisations, posts_in_force
from sanhu.engines.actors import Actor


def coordination_body(district: str, *, at: datetime) -> int | None:
    """Give the district's coordination body; None where there is none now."""
    bodies = active_organisations(at).filter(district=district, kind=SubjectKind.DISTRICT_COORDINATION_BODY)
    return bodies.values_list("pk", flat=True).first()


def parties_of(*, district: str, organ_id: int, committee_ids: Iterable[int], actor: Actor, at: datetime) -> Parties:
    """Give the bodies concerned, as the rules read them for whoever acts."""
    posts = posts_in_force(at).filter(person__in=actor.persons) if actor.persons else None
    return Parties(
        district=district,
        organ_id=organ_id,
        committee_ids=frozenset(committee_ids),
        coordination_id=coordination_body(district, at=at),
        bodies_of_person=frozenset(posts.values_list("organisation_id", flat=True)) if posts else frozenset(),
    )
