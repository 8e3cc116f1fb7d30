"""A million matters of one district over a year, in bulk, for measuring pages that only read.

They lie in 600 communities, are led by bodies whose shares differ, and most are closed; what they say is put together
from phrases that are common, rare or all but unique, sealed as everything is, with the tokens it is found by. Open ones
have their running clock. Steps and entries, which no list reads, are left out: this database is thrown away afterwards.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

MATTERS = 1_000_000
DISTRICT = "990101"
TEXTS = 20_000
DAYS = 365
OPEN_SHARE = 0.05  # of the matters of the last forty days nearly half is open, of older ones none
_OPEN_DAYS = 40
_AT_A_TIME = 20_000
_WEIGHT_OF_FOUNDED = 7  # the founded streets have four communities where others have 28
# Words, and how often they stand in a text.
COMMON, SELDOM, RARE, SINGLE = "电梯", "窨井", "鹦鹉", "𠮷祥"
_SUBJECTS = ("电梯", "路灯", "垃圾桶", "消防通道", "楼道", "地下车库", "围墙", "健身器材", "下水道", "广告牌")
_SUBJECT_WEIGHTS = (20, 12, 14, 10, 14, 8, 6, 6, 8, 2)
_PLACES = ("小区东门", "三号楼西侧", "菜场门口", "幼儿园旁边", "地铁口", "河边步道", "公交站后面", "活动室楼下")
_FAULTS = ("坏了好几天", "堆满了杂物", "一直没人来修", "晚上噪声很大", "积水发臭", "被车辆堵住", "有孩子摔倒过")
_WISHES = ("希望尽快处理", "请有关部门看看", "老人出行很不方便", "反映过两次没有回音", "物业说配件还没有到")
_OPEN_STATES = ("signed", "in_progress", "done")
_PRIME, _STRIDE = 2_147_483_647, 48_271  # one number after the other, as a generator of 1969 draws them
_TABLES = ("casework_matter", "casework_searchentry", "casework_clock")


@dataclass(frozen=True)
class Text:
    """What a matter says, as it is stored."""

    words: str
    address: str
    found_by: str


def load(count: int = MATTERS) -> None:
    """Fill the founded demonstration district."""
    from benchmarks.admitted import new_communities  # noqa: PLC0415 - after setup
    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    at = clock.now()
    founded = _founded_communities()
    areas = founded * _WEIGHT_OF_FOUNDED + new_communities(at)
    with _unindexed():
        for table, columns, rows in _tables(areas, count, at=at):
            for some in _batches(rows):
                insert(table, columns, some)
    count_rows()


def _founded_communities() -> list[str]:
    from benchmarks.district import communities  # noqa: PLC0415 - after setup

    return communities()


def _tables(
    areas: Sequence[str], count: int, *, at: datetime
) -> Iterator[tuple[str, Sequence[str], Iterator[tuple[Any, ...]]]]:
    made = _Made(areas, count, at=at)
    yield "casework_matter", made.columns, (tuple(row) for row in made.matters())
    yield "casework_searchentry", ("matter_id", "tokens"), made.entries()
    yield "casework_clock", made.clock_columns, made.clocks()


class _Made:
    """The rows, the same for the same seed."""

    def __init__(self, areas: Sequence[str], count: int, *, at: datetime) -> None:
        from sanhu.domains.casework.models import Clock, Matter  # noqa: PLC0415 - after setup
        from sanhu.domains.catalogue.queries import working_calendar  # noqa: PLC0415 - after setup

        self.areas, self.count, self.at = areas, count, at
        self.calendar = working_calendar(at)
        self.texts = _texts(random.Random(5))
        self.duties = _duties()
        self.leads = _leads()
        self.columns = [field.column for field in Matter._meta.concrete_fields]
        self.clock_columns = [field.column for field in Clock._meta.concrete_fields]
        self._clocks: dict[Any, Any] = {}

    def _drawn(self, key: int) -> tuple[int, Text, str, int]:
        """What is drawn for one matter by every table alike: a number, and what it chooses."""
        number = key * _STRIDE % _PRIME
        text, area = self.texts[number % TEXTS], self.areas[number // 7 % len(self.areas)]
        return number, text, area, self.leads[number // 11 % len(self.leads)]

    def _reported_at(self, key: int) -> datetime:
        return self.at - timedelta(days=DAYS) * (1 - key / self.count)

    def _is_open(self, key: int) -> bool:
        share = OPEN_SHARE * DAYS / _OPEN_DAYS
        return self.at - self._reported_at(key) < timedelta(days=_OPEN_DAYS) and key % 100 < share * 100

    def matters(self) -> Iterator[list[Any]]:
        """Give the matters, in the order of their columns."""
        for key in range(1, self.count + 1):
            number, text, area, lead = self._drawn(key)
            item, duty = self.duties[number // 13 % len(self.duties)]
            reported, is_open = self._reported_at(key), self._is_open(key)
            clock = self._clock(reported)
            row = {
                "id": key,
                "number": f"{DISTRICT}{reported:%Y%m%d}{key % 1_000_000:06d}",
                "district": DISTRICT,
                "area_code": area,
                "cell_code": "",
                "address": text.address,
                "words": text.words,
                "public_title": "",
                "channel": "window" if key % 3 else "web",
                "registered_by_id": None,
                "receipt_hash": f"{key:064x}",
                "state": _OPEN_STATES[number % 3] if is_open else "closed",
                "is_open": is_open,
                "revision": 5,
                "item_id": item,
                "duty_id": duty,
                "lead_id": lead,
                "publicity": "public",
                "reported_at": reported,
                "accepted_at": reported,
                "closed_at": None if is_open else reported + timedelta(days=4),
                "due_at": clock.due_at,
                "round": 1,
                "handoff_count": int(key % 500 == 0) * 3,
                "urge_count": 0,
            }
            yield [row.get(column) for column in self.columns]

    def entries(self) -> Iterator[tuple[int, str]]:
        """Give what each is found by."""
        from sanhu.domains.casework.search import tokens  # noqa: PLC0415 - after setup

        places = {area: tokens.of_place(area) for area in self.areas}
        for key in range(1, self.count + 1):
            _number, text, area, lead = self._drawn(key)
            yield key, f"{text.found_by} {' '.join(places[area])} {tokens.body(lead)}"

    def clocks(self) -> Iterator[tuple[Any, ...]]:
        """Give the running clock of each open matter."""
        for number, key in enumerate((key for key in range(1, self.count + 1) if self._is_open(key)), start=1):
            clock = self._clock(self._reported_at(key))
            values = {name: getattr(clock, name) for name in ("amount", "unit", "roll", "kind", "citation", "state")}
            row = values | {
                "id": number,
                "matter_id": key,
                "purpose": clock.purpose,
                "rule_version": 1,
                "facts": _as_json(clock.facts),
                "is_open": True,
                "due_at": clock.due_at,
                "due_on": clock.due_on,
                "computed_at": clock.computed_at,
                "next_check_at": clock.next_check_at,
            }
            yield tuple(row[column] for column in self.clock_columns)

    def _clock(self, reported: datetime) -> Any:
        """Give the handling clock that began on a day: ten working days, computed once for all matters of that day."""
        from sanhu.domains.casework.models import Clock, ClockPurpose  # noqa: PLC0415 - after setup
        from sanhu.engines.deadlines import ClockKind, FactKind, Roll, Unit  # noqa: PLC0415 - after setup

        day = reported.date()
        if day not in self._clocks:
            clock = Clock(purpose=ClockPurpose.HANDLING, amount=10, unit=Unit.WORKING_DAY, roll=Roll.NONE, facts=[])
            clock.kind, clock.citation = ClockKind.PROMISE, "承诺时限（示范值）"
            clock.add_fact(FactKind.STARTED, at=reported)
            clock.recompute(self.calendar, at=self.at)
            self._clocks[day] = clock
        return self._clocks[day]


def _as_json(facts: object) -> str:
    import json  # noqa: PLC0415 - beside its one use

    return json.dumps(facts)


def _texts(chance: random.Random) -> list[Text]:
    """Make the texts that matters share; the rare words stand in few of them."""
    from sanhu.domains.casework.models import Matter  # noqa: PLC0415 - after setup
    from sanhu.domains.casework.search import tokens  # noqa: PLC0415 - after setup
    from sanhu.engines.bigrams import tokens as cut  # noqa: PLC0415 - after setup

    seal_words = Matter._meta.get_field("words").get_prep_value
    seal_address = Matter._meta.get_field("address").get_prep_value
    texts = []
    for number in range(TEXTS):
        words = _words(chance, number)
        address = f"{chance.choice(_PLACES)}{chance.randrange(1, 60)}号楼"
        found_by = " ".join({tokens.keyed(token) for text in (words, address) for token in cut(text)})
        texts.append(Text(words=seal_words(words), address=seal_address(address), found_by=found_by))
    return texts


def _words(chance: random.Random, number: int) -> str:
    (subject,) = chance.choices(_SUBJECTS, _SUBJECT_WEIGHTS)
    rare = {0: SINGLE, 1: RARE}.get(number, SELDOM if number % 200 == 0 else "")
    return (
        f"{chance.choice(_PLACES)}的{subject}{rare}{chance.choice(_FAULTS)}，{chance.choice(_WISHES)}。"
        f"已经是第{chance.randrange(2, 30)}次反映，联系了{chance.choice(_PLACES)}的值班人员，{chance.choice(_FAULTS)}。"
    )


def _duties() -> list[tuple[int, int]]:
    from sanhu.domains.catalogue.models import Duty  # noqa: PLC0415 - after setup

    return list(Duty.objects.filter(item__version__district=DISTRICT).values_list("item_id", "id"))


def _leads() -> list[int]:
    """Give the bodies of the district, the departments ten times as often as others."""
    from sanhu.domains.subjects.kinds import SubjectKind  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.models import Organisation  # noqa: PLC0415 - after setup

    bodies = Organisation.objects.filter(district=DISTRICT).order_by("pk").values_list("pk", "kind")
    return [key for key, kind in bodies for _turn in range(10 if kind == SubjectKind.FUNCTIONAL_DEPARTMENT else 1)]


# --- writing


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while some := list(islice(rows, _AT_A_TIME)):
        yield some


def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows of one table at once."""
    from django.db import connection, transaction  # noqa: PLC0415 - after setup

    names = ", ".join(columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join("?" * len(columns))
        written = [[_written(value) for value in row] for row in rows]
        cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", written)


def _written(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


@contextmanager
def _unindexed() -> Iterator[None]:
    """Take the indexes away while rows come in and make them anew: in order they are made in a fraction of the time."""
    from django.db import connection  # noqa: PLC0415 - after setup

    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgres:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexdef LIKE %s",
                [list(_TABLES), "CREATE INDEX%"],
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE tbl_name IN (%s, %s, %s) "
                "AND (type = 'trigger' OR type = 'index' AND sql LIKE 'CREATE INDEX%%')",
                _TABLES,
            )
        taken = cursor.fetchall()
        for name, sql in taken:
            kind = "TRIGGER" if sql.startswith("CREATE TRIGGER") else "INDEX"
            cursor.execute(f'DROP {kind} "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, sql in taken:
            cursor.execute(sql)
        if not is_postgres:
            cursor.execute("INSERT INTO casework_search (casework_search) VALUES ('rebuild')")


def count_rows() -> None:
    """Let PostgreSQL count what came in at once; in a district's database it has done so long ago."""
    from django.db import connection  # noqa: PLC0415 - after setup

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
