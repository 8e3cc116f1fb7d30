"""Areas, grid cells and where a point lies."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Step 2 of the staircase."""

    name = "sanhu.domains.places"
    label = "places"
