"""The four-column duty table (R43) and what one body answers for: both made out of a version, never written by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sanhu.domains.catalogue.models import AffairItem, CatalogueVersion, Duty, DutyTerms
from sanhu.domains.catalogue.rules import LeadKind
from sanhu.domains.catalogue.terms import AssistRole, ItemStatus
from sanhu.domains.subjects.kinds import SubjectKind


class Column(StrEnum):
    """The four whose duties the table sets side by side, and everybody else."""

    COMMITTEE = "committee"
    DEPARTMENT = "department"
    STREET = "street"
    OFFICER = "officer"
    OTHER = "other"

    @property
    def label(self) -> Promise:
        """What stands above the column."""
        return _COLUMN_LABELS[self]


_COLUMN_LABELS: Mapping[Column, Promise] = {
    Column.COMMITTEE: _("居民委员会"),
    Column.DEPARTMENT: _("职能部门"),
    Column.STREET: _("街道办事处"),
    Column.OFFICER: _("社区专干（工作站、服务中心）"),
    Column.OTHER: _("其他主体"),
}

# Where each kind stands; the community's officers work at the station and the centre, and in nobody else's name.
_COLUMNS: Mapping[SubjectKind, Column] = {
    SubjectKind.RESIDENTS_COMMITTEE: Column.COMMITTEE,
    SubjectKind.DISTRICT_COORDINATION_BODY: Column.DEPARTMENT,
    SubjectKind.DISTRICT_GOVERNMENT: Column.DEPARTMENT,
    SubjectKind.FUNCTIONAL_DEPARTMENT: Column.DEPARTMENT,
    SubjectKind.PUBLIC_SECURITY: Column.DEPARTMENT,
    SubjectKind.COURT: Column.DEPARTMENT,
    SubjectKind.QUASI_GOVERNMENT_ORG: Column.DEPARTMENT,
    SubjectKind.PUBLIC_INSTITUTION: Column.DEPARTMENT,
    SubjectKind.SUBDISTRICT_OFFICE: Column.STREET,
    SubjectKind.SERVICE_CENTRE: Column.OFFICER,
    SubjectKind.SOCIAL_WORK_STATION: Column.OFFICER,
}


def column_of(kind: LeadKind | None) -> Column:
    """Give the column a kind of body stands in; who is only described stands among the others."""
    return Column.OTHER if kind is None else _COLUMNS.get(kind.kind, Column.OTHER)


@dataclass(frozen=True)
class Part:
    """What one body does in a duty: `roles` are `lead` alone, or an assistant's. Without a kind the note says who."""

    kind: str
    note: str
    roles: tuple[AssistRole, ...]

    @property
    def is_lead(self) -> bool:
        """Whether the body answers for the duty."""
        return AssistRole.LEAD in self.roles


@dataclass(frozen=True)
class TableRow:
    """A duty with everybody's part by column; `conflicts` are the bodies that would be lead and assistant at once."""

    item: AffairItem
    duty: Duty
    evidence: str
    parts: Mapping[Column, Sequence[Part]]
    conflicts: tuple[str, ...]


def table_of(version: CatalogueVersion, *, affair_class: str = "") -> list[TableRow]:
    """Give a version's duty table, item by item, drafts left out; two queries."""
    duties = Duty.objects.filter(item__version=version, item__status=ItemStatus.EFFECTIVE)
    duties = duties.filter(item__affair_class=affair_class) if affair_class else duties
    found = duties.select_related("item").order_by("item__code", "position")
    evidence = dict(DutyTerms.objects.filter(duty__in=duties.order_by()).values_list("duty_id", "evidence"))
    return [_row(duty, evidence.get(duty.pk, "")) for duty in found]


@dataclass(frozen=True)
class CardLine:
    """One duty on a body's card, and the body's part in it."""

    row: TableRow
    part: Part


def card_of(rows: Iterable[TableRow], kind: LeadKind) -> list[CardLine]:
    """Give what a body of this kind does: the duties it leads, then those it assists in (岗位职责)."""
    lines = [
        CardLine(row, part)
        for row in rows
        for parts in row.parts.values()
        for part in parts
        if part.kind and _is_meant(LeadKind.known(part.kind), kind)
    ]
    return sorted(lines, key=lambda line: not line.part.is_lead)


def _is_meant(said: LeadKind | None, kind: LeadKind) -> bool:
    """A duty of a kind without a specialty is any such body's; one with a specialty is that body's alone."""
    return said is not None and said.kind is kind.kind and said in (kind, LeadKind(kind.kind))


def _row(duty: Duty, evidence: str) -> TableRow:
    lead = Part(str(duty.lead), duty.lead_note, (AssistRole.LEAD,))
    helpers = [Part(one["kind"], one["note"], tuple(map(AssistRole, one["roles"]))) for one in duty.assist]
    parts: dict[Column, list[Part]] = {column: [] for column in Column}
    for part in (lead, *helpers):
        parts[column_of(LeadKind.known(part.kind))].append(part)
    conflicts = tuple(part.kind for part in helpers if part.kind == lead.kind)
    return TableRow(duty.item, duty, evidence, parts, conflicts)
