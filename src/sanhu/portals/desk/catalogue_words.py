"""What the catalogue's fields and values are called on a page, and a difference between two states of it in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.decision_key import propose_class
from sanhu.domains.catalogue.differences import FieldChange, ItemDifference, Kind
from sanhu.domains.catalogue.rows import nature_of
from sanhu.domains.catalogue.rules import AffairClass
from sanhu.domains.catalogue.terms import (
    AssistRole,
    BasisKind,
    Boundary,
    MoneySource,
    Origin,
    Publicity,
    Purpose,
)
from sanhu.portals.look.templatetags.affairs import assistant_words, clock_kind_words, indicator_words
from sanhu.portals.look.templatetags.look import amount

FIELDS: Mapping[str, Promise] = {
    "name": _("名称"),
    "name_en": _("英文名称"),
    "class": _("类别"),
    "definition": _("定义"),
    "purposes": _("目的"),
    "origin": _("由来"),
    "public_nature": _("公共性"),
    "publicity": _("办件公开"),
    "end_rule": _("何时终止"),
    "legal_basis": _("法律依据"),
    "money": _("经费"),
    "source_lead": _("原表写的主责"),
    "deadline_text": _("原表写的期限"),
    "money_text": _("原表写的经费"),
    "mark": _("标记"),
    "needs_record": _("需求依据"),
    "former_bearer": _("原承担单位"),
    "boundary": _("边界"),
    "boundary_evidence": _("边界认定依据"),
    "nature": _("分类判断"),
    "certificates": _("居委会出具的证明"),
    "asked_data": _("要求填报的数据"),
    "indicators": _("指标"),
    "review_months": _("评估周期（月）"),
    "procedure": _("办理程序"),
    "part": _("任务"),
    "part_en": _("任务英文名称"),
    "leads": _("主责主体"),
    "assist": _("协助主体"),
    "government_duty": _("政府的法定职责"),
    "self_governance": _("居民自治任务"),
    "named_by_statute": _("法律法规点名"),
    "clock": _("期限"),
    "bases": _("各方依据"),
    "evidence": _("办理凭证"),
    "order": _("任务的次序"),
}
KINDS: Mapping[Kind, Promise] = {
    Kind.ADDED: _("新增"),
    Kind.REMOVED: _("删去"),
    Kind.CHANGED: _("改动"),
}
_CODED: Mapping[str, Any] = {
    "purposes": Purpose,
    "origin": Origin,
    "publicity": Publicity,
    "money": MoneySource,
    "boundary": Boundary,
    "class": AffairClass,
}


@dataclass(frozen=True)
class Line:
    """One field before and after, in words; `part` names the duty it belongs to, if any."""

    part: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Shown:
    """What became of one item, in words."""

    code: str
    name: str
    kind: Kind
    kind_words: str
    lines: tuple[Line, ...]


def shown(difference: ItemDifference) -> Shown:
    """Put a difference into words, field by field."""
    lines = [_line("", change) for change in difference.fields]
    for duty in difference.duties:
        part = "" if duty.part == difference.name else duty.part
        if duty.kind is not Kind.CHANGED:
            lines.append(Line(duty.part, str(KINDS[duty.kind]), "—", "—"))
        lines += [_line(part, change) for change in duty.fields]
    kind = str(KINDS[difference.kind])
    return Shown(difference.code, difference.name, difference.kind, kind, tuple(lines))


def field_words(field: str) -> str:
    """What a field is called."""
    return str(FIELDS.get(field, field))


def value_words(field: str, value: Any) -> str:
    """What a field of `rows.as_data` holds, in words."""
    match value:
        case None | "" | [] | 0:
            return "—"
        case bool():
            return gettext("是") if value else gettext("否")
        case [first, *others] if field == "leads":
            return _leads(first, others)
        case list():
            return gettext("；").join(_one(field, one) for one in value)
        case _:
            return _one(field, value)


def _one(field: str, value: Any) -> str:
    if field in _STRUCTURED and isinstance(value, Mapping):
        return _STRUCTURED[field](value)
    if field in _CODED:
        return str(_CODED[field](value).label)
    return str(indicator_words(value)) if field == "indicators" else str(value)


def lead_or_words(text: str) -> str:
    """A kind of body in words; what names no kind stands as it is."""
    return shipped.lead_name(text, language=get_language() or "zh-hans")


def roles_words(roles: Sequence[str]) -> str:
    """What an assistant does."""
    return gettext("、").join(str(AssistRole(role).label) for role in roles)


def _leads(first: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> str:
    """The lead, and behind it whoever the district may choose in its stead."""
    if not others:
        return _lead(first)
    said = {"lead": _lead(first), "others": gettext("、").join(map(_lead, others))}
    return gettext("%(lead)s（本区可以改定为：%(others)s）") % said


def _lead(value: Mapping[str, Any]) -> str:
    words = lead_or_words(value["kind"])
    note = value.get("note", "")
    return gettext("%(who)s（%(note)s）") % {"who": words, "note": note} if note else words


def _basis(value: Mapping[str, Any]) -> str:
    return gettext("%(kind)s：%(text)s") % {"kind": BasisKind(value["kind"]).label, "text": value["text"]}


def _step(value: Mapping[str, Any]) -> str:
    return gettext("%(who)s（%(note)s）") % {"who": value["name"], "note": lead_or_words(value["actor"])}


def _nature(value: Mapping[str, Any]) -> str:
    """The question of the decision key that decides, and those answered yes besides."""
    found = propose_class(nature_of(value))
    said = [question.label for question in (found.decided_by, *found.also) if question is not None]
    return gettext("；").join(str(label) for label in said) or gettext("各项都不是：目前不算社区事务")


def _clock(value: Mapping[str, Any]) -> str:
    said = {
        "amount": amount(value["amount"], value["unit"]),
        "kind": clock_kind_words(value["kind"]),
        "cited": value["citation"],
    }
    return gettext("%(amount)s，%(kind)s，%(cited)s") % said


_STRUCTURED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "assist": assistant_words,
    "bases": _basis,
    "clock": _clock,
    "procedure": _step,
    "nature": _nature,
}


def _line(part: str, change: FieldChange) -> Line:
    return Line(
        part,
        field_words(change.field),
        value_words(change.field, change.before),
        value_words(change.field, change.after),
    )
