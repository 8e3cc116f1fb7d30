"""Residents at their browsers: each opens the report form once and then reports, one report after the other."""

import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from itertools import count
from uuid import uuid4

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_RECEIPT = re.compile(r'id="receipt">([^<]+)<')
_WORDS = (
    "三号楼西侧电梯一周停了四次，老人上下楼困难，物业说配件还没有到。",
    "菜场门口早上七点起被摊贩占满，推轮椅的过不去，绕到马路上走很危险。",
    "天桥下面晚上烧烤，油烟往楼里飘，孩子一直咳嗽，希望有人来管一管。",
    "地下车库连续几天没有人打扫，积水发臭，老人滑倒过一次。门口的灯也坏了两盏，晚上什么都看不见。",
    "楼道里停了六辆电动自行车，还拉线充电，说了几次没有用。",
)
_ADDRESSES = ("翠园小区三号楼", "菜场南门", "", "柳堤里九号院")
_BOUNDARY = "----sanhu-benchmark"


@dataclass(frozen=True)
class Answered:
    """One report that was answered as registered: under which receipt code, and how long the answer took."""

    receipt: str
    seconds: float


@dataclass(frozen=True)
class Rush:
    """What came of many residents reporting at once."""

    answered: tuple[Answered, ...]
    seconds: float

    @property
    def per_second(self) -> float:
        """Accepted reports per second, first question to last answer."""
        return len(self.answered) / self.seconds


class Resident:
    """One browser that keeps its connection. Raises RuntimeError for whatever is not answered as registered."""

    def __init__(self, port: int, areas: Sequence[str]) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._areas = areas
        self._connection.request("GET", "/report/")
        page, response = self._answer()
        token, cookies = _TOKEN.search(page), SimpleCookie(response.headers["Set-Cookie"])
        if token is None or "csrftoken" not in cookies:
            raise RuntimeError(f"no form to fill in: {page[:500]}")
        self._token, self._cookie = token[1], f"csrftoken={cookies['csrftoken'].value}"
        self.close()

    def report(self, number: int) -> Answered:
        """Report the n-th thing; every third resident wants to be told."""
        fields = {
            "csrfmiddlewaretoken": self._token,
            "client_id": str(uuid4()),
            "words": f"{_WORDS[number % len(_WORDS)]}（第{number}件）",
            "area": self._areas[number % len(self._areas)],
            "address": _ADDRESSES[number % len(_ADDRESSES)],
            "tell": "" if number % 3 else "sms",
            "contact": "" if number % 3 else f"139{number % 100_000_000:08d}",
            "cell": "",
            "lon": "",
            "lat": "",
        }
        body = _form(fields)
        headers = {"Cookie": self._cookie, "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
        started = time.perf_counter()
        self._connection.request("POST", "/report/", body, headers)
        page, _response = self._answer()
        seconds = time.perf_counter() - started
        receipt = _RECEIPT.search(page)
        if receipt is None:
            raise RuntimeError(f"not registered: {page[:2000]}")
        return Answered(receipt[1], seconds)

    def _answer(self) -> tuple[str, HTTPResponse]:
        response = self._connection.getresponse()
        page = response.read().decode()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {page[:2000]}")
        return page, response

    def close(self) -> None:
        """Close the connection; the next report opens another. A server does not keep an idle one for ever."""
        self._connection.close()


def _form(fields: dict[str, str]) -> bytes:
    """Write the fields as a browser does, with the photo field that was left empty."""
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="photos"; filename=""\r\n'
        "Content-Type: application/octet-stream\r\n\r\n\r\n"
    )
    return ("".join(parts) + f"--{_BOUNDARY}--\r\n").encode()


class Crowd:
    """Some residents who stay at their browsers from one rush to the next."""

    def __init__(self, port: int, areas: Sequence[str], *, size: int) -> None:
        self._residents = [Resident(port, areas) for _ in range(size)]
        self._numbers = count(1)

    def rush(self, posts: int) -> Rush:
        """Let all of them report at once, and so on until there are so many reports."""
        numbers = iter([next(self._numbers) for _ in range(posts)])
        with ThreadPoolExecutor(len(self._residents)) as threads:
            started = time.perf_counter()
            answers = list(threads.map(lambda resident: list(_reports(resident, numbers)), self._residents))
            seconds = time.perf_counter() - started
        for resident in self._residents:
            resident.close()
        return Rush(tuple(answered for some in answers for answered in some), seconds)


def _reports(resident: Resident, numbers: Iterator[int]) -> Iterator[Answered]:
    """Take the next number as soon as the last is answered. A list's iterator gives each number to one thread."""
    for number in numbers:
        yield resident.report(number)
