"""Verifying as a whole: damage that nothing can read, checks of higher domains, pages, and a district at work."""

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import FieldError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sanhu.domains.evidence import verify_chain, verify_rows
from sanhu.domains.evidence.models import Attachment
from sanhu.domains.evidence.sequencer import sequence
from sanhu.domains.evidence.verify import Finding, FindingKind, Report, verify

from .conftest import House


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE evidence_attachment SET created_at = '2026-99-09 01:40:00' WHERE id = P2", FindingKind.ROW_UNREADABLE),
        ("UPDATE evidence_entry SET at = '2026-99-09 01:40:00' WHERE id = E2", FindingKind.ENTRY_UNREADABLE),
        ("UPDATE evidence_entry SET body = CAST(X'FF22' AS TEXT) WHERE id = E2", FindingKind.ENTRY_UNREADABLE),
        ("UPDATE evidence_entry SET body = CAST(X'FF22' AS TEXT) WHERE id = E5", FindingKind.ENTRY_UNREADABLE),
    ],
    ids=["a row's time", "an entry's time", "a body", "a body of the tail"],
)
def test_values_no_program_can_read_are_found_and_hide_nothing_else(house: House, statement: str, kind: FindingKind):
    """SQLite keeps whatever it is given; PostgreSQL refuses such values itself."""
    if connection.vendor == "postgresql":
        bytes_of_postgresql = statement.replace("CAST(X'FF22' AS TEXT)", "convert_from('\\xff22', 'UTF8')")
        with pytest.raises(DatabaseError, match=r"out of range|invalid byte sequence"), transaction.atomic():
            house.sql(bytes_of_postgresql)
        return
    house.sql(statement)
    house.sql("UPDATE evidence_attachment SET width = 1 WHERE id = P4")
    found = [(finding.kind, finding.ref) for finding in verify().findings]
    assert found[0][0] == kind
    assert (FindingKind.ROW_ALTERED, house.photo(4)) in found


@pytest.mark.django_db
def test_checks_of_higher_domains_come_last_and_may_stumble(house: House):
    def stumbles():
        yield Finding("clock_wrong", "casework.clock:1", "stored later than recomputed")
        raise ValueError("damaged data")

    house.sql("UPDATE evidence_attachment SET width = 1 WHERE id = P2")
    report = verify(checks=[lambda: iter(()), stumbles])
    assert [(found.kind, found.ref) for found in report.findings] == [
        (FindingKind.ROW_ALTERED, house.photo(2)),
        ("clock_wrong", "casework.clock:1"),
        (FindingKind.CHECK_FAILED, "stumbles"),
    ]


@pytest.mark.django_db
def test_a_check_with_a_fault_of_its_own_is_not_taken_for_damaged_data(house: House):
    with pytest.raises(FieldError):
        verify(checks=[lambda: Attachment.objects.filter(colour="red").iterator()])


@pytest.mark.django_db
def test_faults_past_the_kept_ones_are_counted(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sanhu.domains.evidence.verify.MOST_KEPT", 2)
    house.sql("UPDATE evidence_attachment SET width = 1, height = 1")
    report = verify()
    assert (report.count, len(report.findings)) == (10, 2)


@pytest.mark.django_db
def test_pages_meet_without_a_gap(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verify_chain, "_PAGE", 2)
    monkeypatch.setattr(verify_rows, "_PAGE", 2)
    monkeypatch.setattr(verify_rows, "_PHOTOS", 2)
    heard: list[tuple[str, int, int]] = []
    assert verify(progress=lambda *step: heard.append(step)) == Report(chained=4, tail=1, rows=5, count=0, findings=())
    assert heard == [
        ("entries", 2, 5),
        ("entries", 4, 5),
        ("entries", 5, 5),
        ("rows", 2, 5),
        ("rows", 4, 5),
        ("rows", 5, 5),
        ("photos", 2, 5),
        ("photos", 4, 5),
        ("photos", 5, 5),
    ]


@pytest.mark.django_db
def test_verifying_asks_by_the_page_not_by_the_entry(house: House, keep: Callable[..., Attachment]):
    with CaptureQueriesContext(connection) as few:
        verify()
    for _ in range(10):
        keep("red")
    sequence()
    with CaptureQueriesContext(connection) as more:
        verify()
    assert len(more) <= len(few)


@pytest.mark.django_db(transaction=True)
def test_a_district_at_work_can_be_verified(keep: Callable[..., Attachment]):
    """What is written while verifying is left out of it altogether."""
    keep("red")
    written = []

    def meanwhile(what: str, _done: int, _total: int) -> None:
        if what == "entries" and not written:

            def work() -> None:
                try:
                    written.append(keep("green"))
                    sequence()
                finally:
                    connection.close()

            worker = threading.Thread(target=work)
            worker.start()
            worker.join()

    assert verify(progress=meanwhile) == Report(chained=0, tail=1, rows=1, count=0, findings=())
    assert len(written) == 1
    assert verify() == Report(chained=2, tail=0, rows=2, count=0, findings=())
