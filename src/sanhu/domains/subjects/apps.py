"""Bodies, people, posts and powers."""

from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    """Step 3 of the staircase."""

    name = "sanhu.domains.subjects"
    label = "subjects"
