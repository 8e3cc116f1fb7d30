"""What is kept of people and how long: the rules, what there is now, what goes next and what went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sanhu.domains.casework.erasure_rules import ErasureState
from sanhu.domains.casework.events import MatterEvent
from sanhu.domains.casework.models import Erasure
from sanhu.domains.evidence.events import PersonalDataEvent
from sanhu.domains.evidence.models import Entry, RetentionRun
from sanhu.domains.evidence.retention import last_runs
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.wording import event_words
from sanhu.portals.retention import MOST_COUNTED, RULES, Rule

# The security administrator, whose charge it is, and the audit administrator, who reads everything that was done.
OVERSEERS = (Permission.PERSONAL_DATA_OVERSEE, Permission.RECORD_VIEW)
AHEAD = timedelta(days=30)
_LATELY = timedelta(days=30)
_MOST_SHOWN = 20
_ERASING = (PersonalDataEvent.ERASED, MatterEvent.CONTACT_ERASED)


@dataclass(frozen=True)
class Line:
    """A rule with how it stands in the district."""

    rule: Rule
    held: str
    due: str
    run: RetentionRun | None
    is_duty: bool


@dataclass(frozen=True)
class Went:
    """One entry that says that something was erased."""

    entry: Entry
    event: str


@require_safe
@at_the_desk(*OVERSEERS)
def retention(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Show every rule, and what was erased in the last thirty days."""
    at, district = clock.now(), acting.actor.district
    runs = last_runs()
    went = Entry.objects.filter(district=district, event__in=_ERASING, at__gte=at - _LATELY)
    context = {
        "lines": [
            Line(
                rule=rule,
                held=_shown(rule.held(district)),
                due=_shown(rule.due(district, at + AHEAD)),
                run=runs.get(rule.code),
                is_duty=rule.work is not None,
            )
            for rule in RULES
        ],
        "went": _went(went.order_by("-at", "-id").defer("body")[:_MOST_SHOWN]),
        "tabs": personal_data_tabs(acting, "desk:retention"),
        "tabs_label": _("个人信息"),
    }
    return desk_page(request, "retention", acting, context)


def _shown(count: int) -> str:
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def _went(entries: Iterable[Entry]) -> list[Went]:
    return [Went(entry=entry, event=event_words(entry.event)) for entry in entries]


@dataclass(frozen=True)
class Tab:
    """One of the pages about personal data."""

    url: str
    label: str | Promise
    is_current: bool
    count: int | None = None


def personal_data_tabs(acting: Acting, here: str) -> list[Tab]:
    """The pages about personal data, with how many requests wait."""
    waiting = Erasure.objects.filter(district=acting.actor.district, state=ErasureState.ASKED).count()
    pages: list[tuple[str, str, int | None]] = [
        ("desk:retention", gettext("保存期限"), None),
        ("desk:looks", gettext("谁看过原文"), None),
        ("desk:erasures", gettext("删除请求"), waiting),
    ]
    if acting.actor.may(Permission.PERSONAL_DATA_ERASE):
        pages.append(("desk:donors", gettext("捐赠人"), None))
    return [Tab(url=reverse(name), label=label, is_current=name == here, count=count) for name, label, count in pages]
