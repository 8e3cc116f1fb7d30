"""Hot issues of what somebody may see: joined reporters count, others' matters do not."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanhu.domains.casework.hot_issues import HotIssue, issues_for, with_matters
from sanhu.domains.casework.services.joining import join, leave
from sanhu.domains.casework.services.receipts import receipt_hash
from sanhu.engines.actors import resident
from tests.cast import COMMUNITY_OF_OTHER_STREET, DISTRICT, ITEM, MONDAY_MORNING, Cast, carry, report_matter

LAMP, NOISE = "三号楼西侧路灯不亮好几天", "楼上半夜装修噪声很大没法睡"
AT = MONDAY_MORNING + timedelta(days=1)
pytestmark = pytest.mark.covers("R45")


def reported(cast: Cast, words: str, *, days: int = 0, times: int = 1, **changes: object) -> None:
    for _time in range(times):
        report_matter(cast, words=words, address="", at=MONDAY_MORNING - timedelta(days=days), **changes)


def found(cast: Cast, who: str = "徐", *, days: int = 30) -> list[HotIssue]:
    actor = cast.actor(who)
    return with_matters(issues_for(actor, days=days, at=AT), actor)


def test_what_three_report_is_hot_and_what_two_report_is_not(cast: Cast):
    reported(cast, LAMP, times=3)
    reported(cast, NOISE, times=2)
    (hot,) = found(cast)
    assert (hot.issue.reporters, len(hot.matters), hot.more, hot.item) == (3, 3, 0, None)
    assert hot.issue.weekly == (0, 0, 0, 0, 3)


def test_who_joined_counts_and_who_left_does_not(cast: Cast):
    matter = carry(cast, to="in_progress", words=LAMP, address="").matter
    codes = [
        join(actor=resident(DISTRICT), at=AT, client_id=UUID(int=number + 1), number=matter.number).receipt
        for number in range(4)
    ]
    leave(at=AT, client_id=UUID(int=9), receipt_hash=receipt_hash(codes[0]))
    (hot,) = found(cast)
    assert (hot.issue.reporters, len(hot.matters)) == (4, 1)
    assert hot.item is not None
    assert hot.item.code == ITEM


def test_only_what_the_reader_may_see_counts(cast: Cast):
    elsewhere = {"area_code": COMMUNITY_OF_OTHER_STREET, "cell_code": ""}
    reported(cast, LAMP, times=3, **elsewhere)
    assert found(cast, "徐") == []
    assert len(found(cast, "高")) == 1
    for nobody in "吴郑钱":
        assert found(cast, nobody) == []


def test_the_period_bounds_what_counts(cast: Cast):
    reported(cast, LAMP, times=2)
    reported(cast, LAMP, days=40)
    assert found(cast) == []
    (hot,) = found(cast, days=90)
    assert hot.issue.reporters == 3


def test_as_many_questions_for_many_issues_as_for_one(cast: Cast):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            found(cast, "高")
        return len(queries)

    reported(cast, LAMP, times=3)
    before = asked()
    reported(cast, NOISE, times=4)
    reported(cast, LAMP, times=4, area_code=COMMUNITY_OF_OTHER_STREET, cell_code="")
    assert asked() == before
    assert [hot.issue.reporters for hot in found(cast, "高")] == [4, 4, 3]
