"""Lists that somebody saved under a name: their tabs above the list, and what an address says of a list."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from sanhu.domains.subjects.models import SavedView
from sanhu.portals.desk.acting import Acting

MOST_SAVED = 20
_PLACES_IN_A_LIST = ("after", "before")  # a page of it, and no part of what it is


@dataclass(frozen=True)
class SavedTab:
    """One tab: the whole list, or a saved one."""

    url: str
    label: str
    is_current: bool
    count: int | None = None


def saved_tabs(request: HttpRequest, acting: Acting, *, page: str, code: str) -> dict[str, Any]:
    """Give the tabs of a page's saved lists, and what its form for saving needs."""
    here = query_of(request.META.get("QUERY_STRING", ""))
    saved = list(saved_by(acting, code))
    current = next((view for view in saved if view.query == here), None)
    tabs = [SavedTab(url=page, label=gettext("全部"), is_current=not here)]
    tabs += [SavedTab(url=f"{page}?{view.query}", label=view.name, is_current=view is current) for view in saved]
    return {"saved_tabs": tabs if saved else [], "saved_current": current, "query": here, "saved_page": code}


def saved_by(acting: Acting, code: str) -> QuerySet[SavedView]:
    """Give somebody's saved lists of a page, by name."""
    return SavedView.objects.filter(person=person_of(acting), page=code).order_by("name")


def person_of(acting: Acting) -> int:
    """Give the key of the person whose lists they are: their own, also while they stand in for somebody."""
    assert acting.actor.person_id is not None, "a post is somebody's"
    return acting.actor.person_id


def query_of(query: str) -> str:
    """Write what an address says of a list always in the same way: nothing that is empty, and no place in the list."""
    said = [(name, value) for name, value in parse_qsl(query) if name not in _PLACES_IN_A_LIST]
    return urlencode(sorted(said))
