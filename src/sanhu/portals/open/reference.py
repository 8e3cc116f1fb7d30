"""The page that describes the interface, drawn by the server from its own description: no script, both languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from sanhu.portals.open.operations import SCOPES
from sanhu.portals.open.problems import TITLES


@dataclass(frozen=True)
class Value:
    """One thing that is sent or answered."""

    name: str
    place: str
    kind: str
    is_required: bool


@dataclass(frozen=True)
class Described:
    """One operation."""

    method: str
    path: str
    anchor: str
    summary: str
    scopes: tuple[str, ...]
    asked: tuple[Value, ...]
    answered: tuple[Value, ...]
    status: str
    errors: tuple[str, ...]


@require_safe
def reference(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """Show every operation by group, and what each problem's status means."""
    schema = api.get_openapi_schema()
    groups: dict[str, list[Described]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            described = _described(method.upper(), path, operation, schema["components"]["schemas"])
            groups.setdefault(operation["tags"][0], []).append(described)
    context = {
        "about": schema["info"]["description"],
        "groups": list(groups.items()),
        "problems": [(status, gettext(title)) for status, title in TITLES.items()],
    }
    return render(request, "open/reference.html", context)


def _described(method: str, path: str, operation: dict[str, Any], shapes: dict[str, Any]) -> Described:
    statuses = [str(status) for status in operation["responses"]]
    good = next(status for status in statuses if status < "400")
    answered = operation["responses"][int(good)]["content"]["application/json"]["schema"]
    return Described(
        method=method,
        path=path,
        anchor=operation["operationId"],
        summary=operation["summary"],
        scopes=tuple(operation.get(SCOPES, ())),
        asked=(*_parameters(operation), *_body(operation, shapes)),
        answered=tuple(_values(answered, shapes, place="")),
        status=good,
        errors=tuple(status for status in statuses if status >= "400"),
    )


def _parameters(operation: dict[str, Any]) -> Iterator[Value]:
    for parameter in operation["parameters"]:
        yield Value(
            parameter["name"], parameter["in"], _kind(parameter["schema"]), is_required=bool(parameter["required"])
        )


def _body(operation: dict[str, Any], shapes: dict[str, Any]) -> Iterator[Value]:
    if "requestBody" in operation:
        yield from _values(operation["requestBody"]["content"]["application/json"]["schema"], shapes, place="body")


def _values(schema: dict[str, Any], shapes: dict[str, Any], *, place: str) -> Iterator[Value]:
    """List the values of a shape, those of a list's lines with the list's name before them; of several shapes all."""
    if "oneOf" in schema:
        yield from _of_either([list(_values(one, shapes, place=place)) for one in schema["oneOf"]])
        return
    shape = shapes[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    required = set(shape.get("required", ()))
    for name, value in shape.get("properties", {}).items():
        yield Value(name, place, _kind(value), is_required=name in required)
        if value.get("type") == "array" and "$ref" in value.get("items", {}):
            for inner in _values(value["items"], shapes, place=place):
                yield Value(f"{name}[].{inner.name}", place, inner.kind, is_required=inner.is_required)


def _of_either(found: list[list[Value]]) -> Iterator[Value]:
    """Give each value once, with every kind it may be; what not every shape has is not always there."""
    named: dict[str, list[Value]] = {}
    for values in found:
        for value in values:
            named.setdefault(value.name, []).append(value)
    for name, same in named.items():
        kinds = dict.fromkeys(value.kind for value in same)
        is_required = len(same) == len(found) and all(value.is_required for value in same)
        yield Value(name, same[0].place, " | ".join(kinds), is_required=is_required)


def _kind(value: dict[str, Any]) -> str:
    """Say in a word what a value is."""
    if "anyOf" in value:
        return " | ".join(_kind(one) for one in value["anyOf"])
    if "$ref" in value:
        return str(value["$ref"]).rpartition("/")[2]
    if "const" in value:
        return str(value["const"])
    if "enum" in value:
        return " | ".join(str(one) for one in value["enum"] if one != "")
    kind = str(value.get("format") or value.get("type") or "object")
    return f"{kind}[]" if value.get("type") == "array" else kind
