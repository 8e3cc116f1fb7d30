"""The aggregates of casework."""

from sanhu.domains.casework.models.clock import Clock, ClockPurpose
from sanhu.domains.casework.models.contact import Contact
from sanhu.domains.casework.models.cosigning import CoSigning, CoSigningState
from sanhu.domains.casework.models.counter import CaseCounter
from sanhu.domains.casework.models.deferral import Deferral
from sanhu.domains.casework.models.erasure import Erasure
from sanhu.domains.casework.models.joining import Joining
from sanhu.domains.casework.models.matter import IntakeChannel, Matter
from sanhu.domains.casework.models.procedure_mark import ProcedureMark
from sanhu.domains.casework.models.publication import Publication, Verdict
from sanhu.domains.casework.models.rating import Rating
from sanhu.domains.casework.models.reclassification import Reclassification
from sanhu.domains.casework.models.reply_template import ReplyTemplate
from sanhu.domains.casework.models.ruling import Ruling
from sanhu.domains.casework.models.search import SearchEntry
from sanhu.domains.casework.models.step import Step
from sanhu.domains.casework.models.supplement import Supplement
from sanhu.domains.casework.models.trained_router import RouterState, TrainedRouter

__all__ = [
    "CaseCounter",
    "Clock",
    "ClockPurpose",
    "CoSigning",
    "CoSigningState",
    "Contact",
    "Deferral",
    "Erasure",
    "IntakeChannel",
    "Joining",
    "Matter",
    "ProcedureMark",
    "Publication",
    "Rating",
    "Reclassification",
    "ReplyTemplate",
    "RouterState",
    "Ruling",
    "SearchEntry",
    "Step",
    "Supplement",
    "TrainedRouter",
    "Verdict",
]
