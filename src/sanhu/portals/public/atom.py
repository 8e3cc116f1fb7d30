"""What Atom feeds (RFC 4287) share: their age, names that never change, and text that XML can hold."""

import re
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.utils.feedgenerator import Atom1Feed

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Feed(Atom1Feed):
    """A feed that is as old as its newest entry; an empty one is of the moment it is asked for."""

    def __init__(self, *, empty_since: datetime, **named: str | None) -> None:
        super().__init__(**named)  # type: ignore[arg-type]
        self._empty_since = empty_since

    def latest_post_date(self) -> datetime:
        """Give the date of the newest entry."""
        return max((item["updateddate"] for item in self.items), default=self._empty_since)


def urn(name: str) -> str:
    """Name a thing for ever, whatever address it is read at."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'sanhu:{name}')}"


def plain(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _NOT_IN_XML.sub("", text)
