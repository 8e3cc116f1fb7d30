"""The record as the audit administrator reads it: what was done in the district, by which post, in which order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from sanhu.domains.evidence.models import Entry
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import posts_visible_to
from sanhu.engines.actors import ActorKind
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.actor_words import KnownActor, known_actors
from sanhu.portals.desk.forms.record import RecordFilter
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.wording import event_words
from sanhu.portals.look.keyset import Page, page_of

PAGE_SIZE = 50
_PREFIX = 12


@dataclass(frozen=True)
class Line:
    """An entry in words. `number` is empty until the entry is chained."""

    entry: Entry
    event: str
    actor: str
    hash_prefix: str


@require_safe
@at_the_desk(Permission.RECORD_VIEW)
def record(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the district's entries, newest first, of one subject where asked; and say how the record is verified."""
    wanted = RecordFilter(request.GET)
    if not wanted.is_valid():
        raise BadRequest("a reference has at most 80 characters")
    entries = Entry.objects.filter(district=acting.actor.district).order_by("-at", "-id")
    if subject := wanted.cleaned_data["subject"]:
        entries = entries.filter(subject_ref=subject)
    page: Page[Entry] = page_of(
        entries.defer("body"), after=request.GET.get("after", ""), size=PAGE_SIZE, url=request.get_full_path()
    )
    context = {"page": page, "lines": _lines(page.rows, acting), "filter": wanted, "subject": subject}
    return desk_page(request, "record", acting, context)


def _lines(entries: Iterable[Entry], acting: Acting) -> list[Line]:
    entries = list(entries)
    known = known_actors([entry.actor_ref for entry in entries], posts_visible_to(acting.actor))
    return [
        Line(
            entry=entry,
            event=event_words(entry.event),
            actor=_actor_words(entry.actor_ref, known),
            hash_prefix=entry.hash[:_PREFIX],
        )
        for entry in entries
    ]


def _actor_words(ref: str, known: Mapping[str, KnownActor]) -> str:
    if ref == ActorKind.SYSTEM:
        return gettext("系统")
    if ref == ActorKind.RESIDENT:
        return gettext("居民")
    found = known.get(ref)
    if found is None:  # a post of another district, or none that is known
        return ref
    return gettext("%(body)s %(title)s（工号 %(number)s）") % {
        "body": found.post.organisation.name,
        "title": found.post.title,
        "number": found.numbers,
    }
