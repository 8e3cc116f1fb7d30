"""Matters from report to rating."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Step 5 of the staircase."""

    name = "sanhu.domains.casework"
    label = "casework"
