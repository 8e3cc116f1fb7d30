"""The interface describes itself wholly: errors, scopes, keys; and the same on the page for people, in both tongues."""

from dataclasses import fields
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sanhu.domains.admission.services.application_moves import ApplicationMove
from sanhu.domains.admission.services.demand_moves import DemandMove
from sanhu.domains.admission.services.task_moves import TaskMove
from sanhu.domains.admission.tables import TABLES
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.casework.services.moves import MoveRequest
from sanhu.domains.subjects.rules.tokens import OF_THE_API
from sanhu.portals.open import desk_gate
from sanhu.portals.open.desk_matters import MoveAsked
from sanhu.portals.open.desk_shapes import TAKES
from sanhu.portals.open.problems import TITLES
from tests.portals.policy import breaches

PUBLIC = {
    "GET /matters",
    "GET /matters/{number}",
    "GET /matters/{number}/proof",
    "GET /catalogue",
    "GET /catalogue/{code}",
    "GET /areas",
    "GET /register",
    "GET /accounts/{area}",
    "GET /accounts/{area}/{period}",
    "GET /record/checkpoint",
    "POST /reports",
    "GET /receipts",
}
DESK = {
    "GET /desk/matters": "matter.view",
    "POST /desk/matters": "matter.register",
    "GET /desk/matters/{number}": "matter.view",
    "POST /desk/matters/{number}/moves/{move}": "matter.view",
    "GET /desk/inbox": "matter.view",
    "GET /desk/bodies": "matter.view admission.view",
    "GET /desk/applications": "admission.view",
    "GET /desk/applications/{number}": "admission.view",
    "POST /desk/applications/{number}/moves/{move}": "admission.view",
    "GET /desk/tasks": "admission.view",
    "GET /desk/tasks/{number}": "admission.view",
    "POST /desk/tasks/{number}/moves/{move}": "admission.view",
    "GET /desk/demands": "admission.view",
    "GET /desk/demands/{number}": "admission.view",
    "POST /desk/demands/{number}/moves/{move}": "admission.view",
    "GET /desk/accounts": "funding.view funding.oversee",
    "GET /desk/vouchers": "funding.view funding.oversee",
}


def schema(language: str = "zh-hans") -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return dict(answer.json())


def operations() -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}": operation
        for path, methods in schema()["paths"].items()
        for method, operation in methods.items()
    }


def test_these_are_all_operations_and_each_of_the_desk_names_its_scope():
    found = operations()
    assert set(found) == PUBLIC | set(DESK)
    assert {name: " ".join(found[name]["x-scopes"]) for name in DESK} == DESK
    assert all(found[name]["security"] == [{"Bearer": []}] for name in DESK)
    assert not any("security" in found[name] or "x-scopes" in found[name] for name in PUBLIC)
    assert {scope for scopes in DESK.values() for scope in scopes.split()} <= {str(scope) for scope in OF_THE_API}


def test_every_operation_declares_its_errors_as_problems():
    for name, operation in operations().items():
        errors = {int(status) for status in operation["responses"] if int(status) >= 400}
        expected = {400, 422, 503}
        expected |= {401, 403, 429} if name in DESK else set()
        expected |= {409, 413} if name.startswith("POST") else set()
        expected |= {404} if "{" in name or name in PUBLIC else set()
        expected |= {429} if name in {"POST /reports", "GET /receipts"} else set()
        expected |= {403} if name == "GET /receipts" else set()
        assert errors == expected, name
        assert errors <= set(TITLES)
        for status in errors:
            assert list(operation["responses"][str(status)]["content"]) == ["application/problem+json"], name
        assert len([status for status in operation["responses"] if int(status) < 300]) == 1


def test_a_receipt_answers_with_one_of_two_shapes_told_apart_by_a_field():
    answer = operations()["GET /receipts"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["discriminator"]["propertyName"] == "receipt_of"
    shapes = schema()["components"]["schemas"]
    for word, name in (("reported", "OwnMatter"), ("joined", "JoinedMatter")):
        assert answer["discriminator"]["mapping"][word] == f"#/components/schemas/{name}"
        assert shapes[name]["properties"]["receipt_of"]["const"] == word
        assert "receipt_of" in shapes[name]["required"]
    assert set(shapes["JoinedMatter"]["properties"]) - set(shapes["PublicMatter"]["properties"]) == {
        "receipt_of",
        "joined_at",
        "tell",
        "contact",
        "others",
    }


def test_every_write_asks_for_its_key_and_every_list_is_paged():
    for name, operation in operations().items():
        asked = {parameter["name"]: parameter for parameter in operation["parameters"]}
        assert ("Idempotency-Key" in asked) is name.startswith("POST"), name
        if name.startswith("POST"):
            assert asked["Idempotency-Key"]["required"]
    for name in ("GET /matters", "GET /desk/matters", "GET /desk/inbox", "GET /desk/tasks", "GET /desk/vouchers"):
        asked = {parameter["name"]: parameter for parameter in operations()[name]["parameters"]}
        assert asked["limit"]["schema"]["maximum"] == 100
        assert "after" in asked


def test_one_operation_makes_every_move_and_can_say_all_that_a_move_takes():
    def named(service: Any) -> set[str]:
        return {field.name.removesuffix("_id") for field in fields(service)} - {"move"}

    assert set(MoveAsked.model_fields) == named(MoveRequest)
    assert set(desk_gate.ApplicationMoveAsked.model_fields) == named(ApplicationMove)
    assert set(desk_gate.TaskMoveAsked.model_fields) == named(TaskMove)
    assert set(desk_gate.GateMove.model_fields) == named(DemandMove)
    assert set(TAKES) <= {move.code for move in MATTER.moves}
    assert {name for names in TAKES.values() for name in names} <= set(MoveAsked.model_fields)
    for takes, table, body in (
        (desk_gate._TAKES_OF_APPLICATION, "application", desk_gate.ApplicationMoveAsked),
        (desk_gate._TAKES_OF_TASK, "task", desk_gate.TaskMoveAsked),
    ):
        assert set(takes) <= {move.code for move in TABLES[table].moves}
        assert {name for names in takes.values() for name in names} <= set(body.model_fields)


def test_the_description_is_openapi_3_1_and_worded_for_its_reader():
    told = schema()
    assert told["openapi"] == "3.1.0"
    assert told["info"]["title"] == "三互开放接口"
    summaries = {operation["summary"] for operation in operations().values()}
    assert len(summaries) == len(operations())
    assert not any(summary.isascii() for summary in summaries)
    assert "description" not in told["components"]["schemas"]["DeskMatter"]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "lang"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_the_page_shows_every_operation_without_a_script(language: str, lang: str):
    answer = Client().get(reverse("api_reference"), headers={"Accept-Language": language})
    page = answer.content.decode()
    assert (answer.status_code, f'<html lang="{lang}"' in page) == (200, True)
    assert '<code>receipt_of</code> <span class="muted">reported | joined</span>' in page
    assert breaches(answer) == []
    assert "<script" not in page
    for name, operation in operations().items():
        method, _blank, path = name.partition(" ")
        assert f"<code>{method} /api/v1{path}</code>" in page
        assert f'id="{operation["operationId"]}"' in page
    for status in TITLES:
        assert f'id="problem-{status}"' in page
    for scope in {scope for scopes in DESK.values() for scope in scopes.split()}:
        assert f"<code>{scope}</code>" in page
