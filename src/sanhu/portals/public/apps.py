"""What residents see, without signing in and without JavaScript."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """The public portal."""

    name = "sanhu.portals.public"
    label = "public"
