"""A year of what committees carry, in bulk: tasks with their money and power, demands, matters, and posts.

Rows as the gate and the desk leave them, with no entries in the record: for counting, in a database thrown away after.
Of each task the first of two parts was paid; every seventh has lost its power before its end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

DISTRICT = "990101"
TASKS, DEMANDS_A_MONTH, MATTERS_A_MONTH, POSTS = 10, 4, 3, 5
_DAYS, _TASK_DAYS = 360, 120
_MINUTES, _FEN = 1201, 120_000
_GROUNDS = ("unadmitted", "statutory", "emergency", "unadmitted")


@dataclass(frozen=True)
class Cast:
    """Who there is: committees by community, departments, and what pays and is paid."""

    committees: Sequence[tuple[str, Any]]
    organs: Sequence[Any]
    at: datetime

    def day(self, number: int) -> Any:
        """Give a day of the year, the last of which is today."""
        from sanhu.engines.legal_time import legal_day  # noqa: PLC0415 - after setup

        return legal_day(self.at) - timedelta(days=_DAYS - number % _DAYS)

    def moment(self, number: int) -> datetime:
        """Give a moment of the year."""
        return self.at - timedelta(days=_DAYS - number % _DAYS, minutes=number % 600)


def burden(codes: Sequence[str], *, at: datetime) -> None:
    """Let the committee of each community carry its year."""
    from sanhu.domains.subjects.models import Organisation  # noqa: PLC0415 - after setup

    organs = list(Organisation.objects.filter(district=DISTRICT, kind="functional_department").order_by("pk"))
    cast = Cast(list(_committees(codes)), organs, at)
    _posts(cast)
    _tasks(cast)
    _demands(cast)
    _matters(cast)
    _count()


def _committees(codes: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Give the committee of each community; one is founded where there is none."""
    from sanhu.domains.subjects.models import Organisation, ServedArea  # noqa: PLC0415 - after setup

    kind = "residents_committee"
    served = ServedArea.objects.filter(organisation__kind=kind, ended_at=None).select_related("organisation")
    known = {area.code: area.organisation for area in served}
    missing = [code for code in codes if code not in known]
    founded = Organisation.objects.bulk_create(
        Organisation(district=DISTRICT, name=f"{code}居民委员会", kind=kind, active_from="2020-01-01")
        for code in missing
    )
    known |= dict(zip(missing, founded, strict=True))
    ServedArea.objects.bulk_create(
        ServedArea(organisation=body, code=code) for code, body in zip(missing, founded, strict=True)
    )
    yield from ((code, known[code]) for code in codes)


def _posts(cast: Cast) -> None:
    from sanhu.domains.subjects.models import Person, Post, Role  # noqa: PLC0415 - after setup

    role = Role.objects.get(code="committee_member")
    places = [committee for _code, committee in cast.committees for _nth in range(POSTS)]
    people = Person.objects.bulk_create(
        Person(district=DISTRICT, staff_number=f"B{number:05}", name="陈某") for number in range(len(places))
    )
    Post.objects.bulk_create(
        Post(
            person=person,
            organisation=committee,
            role=role,
            title="委员",
            appointment="elected",
            starts_at=cast.at - timedelta(days=_DAYS * 2),
            term_ends_on=cast.day(_DAYS - 1) + timedelta(days=_DAYS),
        )
        for person, committee in zip(people, places, strict=True)
    )


def _tasks(cast: Cast) -> None:
    from sanhu.domains.admission.models import Application, Instalment, PowerGrant, Task  # noqa: PLC0415 - after setup
    from sanhu.domains.funding.models import LedgerAccount, Reservation, Voucher  # noqa: PLC0415 - after setup

    bodies = {organ.pk for organ in cast.organs} | {committee.pk for _code, committee in cast.committees}
    own = {"district": DISTRICT, "source": "fee_follows_affair", "line": "L9", "year": 2020, "cap_fen": 10**12}
    made = LedgerAccount.objects.bulk_create(LedgerAccount(body_id=body, **own) for body in sorted(bodies))
    accounts = {account.body_id: account for account in made}
    asked = Application.objects.bulk_create(_application(cast, number) for number in range(_DAYS))
    borne = [
        (code, committee, asked[(place * TASKS + nth) * 37 % _DAYS])
        for place, (code, committee) in enumerate(cast.committees)
        for nth in range(TASKS)
    ]
    numbers = [f"{DISTRICT}-2020-T{number:05}" for number in range(len(borne))]
    grants = PowerGrant.objects.bulk_create(
        PowerGrant(
            district=DISTRICT,
            kind="statutory",
            giver=one.organ,
            holder=committee,
            scope="上门看望",
            article="老年人权益保障法第三十七条",
            valid_from=one.starts_on,
            valid_to=one.ends_on - timedelta(days=40 if number % 7 == 0 else 0),
            granted_at=cast.at,
        )
        for number, (_code, committee, one) in enumerate(borne)
    )
    reservations = Reservation.objects.bulk_create(
        Reservation(
            district=DISTRICT,
            account=accounts[one.organ_id],
            payee=accounts[committee.pk],
            purpose_ref=f"task:{number}",
            amount_fen=_FEN,
            made_at=cast.at,
            made_by_ref="system",
        )
        for number, (_code, committee, one) in zip(numbers, borne, strict=True)
    )
    rows = zip(numbers, borne, grants, reservations, strict=True)
    tasks = Task.objects.bulk_create(_task(cast, *row) for row in rows)
    Voucher.objects.bulk_create(
        Voucher(
            number=f"{DISTRICT}-2020-V{number:05}",
            district=DISTRICT,
            kind="payment",
            state="posted",
            debit=held.account,
            credit=held.payee,
            amount_fen=_FEN // 2,
            reservation=held,
            purpose_ref=held.purpose_ref,
            basis="示拨〔2020〕1号",
            needs_second=False,
            asked_at=cast.at,
            settled_at=_noon(cast, task.starts_on + timedelta(days=10)),
        )
        for number, (task, held) in enumerate(zip(tasks, reservations, strict=True))
    )
    Instalment.objects.bulk_create(
        Instalment(task=task, ordinal=nth, due_on=task.starts_on + timedelta(days=due), amount_fen=_FEN // 2)
        for task in tasks
        for nth, due in ((1, 30), (2, 90))
    )


def _noon(cast: Cast, day: Any) -> datetime:
    from sanhu.engines.legal_time import day_start  # noqa: PLC0415 - after setup

    return min(day_start(day) + timedelta(hours=12), cast.at)


def _application(cast: Cast, number: int) -> Any:
    from sanhu.domains.admission.models import Application  # noqa: PLC0415 - after setup

    starts_on = cast.day(number)
    return Application(
        number=f"{DISTRICT}-2020-A{number:04}",
        district=DISTRICT,
        organ=cast.organs[number % len(cast.organs)],
        name=f"看望{number}",
        affair_class=f"K{number % 7 + 1}",
        acts=[],
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=_TASK_DAYS - 1),
        minutes_each=_MINUTES,
        data_fields=[],
        amount_each_fen=_FEN,
        instalments=[],
        state="effective",
        drafted_at=cast.at,
    )


def _task(cast: Cast, number: str, borne: tuple[str, Any, Any], grant: Any, reservation: Any) -> Any:
    from sanhu.domains.admission.models import Task  # noqa: PLC0415 - after setup
    from sanhu.engines.legal_time import day_start  # noqa: PLC0415 - after setup

    code, committee, asked = borne
    over = day_start(asked.ends_on + timedelta(days=1))
    is_over = over <= cast.at
    return Task(
        number=number,
        district=DISTRICT,
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
        state="expired" if is_over else "in_force",
        is_open=not is_over,
        in_force_at=day_start(asked.starts_on),
        ended_at=over if is_over else None,
    )


def _demands(cast: Cast) -> None:
    from sanhu.domains.admission.models import Demand  # noqa: PLC0415 - after setup

    places = [one for one in cast.committees for _nth in range(DEMANDS_A_MONTH * 12)]
    Demand.objects.bulk_create(
        Demand(
            number=f"{DISTRICT}-2020-D{number:05}",
            district=DISTRICT,
            committee=committee,
            organ=cast.organs[number * 7 % len(cast.organs)],
            area_code=code,
            channel="phone",
            received_at=cast.moment(number * 53),
            recorded_at=cast.moment(number * 53),
            name="材料整理",
            words="三天内要报来。",
            minutes=60 + number % 240,
            has_power=number % 3 == 0,
            has_money=number % 2 == 0,
            money_fen=100 if number % 2 == 0 else 0,
            has_staff=False,
            is_emergency=_GROUNDS[number % 4] == "emergency",
            ground=_GROUNDS[number % 4],
            ground_article="分类管理办法第二十二条",
            state="borne",
            is_open=False,
        )
        for number, (code, committee) in enumerate(places)
    )


def _matters(cast: Cast) -> None:
    """Two of three matters a department leads and the committee assists in; every third it leads, once assigned."""
    from sanhu.domains.casework.models import Matter, Step  # noqa: PLC0415 - after setup
    from sanhu.domains.catalogue.models import Duty  # noqa: PLC0415 - after setup

    duties = list(Duty.objects.filter(item__version__district=DISTRICT).select_related("item").order_by("pk"))
    assisted = [duty for duty in duties if any(one["kind"] == "residents_committee" for one in duty.assist)]
    led = [duty for duty in duties if duty.lead_kind == "residents_committee"]
    places = [one for one in cast.committees for _nth in range(MATTERS_A_MONTH * 12)]

    def matter(number: int, code: str, committee: Any) -> Any:
        is_led = number % 3 == 0
        duty = (led if is_led else assisted)[number % len(led if is_led else assisted)]
        return Matter(
            number=f"{DISTRICT}20200101{number:06}",
            district=DISTRICT,
            area_code=code,
            words="楼道堆物。",
            channel="web",
            receipt_hash=f"{number:064x}",
            state="closed",
            is_open=False,
            item=duty.item,
            duty=duty,
            lead=committee if is_led else cast.organs[number % len(cast.organs)],
            publicity="public",
            reported_at=cast.moment(number * 59),
            accepted_at=cast.moment(number * 59),
            closed_at=cast.at,
        )

    matters = Matter.objects.bulk_create(
        [matter(number, code, committee) for number, (code, committee) in enumerate(places)], batch_size=2000
    )
    Step.objects.bulk_create(
        [
            Step(
                matter=one,
                ordinal=2,
                move="assign",
                from_state="accepted",
                to_state="assigned",
                at=one.accepted_at,
                organisation=cast.organs[0],
            )
            for number, one in enumerate(matters)
            if number % 3 == 0
        ],
        batch_size=2000,
    )


def _count() -> None:
    """Let PostgreSQL count what came in at once; in a district's database it has done so long ago."""
    from django.db import connection  # noqa: PLC0415 - after setup

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
