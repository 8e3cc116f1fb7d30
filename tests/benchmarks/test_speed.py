"""What the speed benchmarks measure is the true work: the same answers as the baseline, and a record that verifies."""

from contextlib import closing

import pytest
from django.db import connection

from benchmarks import point_in_cell, recompute_clocks
from benchmarks.bare_intake import Database
from benchmarks.recorded import AT_A_TIME, register_many
from benchmarks.verify_online import bare_per_s
from sanhu.domains.casework.models import Clock, Matter, Step
from sanhu.domains.casework.verification import CHECKS
from sanhu.domains.evidence.models import Entry
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import verify
from sanhu.engines.deadlines import FactKind, Unit, compute
from sanhu.engines.geometry import CellIndex
from sanhu.engines.official_calendar import official_calendar
from sanhu.portals import clock
from sanhu.portals.cli.demo.loader import found_demonstration


class TestPointInCell:
    """Cells that share their corners, and a cell for each point."""

    def test_the_cells_cover_the_ground_once(self) -> None:
        index = CellIndex(point_in_cell.drawn(8))
        assert (len(index), index.overlaps()) == (64, ())

    def test_both_give_the_same_cell_for_each_point(self) -> None:
        built, beside, aim = point_in_cell.measure(8, 500)
        assert built.value > 0
        assert (beside.ratio, aim.baseline) == (aim.value, 0.5)

    def test_where_they_disagree_nothing_is_reported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(point_in_cell, "in_bulk", lambda _tree, points: [-1] * len(points))
        with pytest.raises(RuntimeError, match="disagree"):
            list(point_in_cell.measure(8, 500))


class TestRecomputeClocks:
    """A mix of every unit, with pauses, extensions and answers, the same for one seed."""

    def test_the_mix_holds_every_kind(self) -> None:
        clocks = list(recompute_clocks.made(500, seed=1))
        assert clocks == list(recompute_clocks.made(500, seed=1))
        assert {rule.unit for rule, _facts in clocks} == set(Unit)
        assert {fact.kind for _rule, facts in clocks for fact in facts} == set(FactKind)
        assert all(compute(*clock, official_calendar()).due_on is not None for clock in clocks)

    def test_the_aim_is_in_proportion(self) -> None:
        seconds, beside = recompute_clocks.measure(1000)
        assert (seconds.baseline, beside.value) == (0.06, seconds.value)


@pytest.mark.django_db(transaction=True)
class TestRecorded:
    """Copies of a registered matter are as good as registered ones."""

    def test_they_verify_with_all_they_brought(self) -> None:
        found_demonstration(at=clock.now())
        before = Entry.objects.count()
        count = AT_A_TIME // 5 + 1
        register_many(count, at=clock.now())
        assert (Matter.objects.count(), Step.objects.count(), Clock.objects.count()) == (count, count, count)
        assert Entry.objects.count() == before + count
        assert Matter.objects.values("number", "receipt_hash").distinct().count() == count
        while sequence():
            pass
        report = verify(checks=CHECKS)
        assert (report.is_clean, report.chained, report.tail) == (True, before + count, 0)

    def test_the_baselines_read_and_write_what_is_there(self) -> None:
        found_demonstration(at=clock.now())
        address = f"sqlite:///{connection.settings_dict['NAME']}"
        assert bare_per_s(address) > 0
        with closing(Database(address)) as bare:
            bare.execute("CREATE TABLE bare_entry (id bigint PRIMARY KEY, body text NOT NULL)")
            try:
                assert bare.write_many("INSERT INTO bare_entry (id, body) VALUES (?, ?)", [(1, "a"), (2, "b")]) > 0
                assert bare.rows("SELECT * FROM bare_entry ORDER BY id") == [
                    {"id": 1, "body": "a"},
                    {"id": 2, "body": "b"},
                ]
            finally:
                bare.execute("DROP TABLE bare_entry")
