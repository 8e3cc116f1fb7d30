"""What officials work at, signed in and acting through one post."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk portal."""

    name = "sanhu.portals.desk"
    label = "desk"
