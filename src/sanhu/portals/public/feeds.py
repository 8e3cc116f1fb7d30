"""The Atom feed of a community's register (RFC 4287). What an entry is known by never changes, wherever it is read."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import get_language, gettext, gettext_noop

from sanhu.domains.admission.queries.news import News
from sanhu.domains.admission.services.steps import BEGIN
from sanhu.domains.places.models import Area
from sanhu.portals.look.moments import full_day_words
from sanhu.portals.public.atom import Feed, plain, urn

TITLES: Mapping[str, str] = {
    BEGIN: gettext_noop("开始协助：%(name)s"),
    "suspend": gettext_noop("中止协助，经费没有按时到账：%(name)s"),
    "suspend_for_power": gettext_noop("中止协助，授权到期：%(name)s"),
    "resume": gettext_noop("恢复协助：%(name)s"),
    "hand_over": gettext_noop("移交其他居民委员会：%(name)s"),
    "go_back": gettext_noop("移出社区，回到承担单位：%(name)s"),
    "revoke": gettext_noop("准入撤销，协助结束：%(name)s"),
    "expire": gettext_noop("到期，协助结束：%(name)s"),
}
_SUMMARY = gettext_noop("%(organ)s请%(committee)s协助，%(start)s至%(end)s，编号 %(number)s。")


def feed_of(community: Area, news: Iterable[News], *, page: str, here: str, at: datetime) -> bytes:
    """Write the feed of a community's news, newest first."""
    feed = Feed(
        empty_since=at,
        title=plain(gettext("%(community)s的协助事项") % {"community": community.name}),
        link=page,
        description=None,
        language=get_language(),
        feed_url=here,
        feed_guid=urn(f"register:{community.code}"),
    )
    for one in news:
        feed.add_item(
            title=plain(gettext(TITLES[one.move]) % {"name": one.task.application.name}),
            link=f"{page}#{one.task.number}",
            description=plain(_summary(one)),
            author_name=plain(one.task.committee.name),
            unique_id=urn(f"{one.task.ref}#{one.ordinal}"),
            pubdate=one.at,
            updateddate=one.at,
        )
    return feed.writeString("utf-8").encode()


def _summary(one: News) -> str:
    task = one.task
    return gettext(_SUMMARY) % {
        "organ": task.application.organ.name,
        "committee": task.committee.name,
        "start": full_day_words(task.starts_on),
        "end": full_day_words(task.ends_on),
        "number": task.number,
    }
