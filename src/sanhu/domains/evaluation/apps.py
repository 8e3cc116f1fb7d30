"""What the records say when they are read together: the burden of committees."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """Step 7 of the staircase. It stores nothing: all is counted from the rooms below."""

    name = "sanhu.domains.evaluation"
    label = "evaluation"
