"""One search for all: matters by their words, items and bodies by their names, each also by number or code."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanhu.domains.casework.listing import Order, Wish, visible_parts, wished
from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.queries import visible_by_key, visible_to
from sanhu.domains.casework.search.finding import find
from sanhu.domains.casework.search.tokens import shown
from sanhu.domains.catalogue.models import AffairItem
from sanhu.domains.catalogue.queries import current_version, items
from sanhu.domains.subjects.models import Organisation
from sanhu.domains.subjects.permissions import Permission
from sanhu.domains.subjects.queries import active_organisations, organisations_visible_to
from sanhu.engines.actors import Actor
from sanhu.engines.bigrams import Wanted, wanted
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.excerpts import Piece, excerpt
from sanhu.portals.desk.matter_rows import summary
from sanhu.portals.desk.page import desk_page
from sanhu.portals.look.keyset import Page, key_in, page_below, page_of

PAGE_SIZE = 20
MOST_OTHERS = 10
MOST_QUERY = 60
NUMBER = re.compile(r"[0-9]{6}-?[0-9]{0,8}-?[0-9]{0,6}")


@dataclass(frozen=True)
class FoundMatter:
    """A matter, what it is called, and where the words stand in it."""

    matter: Matter
    words: str
    pieces: list[Piece]


@require_safe
@at_the_desk(Permission.MATTER_VIEW, Permission.SUBJECTS_VIEW)
def search(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show what was found, in three groups: matters, newest first; items; bodies."""
    said = request.GET.get("q", "").strip()
    at = clock.now()
    read = wanted(said)
    is_number = bool(NUMBER.fullmatch(said))
    fault = bool(said) and (len(said) > MOST_QUERY or not (read.tokens or is_number))
    page: Page[Matter] = Page(rows=[], next_url="")
    if said and not fault:
        page = _by_number(request, acting.actor, said, at=at) if is_number else _by_words(request, acting.actor, read)
    context = {
        "q": said,
        "is_faulty": fault,
        "page": page,
        "matters": [_found(matter, read) for matter in page.rows],
        "items": _items(acting.actor, read, at=at) if said and not fault else [],
        "bodies": _bodies(acting.actor, read, at=at) if said and not fault else [],
    }
    return desk_page(request, "search", acting, context, status=400 if fault else 200)


def _by_words(request: HttpRequest, actor: Actor, read: Wanted) -> Page[Matter]:
    found = find(read, actor=actor, size=PAGE_SIZE, below=key_in(request.GET.get("after", "")))
    rows = visible_by_key(actor).filter(pk__in=found.keys).select_related("item").prefetch_related("supplements")
    return page_below(list(rows.order_by("-reported_at", "-pk")), found.go_on_below, url=request.get_full_path())


def _by_number(request: HttpRequest, actor: Actor, said: str, *, at: datetime) -> Page[Matter]:
    wish = Wish(number=said.replace("-", ""))
    return page_of(
        visible_by_key(actor).select_related("item").prefetch_related("supplements").order_by("-reported_at", "-pk"),
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
        url=request.get_full_path(),
        known=visible_to(actor),
        parts=[
            wished(part, wish, district=actor.district, order=Order.REPORTED, at=at)
            for part in visible_parts(actor, Order.REPORTED)
        ],
    )


def _found(matter: Matter, read: Wanted) -> FoundMatter:
    texts = shown(
        words=(matter.words, *(added.words for added in matter.supplements.all())),
        address=matter.address,
    )
    return FoundMatter(matter=matter, words=summary(matter), pieces=excerpt(texts, read.phrases))


def _items(actor: Actor, read: Wanted, *, at: datetime) -> list[AffairItem]:
    """Give items of the catalogue in force by name, or by the beginning of their code."""
    version = current_version(actor.district, legal_day(at))
    if version is None or not actor.may(Permission.MATTER_VIEW):
        return []
    found = (item for item in items(version).prefetch_related(None) if _is_coded(item, read) or read.is_in(item.name))
    return list(islice(found, MOST_OTHERS))


def _is_coded(item: AffairItem, read: Wanted) -> bool:
    return item.code.replace("-", "").casefold().startswith("".join(read.phrases))


def _bodies(actor: Actor, read: Wanted, *, at: datetime) -> list[Organisation]:
    if not actor.may(Permission.SUBJECTS_VIEW):
        return []
    named = Q()
    for phrase in read.phrases:
        named &= Q(name__icontains=phrase)
    bodies = organisations_visible_to(actor).filter(named, pk__in=active_organisations(at).values("pk"))
    return list(bodies.prefetch_related(None).order_by("name")[:MOST_OTHERS])
