"""What may stand in the catalogue: the seven classes (R35), what decides between them, who may lead what (X-01…X-04).

Which kind of body may lead which class is configuration (data/matrix.json), not code; the logic here reads it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from sanhu.domains.subjects.kinds import Specialty, SubjectKind
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse


class AffairClass(StrEnum):
    """The seven classes; fixed in software, while the catalogue under them is open (R35)."""

    K1 = "K1"
    K2 = "K2"
    K3 = "K3"
    K4 = "K4"
    K5 = "K5"
    K6 = "K6"
    K7 = "K7"

    @property
    def label(self) -> Promise:
        """The class's name."""
        return _CLASS_LABELS[self]

    @property
    def needs_end_date(self) -> bool:
        """Temporary and professional affairs always end (R35.7)."""
        return self is AffairClass.K7


_CLASS_LABELS: Mapping[AffairClass, Promise] = {
    AffairClass.K1: gettext_lazy("社区行政执法和管理事务"),
    AffairClass.K2: gettext_lazy("社区社会服务事务"),
    AffairClass.K3: gettext_lazy("商品房小区物业管理事务"),
    AffairClass.K4: gettext_lazy("非商品房小区的物业管理事务"),
    AffairClass.K5: gettext_lazy("社区居民互助事务"),
    AffairClass.K6: gettext_lazy("社区组织事务"),
    AffairClass.K7: gettext_lazy("社区临时性、专业性事务"),
}


class Estate(StrEnum):
    """Whose housing an affair is about, where it is about the shared parts of an estate."""

    COMMODITY = "commodity"
    NON_COMMODITY = "non_commodity"


@dataclass(frozen=True)
class Nature:
    """What the decision key asks of one task of an affair (B.0)."""

    needs_public_power: bool = False
    is_temporary_or_specialist: bool = False
    is_organisational: bool = False
    estate: Estate | None = None
    is_entitlement_or_bought: bool = False
    is_voluntary_between_residents: bool = False


@dataclass(frozen=True, order=True)
class LeadKind:
    """The kind of body that bears a duty: which body it is follows from the area served."""

    kind: SubjectKind
    specialty: Specialty = Specialty.GENERAL

    def __str__(self) -> str:
        return self.kind.value if self.specialty is Specialty.GENERAL else f"{self.kind.value}:{self.specialty.value}"

    @classmethod
    def of(cls, kind: str, specialty: str = Specialty.GENERAL) -> Self:
        """Build from stored values. Raises ValueError for a kind or specialty the registry does not know."""
        return cls(SubjectKind(kind), Specialty(specialty))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form. Raises ValueError for a kind or specialty the registry does not know.

        >>> LeadKind.parse("utility:water").specialty.value
        'water'
        """
        kind, _colon, specialty = text.partition(":")
        return cls.of(kind, specialty or Specialty.GENERAL)

    @classmethod
    def known(cls, text: str) -> Self | None:
        """Read the text form; None for what the registry does not know."""
        try:
            return cls.parse(text)
        except ValueError:
            return None


class Condition(StrEnum):
    """What else must hold for a kind of body to lead in a class."""

    NONE = ""
    SELF_GOVERNANCE = "self_governance"
    NAMED_BY_STATUTE = "named_by_statute"
    ITEMS = "items"


@dataclass(frozen=True)
class Assignment:
    """A duty as the rules see it: its class and item, whose duty it is by nature, and who would lead it."""

    affair_class: AffairClass
    item_code: str
    lead: LeadKind
    is_government_duty: bool
    is_self_governance: bool = False
    is_named_by_statute: bool = False


@dataclass(frozen=True)
class Allowance:
    """One cell of the matrix: this kind of body (of any specialty, where none is named) may lead, on a condition."""

    kind: SubjectKind
    specialty: Specialty | None
    condition: Condition
    items: frozenset[str]

    def covers(self, assignment: Assignment) -> bool:
        """Tell whether the cell allows the assignment."""
        lead = assignment.lead
        if lead.kind is not self.kind or self.specialty not in {None, lead.specialty}:
            return False
        match self.condition:
            case Condition.NONE:
                return True
            case Condition.SELF_GOVERNANCE:
                return assignment.is_self_governance
            case Condition.NAMED_BY_STATUTE:
                return assignment.is_named_by_statute
            case Condition.ITEMS:
                return assignment.item_code in self.items


@dataclass(frozen=True)
class Matrix:
    """Who may lead what, and the articles each refusal rests on."""

    allowances: Mapping[AffairClass, Sequence[Allowance]]
    citations: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the configuration. Raises ValueError or KeyError for a class, kind or condition nobody knows."""
        return cls(
            allowances={AffairClass(code): tuple(map(_allowance, cells)) for code, cells in data["classes"].items()},
            citations={code: tuple(articles) for code, articles in data["citations"].items()},
        )

    def refuse(self, code: str, reason: str) -> Decision:
        """Refuse under a code, on the articles configured for it."""
        return refuse(reason, citations=self.citations[code], code=code)


def _allowance(cell: Mapping[str, Any]) -> Allowance:
    kind, _colon, specialty = cell["kind"].partition(":")
    return Allowance(
        kind=SubjectKind(kind),
        specialty=Specialty(specialty) if specialty else None,
        condition=Condition(cell.get("when", "")),
        items=frozenset(cell.get("items", ())),
    )


def check_item(
    *, purposes: Collection[str], territory: Collection[str], is_public_nature: bool, matrix: Matrix
) -> Decision:
    """X-01: an item has a purpose, a territory and a public nature (R2)."""
    reasons = (
        (bool(purposes), _("没有写明社区事务的目的")),
        (bool(territory), _("没有写明地域范围")),
        (is_public_nature, _("纯属私人或者商业的事项，不是社区事务")),
    )
    return all_of(*(matrix.refuse("X-01", reason) for holds, reason in reasons if not holds))


def check_end(affair_class: AffairClass, end_rule: str, *, matrix: Matrix) -> Decision:
    """A temporary or professional affair says when it ends (R35.7)."""
    if affair_class.needs_end_date and not end_rule:
        return refuse(_("临时性、专业性事务须写明截止日期"), citations=matrix.citations["end"])
    return ALLOWED


def check_one_lead(leads: Collection[LeadKind], *, matrix: Matrix) -> Decision:
    """X-03: a duty has one lead, neither none nor two (R6)."""
    match len(leads):
        case 0:
            return matrix.refuse("X-03", _("没有主责主体"))
        case 1:
            return ALLOWED
        case _:
            return matrix.refuse("X-03", _("主责主体不止一个"))


def check_lead(assignment: Assignment, *, matrix: Matrix) -> Decision:
    """X-02 and X-04: may this kind of body lead this duty?"""
    return all_of(_check_committee(assignment, matrix), _check_matrix(assignment, matrix))


def _check_committee(assignment: Assignment, matrix: Matrix) -> Decision:
    if assignment.lead.kind is not SubjectKind.RESIDENTS_COMMITTEE:
        return ALLOWED
    if assignment.affair_class is AffairClass.K1:
        return matrix.refuse("X-02", _("居民委员会不得主责行政执法和管理事务，只能协助"))
    if assignment.is_government_duty:
        return matrix.refuse("X-02", _("居民委员会不得主责政府的法定职责，只能协助"))
    return ALLOWED


def _check_matrix(assignment: Assignment, matrix: Matrix) -> Decision:
    cells = matrix.allowances.get(assignment.affair_class, ())
    if any(cell.covers(assignment) for cell in cells):
        return ALLOWED
    return matrix.refuse("X-04", _("这类主体不能主责这类事务"))


class Question(StrEnum):
    """The four questions every item answers (R1)."""

    WHAT = "what"
    ORIGIN = "origin"
    DECOMPOSITION = "decomposition"
    LONG_TERM = "long_term"

    @property
    def label(self) -> Promise:
        """The question, as the article asks it."""
        return _QUESTION_LABELS[self]


_QUESTION_LABELS: Mapping[Question, Promise] = {
    Question.WHAT: gettext_lazy("何为此项事务"),
    Question.ORIGIN: gettext_lazy("由何而来"),
    Question.DECOMPOSITION: gettext_lazy("如何分解"),
    Question.LONG_TERM: gettext_lazy("管理如何长效"),
}


@dataclass(frozen=True)
class Answers:
    """What an item says to the four questions. `has_lead` tells, duty by duty, whether one is accountable."""

    definition: str
    purposes: Sequence[str]
    brought_by: str
    legal_basis: Sequence[str]
    has_lead: Sequence[bool]
    indicators: Sequence[str]
    review_months: int
    needs_record: str = ""


def unanswered(answers: Answers) -> tuple[Question, ...]:
    """List the questions an item does not answer; while there is one, it stays a draft (R1)."""
    return tuple(question for question, answered in _answered(answers) if not answered)


def _answered(answers: Answers) -> Iterable[tuple[Question, bool]]:
    yield Question.WHAT, bool(answers.definition and answers.purposes)
    yield Question.ORIGIN, bool(answers.brought_by and (answers.legal_basis or answers.needs_record))
    yield Question.DECOMPOSITION, bool(answers.has_lead) and all(answers.has_lead)
    yield Question.LONG_TERM, bool(answers.indicators) and answers.review_months > 0
