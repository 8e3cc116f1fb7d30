"""Money in balanced postings."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """Step 5 of the staircase."""

    name = "sanhu.domains.funding"
    label = "funding"
