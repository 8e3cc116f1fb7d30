"""Many admitted tasks at once, in bulk, as the gate leaves them: each with its application, its power and its money.

The rows carry no entries in the record: this is for measuring pages that only read, in a database thrown away after.
"""

from datetime import date, datetime, timedelta
from typing import Any

STREETS, COMMUNITIES_A_STREET, TASKS_A_COMMUNITY = 21, 28, 10
COMMUNITIES = STREETS * COMMUNITIES_A_STREET + 12  # beside those the demonstration district was founded with
_DISTRICT = "990101"
_FIRST_STREET = 101  # the founded streets are 001 to 003
_MINUTES, _FEN = 600, 120_000


def admit() -> None:
    """Add communities to the founded demonstration district, and ten tasks to each community it then has."""
    from sanhu.engines.legal_time import legal_day  # noqa: PLC0415 - after setup
    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    at = clock.now()
    codes = [*_old_communities(), *new_communities(at)]
    committees = _committees(codes, founded_on=legal_day(at) - timedelta(days=365))
    applications = _applications(len(codes), at=at)
    _tasks(codes, committees, applications, at=at)
    _count()


def _count() -> None:
    """Let PostgreSQL count what came in at once; in a district's database it has done so long ago."""
    from django.db import connection  # noqa: PLC0415 - after setup

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _old_communities() -> list[str]:
    from benchmarks.district import communities  # noqa: PLC0415 - after setup

    return communities()


def new_communities(at: datetime) -> list[str]:
    """Add streets of many communities to the founded district, and give the communities' codes."""
    from sanhu.domains.places.services import import_divisions  # noqa: PLC0415 - after setup
    from sanhu.engines.actors import SYSTEM  # noqa: PLC0415 - after setup

    streets = [f"{_DISTRICT}{_FIRST_STREET + number}" for number in range(STREETS)]
    codes = [f"{street}{number:03}" for street in streets for number in range(1, COMMUNITIES_A_STREET + 1)]
    table = [
        "code,name",
        *(f"{code},街道{code[-3:]}" for code in streets),
        *(f"{code},社区{code[-6:]}" for code in codes),
    ]
    lines = [f"{line}\n".encode() for line in table]
    report = import_divisions(lines=lines, actor=SYSTEM, at=at, source="示范数据", valid_from=date(2020, 1, 1))
    if report.faults:
        raise RuntimeError(f"divisions: {report.faults[:3]}")
    return codes


def _committees(codes: list[str], *, founded_on: date) -> list[Any]:
    from sanhu.domains.subjects.kinds import SubjectKind  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.models import Organisation  # noqa: PLC0415 - after setup

    kind = SubjectKind.RESIDENTS_COMMITTEE
    return Organisation.objects.bulk_create(
        Organisation(district=_DISTRICT, name=f"{code}居民委员会", kind=kind, active_from=founded_on) for code in codes
    )


def _applications(count: int, *, at: datetime) -> list[Any]:
    """One for each community's worth of tasks, in turns by every department of the district."""
    from sanhu.domains.admission.models import Application  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.kinds import SubjectKind  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.models import Organisation  # noqa: PLC0415 - after setup
    from sanhu.engines.legal_time import legal_day  # noqa: PLC0415 - after setup

    organs = list(
        Organisation.objects.filter(district=_DISTRICT, kind=SubjectKind.FUNCTIONAL_DEPARTMENT).order_by("pk")
    )
    today = legal_day(at)
    common = {
        "district": _DISTRICT,
        "affair_class": "K2",
        "legal_basis": "老年人权益保障法第三十七条",
        "necessity": "独居老人冬季需要定期上门看望。",
        "content": "每月上门看望一次，发现情况报告街道。",
        "boundary": "不代办业务，不采集证件号码。",
        "acts": ["visit"],
        "starts_on": today,
        "ends_on": today + timedelta(days=300),
        "frequency": "每月一次",
        "minutes_each": _MINUTES,
        "power_kind": "delegation",
        "power_article": "行政处罚法第二十条",
        "power_scope": "上门看望",
        "training": "半天培训",
        "data_fields": [],
        "cost_basis": "每分钟二元",
        "amount_each_fen": _FEN,
        "source": "fee_follows_affair",
        "line": "L9",
        "instalments": [],
        "exit_terms": "期满自行结束",
        "state": "effective",
        "drafted_at": at,
        "in_force_at": at,
    }
    return Application.objects.bulk_create(
        Application(
            number=f"{_DISTRICT}-{today.year}-A{number:04}",
            organ=organs[number % len(organs)],
            name=f"看望{number}",
            **common,
        )
        for number in range(1, count + 1)
    )


def _tasks(codes: list[str], committees: list[Any], applications: list[Any], *, at: datetime) -> None:
    from sanhu.domains.admission.models import PowerGrant, Task  # noqa: PLC0415 - after setup
    from sanhu.domains.funding.models import LedgerAccount, Reservation  # noqa: PLC0415 - after setup

    bodies = {one.organ_id for one in applications} | {committee.pk for committee in committees}
    own = {"district": _DISTRICT, "source": "fee_follows_affair", "line": "L9", "year": at.year, "cap_fen": 10**12}
    accounts = {
        account.body_id: account
        for account in LedgerAccount.objects.bulk_create(LedgerAccount(body_id=body, **own) for body in sorted(bodies))
    }
    pairs = [
        (code, committee, applications[(place * TASKS_A_COMMUNITY + nth) % len(applications)])
        for place, (code, committee) in enumerate(zip(codes, committees, strict=True))
        for nth in range(TASKS_A_COMMUNITY)
    ]
    numbers = [f"{_DISTRICT}-{at.year}-T{number:04}" for number in range(1, len(pairs) + 1)]
    grants = PowerGrant.objects.bulk_create(
        PowerGrant(
            district=_DISTRICT,
            kind="delegation",
            giver=asked.organ,
            holder=committee,
            scope=asked.power_scope,
            document_number="示授〔2026〕1号",
            article=asked.power_article,
            valid_from=asked.starts_on,
            valid_to=asked.ends_on,
            granted_at=at,
        )
        for _code, committee, asked in pairs
    )
    reservations = Reservation.objects.bulk_create(
        Reservation(
            district=_DISTRICT,
            account=accounts[asked.organ_id],
            payee=accounts[committee.pk],
            purpose_ref=f"task:{number}",
            amount_fen=_FEN,
            made_at=at,
            made_by_ref="system",
        )
        for number, (_code, committee, asked) in zip(numbers, pairs, strict=True)
    )
    Task.objects.bulk_create(
        Task(
            number=number,
            district=_DISTRICT,
            application=asked,
            committee=committee,
            area_code=code,
            starts_on=asked.starts_on,
            ends_on=asked.ends_on,
            minutes=_MINUTES,
            amount_fen=_FEN,
            is_statutory=False,
            grant=grant,
            reservation=reservation,
            state="in_force",
            in_force_at=at,
        )
        for number, (code, committee, asked), grant, reservation in zip(
            numbers, pairs, grants, reservations, strict=True
        )
    )
