"""Announcements of days off as people hand them in, and a clock they move."""

import json
from datetime import datetime
from uuid import uuid4

from sanhu.domains.casework.models import Matter
from sanhu.domains.casework.services.intake import Report, register
from sanhu.engines.actors import resident

# Tuesday 2026-11-10 becomes a day off, Saturday 2026-11-14 a working day.
SINGLE_DAYS = "day,is_working,note\n2026-11-10,0,示范停工\n2026-11-14,1,示范补班\n"
_REST_2027 = [
    "2027-01-01",
    *(f"2027-02-{day:02}" for day in range(5, 13)),
    "2027-04-05",
    "2027-05-01",
    "2027-05-02",
    *(f"2027-10-{day:02}" for day in range(1, 8)),
]
YEAR_2027 = json.dumps(
    {
        "year": 2027,
        "title": "2027 年部分节假日安排（虚构）",
        "notice": "示例号〔2026〕1 号",
        "rest": _REST_2027,
        "work": ["2027-02-20", "2027-10-09"],
    },
    ensure_ascii=False,
)


def reported(at: datetime, *, district: str = "990101") -> Matter:
    """A report whose acceptance is due by the end of the next working day."""
    report = Report(district=district, area_code=f"{district}001001", words="电梯停了")
    number = register(actor=resident(district), at=at, client_id=uuid4(), report=report).number
    return Matter.objects.get(number=number)
