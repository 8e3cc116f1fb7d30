"""The program `sanhu`."""

from django.apps import AppConfig


class CliConfig(AppConfig):
    """Holds the commands."""

    name = "sanhu.portals.cli"
    label = "cli"
