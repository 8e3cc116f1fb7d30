"""Holding rows against the rules before they are loaded: what fits stands, what does not is told, nothing is silent."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.acts import acts, held_fields
from sanhu.domains.catalogue.citing import OwnLaw, unknown
from sanhu.domains.catalogue.lawfulness import (
    check_asked_data,
    check_bases,
    check_boundary,
    check_certificates,
    sectors_of,
)
from sanhu.domains.catalogue.rows import Assistant, ClassRow, DutyRow, ItemRow, LeadOption
from sanhu.domains.catalogue.rules import (
    AffairClass,
    Answers,
    Assignment,
    LeadKind,
    Matrix,
    Question,
    check_end,
    check_item,
    check_lead,
    check_one_lead,
    unanswered,
)
from sanhu.domains.catalogue.terms import AssistRole, ItemStatus
from sanhu.engines.decisions import Decision

# What keeps an item from being in effect though each of its duties may have found a lawful lead.
_UNSOUND = frozenset({"X-06", "X-14", "X-15"})


@dataclass(frozen=True)
class Finding:
    """What of a row could not be loaded as it stands: which item, which duty, which lead, and the refusal."""

    item_code: str
    part: str
    lead: str
    code: str
    reasons: tuple[str, ...]
    citations: tuple[str, ...]
    about: str = ""

    @property
    def words(self) -> str:
        """The finding in the reader's language, with the place it was found at."""
        lead = shipped.lead_name(self.lead, language=get_language() or "") if self.lead else ""
        where = "·".join(filter(None, (self.item_code, self.part, lead, self.about)))
        reasons = gettext("；").join(map(gettext, self.reasons))
        return gettext(_("%(where)s：%(reasons)s")) % {"where": where, "reasons": reasons}

    def as_json(self) -> dict[str, object]:
        """As it is kept with the version."""
        return {
            "item_code": self.item_code,
            "part": self.part,
            "lead": self.lead,
            "code": self.code,
            "reasons": list(self.reasons),
            "citations": list(self.citations),
            "about": self.about,
        }


@dataclass(frozen=True)
class PlacedDuty:
    """A duty that may be loaded: one lead, the other bodies the district may choose, and its assistants."""

    row: DutyRow
    lead: LeadKind
    options: tuple[LeadOption, ...]
    assist: tuple[Assistant, ...]


@dataclass(frozen=True)
class ReviewedItem:
    """A row held against the rules; it is sound when nothing is wrong with the item as a whole."""

    row: ItemRow
    long_term: ClassRow
    duties: tuple[PlacedDuty, ...]
    findings: tuple[Finding, ...]
    is_sound: bool

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions of R1 the item leaves open."""
        placed = {duty.row.part for duty in self.duties}
        return unanswered(
            Answers(
                definition=self.row.definition,
                purposes=self.row.purposes,
                brought_by=self.row.brought_by,
                legal_basis=self.row.legal_basis,
                has_lead=[duty.part in placed for duty in self.row.duties],
                indicators=self.indicators,
                review_months=self.review_months,
                needs_record=self.row.needs_record.strip(),
            )
        )

    @property
    def indicators(self) -> tuple[str, ...]:
        """By what the item is measured: its own indicators, or its class's."""
        return self.row.indicators or self.long_term.indicators

    @property
    def review_months(self) -> int:
        """How often the item is evaluated: in its own period, or in its class's."""
        return self.row.review_months or self.long_term.review_months

    @property
    def unplaced(self) -> tuple[tuple[int, DutyRow], ...]:
        """The duties that found no lawful lead, each with its place among the row's."""
        placed = {id(duty.row) for duty in self.duties}
        return tuple((place, duty) for place, duty in enumerate(self.row.duties) if id(duty) not in placed)

    @property
    def status(self) -> ItemStatus:
        """An item is effective once it is sound and answers all four questions."""
        ready = self.is_sound and not self.open_questions
        return ItemStatus.EFFECTIVE if ready else ItemStatus.DRAFT


def review(
    rows: Iterable[ItemRow],
    *,
    classes: Mapping[AffairClass, ClassRow],
    territory: str,
    matrix: Matrix,
    law: OwnLaw | None = None,
) -> tuple[ReviewedItem, ...]:
    """Hold every row against X-01 to X-04, X-06, X-14 and X-15, and hold its boundary.

    `law` is the instrument the rows rest on: an article cited of it has to be in it.
    """
    return tuple(
        _review_item(row, long_term=classes[row.affair_class], territory=territory, matrix=matrix, law=law)
        for row in rows
    )


def _review_item(
    row: ItemRow, *, long_term: ClassRow, territory: str, matrix: Matrix, law: OwnLaw | None
) -> ReviewedItem:
    faults = [decision for decision in _of_the_whole(row, territory, matrix) if not decision]
    findings = [_finding(row, decision) for decision in faults]
    findings += _asked_for(row, matrix)
    findings += _cited_in_vain(row, law, matrix) if law is not None else ()
    duties: list[PlacedDuty] = []
    times = Counter(duty.part for duty in row.duties)
    for duty in row.duties:
        if times[duty.part] > 1:
            findings.append(_finding(row, matrix.refuse("X-03", _("同一任务写了两个主责主体")), duty=duty))
            continue
        placed, faulty = _place(row, duty, matrix)
        findings += faulty
        duties += [placed] if placed else []
    unlawful = any(finding.code in _UNSOUND for finding in findings)
    return ReviewedItem(row, long_term, tuple(duties), tuple(findings), is_sound=not faults and not unlawful)


def _of_the_whole(row: ItemRow, territory: str, matrix: Matrix) -> Iterator[Decision]:
    yield check_item(
        purposes=row.purposes,
        territory=[territory] if territory else [],
        is_public_nature=row.is_public_nature,
        matrix=matrix,
    )
    yield check_end(row.affair_class, row.end_rule, matrix=matrix)
    yield check_boundary(row, matrix=matrix)


def _asked_for(row: ItemRow, matrix: Matrix) -> Iterator[Finding]:
    """What the item asks for though it may not, each by its name."""
    for asked in (
        *check_certificates(row.certificates, acts().values(), matrix=matrix),
        *check_asked_data(row.asked_data, held_fields(), matrix=matrix),
    ):
        yield replace(_finding(row, asked.decision), about=asked.about)


def _cited_in_vain(row: ItemRow, law: OwnLaw, matrix: Matrix) -> Iterator[Finding]:
    """An article the own instrument does not have is no basis; each by its number."""
    refused = matrix.refuse("X-06", _("引用的条文，所依据的文件里没有"))
    for number in unknown(row.legal_basis, law):
        yield replace(_finding(row, refused), about=number)
    for duty in row.duties:
        for number in unknown([*(basis.text for basis in duty.bases), duty.clock.citation], law):
            yield replace(_finding(row, refused, duty=duty), about=number)


def _place(row: ItemRow, duty: DutyRow, matrix: Matrix) -> tuple[PlacedDuty | None, list[Finding]]:
    """Give a duty the first lead that is lawful; every lead that is not, and every second one, is a finding."""
    judged = [(option, _may_offer(row, duty, option, matrix)) for option in duty.leads]
    findings = [_finding(row, no, duty=duty, lead=option.kind) for option, no in judged if not no]
    findings += _wrong_assistants(row, duty, matrix)
    options = tuple(option for option, decision in judged if decision)
    lead = LeadKind.parse(options[0].kind) if options else None
    bases = check_bases(row, duty, sectors_of(duty, lead), matrix=matrix)
    findings += [] if bases else [_finding(row, bases, duty=duty)]
    if lead is None:
        nobody = [] if duty.leads else [_finding(row, check_one_lead((), matrix=matrix), duty=duty)]
        return None, [*nobody, *findings]
    assist = tuple(replace(helper, roles=_without_lead(helper.roles)) for helper in duty.assist)
    return PlacedDuty(duty, lead, options, assist), findings


def _without_lead(roles: tuple[AssistRole, ...]) -> tuple[AssistRole, ...]:
    return tuple(role for role in roles if role is not AssistRole.LEAD) or (AssistRole.ASSIST,)


def _may_offer(row: ItemRow, duty: DutyRow, option: LeadOption, matrix: Matrix) -> Decision:
    lead = LeadKind.known(option.kind)
    if lead is None:
        return matrix.refuse("X-04", _("主体名录中没有这类主体"))
    return check_lead(
        Assignment(
            affair_class=row.affair_class,
            item_code=row.code,
            lead=lead,
            is_government_duty=duty.is_government_duty,
            is_self_governance=duty.is_self_governance,
            is_named_by_statute=duty.is_named_by_statute,
        ),
        matrix=matrix,
    )


def _wrong_assistants(row: ItemRow, duty: DutyRow, matrix: Matrix) -> Iterator[Finding]:
    """An assistant nobody registered takes no part; one who is also called lead would be a second lead."""
    for helper in duty.assist:
        if helper.kind and LeadKind.known(helper.kind) is None:
            yield _finding(row, matrix.refuse("X-04", _("主体名录中没有这类主体")), duty=duty, lead=helper.kind)
        if AssistRole.LEAD in helper.roles:
            yield _finding(
                row, matrix.refuse("X-03", _("协助主体同时写成主责，主责主体不止一个")), duty=duty, lead=helper.kind
            )


def _finding(row: ItemRow, decision: Decision, *, duty: DutyRow | None = None, lead: str = "") -> Finding:
    return Finding(
        item_code=row.code,
        part=duty.part if duty else "",
        lead=lead,
        code=decision.code,
        reasons=decision.reasons,
        citations=decision.citations,
    )
