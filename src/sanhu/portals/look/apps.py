"""The look of every page: style sheets, base templates, components, template tags."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """The Django app that holds what all portals' pages share."""

    name = "sanhu.portals.look"
    label = "look"
