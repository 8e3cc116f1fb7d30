"""The open portal as a Django app."""

from django.apps import AppConfig


class OpenConfig(AppConfig):
    """Programs' way in: /api/v1/ and the page that describes it."""

    name = "sanhu.portals.open"
    label = "open"
