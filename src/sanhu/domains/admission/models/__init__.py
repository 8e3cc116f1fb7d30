"""The aggregates of the gate."""

from sanhu.domains.admission.models.application import Application, ApplicationCommittee, Opinion, Vote
from sanhu.domains.admission.models.demand import Demand, RefusalRight
from sanhu.domains.admission.models.returning import ReturnAnswer, ReturnProposal
from sanhu.domains.admission.models.step import GateStep
from sanhu.domains.admission.models.task import Instalment, PowerGrant, Task

__all__ = [
    "Application",
    "ApplicationCommittee",
    "Demand",
    "GateStep",
    "Instalment",
    "Opinion",
    "PowerGrant",
    "RefusalRight",
    "ReturnAnswer",
    "ReturnProposal",
    "Task",
    "Vote",
]
