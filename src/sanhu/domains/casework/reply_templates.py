"""Reading templates: those of one's own body, and those that fit a move on a matter."""

from datetime import datetime

from django.db.models import Q, QuerySet

from sanhu.domains.casework.models import ReplyTemplate
from sanhu.domains.catalogue.models import AffairItem
from sanhu.domains.catalogue.queries import current_version
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.legal_time import legal_day

# Whoever writes to reporters or supervises keeps the templates of their body.
KEEPING = (Permission.MATTER_HANDLE, Permission.MATTER_ACCEPT, Permission.MATTER_SUPERVISE)


def templates_of(actor: Actor) -> QuerySet[ReplyTemplate]:
    """Give the templates in use of an actor's own body, by name."""
    if actor.kind is not ActorKind.POST or actor.organisation_id is None:
        return ReplyTemplate.objects.none()
    found = ReplyTemplate.objects.filter(organisation_id=actor.organisation_id, retired_at__isnull=True)
    return found.select_related("changed_by").order_by("name", "id")


def fitting(actor: Actor, *, move: str, item_codes: set[str]) -> list[ReplyTemplate]:
    """Give the templates for a move on matters of these items, what was written for both first, then by name."""
    one = next(iter(item_codes)) if len(item_codes) == 1 else ""
    found = templates_of(actor).filter(Q(move__in=["", move]), Q(item_code__in=["", one]))
    return sorted(found, key=lambda template: (not template.item_code, not template.move, template.name))


def known_items(district: str, *, at: datetime) -> list[AffairItem]:
    """Give each item of the list in force."""
    version = current_version(district, legal_day(at))
    return [] if version is None else list(version.items.order_by("code"))
