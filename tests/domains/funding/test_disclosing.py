"""A community's account is published by whoever acts for it, from the ledger alone, and what was published stays."""

import csv
import io
import zlib
from dataclasses import fields
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.account_tables import as_csv, rows_of
from sanhu.domains.funding.disclosure_rules import Period, periods_of, shown_payee
from sanhu.domains.funding.models import Disclosure
from sanhu.domains.funding.public_account import (
    Sums,
    accounts_of,
    bodies_of,
    changes_since,
    postings_in,
    public_postings,
    public_voucher,
    summed,
    totals_of,
)
from sanhu.domains.funding.services.disclosing import disclose, published_file
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.terms import FundSource
from sanhu.domains.funding.verification import CHECKS
from sanhu.domains.funding.verification_disclosure import DISCLOSURE_CHECKS
from tests.cast import COMMUNITY, DISTRICT, OTHER_COMMUNITY
from tests.domains.funding.money import NEW_YEAR, OTHER_COMMITTEE, Purse
from tests.domains.funding.refusals import refused

LAST = Period(2026, 4)  # October to December
THIRD = Period(2026, 3)
WHOLE = Period(2026)
NOT_PERMITTED = ("您的岗位没有这项权限", "")
NOT_THEIRS = ("只有这个社区的居民委员会或者所在街道办事处可以公布", "")


def publish(
    purse: Purse, *, by: str = "陈", area: str = COMMUNITY, period: Period = LAST, at: datetime = NEW_YEAR
) -> Disclosure:
    return disclose(actor=purse.gate.actor(by, at), at=at, client_id=uuid4(), area_code=area, period=period)


@pytest.fixture
def paid(purse: Purse) -> Purse:
    """区城市管理局 pays 翠园 ¥300 and ¥50.05, and 柳堤 ¥7; the ¥50.05 are taken back. 翠园 gives nothing on yet."""
    purse.fund(1_000_000)  # V0001
    held = purse.reserve(100_000)
    purse.pay(held, 30_000, basis="示拨〔2026〕1号")  # V0002
    wrong = purse.pay(held, 5_005, basis="=HYPERLINK(1) 联系人张三 13800990101")  # V0003
    purse.pay(purse.reserve(700, OTHER_COMMITTEE), 700)  # V0004
    purse.reverse(wrong.number)  # V0005
    return purse


def test_a_period_knows_its_days():
    days = [
        (period.code, str(period.starts_on), str(period.ends_on), str(period.due_on)) for period in periods_of(2026)
    ]
    assert days == [
        ("2026Q1", "2026-01-01", "2026-03-31", "2026-04-20"),
        ("2026Q2", "2026-04-01", "2026-06-30", "2026-07-20"),
        ("2026Q3", "2026-07-01", "2026-09-30", "2026-10-20"),
        ("2026Q4", "2026-10-01", "2026-12-31", "2027-01-20"),
        ("2026", "2026-01-01", "2026-12-31", "2027-03-01"),
    ]
    quarters = periods_of(2026)[:4]
    for moment in (
        "2025-06-01T00:00+00:00",
        "2026-03-31T15:59+00:00",
        "2026-03-31T16:00+00:00",
        "2027-05-01T00:00+00:00",
    ):
        assert sum(period.holds(datetime.fromisoformat(moment)) for period in quarters) == 1


def test_what_a_community_s_account_is(paid: Purse):
    own = paid.gate.bodies
    assert bodies_of(COMMUNITY) == [own["翠园社区居民委员会"].pk]  # the property firm serves it too, and is none of it
    assert bodies_of(OTHER_COMMUNITY) == [own[OTHER_COMMITTEE].pk]
    assert bodies_of("990101001003") == []


@pytest.mark.covers("R53")
def test_sums_are_the_ledger_s_in_whichever_way_they_are_put(paid: Purse):
    totals = totals_of(postings_in(COMMUNITY, [LAST]))
    assert totals.whole == Sums(30_000, 0)
    assert totals.by_source == {"fee_follows_affair": Sums(30_000, 0)}
    assert totals.by_line == {"L9": Sums(30_000, 0)}
    assert totals.by_purpose == {"project:1": Sums(30_000, 0)}
    accounts = list(accounts_of(COMMUNITY, 2026).values_list("cap_fen", "posted_fen"))
    assert [sum(column) for column in zip(*accounts, strict=True)] == [30_000, 0]
    assert [totals_of(postings_in(COMMUNITY, [period])).whole.income_fen for period in periods_of(2026)] == [
        *(0, 0, 0),
        30_000,
        30_000,
    ]
    assert list(postings_in(COMMUNITY, [])) == []


def test_the_file_says_what_the_page_says_and_runs_nothing(paid: Purse):
    data = as_csv(rows_of(postings_in(COMMUNITY, [LAST])))
    assert data.startswith(b"\xef\xbb\xbf")
    first, second, back = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert first == {
        "凭证编号": "990101-2026-V0002",
        "日期": "2026-11-09",
        "种类": "拨付",
        "经费来源": "费随事转",
        "预算科目": "L9 协助事项经费（费随事转）",
        "用途编号": "1",
        "本社区单位": "翠园社区居民委员会",
        "对方单位": "区城市管理局",
        "依据": "示拨〔2026〕1号",
        "收入（元）": "300.00",
        "支出（元）": "",
        "冲减收入（元）": "",
        "冲减支出（元）": "",
        "上年结转（元）": "",
        "结转下年（元）": "",
        "交回（元）": "",
    }
    assert second["依据"] == "'=HYPERLINK(1) 联系人张* ***********"
    assert (back["种类"], back["收入（元）"], back["冲减收入（元）"]) == ("冲销", "", "50.05")
    assert shown_payee("张三", "residents") == "张*"


@pytest.mark.covers("R53")
def test_nothing_is_public_before_it_is_disclosed_and_then_the_period_is(paid: Purse):
    numbers = [f"{DISTRICT}-2026-V000{number}" for number in (1, 2, 4)]
    assert public_postings(COMMUNITY, LAST).count() == 0
    assert [public_voucher(DISTRICT, number) for number in numbers] == [None, None, None]
    found = publish(paid)
    assert (found.income_fen, found.spending_fen, found.posting_count, found.ordinal) == (30_000, 0, 3, 1)
    assert found.due_on == date(2027, 1, 20)
    assert (public_postings(COMMUNITY, LAST).count(), public_postings(COMMUNITY, THIRD).count()) == (3, 0)
    assert public_postings(COMMUNITY, WHOLE).count() == 3  # of a year the quarters that were
    assert public_postings(OTHER_COMMUNITY, LAST).count() == 0
    shown = [public_voucher(DISTRICT, number) is not None for number in numbers]
    assert shown == [False, True, False]  # what the organ was given, and what another community was
    assert published_file(found) == as_csv(rows_of(postings_in(COMMUNITY, [LAST])))
    assert verify(checks=CHECKS).findings == ()


def test_who_may_publish_what_and_when(paid: Purse):
    for by in ("田", "秦", "何"):
        assert refused(lambda by=by: publish(paid, by=by)) == NOT_PERMITTED
    assert refused(lambda: publish(paid, by="柳")) == NOT_THEIRS  # another committee
    assert refused(lambda: publish(paid, by="吴")) == NOT_THEIRS  # an organ of the district
    for by, area in (("陈", "990102001001"), ("陈", "990101001"), ("郑", COMMUNITY)):
        with pytest.raises(FundingNotFound):
            publish(paid, by=by, area=area)
    early = datetime.fromisoformat("2026-12-31T15:59:00+00:00")
    assert refused(lambda: publish(paid, at=early)) == ("期间：还没有结束，不能公布", "")
    publish(paid, at=datetime.fromisoformat("2026-12-31T16:00:00+00:00"))
    assert refused(lambda: publish(paid)) == ("期间：已经公布过，以后没有变动", "")
    assert Disclosure.objects.count() == 1


@pytest.mark.covers("R53")
def test_what_is_changed_later_is_told_and_can_be_published_anew(paid: Purse):
    first = publish(paid)
    assert not changes_since(first)
    before = published_file(first)
    paid.at = NEW_YEAR
    paid.reverse(f"{DISTRICT}-2026-V0002")
    changes = changes_since(first)
    assert (changes.posted, changes.postings) == (Sums(-30_000, 0), 1)
    assert [one.reverses.number for one in changes.taken_back if one.reverses] == [f"{DISTRICT}-2026-V0002"]
    second = publish(paid, at=paid.now())
    assert (second.ordinal, second.income_fen, published_file(first)) == (2, 0, before)
    assert not changes_since(second)
    assert verify(checks=CHECKS).findings == ()


def test_what_a_later_quarter_takes_back_is_told_where_it_was_published(purse: Purse):
    """A reversal stands in the quarter of its own day; the disclosed quarter tells of it all the same."""
    purse.at = datetime.fromisoformat("2026-09-28T01:00:00+00:00")  # a Monday
    purse.fund(1_000_000)
    summer = purse.pay(purse.reserve(30_000), 30_000)
    third = publish(purse, period=THIRD)
    purse.at = NEW_YEAR - timedelta(days=30)
    reversal = purse.reverse(summer.number)
    changes = changes_since(third)
    assert (changes.posted, changes.taken_back) == (Sums(), (reversal,))
    assert [totals_of(postings_in(COMMUNITY, [one])).whole.income_fen for one in (THIRD, LAST)] == [30_000, -30_000]
    assert publish(purse).income_fen == -30_000
    assert public_voucher(DISTRICT, reversal.number) == reversal
    assert refused(lambda: publish(purse, period=THIRD)) == ("期间：已经公布过，以后没有变动", "")


# Side, sign and kind, and as what it counts: income, spending, came over, went over, went back.
WAYS = (
    ("in", 1, "payment"),
    ("out", -1, "payment"),
    ("in", 1, "carry_over"),
    ("out", -1, "carry_over"),
    ("out", -1, "return"),
)
amounts = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(FundSource.values), st.integers(1, 10**9)), max_size=30)


@given(legs=amounts)
def test_whatever_is_posted_every_way_of_summing_gives_the_same(legs: list[tuple[int, str, int]]):
    totals = summed(
        (source, "L9", f"task:{fen % 3}", WAYS[way][0], WAYS[way][2], WAYS[way][1] * fen) for way, source, fen in legs
    )
    expected = Sums(*(sum(fen for way, _, fen in legs if way == place) for place in range(len(WAYS))))
    for parts in (totals.by_source, totals.by_line, totals.by_purpose):
        for field in fields(Sums):
            assert sum(getattr(one, field.name) for one in parts.values()) == getattr(expected, field.name)
        assert sum(one.left_fen for one in parts.values()) == expected.left_fen
    assert totals.whole == expected


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"table": zlib.compress("凭证编号\n".encode("utf-8-sig"))},
        {"table": b"torn"},
        {"income_fen": 30_001},
        {"posting_count": 2},
        {"last_posting_id": 1},
    ],
)
def test_tampering_with_what_was_published_is_found(paid: Purse, change: dict[str, object]):
    publish(paid)
    Disclosure.objects.update(**change)
    assert "disclosure_wrong" in {finding.kind for finding in verify(checks=DISCLOSURE_CHECKS).findings}
