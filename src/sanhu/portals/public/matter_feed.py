"""The Atom feed of public matters: what happened last, in the words their pages have for it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import get_language, gettext, gettext_noop

from sanhu.domains.casework.models import Matter, Step
from sanhu.engines.codes.case_numbers import display
from sanhu.portals.look.templatetags.affairs import title_of
from sanhu.portals.matters import public_words
from sanhu.portals.public.atom import Feed, plain, urn

_TITLE = gettext_noop("%(happened)s：%(title)s")
_LED = gettext_noop("%(number)s，主责：%(lead)s。")
_UNLED = gettext_noop("%(number)s，主责待定。")


def feed_of_matters(
    news: Iterable[Step], *, query: str, page: str, here: str, url_of: Callable[[Matter], str], at: datetime
) -> bytes:
    """Write the feed of steps, newest first; one that the public has no words for is left out.

    `query` is what the matters were narrowed to, which tells one feed from another.
    """
    feed = Feed(
        empty_since=at,
        title=plain(gettext("办理公开")),
        link=page,
        description=None,
        language=get_language(),
        feed_url=here,
        feed_guid=urn(f"matters:{query}"),
    )
    for step in news:
        if not (happened := public_words(step)):
            continue
        matter = step.matter
        feed.add_item(
            title=plain(gettext(_TITLE) % {"happened": happened, "title": title_of(matter)}),
            link=url_of(matter),
            description=plain(_summary(matter)),
            author_name=plain(step.organisation.name if step.organisation else gettext("反映人")),
            unique_id=urn(f"{matter.ref}#{step.ordinal}"),
            pubdate=step.at,
            updateddate=step.at,
        )
    return feed.writeString("utf-8").encode()


def _summary(matter: Matter) -> str:
    number = display(matter.number)
    return (
        gettext(_LED) % {"number": number, "lead": matter.lead.name}
        if matter.lead
        else gettext(_UNLED) % {"number": number}
    )
