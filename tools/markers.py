"""What the tests say they show: `@pytest.mark.covers("R36", "X-05")`, read from the source without running it.

A marker stands on a test, on a class or, as `pytestmark`, on a module. What a test visits is read from it and from the
functions of its module that it calls: URL names given to `reverse(…)`, addresses given to `get(…)`, `post(…)` or
`goto(…)`, commands given to `call_command(…)`.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
ANYTHING = "*"  # stands for what an address takes from a variable
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Shown:
    """One test that covers something: where it is, its codes, its own source, what it visits."""

    path: Path
    name: str
    line: int
    codes: tuple[str, ...]
    body: str
    pages: tuple[str, ...]
    addresses: tuple[str, ...]
    commands: tuple[str, ...]


def test_files() -> list[Path]:
    """Give the test modules of the tree."""
    return sorted(path for path in TESTS.rglob("test_*.py") if "node_modules" not in path.parts)


def shown_by_tests() -> list[Shown]:
    """Read every test that carries a marker."""
    return [shown for path in test_files() for shown in shown_in(path)]


def shown_in(path: Path) -> Iterator[Shown]:
    """Read the marked tests of one module."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    helpers = {node.name: node for node in tree.body if isinstance(node, FunctionNode)}
    for prefix, inherited, node in tests_of(tree):
        codes = (*inherited, *codes_on(node.decorator_list))
        if not codes:
            continue
        parts = [node, *called(node, helpers)]
        yield Shown(
            path=path.relative_to(ROOT),
            name=prefix + node.name,
            line=node.lineno,
            codes=tuple(dict.fromkeys(codes)),
            body="\n".join([*(without_markers(part, text) for part in parts), *tables(tree, parts, text)]),
            pages=first_arguments(parts, {"reverse"}),
            addresses=tuple(text for text in first_arguments(parts, {"get", "post", "goto"}) if text.startswith("/")),
            commands=first_arguments(parts, {"call_command"}),
        )


def tests_of(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...], FunctionNode]]:
    """Give each test function with its class's name before it and the codes its class and module lend it."""
    for_all = module_codes(tree)
    for node in tree.body:
        if isinstance(node, FunctionNode) and node.name.startswith("test_"):
            yield "", for_all, node
        if isinstance(node, ast.ClassDef):
            lent = (*for_all, *codes_on(node.decorator_list))
            for inner in node.body:
                if isinstance(inner, FunctionNode) and inner.name.startswith("test_"):
                    yield f"{node.name}::", lent, inner


def module_codes(tree: ast.Module) -> tuple[str, ...]:
    """Give the codes of a module's `pytestmark`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "pytestmark" for target in node.targets):
            marks = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
            return codes_on(marks)
    return ()


def codes_on(marks: list[ast.expr]) -> tuple[str, ...]:
    """Give the codes of the `covers` among some markers."""
    return tuple(
        argument.value
        for mark in marks
        if isinstance(mark, ast.Call) and getattr(mark.func, "attr", "") == "covers"
        for argument in mark.args
        if isinstance(argument, ast.Constant)
    )


def called(node: FunctionNode, helpers: dict[str, FunctionNode]) -> list[FunctionNode]:
    """Give the functions of the same module that a test calls or takes as fixtures, and those that these call."""
    found: dict[str, FunctionNode] = {}
    queue = [node]
    while queue:
        here = queue.pop()
        names = {inner.id for inner in ast.walk(here) if isinstance(inner, ast.Name)}
        names |= {argument.arg for argument in here.args.args}
        for name in names & helpers.keys() - found.keys():
            found[name] = helpers[name]
            queue.append(helpers[name])
    return [helper for helper in found.values() if helper is not node]


def tables(tree: ast.Module, parts: list[FunctionNode], text: str) -> Iterator[str]:
    """Give the source of the module's constants that some functions name: tables of expected values."""
    names = {inner.id for part in parts for inner in ast.walk(part) if isinstance(inner, ast.Name)}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(getattr(target, "id", "") in names for target in targets):
            yield ast.get_source_segment(text, node) or ""


def without_markers(node: FunctionNode, text: str) -> str:
    """Give a function's source, its other decorators with it, but not the `covers` that only claims."""
    decorators = [mark for mark in node.decorator_list if not codes_on([mark])]
    return "\n".join(ast.get_source_segment(text, part) or "" for part in [*decorators, node])


def first_arguments(parts: list[FunctionNode], functions: set[str]) -> tuple[str, ...]:
    """Give the first arguments of the calls to some functions that can be read, once each."""
    calls = (inner for part in parts for inner in ast.walk(part) if isinstance(inner, ast.Call) and inner.args)
    texts = (
        literal(call.args[0])
        for call in calls
        if functions & {getattr(call.func, "id", ""), getattr(call.func, "attr", "")}
    )
    return tuple(dict.fromkeys(filter(None, texts)))


def literal(node: ast.expr) -> str:
    """Read a text, one with variables in it, or a command's class as its module's name; nothing of anything else."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=values):
            return "".join(literal(value) or ANYTHING for value in values)
        case ast.Call(func=ast.Attribute(attr="Command", value=ast.Name(id=module))):
            return module
        case _:
            return ""
