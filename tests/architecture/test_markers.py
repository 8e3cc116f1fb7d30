"""What the tests claim to show, they show: known codes, asserted refusals, and no test that cannot fail."""

import ast
import re

import pytest

from tools import markers, mission

REFUSAL = re.compile(r"X-\d\d$")
# What makes a test fail: an assertion, an expected exception, or a function whose name says that it asserts.
ASSERTING = re.compile(r"^(raises|warns|fail|expect\w*|assert\w*|check_\w+|refusal_of)$")
SHOWN = markers.shown_by_tests()


def test_every_code_is_one_of_the_domain():
    known = {entry["id"] for entries in mission.load().values() for entry in entries}
    assert {code for shown in SHOWN for code in shown.codes} - known == set()


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{shown.path.stem}::{shown.name}")
def test_a_test_that_covers_a_refusal_names_its_code(shown: markers.Shown):
    missing = [code for code in shown.codes if REFUSAL.match(code) and code not in shown.body]
    assert missing == [], f"{shown.path}:{shown.line}"


def test_every_test_can_fail():
    found = []
    for path in markers.test_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        helpers = {node.name: node for node in tree.body if isinstance(node, markers.FunctionNode)}
        found += [
            f"{path.relative_to(markers.ROOT)}::{prefix}{node.name}"
            for prefix, _, node in markers.tests_of(tree)
            if not any(asserts(part) for part in (node, *markers.called(node, helpers)))
        ]
    assert found == []


def asserts(node: markers.FunctionNode) -> bool:
    """Tell whether a function asserts anything."""
    names = (
        getattr(inner.func, "attr", getattr(inner.func, "id", ""))
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call)
    )
    return any(isinstance(inner, ast.Assert) for inner in ast.walk(node)) or any(map(ASSERTING.match, names))
