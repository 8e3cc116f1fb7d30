"""The benchmark of burden measures the true work: what is counted is what bare SQL finds in the same rows."""

import pytest
from django.db import connection

from benchmarks.bare_intake import connected
from benchmarks.burden import bare_figures, check
from benchmarks.burdened import DISTRICT, burden
from benchmarks.district import communities
from sanhu.domains.evaluation.burden import burdens
from sanhu.domains.evaluation.months import Month, Period, months_to
from sanhu.domains.evaluation.sources import published
from sanhu.engines.legal_time import legal_day
from sanhu.portals import clock
from sanhu.portals.cli.demo.loader import found_demonstration


def test_both_find_the_same_in_the_same_rows(transactional_db: None):
    at = clock.now()
    found_demonstration(at=at)
    burden(communities()[:3], at=at)
    today = legal_day(at)
    period = Period(months_to(Month.of(today), 12), today)
    found = burdens(published(DISTRICT), period, at=at)
    with connected(f"sqlite:///{connection.settings_dict['NAME']}") as bare:
        rows = bare_figures(bare, period)
    check(found, rows)
    rows["demands"][0]["minutes"] += 1
    with pytest.raises(RuntimeError, match="otherwise than in bare SQL"):
        check(found, rows)
