"""Filters of the communities' accounts."""

from django import template

from sanhu.domains.funding.account_tables import kind_words

register = template.Library()


@register.filter
def voucher_kind(code: str, expense: str = "") -> str:
    """Name what a voucher does, and of spending on what."""
    return kind_words(code, expense)
