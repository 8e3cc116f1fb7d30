"""Likely duplicates among a million matters: for a resident who types a report, and for the desk; beside bare SQL.

The words are those of reports that were never made, about what is common, seldom and rare; communities are large and
small. After each, a bare connection asks the index for the newest five of the community that hold one of the words.
The million is that of `desk_list`, loaded once for all; what residents are offered was looked at by somebody, so the
newest matters are passed for the public first.
"""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from benchmarks import district
from benchmarks.bare_intake import Database
from benchmarks.desk_reading import p95, sharing
from benchmarks.figures import Figure, show

P95_AIM_MS = 60.0
WARMING_UP, READINGS = 10, 200
PASSED_DAYS = 60
_SAID = (
    "小区东门的电梯坏了好几天，老人出行很不方便",
    "三号楼西侧的路灯一直没人来修，晚上很黑",
    "菜场门口的垃圾桶积水发臭，希望尽快处理",
    "楼道堆满了杂物，有孩子摔倒过",
    "幼儿园旁边的窨井盖不见了，已经反映过两次没有回音",
    "地下车库有鹦鹉飞进来，没有人管",
    "河边步道的健身器材坏了好几天，请有关部门看看，联系了活动室楼下的值班人员，物业说配件还没有到",
)
_AT_A_TIME = 20_000
_COLUMNS = (
    "matter_id",
    "verdict",
    "waiting_since",
    "public_words",
    "reason",
    "revision",
    "decided_at",
    "decided_by_id",
)


def measure() -> Iterator[Figure]:
    """Measure each database in processes of its own."""
    for name in district.DATABASES:
        told = sharing(name)
        for who in ("resident", "desk"):
            yield Figure(f"duplicates_{name}_{who}_p95", told[f"alike_{who}_ms"], "ms", baseline=P95_AIM_MS)
        yield Figure(
            f"duplicates_{name}_resident_beside_bare_sql",
            told["alike_resident_ms"],
            "ms",
            baseline=told["alike_bare_ms"],
        )


def offered(bare: Database) -> dict[str, float]:
    """Ask again and again, as a page does while somebody types, and for new matters at the desk."""
    from sanhu.domains.casework.duplicates import likely_for, likely_public  # noqa: PLC0415 - after setup
    from sanhu.domains.casework.models import Matter  # noqa: PLC0415 - after setup
    from sanhu.portals import clock  # noqa: PLC0415 - after setup

    at, chance = clock.now(), random.Random(11)
    _pass_for_the_public(at - timedelta(days=PASSED_DAYS))
    areas = list(Matter.objects.order_by("-pk").values_list("area_code", flat=True)[:2_000])
    actor, new = _officer(at), list(Matter.objects.filter(is_open=True).order_by("-pk")[:2_000])
    typed, asked, bares = list[float](), list[float](), list[float]()
    found = 0
    for reading in range(WARMING_UP + READINGS):
        words, area = _SAID[reading % len(_SAID)], chance.choice(areas)
        started = time.perf_counter()
        found += len(likely_public(words, district="990101", area_code=area, at=at))
        took = _since(started)
        matter = chance.choice(new)
        started = time.perf_counter()
        likely_for(matter, actor, at=at)
        at_the_desk = _since(started)
        if reading >= WARMING_UP:
            typed.append(took)
            asked.append(at_the_desk)
            bares.append(_bare(bare, words, area))
    if not found:
        raise RuntimeError("nothing was offered")
    return {"alike_resident_ms": p95(typed), "alike_desk_ms": p95(asked), "alike_bare_ms": p95(bares)}


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _officer(at: Any) -> Any:
    """Give the dispatcher of a street."""
    from sanhu.domains.subjects.models import Post  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.queries import actor_of  # noqa: PLC0415 - after setup

    del at
    posts = Post.objects.select_related("organisation", "role")
    return actor_of(posts.get(person__district="990101", person__staff_number="0012"))


def _bare(bare: Database, words: str, area: str) -> float:
    from django.db import connection  # noqa: PLC0415 - after setup

    from sanhu.domains.casework.search import tokens  # noqa: PLC0415 - after setup
    from sanhu.engines import bigrams  # noqa: PLC0415 - after setup

    stored = sorted(map(tokens.keyed, bigrams.tokens(words)))
    place = tokens.place(area)
    if connection.vendor == "postgresql":
        said = f"{place} & ({' | '.join(stored)})"
        sql = (
            f"SELECT matter_id FROM casework_searchentry WHERE tokens @@ '{said}'::tsquery "
            "ORDER BY matter_id DESC LIMIT 5"
        )
    else:
        said = f'"{place}" AND ({" OR ".join(stored)})'
        sql = f"SELECT rowid FROM casework_search WHERE casework_search MATCH '{said}' ORDER BY rowid DESC LIMIT 5"
    started = time.perf_counter()
    bare.rows(sql)
    return _since(started)


def _pass_for_the_public(since: Any) -> None:
    """Pass the words of the newest matters, as they are; what many say in the same words is sealed once."""
    from benchmarks.many_matters import count_rows, insert  # noqa: PLC0415 - after setup
    from sanhu.domains.casework.models import Matter, Publication  # noqa: PLC0415 - after setup
    from sanhu.domains.subjects.models import Person  # noqa: PLC0415 - after setup

    seal = Publication._meta.get_field("public_words").get_prep_value
    person = Person.objects.order_by("pk").values_list("pk", flat=True)[0]
    sealed: dict[str, Any] = {}
    newest = Matter.objects.filter(reported_at__gte=since).order_by("pk").values_list("pk", "words", "reported_at")
    rows: list[Sequence[Any]] = []
    for key, words, reported_at in newest.iterator():
        if words not in sealed:
            sealed[words] = seal(words)
        rows.append((key, "passed", reported_at, sealed[words], "", 1, reported_at, person))
    for start in range(0, len(rows), _AT_A_TIME):
        insert("casework_publication", _COLUMNS, rows[start : start + _AT_A_TIME])
    count_rows()


if __name__ == "__main__":
    show(measure())
