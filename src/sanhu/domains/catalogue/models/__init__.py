"""The aggregates of the catalogue."""

from sanhu.domains.catalogue.models.calendar import CalendarDay, CalendarSource
from sanhu.domains.catalogue.models.duty import Duty
from sanhu.domains.catalogue.models.instrument import Article, Instrument
from sanhu.domains.catalogue.models.item import AffairItem
from sanhu.domains.catalogue.models.proposal import CatalogueProposal
from sanhu.domains.catalogue.models.review import ItemReview
from sanhu.domains.catalogue.models.stage import InstrumentStage
from sanhu.domains.catalogue.models.terms import DutyTerms, ItemTerms, ProcedureStep
from sanhu.domains.catalogue.models.version import CatalogueVersion

__all__ = [
    "AffairItem",
    "Article",
    "CalendarDay",
    "CalendarSource",
    "CatalogueProposal",
    "CatalogueVersion",
    "Duty",
    "DutyTerms",
    "Instrument",
    "InstrumentStage",
    "ItemReview",
    "ItemTerms",
    "ProcedureStep",
]
