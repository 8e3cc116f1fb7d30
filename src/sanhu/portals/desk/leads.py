"""Kinds of body that may answer for a duty, by name, and why the others may not."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from sanhu.domains.catalogue import shipped
from sanhu.domains.catalogue.models import Duty
from sanhu.domains.catalogue.queries import may_lead
from sanhu.domains.catalogue.rules import LeadKind
from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.engines.decisions import Decision


@lru_cache(maxsize=1)
def known_leads() -> tuple[LeadKind, ...]:
    """Every kind of body the shipped catalogue names, and every kind of the registry without a specialty."""
    named = {
        LeadKind.parse(option.kind)
        for item in shipped.items()
        for duty in item.duties
        for option in duty.leads
        if _is_known(option.kind)
    }
    return tuple(sorted(named | {LeadKind(kind) for kind in SubjectKind}))


def _is_known(kind: str) -> bool:
    try:
        LeadKind.parse(kind)
    except ValueError:
        return False
    return True


def lead_words(lead: LeadKind) -> str:
    """A kind of body in the reader's language."""
    return shipped.lead_name(lead, language=get_language() or "zh-hans")


@dataclass(frozen=True)
class Barred:
    """A kind of body that may not lead, and why."""

    name: str
    decision: Decision


def barred_from(duty: Duty) -> list[Barred]:
    """The kinds that may not lead a duty, each with its refusal, a committee's (X-02) first."""
    decisions = [(lead, may_lead(duty, lead)) for lead in known_leads()]
    barred = [Barred(name=lead_words(lead), decision=decision) for lead, decision in decisions if not decision]
    return sorted(barred, key=lambda one: one.decision.code)
