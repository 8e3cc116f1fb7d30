"""The Atom feed of a community's register (RFC 4287). What an entry is known by never changes, wherever it is read."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext, gettext_noop

from sanhu.domains.admission.queries.news import News
from sanhu.domains.admission.services.steps import BEGIN
from sanhu.domains.places.models import Area
from sanhu.portals.look.moments import full_day_words

TITLES: Mapping[str, str] = {
    BEGIN: gettext_noop("开始协助：%(name)s"),
    "suspend": gettext_noop("中止协助，经费没有按时到账：%(name)s"),
    "suspend_for_power": gettext_noop("中止协助，授权到期：%(name)s"),
    "resume": gettext_noop("恢复协助：%(name)s"),
    "hand_over": gettext_noop("移交其他居民委员会：%(name)s"),
    "revoke": gettext_noop("准入撤销，协助结束：%(name)s"),
    "expire": gettext_noop("到期，协助结束：%(name)s"),
}
_SUMMARY = gettext_noop("%(organ)s请%(committee)s协助，%(start)s至%(end)s，编号 %(number)s。")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Feed(Atom1Feed):
    """A feed that is as old as its newest entry; an empty one is of the moment it is asked for."""

    def __init__(self, *, empty_since: datetime, **named: str | None) -> None:
        super().__init__(**named)  # type: ignore[arg-type]
        self._empty_since = empty_since

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=self._empty_since)


def feed_of(community: Area, news: Iterable[News], *, page: str, here: str, at: datetime) -> bytes:
    """Write the feed of a community's news, newest first."""
    feed = _Feed(
        empty_since=at,
        title=_plain(gettext("%(community)s的协助事项") % {"community": community.name}),
        link=page,
        description=None,
        language=get_language(),
        feed_url=here,
        feed_guid=_urn(f"register:{community.code}"),
    )
    for one in news:
        feed.add_item(
            title=_plain(gettext(TITLES[one.move]) % {"name": one.task.application.name}),
            link=f"{page}#{one.task.number}",
            description=_plain(_summary(one)),
            author_name=_plain(one.task.committee.name),
            unique_id=_urn(f"{one.task.ref}#{one.ordinal}"),
            pubdate=one.at,
            updateddate=one.at,
        )
    return feed.writeString("utf-8").encode()


def _urn(name: str) -> str:
    """Name a thing for ever, whatever address it is read at."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'sanhu:{name}')}"


def _summary(one: News) -> str:
    task = one.task
    return gettext(_SUMMARY) % {
        "organ": task.application.organ.name,
        "committee": task.committee.name,
        "start": full_day_words(task.starts_on),
        "end": full_day_words(task.ends_on),
        "number": task.number,
    }


def _plain(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _NOT_IN_XML.sub("", text)
