"""The state tables of a budget and of an adjustment to a locked one (R56)."""

from django.utils.translation import gettext_noop as _

from sanhu.domains.funding.budget_lines import BUDGET_ARTICLE
from sanhu.domains.funding.budget_terms import BudgetEvent
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.workflow import Move, State, StateTable

PREPARER, APPROVER = "preparer", "approver"
DRAFT, SUBMITTED, LOCKED = "draft", "submitted", "locked"


def _prepares(code: str, label: str, source: str, target: str, event: BudgetEvent) -> Move:
    return Move(code, label, (source,), target, PREPARER, Permission.FUNDING_BUDGET, BUDGET_ARTICLE, event)


def _decides(code: str, label: str, source: str, target: str, event: BudgetEvent, *, needs_reason: bool) -> Move:
    # Whoever closes the district's books also approves its budgets: the one power over money that is held by a head
    # and by nobody who prepares, appropriates or pays. Roles in force need no change for it.
    return Move(
        code,
        label,
        (source,),
        target,
        APPROVER,
        Permission.FUNDING_CLOSE,
        BUDGET_ARTICLE,
        event,
        needs_reason=needs_reason,
    )


BUDGET = StateTable(
    name="budget",
    initial=DRAFT,
    states=(
        State(DRAFT, _("编制中"), _("编制中"), PREPARER),
        State(SUBMITTED, _("待批准"), _("待批准"), APPROVER),
        State(LOCKED, _("已锁定"), _("已批准"), "", is_open=False),
    ),
    moves=(
        _prepares("edit", _("改动"), DRAFT, "", BudgetEvent.EDITED),
        _prepares("submit", _("提交批准"), DRAFT, SUBMITTED, BudgetEvent.SUBMITTED),
        _prepares("withdraw", _("收回再改"), SUBMITTED, DRAFT, BudgetEvent.WITHDRAWN),
        _decides("approve", _("批准并锁定"), SUBMITTED, LOCKED, BudgetEvent.LOCKED, needs_reason=False),
        _decides("reject", _("退回"), SUBMITTED, DRAFT, BudgetEvent.REJECTED, needs_reason=True),
    ),
)

ADJUSTMENT = StateTable(
    name="budget_adjustment",
    initial="asked",
    states=(
        State("asked", _("待批准"), _("待批准"), APPROVER),
        State("approved", _("已批准"), _("已批准"), "", is_open=False),
        State("rejected", _("不予批准"), _("不予批准"), "", is_open=False),
    ),
    moves=(
        _decides("approve", _("批准调整"), "asked", "approved", BudgetEvent.ADJUSTMENT_APPROVED, needs_reason=False),
        _decides("reject", _("不予批准"), "asked", "rejected", BudgetEvent.ADJUSTMENT_REJECTED, needs_reason=True),
    ),
)
