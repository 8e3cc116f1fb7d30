"""Every stored field has a privacy class: its own, by its type, or the one default its model states."""

import pytest
from django.apps import apps
from django.db.models import Model

from tools import reference

CLASSES = {"public", "internal", "personal", "sensitive"}
MODELS = [model for model in apps.get_models() if model.__module__.startswith("sanhu.")]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_has_a_privacy_class(model: type[Model]):
    said = {field.name: reference.privacy(field) for field in model._meta.concrete_fields}
    assert {name: kind for name, kind in said.items() if kind not in CLASSES} == {}


def test_there_are_models_to_ask():
    assert MODELS
