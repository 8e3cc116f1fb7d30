"""Officials who read at their desks in a district of a million matters, loaded once for all that measures it."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles

from benchmarks import district
from benchmarks.bare_intake import connected

P95_AIM_MS = 100.0
WARMING_UP, READINGS = 12, 120
# Sign-in names of the demonstration district; their bodies see the district, one street of it, and what they lead.
READERS = {"officer": "0071", "clerk": "0011", "department": "0021"}


@dataclass
class Reader:
    """One official at a browser that keeps its connection and is signed in."""

    who: str
    connection: HTTPConnection
    cookie: str

    def page(self, address: str) -> str:
        """Open a page."""
        self.connection.request("GET", address, headers={"Cookie": self.cookie})
        response = self.connection.getresponse()
        page = response.read().decode()
        if response.status != 200:
            raise RuntimeError(f"{address}: {response.status}: {page[:2000]}")
        return page


def readers(port: int) -> Iterator[Reader]:
    """Give the readers, one after the other."""
    for who, staff_number in READERS.items():
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        yield Reader(who=who, connection=connection, cookie=f"sessionid={_session(staff_number)}")
        connection.close()


def _session(staff_number: str) -> str:
    """Write the session that a sign-in would."""
    from django.conf import settings  # noqa: PLC0415 - after setup
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415 - after setup
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415 - after setup

    from sanhu.domains.subjects.models import Account  # noqa: PLC0415 - after setup

    account = Account.objects.get(person__district="990101", person__staff_number=staff_number)
    Account.objects.filter(pk=account.pk).update(must_change_password=False)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def p95(milliseconds: list[float]) -> float:
    """Give what nineteen of twenty stay under."""
    return quantiles(milliseconds, n=20)[18]


@cache
def sharing(database: str) -> dict[str, float]:
    """Load one database and measure whatever is measured in it; asked twice, it is measured once."""
    return district.told("benchmarks.desk_reading", database=database)


def measured() -> dict[str, float]:
    """Found, load, serve, read lists, search, look for duplicates: in the database the settings name."""
    from benchmarks import desk_list, duplicates, many_matters, search  # noqa: PLC0415 - they read from here

    district.found()
    many_matters.load()
    with district.served() as port, connected(os.environ["DATABASE_URL"]) as bare:
        return desk_list.listed(port, bare) | search.searched(port) | duplicates.offered(bare)


if __name__ == "__main__":
    Path(sys.argv[1]).resolve(strict=True)
    print(json.dumps(measured()))
