"""docs/mission.md: what the founding article asks for and what must be refused, each with the tests that show it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.core.management import get_commands
from django.urls import get_resolver

from tools import reference
from tools.markers import Shown, shown_by_tests

REQUIREMENTS = Path(__file__).resolve().parents[1] / "docs" / "requirements.json"
MOST_OF_A_FILE = 2
INTRODUCTION = """\
# Mission

What the founding article (张大维、陈伟东《新时期如何构建社区事务长效管理机制》, 2014) asks of the software,
R1–R88, and what the software must refuse, X-01…X-22. The tests that show an entry say so themselves with a marker;
pages and commands are those that these tests visit. What no test covers reads "not yet".

Written by `make docs` from docs/requirements.json and the tests; `make check` fails when it is stale.
"""


def load() -> dict[str, list[dict[str, str]]]:
    """Read the requirements and refusals as transcribed from the article."""
    lists: dict[str, list[dict[str, str]]] = json.loads(REQUIREMENTS.read_text(encoding="utf-8"))
    return lists


def page() -> str:
    """Write the page."""
    tests: dict[str, list[Shown]] = defaultdict(list)
    for shown in shown_by_tests():
        for code in shown.codes:
            tests[code].append(shown)
    lists = load()
    counts = [
        f"{sum(1 for entry in entries if tests[entry['id']])} of {len(entries)} {name}"
        for name, entries in lists.items()
    ]
    requirements, refusals = (
        [row([*entry.values()], tests[entry["id"]]) for entry in lists[name]] for name in ("requirements", "refusals")
    )
    return "\n".join(
        [
            INTRODUCTION,
            f"Shown by tests today: {' and '.join(counts)}.",
            "\n## Requirements\n",
            "| | 原文 | in English | page or command | tests |\n| --- | --- | --- | --- | --- |",
            *requirements,
            "\n## Refusals\n",
            "| | 拒绝 | refused when | basis | page or command | tests |\n| --- | --- | --- | --- | --- | --- |",
            *refusals,
            "",
        ]
    )


def row(columns: list[str], tests: list[Shown]) -> str:
    """Write an entry with the pages and commands its tests visit, and the tests."""
    places = sorted({place for shown in tests for place in visited(shown)})
    names = [line for file in sorted({shown.path for shown in tests}) for line in _of_file(file, tests)]
    return f"| {' | '.join([*columns, '<br>'.join(places), '<br>'.join(names) or 'not yet'])} |"


def _of_file(file: Path, tests: list[Shown]) -> Iterator[str]:
    """Name the first tests of a file, and how many more there are: a cell is read by people."""
    names = [sentence(shown.name) for shown in tests if shown.path == file]
    yield from (f"[{name}](../{file.as_posix()})" for name in names[:MOST_OF_A_FILE])
    if len(names) > MOST_OF_A_FILE:
        yield f"and {len(names) - MOST_OF_A_FILE} more there"


def visited(shown: Shown) -> Iterator[str]:
    """Give the pages and commands a test visits. What it visits on purpose in vain is no page of ours."""
    known = {name: address for name, address, _ in reference.patterns(get_resolver())}
    yield from (f"`{name}`" for name in shown.pages if name in known)
    for address in shown.addresses:
        path = address.partition("?")[0]
        yield from (f"`{name}`" for name, pattern in known.items() if matches(path, pattern))
    commands = get_commands()
    ours = [name for name in shown.commands if str(commands.get(name, "")).startswith("sanhu.")]
    yield from (f"`sanhu {name}`" for name in ours)


def matches(address: str, pattern: str) -> bool:
    """Tell whether an address is one of a URL pattern, part by part; ANYTHING fits what the pattern leaves open."""
    mine, theirs = address.split("/"), pattern.split("/")
    return len(mine) == len(theirs) and all(
        part == slot or ("<" in slot and bool(part)) for part, slot in zip(mine, theirs, strict=True)
    )


def sentence(name: str) -> str:
    """Read a test's name as the sentence it is."""
    return name.rpartition("::")[2].removeprefix("test_").replace("_", " ")
