"""Budgets by name, at the desk and for residents."""

from django.utils.translation import gettext

from sanhu.domains.funding.models import Budget


def budget_words(found: Budget) -> str:
    """Name a budget by its year and whose it is."""
    whose = found.body.name if found.body else gettext("区本级")
    return gettext("%(year)d 年%(whose)s预算") % {"year": found.year, "whose": whose}
