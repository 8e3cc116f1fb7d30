"""docs/reference: commands, pages, state tables, permissions and stored fields, read from the code itself."""

import argparse
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from itertools import product

from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.db.models import Field
from django.urls import URLPattern, URLResolver, get_resolver

from sanhu import domains
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines import diagrams
from sanhu.engines.workflow import StateTable

STANDING = "\nWritten by `make docs` from the code; `make check` fails when it is stale.\n"
CALLING = """\
`sanhu COMMAND --help` says the same. Exit code 0: done; 1: refused, or something was found faulty; 2: called wrongly.
Django's own commands are there too."""
EVERYWHERE = {action.dest for action in BaseCommand().create_parser("sanhu", "any")._actions}


def commands() -> str:
    """Describe our commands: help, arguments, exit codes."""
    ours = sorted(name for name, app in get_commands().items() if str(app).startswith("sanhu."))
    parts = [
        "# Commands",
        STANDING,
        CALLING,
    ]
    for name in ours:
        command = load_command_class(get_commands()[name], name)
        parser = command.create_parser("sanhu", name)
        parts += [f"\n## sanhu {name}\n", str(command.help).strip(), *arguments(f"sanhu {name}", parser)]
    return "\n".join([*parts, ""])


def arguments(program: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    """Describe a parser's arguments as a table, then its subcommands."""
    own = [action for action in parser._actions if action.dest not in EVERYWHERE]
    subparsers = [action for action in own if isinstance(action, argparse._SubParsersAction)]
    rows = [action for action in own if action not in subparsers]
    if rows:
        yield "\n| argument | |\n| --- | --- |"
        for action in rows:
            name = " ".join(action.option_strings) or str(action.metavar or action.dest)
            yield f"| `{name}` | {cell(action.help or '')}{' (required)' if action.required else ''} |"
    for subparser in subparsers:
        summaries = {choice.dest: choice.help for choice in subparser._choices_actions}
        for name, inner in subparser.choices.items():
            yield f"\n### {program} {name}\n\n{summaries.get(name) or ''}".rstrip()
            yield from arguments(f"{program} {name}", inner)


def pages() -> str:
    """List every page by its URL name."""
    rows = sorted(f"| `{name}` | `{path}` | {view} |" for name, path, view in patterns(get_resolver()))
    return "\n".join(["# Pages", STANDING, "| name | address | view |\n| --- | --- | --- |", *rows, ""])


def patterns(resolver: URLResolver, *, path: str = "/", space: str = "") -> Iterator[tuple[str, str, str]]:
    """Walk the URL patterns: name, address, dotted view."""
    for pattern in resolver.url_patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from patterns(pattern, path=here, space=inner)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", pattern.callback)
            module = view.__module__
            if module.startswith("sanhu."):
                yield f"{space}{pattern.name}", here, f"`{module}.{view.__qualname__}`"


def state_tables() -> Iterator[StateTable]:
    """Find the state tables of the rooms."""
    for room, name in product(pkgutil.iter_modules(domains.__path__, "sanhu.domains."), ("rules", "tables")):
        try:
            module = importlib.import_module(f"{room.name}.{name}")
        except ModuleNotFoundError as missing:
            if missing.name != f"{room.name}.{name}":
                raise
            continue
        yield from (value for value in vars(module).values() if isinstance(value, StateTable))


def states() -> str:
    """Show the state tables and list their moves."""
    parts = ["# States and moves", STANDING]
    for table in state_tables():
        parts += [f"## {table.name}\n", f"![{table.name}](states-{table.name}.svg)\n"]
        parts += ["| state | officials read | residents read | whose move is next |\n| --- | --- | --- | --- |"]
        parts += [
            f"| `{state.code}` | {state.label} | {state.public_label} | {state.next_party or '—'} |"
            for state in table.states
        ]
        parts += ["\n| move | | from | to | who | permission | rests on |\n| --- | --- | --- | --- | --- | --- | --- |"]
        parts += [
            f"| `{move.code}` | {move.label} | {', '.join(move.sources)} | {move.target or '(stays)'} | {move.party} "
            f"| {f'`{move.permission}`' if move.permission else '—'} | {move.citation} |"
            for move in table.moves
        ]
    return "\n".join([*parts, ""])


def diagrams_of_states() -> dict[str, str]:
    """Draw each state table as it is drawn on the page of a matter."""
    return {
        f"reference/states-{table.name}.svg": diagrams.to_svg(diagrams.layout(table), table.name)
        for table in state_tables()
    }


def permissions() -> str:
    """List the permissions that a role can carry."""
    rows = [f"| `{permission.value}` | `{permission.name}` |" for permission in Permission]
    intro = "What a role may carry. Roles are data (`sanhu.domains.subjects`), permissions are code."
    return "\n".join(["# Permissions", STANDING, intro, "\n| permission | in code |\n| --- | --- |", *rows, ""])


def fields() -> str:
    """List every stored field with its privacy class."""
    parts = [
        "# Stored fields",
        STANDING,
        "Each field with its privacy class; `*` marks what differs from its model's default.",
    ]
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if not model.__module__.startswith("sanhu."):
            continue
        default = getattr(model, "privacy_default", "")
        parts += [f"\n## {model._meta.label} ({default})\n", "| field | kind | class |\n| --- | --- | --- |"]
        for field in model._meta.concrete_fields:
            kind = privacy(field)
            parts.append(f"| `{field.name}` | {field.__class__.__name__} | {kind}{'' if kind == default else ' *'} |")
    return "\n".join([*parts, ""])


def privacy(field: "Field[object, object]") -> str:
    """Give a field's privacy class: its own, or its model's default, or nothing where neither is said."""
    return str(getattr(field, "privacy", None) or getattr(field.model, "privacy_default", ""))


def cell(text: str) -> str:
    """Fit a text into one cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


PAGES: dict[str, Callable[[], str]] = {
    "reference/commands.md": commands,
    "reference/pages.md": pages,
    "reference/states.md": states,
    "reference/permissions.md": permissions,
    "reference/fields.md": fields,
}


def files() -> dict[str, str]:
    """Give every file of docs/reference with its text."""
    return {name: write() for name, write in PAGES.items()} | diagrams_of_states()
