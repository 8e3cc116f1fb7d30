"""The morning rush: everybody signs in within the same five minutes, and pages stay quick.

3,000 sign-ins in five minutes are ten a second. `sanhu serve` runs as it does for a district, on SQLite and on a
durable PostgreSQL. Officials sign in at that rate, each with the page, the password and the inbox, whether the one
before was answered or not, while one who is in already opens the list of matters again and again; beside it stands the
same reader's time with nobody signing in. Then as many as the server takes sign in, one after the other.
"""

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from benchmarks import district
from benchmarks.figures import Figure, show
from benchmarks.recorded import register_many

AIM_PER_SECOND = 10.0
QUIET_SECONDS, RUSH_SECONDS, FULL_SECONDS = 8, 20, 8
AT_ONCE = 8
MATTERS = 400
_ROLES = ("window_clerk", "duty_officer", "department_officer", "committee_member", "community_worker")
_PAGE, _PAUSE = "/desk/matters/", 0.05
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def measure() -> Iterator[Figure]:
    """Measure the hash, then each database in processes of its own."""
    tuned, default = hash_ms()
    yield Figure("sign_in_hash", tuned, "ms", baseline=default)
    for name in district.DATABASES:
        told = district.told("benchmarks.sign_in_rush", database=name)
        yield Figure(f"sign_in_rush_{name}_page_p95", told["rush_p95_ms"], "ms", baseline=told["quiet_p95_ms"])
        yield Figure(f"sign_in_rush_{name}_sign_in_p95", told["sign_in_p95_ms"], "ms")
        yield Figure(f"sign_in_rush_{name}_most", told["most_per_second"], "sign-ins/s", baseline=AIM_PER_SECOND)


def hash_ms() -> tuple[float, float]:
    """Time one check of the district's hash, and one of Django's own Argon2."""
    from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: PLC0415 - only here

    from sanhu.domains.subjects.hashers import DistrictArgon2PasswordHasher  # noqa: PLC0415 - only here

    return _hashing(DistrictArgon2PasswordHasher()), _hashing(Argon2PasswordHasher())


def _hashing(hasher: object) -> float:
    parameters = hasher.params()  # type: ignore[attr-defined]
    from argon2 import PasswordHasher  # noqa: PLC0415 - only here

    bare = PasswordHasher(parameters.time_cost, parameters.memory_cost, parameters.parallelism)
    times = []
    for _try in range(9):
        started = time.perf_counter()
        bare.hash("翠园-示范-2026")
        times.append((time.perf_counter() - started) * 1000)
    return median(times)


def measured(folder: Path) -> dict[str, float]:
    """Found, register, serve; read in peace, read in the rush, and sign in as often as it goes."""
    del folder
    district.found()
    usernames, password = _people()
    with district.served() as port:
        reader = Official(port, usernames[0], password)
        reader.sign_in()
        quiet = _read_for(QUIET_SECONDS, reader)
        others = usernames[1:]
        with ThreadPoolExecutor(64) as threads:
            reading = threads.submit(_read_for, RUSH_SECONDS, reader)
            sign_ins = list(_rush(port, others, password, threads.submit))
            rushed = reading.result()
        most = _full(port, others, password)
    return {
        "quiet_p95_ms": _p95(quiet),
        "rush_p95_ms": _p95(rushed),
        "sign_in_p95_ms": _p95(sign_ins),
        "most_per_second": most,
    }


def _people() -> tuple[list[str], str]:
    """Let everybody of the demonstration sign in with one password, and register matters to be read."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - after setup
    from django.db import connection  # noqa: PLC0415 - after setup

    from sanhu.domains.subjects.models import Account, Post  # noqa: PLC0415 - after setup
    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    register_many(MATTERS, at=clock.now())
    password = "翠园-示范-2026-早高峰"
    Account.objects.update(password=make_password(password), must_change_password=False)
    posts = Post.objects.filter(person__district="990101", role__code__in=_ROLES).select_related("person__account")
    usernames = sorted({post.person.account.username for post in posts})
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
    return usernames, password


class Official:
    """One browser with cookies of its own. Raises RuntimeError for whatever is not answered as it should be."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._said = {"username": username, "password": password}
        self._cookies: dict[str, str] = {}

    def sign_in(self) -> float:
        """Open the page, send the password, open the inbox; give the milliseconds."""
        started = time.perf_counter()
        page = self._ask("GET", "/desk/sign-in/", 200)
        token = _TOKEN.search(page)
        if token is None:
            raise RuntimeError(f"no form to fill in: {page[:500]}")
        form = urlencode(self._said | {"csrfmiddlewaretoken": token[1], "next": "/desk/"})
        self._ask("POST", "/desk/sign-in/", 302, form)
        self._ask("GET", "/desk/", 200)
        self._connection.close()
        return (time.perf_counter() - started) * 1000

    def read(self) -> float:
        """Open the list of matters; give the milliseconds."""
        started = time.perf_counter()
        self._ask("GET", _PAGE, 200)
        return (time.perf_counter() - started) * 1000

    def _ask(self, method: str, url: str, wanted: int, form: str = "") -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, url, form or None, headers)
        response = self._connection.getresponse()
        page = response.read().decode()
        if response.status != wanted:
            raise RuntimeError(f"{url}: {response.status} instead of {wanted}: {page[:1000]}")
        for line in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return page


def _read_for(seconds: float, reader: Official) -> list[float]:
    """Read, think for a moment, read again."""
    until, times = time.monotonic() + seconds, []
    while time.monotonic() < until:
        times.append(reader.read())
        time.sleep(_PAUSE)
    return times


def _rush(port: int, usernames: list[str], password: str, begin: Callable[..., object]) -> Iterator[float]:
    """Let one more sign in ten times a second, whether the one before was answered or not."""
    began, running = time.monotonic(), []
    for number, username in zip(range(int(RUSH_SECONDS * AIM_PER_SECOND)), cycle(usernames), strict=False):
        time.sleep(max(0.0, began + number / AIM_PER_SECOND - time.monotonic()))
        running.append(begin(Official(port, username, password).sign_in))
    for one in running:
        yield one.result()  # type: ignore[attr-defined]


def _full(port: int, usernames: list[str], password: str) -> float:
    """Let some sign in one after the other without a pause; give the sign-ins a second."""
    done, until, lock = 0, time.monotonic() + FULL_SECONDS, threading.Lock()
    people = cycle(usernames)

    def sign_in_on_and_on() -> None:
        nonlocal done
        while time.monotonic() < until:
            with lock:
                username = next(people)
            Official(port, username, password).sign_in()
            with lock:
                done += 1

    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for worker in [threads.submit(sign_in_on_and_on) for _ in range(AT_ONCE)]:
            worker.result()
    return done / (time.monotonic() - started)


def _p95(milliseconds: list[float]) -> float:
    return quantiles(milliseconds, n=20)[18]


if __name__ == "__main__":
    if folders := sys.argv[1:]:
        print(json.dumps(measured(Path(folders[0]))))
    else:
        show(measure())
