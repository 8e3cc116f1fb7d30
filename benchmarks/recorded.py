"""Many registered matters at once, each with its step, its clock and its entry in the record.

The first is registered through the service. The others are copies of its rows under numbers and receipts of their own,
and the entry of each is written by `record` itself, so that `sanhu verify` finds nothing to say of them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

AT_A_TIME = 500
_WORDS = "三号楼西侧电梯一周停了四次，老人上下楼困难，物业说配件还没有到。"


def register_many(count: int, *, at: datetime) -> None:
    """Register so many matters in the demonstration district, which was founded before."""
    from sanhu.domains.casework.models import Matter  # noqa: PLC0415 - after setup
    from sanhu.domains.casework.services.intake import Report, register  # noqa: PLC0415 - after setup
    from sanhu.engines.actors import resident  # noqa: PLC0415 - after setup
    from sanhu.portals.cli.demo.ground import cells  # noqa: PLC0415 - after setup

    cell = cells()[0]
    report = Report(district=cell.area_code[:6], area_code=cell.area_code, cell_code=cell.code, words=_WORDS)
    done = register(actor=resident(report.district), at=at, client_id=uuid4(), report=report)
    first = Matter.objects.get(number=done.number)
    for start in range(1, count, AT_A_TIME):
        _register_copies(first, min(AT_A_TIME, count - start))


def _register_copies(first: Any, count: int) -> None:
    from django.db import transaction  # noqa: PLC0415 - after setup

    from sanhu.domains.casework.events import MatterEvent  # noqa: PLC0415 - after setup
    from sanhu.domains.casework.services.intake import next_case_number  # noqa: PLC0415 - after setup
    from sanhu.domains.casework.services.receipts import receipt_code, receipt_hash  # noqa: PLC0415 - after setup
    from sanhu.domains.evidence.record import record  # noqa: PLC0415 - after setup
    from sanhu.engines.actors import resident  # noqa: PLC0415 - after setup
    from sanhu.engines.legal_time import legal_day  # noqa: PLC0415 - after setup

    district, at = first.district, first.reported_at
    with transaction.atomic():
        numbers = [next_case_number(district, legal_day(at)) for _ in range(count)]
        receipts = [receipt_hash(receipt_code(uuid4())) for _ in range(count)]
        own = zip(numbers, receipts, strict=True)
        matters = _copied(first, [{"number": number, "receipt_hash": receipt} for number, receipt in own])
        its = [{"matter_id": matter.pk} for matter in matters]
        clocks, steps = _copied(first.clocks.get(), its), _copied(first.steps.get(), its)
        for matter, clock, step in zip(matters, clocks, steps, strict=True):
            record(
                event=MatterEvent.REGISTERED,
                actor=resident(district),
                at=at,
                subject=matter.ref,
                district=district,
                rows=[matter, step, clock],
            )


def _copied(row: Any, changes: Sequence[dict[str, object]]) -> list[Any]:
    """Insert copies of a row, each with its own values."""
    model = type(row)
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    del values[model._meta.pk.attname]
    return list(model.objects.bulk_create(model(**values | changed) for changed in changes))
