"""Reading co-signing: whom one may ask, what was asked on a matter, and which objections stand."""

from datetime import datetime

from django.db.models import Q, QuerySet, Subquery

from sanhu.domains.casework.cosigning import Asked
from sanhu.domains.casework.models import CoSigning, CoSigningState, Matter, Step
from sanhu.domains.subjects.models import Organisation, Role
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import active_organisations, posts_in_force


def bodies_to_ask(matter: Matter, *, at: datetime) -> QuerySet[Organisation]:
    """Give the bodies of the district that have somebody to answer for them, the lead excepted."""
    able = [role.pk for role in Role.objects.all() if Permission.MATTER_HANDLE in role.permissions]
    staffed = posts_in_force(at).filter(role_id__in=able).values("organisation_id")
    bodies = active_organisations(at).filter(district=matter.district, pk__in=staffed)
    return bodies.exclude(Q(pk=matter.lead_id)).order_by("name", "id")


def cosignings_of(matter: Matter) -> QuerySet[CoSigning]:
    """Give what was asked on a matter, in the order it was asked."""
    people = ("organisation", "asked_by", "asked_post__organisation", "answered_by", "answered_post")
    return matter.cosignings.select_related(*people).order_by("asked_at", "id")


def asked_of(cosigning: CoSigning) -> Asked:
    """Give a question as the rules see it."""
    persons = (cosigning.asked_by_id, cosigning.asked_on_behalf_of_id)
    return Asked(
        organisation_id=cosigning.organisation_id,
        asked_by=frozenset(person for person in persons if person is not None),
        is_open=cosigning.state == CoSigningState.ASKED,
    )


def standing_objections(matter: Matter) -> list[CoSigning]:
    """Give the objections the result has to deal with: a body's last answer since the matter was last assigned counts.

    A body that was asked again and agreed objects no more; what was said to an earlier lead, or before the matter was
    opened again, is settled.
    """
    assigned = Step.objects.filter(matter=matter, move="assign").order_by("-ordinal")
    answered = cosignings_of(matter).filter(
        state__in=(CoSigningState.AGREED, CoSigningState.OBJECTED), asked_at__gte=Subquery(assigned.values("at")[:1])
    )
    last = {one.organisation_id: one for one in answered}
    return [one for one in last.values() if one.state == CoSigningState.OBJECTED]
