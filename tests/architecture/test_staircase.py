"""The staircase of domains holds in the database too: no migration and no link points up the stairs."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]


def steps() -> dict[str, int]:
    """Read the step of each domain from the import contract, so that both say the same."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (contract["layers"] for contract in contracts if contract["name"] == "The staircase of domains")
    return {
        module.strip().rpartition(".")[2]: step
        for step, layer in enumerate(reversed(layers), start=1)
        for module in layer.split("|")
    }


STEPS = steps()


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("sanhu.")]


def points_up(own: str, other: str) -> bool:
    """Tell whether a link from one domain to another goes up or across. What is not a domain of ours is the ground."""
    return other != own and other in STEPS and STEPS[other] >= STEPS[own]


def test_every_domain_stands_on_a_step():
    domains = {path.parent.name for path in (ROOT / "src" / "sanhu" / "domains").glob("*/apps.py")}
    assert domains == set(STEPS)


@pytest.mark.django_db
def test_no_migration_depends_on_a_higher_step():
    migrations = MigrationLoader(connection, ignore_no_migrations=True, replace_migrations=False)
    found = [
        f"{app}.{name} depends on {dependency}"
        for (app, name), migration in migrations.disk_migrations.items()
        if app in STEPS
        for dependency in migration.dependencies
        if points_up(app, dependency[0])
    ]
    assert len(migrations.disk_migrations) > len(STEPS)
    assert found == []


def test_no_model_links_to_a_higher_step():
    links = [
        (model, field)
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
    ]
    found = [
        f"{model._meta.label}.{field.name} links to {field.related_model._meta.label}"
        for model, field in links
        if points_up(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert links
    assert found == []


def test_no_link_hides_its_target():
    """A link up the stairs is a typed reference; a generic foreign key would let it pass unseen."""
    found = [model._meta.label for model in our_models() if model._meta.private_fields]
    found += [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.related_model is ContentType
    ]
    assert found == []
