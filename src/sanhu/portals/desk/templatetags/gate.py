"""Filters of the gate and the ledger: money, people's time, steps and states in words."""

from django import template
from django.utils.translation import gettext

from sanhu.domains.admission.models import GateStep
from sanhu.domains.admission.services.steps import Moving
from sanhu.domains.catalogue.acts import ACT_LABELS
from sanhu.portals.gate import state_words, step_words
from sanhu.portals.look.amounts import person_time, yuan

register = template.Library()

register.filter(yuan)
register.filter(person_time)


@register.filter
def gate_state(row: Moving) -> str:
    """Say in officials' words how an application, a task or a demand stands."""
    return state_words(row)


@register.filter
def gate_step(step: GateStep) -> str:
    """Say what a step at the gate did."""
    return step_words(step)


@register.filter
def act_words(code: str) -> str:
    """Say what a committee is asked to do; an act that was taken off the list stands by its code."""
    return gettext(ACT_LABELS[code]) if code in ACT_LABELS else code
