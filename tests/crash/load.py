"""People at their browsers while the house falls down around them.

Each deed is sent until it is answered: a browser whose answer got lost sends the same form again, under the same
client_id. What was answered as done is acknowledged; of the rest nothing is claimed.
"""

import re
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from queue import Queue
from random import Random
from urllib.parse import urlencode
from uuid import UUID, uuid4

from tests.crash.plans import Plan

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_RECEIPT = re.compile(r'id="receipt">([^<]+)<')
_NUMBER = re.compile(r"\b(\d{6})-(\d{8})-(\d{6})\b")
_TIMEOUT_SECONDS = 30
_PATIENCE_SECONDS = 120  # a slow machine may need half a minute to bring a killed database back
_SOON_SECONDS = 0.03


class WrongAnswerError(Exception):
    """An answer that neither does what was asked nor asks to try again."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    page: str
    cookies: str
    location: str


@dataclass
class Acknowledged:
    """What the house has promised: receipt and number of each report by its client_id, and accepted numbers."""

    reports: dict[str, list[str]] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)
    repeated: int = 0  # forms that had to be sent again
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def report(self, client_id: UUID, receipt: str, number: str) -> None:
        with self._lock:
            self.reports[str(client_id)] = [receipt, number]

    def acceptance(self, number: str) -> None:
        with self._lock:
            self.accepted.append(number)

    def again(self) -> None:
        with self._lock:
            self.repeated += 1


class People:
    """The residents of one street and the clerk at its window."""

    def __init__(self, port: int, *, communities: Sequence[str], duty: int, session: str) -> None:
        self._port, self._communities, self._duty, self._session = port, communities, duty, session
        self._numbers = count(1)
        self._cookie, self._token = "", ""
        self.acknowledged = Acknowledged()

    def load(self, plan: Plan) -> None:
        """Report, and accept what was reported, until all of it is answered. Raises what any of them raised."""
        chance = Random(plan.seed)
        forms = [self._form(next(self._numbers), chance) for _ in range(plan.reports)]
        if not self._token:
            self._open_the_form()
        waiting: Queue[str] = Queue()
        with ThreadPoolExecutor(plan.residents + 1) as threads:
            clerk = threads.submit(self._accept_all, waiting, len(forms))
            for done in [threads.submit(self._report, form, waiting) for form in forms]:
                if fault := done.exception():
                    waiting.put("")
                    raise fault
            clerk.result()

    def _form(self, number: int, chance: Random) -> dict[str, str]:
        tell = chance.choice(("", "sms", "sms", "email"))
        contact = {"sms": f"139{number:08d}", "email": f"lin{number}@example.org", "": ""}[tell]
        words = f"第{number}件：三号楼西侧电梯又停了，老人上下楼困难。𠮷"
        return {
            "client_id": str(UUID(int=chance.getrandbits(128), version=4)) if number else str(uuid4()),
            "words": words,
            "area": chance.choice(self._communities),
            "address": "翠园小区三号楼",
            "tell": tell,
            "contact": contact,
        }

    def _open_the_form(self) -> None:
        answer = self._until_answered("GET", "/report/", {})
        token = _TOKEN.search(answer.page)
        assert token is not None, answer.page[:500]
        self._token, self._cookie = token[1], answer.cookies.partition(";")[0]

    def _report(self, form: Mapping[str, str], waiting: "Queue[str]") -> None:
        answer = self._until_answered("POST", "/report/", form)
        receipt, number = _RECEIPT.search(answer.page), _NUMBER.search(answer.page)
        if receipt is None or number is None:
            raise WrongAnswerError(f"{answer.status}: {answer.page[:2000]}")
        self.acknowledged.report(UUID(form["client_id"]), receipt[1], "".join(number.groups()))
        waiting.put("".join(number.groups()))

    def _accept_all(self, waiting: "Queue[str]", many: int) -> None:
        for _turn in range(many):
            number = waiting.get(timeout=_PATIENCE_SECONDS)
            if not number:
                return
            form = {"client_id": str(uuid4()), "revision": "1", "duty": str(self._duty), "public_title": ""}
            answer = self._until_answered("POST", f"/desk/matters/{number}/moves/accept/", form)
            if (answer.status, answer.location) != (302, f"/desk/matters/{number}/"):
                raise WrongAnswerError(f"{answer.status} {answer.location}: {answer.page[:2000]}")
            self.acknowledged.acceptance(number)

    def _until_answered(self, method: str, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form until an answer comes that is not the house's own trouble."""
        until = time.monotonic() + _PATIENCE_SECONDS
        trouble = ""
        for tries in count():
            if tries and form:
                self.acknowledged.again()
            try:
                answer = self._ask(method, path, form)
            except (OSError, HTTPException) as lost:
                trouble = repr(lost)
            else:
                if answer.status < 500:
                    return answer
                trouble = f"{answer.status}: {answer.page[:1000]}"
            if time.monotonic() > until:
                break
            time.sleep(_SOON_SECONDS)
        raise TimeoutError(f"{path} was not answered in {_PATIENCE_SECONDS} s: {trouble}")

    def _ask(self, method: str, path: str, form: Mapping[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT_SECONDS)
        try:
            cookies = f"{self._cookie}; sessionid={self._session}" if path.startswith("/desk/") else self._cookie
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
            body = urlencode({"csrfmiddlewaretoken": self._token, **form})
            connection.request(method, path, body if form else None, headers)
            response = connection.getresponse()
            page = response.read().decode()
            return Answer(
                response.status, page, response.headers["Set-Cookie"] or "", response.headers["Location"] or ""
            )
        finally:
            connection.close()
