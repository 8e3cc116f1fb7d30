"""Filters of budgets: rates in words, and why there is none."""

from django import template
from django.utils.translation import pgettext

from sanhu.engines.growth import in_percent
from sanhu.portals.look.amounts import yuan

register = template.Library()

register.filter(yuan)


@register.filter
def percent(basis_points: int | None) -> str:
    """Write basis points as a percentage; without a denominator there is none."""
    return pgettext("ratio", "无数据") if basis_points is None else in_percent(basis_points)
