"""The gate: admission, demands, and what was admitted."""

from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    """Step 6 of the staircase."""

    name = "sanhu.domains.admission"
    label = "admission"
