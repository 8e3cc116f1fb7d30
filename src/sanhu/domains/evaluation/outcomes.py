"""The four outcomes the article asks for (R28), as far as records tell of them: of one committee, over some months.

Self-governance comes back: the share of it in what the committee does is an indicator of its own. Government changes
its functions: what went back to the bodies that are to bear it. The market does its part: what the district's budget
has for bought services, and what was paid of it; who provided them is recorded nowhere yet. The three know what is
whose: what is still disputed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sanhu.domains.admission.queries.returns import ReturnLine, returns_of
from sanhu.domains.evaluation.contradictions import Contradictions
from sanhu.domains.evaluation.months import Period
from sanhu.domains.funding.budget_execution import Executed, execution_of
from sanhu.domains.funding.budget_queries import locked_budget
from sanhu.domains.funding.terms import BudgetLine
from sanhu.domains.subjects.models import Organisation
from sanhu.engines.workdays import ONE_DAY


@dataclass(frozen=True)
class Outcomes:
    """What went back from the committee, what the district buys in a year, and how much is still disputed.

    `bought` is None where the year has no locked budget.
    """

    returned: Sequence[ReturnLine]
    year: int
    bought: Executed | None
    awaiting_ruling: int
    escalated: int
    contested: int

    @property
    def disputed(self) -> int:
        """How many boundaries between bodies are not settled."""
        return self.awaiting_ruling + self.escalated + self.contested


def outcomes_of(committee: Organisation, period: Period, *, said: Contradictions) -> Outcomes:
    """Give the outcomes of one committee over some months; `said` are its contradictions, where the disputes are."""
    last = period.until - ONE_DAY
    returned = returns_of(committee.district, period.first, last)
    return Outcomes(
        returned=[line for line in returned if line.committee == committee.name],
        year=last.year,
        bought=_bought(committee.district, last.year),
        awaiting_ruling=said.awaiting_ruling,
        escalated=said.escalated,
        contested=len(said.contested),
    )


def _bought(district: str, year: int) -> Executed | None:
    budget = locked_budget(district=district, year=year, body_id=None)
    if budget is None:
        return None
    return next(line for line in execution_of(budget) if line.line == BudgetLine.L8)
