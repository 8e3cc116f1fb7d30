"""What of a row cannot be kept at all, before any rule of the Measure is asked: too long, empty, of no known kind."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.rows import DutyRow, ItemRow, as_data, item_row
from sanhu.engines.deadlines import ClockKind

# What the columns hold at most; the names are the fields', the words what a person reads.
MOST_OF_ITEM: Mapping[str, tuple[str, int]] = {
    "code": (_("编号"), 10),
    "name": (_("名称"), 100),
    "name_en": (_("英文名称"), 100),
    "definition": (_("定义"), 200),
    "brought_by": (_("主责主体"), 80),
    "end_rule": (_("截止规则"), 100),
    "mark": (_("标记"), 20),
    "needs_record": (_("需求依据"), 200),
    "former_bearer": (_("原承担单位"), 100),
    "boundary_evidence": (_("边界认定依据"), 200),
}
MOST_OF_DUTY: Mapping[str, tuple[str, int]] = {
    "part": (_("任务"), 100),
    "part_en": (_("任务英文名称"), 100),
    "evidence": (_("办理凭证"), 200),
}
MOST_OF_STEP: Mapping[str, tuple[str, int]] = {
    "name": (_("步骤"), 60),
    "actor": (_("步骤的办理主体"), 80),
    "output": (_("步骤的成果"), 100),
}
MOST_CITED = 200
MOST_AMOUNT = 3650
MOST_MONTHS = 120
_UNKEEPABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # lone surrogates, controls but \n and \t


def faults_of_rows(rows: Iterable[ItemRow]) -> tuple[str, ...]:
    """List what cannot be kept, each with its item, in the reader's language."""
    known = list(rows)
    times = Counter(row.code for row in known)
    doubled = [_named(code, gettext(_("编号：同一编号出现了两次"))) for code, count in times.items() if count > 1]
    return (*doubled, *(_named(row.code, fault) for row in known for fault in faults_of(row)))


def faults_of(row: ItemRow) -> Iterator[str]:
    """List what of one row cannot be kept."""
    if not row.code.strip() or not row.name.strip():
        yield gettext(_("编号、名称：不能为空"))
    yield from _too_long(row, MOST_OF_ITEM)
    if not 0 <= row.review_months <= MOST_MONTHS:
        yield gettext(_("评估周期：须在 0 至 120 个月之间"))
    for duty in row.duties:
        yield from _of_duty(duty)
    for step in row.procedure:
        yield from _too_long(step, MOST_OF_STEP)
        if not step.name.strip() or not step.actor.strip():
            yield gettext(_("步骤、步骤的办理主体：不能为空"))
        if not 0 <= step.limit <= MOST_AMOUNT:
            yield gettext(_("步骤的时限：须在 0 至 3650 之间"))
    yield from _unreadable(row)


def _of_duty(duty: DutyRow) -> Iterator[str]:
    yield from _too_long(duty, MOST_OF_DUTY)
    if not duty.part.strip():
        yield gettext(_("任务：不能为空"))
    clock = duty.clock
    if not 1 <= clock.rule.amount <= MOST_AMOUNT:
        yield gettext(_("期限：须在 1 至 3650 之间"))
    if not clock.citation.strip() or len(clock.citation) > MOST_CITED:
        yield gettext(_("期限依据：须写明，不超过 200 个字"))
    if clock.kind is ClockKind.STATUTORY and clock.is_demonstration:
        yield gettext(_("期限：法定期限不能是示范值"))


def _too_long(row: object, most: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    for name, (words, length) in most.items():
        if len(getattr(row, name)) > length:
            yield gettext(_("%(field)s：不超过 %(length)s 个字")) % {"field": gettext(words), "length": length}


def _unreadable(row: ItemRow) -> Iterator[str]:
    """A row that does not read back the same, or that holds what no text holds, is not kept."""
    try:
        said = as_data(row)
        is_same = item_row(said) == row
    except (KeyError, TypeError, ValueError):
        is_same = False
    if not is_same:
        yield gettext(_("协助主体：主体名录中没有这类主体"))
    elif any(map(_UNKEEPABLE.search, _texts(said))):
        yield gettext(_("文字里有不能保存的控制字符"))


def _texts(said: object) -> Iterator[str]:
    match said:
        case str():
            yield said
        case Mapping():
            for value in said.values():
                yield from _texts(value)
        case list():
            for value in said:
                yield from _texts(value)
        case _:
            pass


def _named(code: str, fault: str) -> str:
    return gettext(_("事项 %(code)s：%(fault)s")) % {"code": code, "fault": fault}
