"""The tamper matrix, of the rows of the gate, the ledger and the letters.

Each attack is done to every table of a group at once, and one run of `sanhu verify` has to name every row that was met
and no other: what is found of a row follows from that row and its entry alone, so no cell hides another's.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from sanhu.domains.admission.models import Instalment, RefusalRight, Task
from sanhu.domains.evidence.models import Entry, Witnessed
from sanhu.domains.evidence.record import record
from sanhu.domains.funding.models import LedgerAccount, Posting, Reservation, Statement, Voucher
from sanhu.engines.actors import SYSTEM
from tests.cast import DISTRICT, FOUNDED_AT
from tests.gate import COMMITTEE, ORGAN
from tests.tampering import attacker, gate_town
from tests.tampering.conftest import DAY, REAL_DISTRICT, Found, House, findings, named
from tests.tampering.operations import CLUMSY, attack_all, cover_up, flip_every_column, touched
from tests.tampering.targets import Target
from tests.tampering.targets_gate import ADMISSION, GATE, MONEY

pytestmark = pytest.mark.covers("R84.2")

GROUPS = {"money": MONEY, "admission": ADMISSION}
# What there is not: a posting carries no date.
IMPOSSIBLE = {("back-date", "posting")}


@pytest.fixture(scope="module")
def town() -> Callable[[], House]:
    """Tamper with the district of two days at the gate."""
    return gate_town.build


def test_nothing_is_found_where_nobody_tampered_and_every_table_has_rows_of_both_days(house: House):
    assert findings() == []
    for target in GATE.values():
        assert 0 < len(house.yesterday.tables[target.model]) < len(house.today.tables[target.model])


@pytest.mark.parametrize("operation", CLUMSY)
@pytest.mark.parametrize("group", GROUPS)
def test_every_row_is_named(operation: str, group: str, house: House):
    expected = attack_all(attacked(group, operation), operation, house)
    assert named() == expected


def attacked(group: str, operation: str) -> Mapping[str, Target]:
    return {name: target for name, target in GROUPS[group].items() if (operation, name) not in IMPOSSIBLE}


@pytest.mark.parametrize("operation", CLUMSY)
def test_the_fork_is_named_where_the_record_was_made_to_agree_and_not_without_the_file_outside(
    operation: str, house: House, outside: Path
):
    before = bodies()
    for group in GROUPS:
        attack_all(attacked(group, operation), operation, house)
    cover_up(*GATE.values())
    tables = {target.model._meta.label_lower for group in GROUPS for target in attacked(group, operation).values()}
    assert tables_said_otherwise(before) == tables
    found = named()
    assert {kind for kind, _ref in found} == {"record_forked"}
    assert {ref for _kind, ref in found} <= {house.ref(house.yesterday.size), house.ref(house.today.size)}
    outside.unlink()
    assert named() == set()


def test_the_gate_set_back_to_yesterday_is_named(house: House, outside: Path):
    attacker.put_back(house.yesterday.tables)
    attacker.forget_checkpoints()
    assert findings_without_detail() == {("record_rolled_back", f"seq:{house.yesterday.size + 1}")}
    outside.unlink()
    assert findings() == []


def findings_without_detail() -> Found:
    return {(found["kind"], found["ref"]) for found in findings()}


@pytest.mark.parametrize("name", ["account", "reservation", "voucher", "application", "power", "task"])
def test_the_database_itself_refuses_to_drop_what_others_rest_on(name: str, house: House):
    attacker.drop(GATE[name].rows[0])
    with pytest.raises(IntegrityError):
        connection.check_constraints()


def bodies() -> dict[int, str]:
    return dict(Entry.objects.values_list("pk", "body"))


def tables_said_otherwise(before: Mapping[int, str]) -> set[str]:
    """Give the tables of whose rows some entry now says something else: each of them changes the root for itself."""
    found = set()
    for key, body in bodies().items():
        old, new = json.loads(before[key])["rows"], json.loads(body)["rows"]
        found |= {ref.rpartition(":")[0] for ref in old.keys() | new.keys() if old.get(ref) != new.get(ref)}
    return found


# --- every single column


@pytest.mark.parametrize("group", GROUPS)
def test_every_column_is_vouched_for(group: str, house: House):
    targets = GROUPS[group].values()
    attacker.lift_guards(*touched(targets))
    flipped = {row.row_ref: (row, columns) for row, columns in map(flip_every_column, targets)}
    told: dict[str, set[str]] = {ref: set() for ref in flipped}
    for found in findings():
        if found["kind"] == "row_altered":
            told[found["ref"]].add(found["detail"])
    assert len(flipped) == len(targets)
    for ref, (row, columns) in flipped.items():
        assert columns - told[ref] == set(row.unwitnessed), ref


# --- a fen


def account(body: str) -> LedgerAccount:
    return LedgerAccount.objects.get(body__name=body, year=2026)


def voucher() -> Voucher:
    """Give the payment of the first instalment: V0001 brought the money in, V0003 and V0004 came and went."""
    return Voucher.objects.get(number="990101-2026-V0002")


def task() -> Task:
    return Task.objects.get(number="990101-2026-T0001")


def reservation() -> Reservation:
    return task().reservation


def posting() -> Posting:
    return voucher().postings.get(side="in")


def instalment() -> Instalment:
    return task().instalments.get(ordinal=2)


@dataclass(frozen=True)
class Altered:
    """A fen too many in one column of a row, and what the rules of the rooms say of it, kind, row and words."""

    row: Callable[[], Witnessed]
    column: str
    said: Callable[[], list[tuple[str, Witnessed, str]]]


def organ() -> LedgerAccount:
    return account(ORGAN)


# 3,600.00 yuan were given on each of two days, half of that was paid, and half is held.
FENS = {
    "cap of an account": Altered(
        organ,
        "cap_fen",
        lambda: [("ledger_total_wrong", organ(), "cap_fen: stored 720001, its postings sum to 720000")],
    ),
    "posted of an account": Altered(
        organ,
        "posted_fen",
        lambda: [
            ("ledger_total_wrong", organ(), "posted_fen: stored 360001, its postings sum to 360000"),
            ("ledger_overspent", organ(), "-1 fen"),
        ],
    ),
    "reserved of an account": Altered(
        organ,
        "reserved_fen",
        lambda: [
            ("ledger_total_wrong", organ(), "reserved_fen: stored 360001, its reservations hold 360000"),
            ("ledger_overspent", organ(), "-1 fen"),
        ],
    ),
    "posting": Altered(
        posting,
        "amount_fen",
        lambda: [
            ("ledger_unbalanced", voucher(), "1 fen"),
            ("ledger_total_wrong", account(COMMITTEE), "cap_fen: stored 180000, its postings sum to 180001"),
            ("posting_wrong", posting(), "in 180001 fen is no leg of 990101-2026-V0002"),
        ],
    ),
    "voucher": Altered(
        voucher,
        "amount_fen",
        lambda: [
            ("posting_wrong", voucher().postings.get(side="out"), "out -180000 fen is no leg of 990101-2026-V0002"),
            ("posting_wrong", posting(), "in 180000 fen is no leg of 990101-2026-V0002"),
            ("reservation_wrong", reservation(), "paid_fen: stored 180000, its vouchers sum to 180001"),
            ("statement_line_wrong", voucher().confirmed_by, "180000 fen confirm 990101-2026-V0002"),
            ("instalments_wrong", task(), "instalment 1 names a voucher of something else"),
        ],
    ),
    "reservation": Altered(
        reservation,
        "amount_fen",
        lambda: [
            ("ledger_total_wrong", organ(), "reserved_fen: stored 360000, its reservations hold 360001"),
            ("money_missing", task(), "X-08: 360001 fen were set aside for 360000"),
        ],
    ),
    "line of a statement": Altered(
        lambda: voucher().confirmed_by,
        "amount_fen",
        lambda: [("statement_line_wrong", voucher().confirmed_by, "180001 fen confirm 990101-2026-V0002")],
    ),
    "instalment": Altered(
        instalment,
        "amount_fen",
        lambda: [("instalments_wrong", task(), "they sum to 360001 of 360000 fen")],
    ),
    "task": Altered(
        task,
        "amount_fen",
        lambda: [
            ("money_missing", task(), "X-08: 360001 fen came along, 360000 were admitted"),
            ("instalments_wrong", task(), "they sum to 360000 of 360001 fen"),
        ],
    ),
    "application": Altered(
        lambda: task().application,
        "amount_each_fen",
        lambda: [("money_missing", task(), "X-08: 360000 fen came along, 360001 were admitted")],
    ),
}


def said() -> set[tuple[str, str, str]]:
    """Give kind, row and words of all that is found, without the keys of postings."""
    return {(one["kind"], one["ref"], re.sub(r" at posting \d+$", "", one["detail"])) for one in findings()}


@pytest.mark.covers("R34", "R58", "X-08")
@pytest.mark.parametrize("name", FENS)
def test_a_fen_is_named_even_where_the_record_was_made_to_agree(name: str, house: House, outside: Path):
    fen = FENS[name]
    row = fen.row()
    attacker.lift_guards(type(row))
    attacker.flip(row, **{fen.column: getattr(row, fen.column) + 1})
    of_the_rooms = {(kind, faulty.row_ref, words) for kind, faulty, words in fen.said()}
    of_the_record = {("row_altered", row.row_ref, fen.column)} if fen.column not in row.unwitnessed else set()
    assert said() == of_the_rooms | of_the_record
    attacker.agree(type(row))
    attacker.rechain()
    attacker.forget_checkpoints()
    outside.unlink()
    assert said() == of_the_rooms


# --- moments


def test_what_is_real_is_not_dated_back_by_filing_it_where_moments_are_invented(house: House):
    rows = [model.objects.order_by("pk")[0] for model in (LedgerAccount, Reservation, Statement, RefusalRight)]
    names = ("ledger_account", "reservation", "statement", "refusal_right")
    for row in rows:
        attacker.flip(row, district=REAL_DISTRICT)
    subjects = [f"{name}:{row.pk}" for name, row in zip(names, rows, strict=True)]
    genuine = list(Entry.objects.filter(subject_ref__in=subjects).values_list("pk", "subject_ref"))
    numbered = ("application:{}-2026-A0001", "task:{}-2026-T0001", "demand:{}-2026-D0001", "voucher:{}-2026-V0001")
    invented = [subject.format(REAL_DISTRICT) for subject in (*numbered, "year:{}-2026")]
    with transaction.atomic():
        genuine += [(entered(subject).pk, subject) for subject in invented]
    found = {(one["ref"], one["detail"]) for one in findings() if one["kind"] == "filed_elsewhere"}
    assert found == {(f"entry:{key}", subject) for key, subject in genuine}
    assert {subject for _key, subject in genuine} == {*subjects, *invented}


def entered(subject: str) -> Entry:
    return record(event="task.changed", actor=SYSTEM, at=FOUNDED_AT - 300 * DAY, subject=subject, district=DISTRICT)
