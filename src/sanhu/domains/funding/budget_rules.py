"""When a budget locks, what is explained, and who may prepare, approve and adjust it. No models are imported here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.budget_lines import BUDGET_ARTICLE, BUDGET_LAW, GROWTH_ARTICLE, LineRule, mandatory_lines
from sanhu.domains.funding.budget_tables import ADJUSTMENT, APPROVER, BUDGET, LOCKED
from sanhu.domains.funding.budget_terms import MOST_NUMBER, MOST_WORDS, SpendingNature
from sanhu.domains.funding.rules import CLOSED_RECORD, NOT_PERMITTED
from sanhu.domains.funding.terms import MOST_FEN, BudgetLine
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.actors import Actor, ActorKind
from sanhu.engines.decisions import ALLOWED, Decision, all_of, refuse
from sanhu.engines.growth import BASIS, Growth
from sanhu.engines.money import in_yuan
from sanhu.engines.workflow import Move

OWN_BUDGET = _("编制、改动或者提交这份预算的人不能批准它，换岗位、代理都不行")
OWN_ADJUSTMENT = _("申请这次调整的人不能批准它，换岗位、代理都不行")
NOTHING_ON_IT = _("%(line)s：必列科目没有安排金额，预算不能锁定")
NOTHING_LEFT = _("%(line)s：必列科目不能调整到没有金额")
LOCKED_STAYS = _("预算已经锁定，只能按程序申请调整")

Cell = tuple[str, str]
"""A line and a nature of spending."""

Amounts = Mapping[Cell, int]
"""Fen by line and nature."""


def by_line(amounts: Amounts) -> dict[str, int]:
    """Sum amounts by line, in the order of the lines; a line without an amount has 0."""
    sums = dict.fromkeys((line.value for line in BudgetLine), 0)
    for (line, _nature), fen in amounts.items():
        sums[line] += fen
    return sums


def by_nature(amounts: Amounts) -> dict[str, int]:
    """Sum amounts by nature of spending, in the order of the natures."""
    sums = dict.fromkeys((nature.value for nature in SpendingNature), 0)
    for (_line, nature), fen in amounts.items():
        sums[nature] += fen
    return sums


def adjusted(amounts: Amounts, changes: Iterable[Amounts]) -> dict[Cell, int]:
    """Give what amounts come to after changes, in their order."""
    result = dict(amounts)
    for change in changes:
        for cell, fen in change.items():
            result[cell] = result.get(cell, 0) + fen
    return result


# --- what stands in a budget


def check_amounts(amounts: Mapping[Cell, object]) -> Decision:
    """Are these whole amounts of fen, on lines and for natures there are?"""
    faults = [_fault(cell, fen) for cell, fen in amounts.items()]
    decision = all_of(*faults)
    total = sum(fen for fen in amounts.values() if isinstance(fen, int))
    return refuse(_("预算总额：超过了上限")) if decision and total > MOST_FEN else decision


def _fault(cell: Cell, fen: object) -> Decision:
    line, nature = cell
    if line not in set(BudgetLine):
        return refuse(_("预算科目：没有这个科目"))
    if nature not in set(SpendingNature):
        return refuse(_("支出性质：没有这种性质"))
    if not isinstance(fen, int) or isinstance(fen, bool):
        return refuse(_about(line, _("%(line)s：金额须是整数分")))
    if fen < 0:
        return refuse(_about(line, _("%(line)s：金额不能小于 0")))
    return refuse(_about(line, _("%(line)s：金额超过了上限"))) if fen > MOST_FEN else ALLOWED


def _about(line: str, words: str) -> str:
    return gettext(words) % {"line": BudgetLine(line).label}


def missing_lines(amounts: Amounts) -> tuple[LineRule, ...]:
    """Give the mandatory lines that have nothing on them."""
    sums = by_line(amounts)
    return tuple(rule for rule in mandatory_lines() if sums[rule.line] <= 0)


def filled_lines(amounts: Amounts) -> tuple[int, int]:
    """Give how many of the mandatory lines have an amount, and how many there are (indicator 3.1.1)."""
    every = len(mandatory_lines())
    return every - len(missing_lines(amounts)), every


def check_complete(amounts: Amounts, *, reason: str = NOTHING_ON_IT) -> Decision:
    """Has every mandatory line an amount (R56)? The refusal names every one that has none, each with its article."""
    return all_of(*(refuse(_about(rule.line, reason), citations=(rule.article,)) for rule in missing_lines(amounts)))


def check_covers(amounts: Amounts, appropriated: Mapping[str, int]) -> Decision:
    """Is on each line at least what was appropriated of it already? `appropriated` is fen by line."""
    sums = by_line(amounts)
    reason = _("%(line)s：已经拨入或者正在拨入 %(appropriated)s，预算不能少于它")
    return all_of(
        *(
            refuse(
                gettext(reason) % {"line": BudgetLine(line).label, "appropriated": in_yuan(fen)},
                citations=(BUDGET_ARTICLE,),
            )
            for line, fen in appropriated.items()
            if fen > sums[line]
        )
    )


def check_within_line(*, line: str, budgeted_fen: int, appropriated_fen: int, amount_fen: int) -> Decision:
    """May fiscal money still be appropriated on a line of a locked budget? There is no code for it in A.3."""
    if appropriated_fen + amount_fen <= budgeted_fen:
        return ALLOWED
    said = {
        "line": BudgetLine(line).label,
        "budgeted": in_yuan(budgeted_fen),
        "left": in_yuan(max(0, budgeted_fen - appropriated_fen)),
    }
    reason = gettext(_("金额：%(line)s锁定的预算是 %(budgeted)s，还能拨入 %(left)s，超出的须先调整预算"))
    return refuse(reason % said, citations=(BUDGET_LAW, BUDGET_ARTICLE))


# --- what has to be explained


@dataclass(frozen=True)
class Compared:
    """A budget beside the year before: the whole and each line, and the rate that growth is held against, if any."""

    total: Growth
    lines: Mapping[str, Growth]
    reference_bp: int | None

    def lags(self, growth: Growth) -> bool:
        """Tell whether an amount grows less than the reference rate."""
        return self.reference_bp is not None and growth.is_below(self.reference_bp)

    @property
    def ahead(self) -> Fraction | None:
        """Give by how much the whole grows more than the reference, exactly (indicator 3.1.2); None without either."""
        if self.reference_bp is None or self.total.rate is None:
            return None
        return self.total.rate - Fraction(self.reference_bp, BASIS)

    @property
    def ahead_bp(self) -> int | None:
        """Give that in basis points, rounded half to even."""
        return None if self.ahead is None else round(self.ahead * BASIS)

    @property
    def is_total_to_explain(self) -> bool:
        """Whether the whole falls or lags (R51, R57)."""
        return self.total.falls or self.lags(self.total)

    @property
    def lines_to_explain(self) -> tuple[str, ...]:
        """Give the lines that lag (R57). A line may fall as long as it keeps up: the reference may be below zero."""
        return tuple(line for line, growth in self.lines.items() if self.lags(growth))


def compared(now: Amounts, before: Amounts, *, reference_bp: int | None) -> Compared:
    """Put a budget beside the one of the year before."""
    lines, lines_before = by_line(now), by_line(before)
    return Compared(
        total=Growth(before_fen=sum(before.values()), now_fen=sum(now.values())),
        lines={line: Growth(before_fen=lines_before[line], now_fen=fen) for line, fen in lines.items()},
        reference_bp=reference_bp,
    )


def check_explained(found: Compared | None, explanations: Mapping[str, str]) -> Decision:
    """Is what falls or lags explained? `explanations` are words by line, those of the whole under an empty one."""
    if found is None:
        return ALLOWED
    faults = []
    if found.is_total_to_explain and not explanations.get("", "").strip():
        reason = (
            _("总额说明：总额比上年减少，须书面说明")
            if found.total.falls
            else _("总额说明：总额的增长低于参照增长率，须书面说明")
        )
        faults.append(refuse(reason, citations=(GROWTH_ARTICLE,)))
    lagging = _("%(line)s：增长低于参照增长率，须书面说明")
    faults += [
        refuse(_about(line, lagging), citations=(GROWTH_ARTICLE,))
        for line in found.lines_to_explain
        if not explanations.get(line, "").strip()
    ]
    return all_of(*faults)


def check_words(words: str, *, label: str) -> Decision:
    """Is an explanation short enough to be kept? `label` is what the form calls it."""
    if len(words) <= MOST_WORDS:
        return ALLOWED
    return refuse(gettext(_("%(label)s：不超过 1000 个字")) % {"label": label})


# --- who may


@dataclass(frozen=True)
class Held:
    """A budget as deciding on a person reads it: where it is, whose, how it stands, and who had a hand in it."""

    state: str
    district: str
    body_id: int | None
    hands: Collection[int] = ()


def may_move(budget: Held, *, move: str, actor: Actor) -> Decision:
    """May the budget make this move, and may this person make it? Nobody approves what they had a hand in."""
    if budget.state == LOCKED:
        return refuse(LOCKED_STAYS, citations=(BUDGET_LAW, BUDGET_ARTICLE), code=CLOSED_RECORD)
    allowed = BUDGET.may_move(state=budget.state, move=move)
    if not allowed:
        return refuse(*allowed.reasons, citations=(BUDGET_ARTICLE,))
    return _may(BUDGET.move(move), budget, OWN_BUDGET, actor)


def may_open(*, district: str, body_id: int | None, actor: Actor) -> Decision:
    """May this person begin a budget of this level?"""
    return _may(BUDGET.move("edit"), Held(BUDGET.initial, district, body_id), OWN_BUDGET, actor)


def may_ask_adjustment(budget: Held, *, actor: Actor) -> Decision:
    """May this person ask for an adjustment? Only what is locked is adjusted; before that it is edited."""
    if budget.state != LOCKED:
        return refuse(_("预算还没有锁定，直接改动草案"), citations=(BUDGET_ARTICLE,))
    return _may(BUDGET.move("edit"), budget, OWN_BUDGET, actor)


def may_settle(adjustment: Held, *, move: str, actor: Actor) -> Decision:
    """May this person approve an adjustment, or say no to it? `hands` are those who asked for it."""
    allowed = ADJUSTMENT.may_move(state=adjustment.state, move=move)
    if not allowed:
        return refuse(*allowed.reasons, citations=(BUDGET_ARTICLE,))
    return _may(ADJUSTMENT.move(move), adjustment, OWN_ADJUSTMENT, actor)


def _may(move: Move, held: Held, own: str, actor: Actor) -> Decision:
    is_own_body = held.body_id is not None and held.body_id == actor.organisation_id
    faults = (
        (actor.kind is not ActorKind.POST or not actor.may(move.permission), NOT_PERMITTED),
        (actor.district != held.district, _("不在您的辖区")),
        (not is_own_body and not actor.may(Permission.FUNDING_OVERSEE), _("只有财政部门或者预算单位自己可以办理")),
        (move.party == APPROVER and bool(actor.persons & frozenset(held.hands)), own),
    )
    reason = next((reason for is_faulty, reason in faults if is_faulty), "")
    return refuse(reason, citations=(BUDGET_ARTICLE,)) if reason else ALLOWED


# --- adjustments


def check_papers(*, document_number: str, reason: str) -> Decision:
    """Does an adjustment say on which document it rests, and why?"""
    faults = (
        (not document_number.strip(), _("文号：须写明调整所依据文件的文号")),
        (len(document_number) > MOST_NUMBER, _("文号：不超过 60 个字")),
        (not reason.strip(), _("理由：须写明理由")),
        (len(reason) > MOST_WORDS, _("理由：不超过 1000 个字")),
    )
    reasons = [said for is_faulty, said in faults if is_faulty]
    return refuse(*reasons) if reasons else ALLOWED


def check_changes(changes: Mapping[Cell, object]) -> Decision:
    """Does an adjustment change something, in whole fen?"""
    if not any(changes.values()):
        return refuse(_("调整：至少改动一个科目"))
    sizes = {cell: abs(fen) if isinstance(fen, int) else fen for cell, fen in changes.items()}
    return check_amounts(sizes)


def check_after(after: Amounts) -> Decision:
    """May a locked budget come to this? Nothing below zero, and every mandatory line keeps an amount."""
    below = _("%(line)s：调整以后小于 0")
    negative = [
        refuse(_about(line, below), citations=(BUDGET_ARTICLE,))
        for line in dict.fromkeys(line for (line, _nature), fen in after.items() if fen < 0)
    ]
    if negative:
        return all_of(*negative)
    return all_of(check_amounts(after), check_complete(after, reason=NOTHING_LEFT))
