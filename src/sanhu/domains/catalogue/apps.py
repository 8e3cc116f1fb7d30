"""Instruments, classes, items and duties."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Step 4 of the staircase."""

    name = "sanhu.domains.catalogue"
    label = "catalogue"
