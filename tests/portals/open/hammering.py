"""Requests drawn from the interface's own description, lawful and unlawful ones, the same at every run."""

from collections.abc import Mapping, Sequence
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sanhu.config.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MOVES = ("accept", "assign", "decline", "supervise", "hear", "withdraw", "approve", "resume", "escalate", "no_such")


def described_operations() -> dict[str, Any]:
    """Give every operation of the description by method and path."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def hammer(operation: Any, headers: Mapping[str, str], *, numbers: Sequence[str], examples: int) -> int:
    """Send lawful and unlawful requests, about things there are and there are not; give how many were sent."""
    sent = 0
    for mode in GenerationMode:

        @settings(
            max_examples=examples,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=_cases(operation, mode, numbers))
        def one(case: Any) -> None:
            nonlocal sent
            sent += 1
            case.call_and_validate(headers=dict(headers), checks=CHECKS)

        try:
            one()
        except Unsatisfiable:  # what takes nothing cannot be asked wrongly
            assert mode is GenerationMode.NEGATIVE
            assert not operation.definition.raw.get("parameters")
    return sent


def _cases(operation: Any, mode: GenerationMode, numbers: Sequence[str]) -> st.SearchStrategy[Any]:
    def aimed(case: Any, number: str | None, move: str | None) -> Any:
        wanted = {"number": number, "code": number, "move": move}
        known = case.path_parameters or {}
        case.path_parameters = {**known, **{name: value for name, value in wanted.items() if value and name in known}}
        return case

    drawn = operation.as_strategy(generation_mode=mode)
    return st.builds(aimed, drawn, st.sampled_from([*numbers, None]), st.sampled_from([*MOVES, None]))
