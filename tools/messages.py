"""Messages: Chinese is written in the source, English stands in src/sanhu/locale/en. No gettext programs needed.

tools/messages.py extract    write every message of the source into the English catalogue
tools/messages.py compile    write the .mo file the program reads, where the catalogue is newer
tools/messages.py check      fail where a message lacks its English, or the English would break its placeholders
tools/messages.py unmarked   list Chinese in the source that is not marked for translation
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "sanhu"
PO = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
# The engines know no Django and mark nothing: whatever Chinese they hold is a message, translated where it is shown.
ENGINES = SOURCE / "engines"
# What is looked for in a text is shown to nobody.
SOUGHT = {
    ENGINES / f"{name}.py"
    for name in ("door_numbers", "personal_marks", "personal_names", "personal_numbers", "surnames")
}
# Django's names beside gettext's own, and `refuse`, whose words are reasons wherever it is called.
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "refuse": None,
}
MOST_LINES = 20
BRACES = re.compile(r"\{(\w+)\}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Characters, punctuation and full-width forms.
NOT_ENGLISH = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
MARKED_IN_TEMPLATES = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}"
    r"|{%\s*trans(?:late)?\b.*?%}|<!--.*?-->|_\((\"[^\"]*\"|'[^']*')\)",
    re.DOTALL,
)


def python_files() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def template_files() -> list[Path]:
    return sorted(path for path in SOURCE.glob("**/templates/**/*") if path.suffix in {".html", ".txt", ".svg"})


def as_python(template: Path) -> bytes:
    """Give a template as the Python that Django's own extraction makes of it, its indentation taken away."""
    text = templatize(template.read_text(encoding="utf-8"), origin=str(template))
    return "\n".join(line.lstrip() for line in text.splitlines()).encode()


def messages() -> Catalog:
    """Read every message of the source."""
    catalog = Catalog(locale=None)
    for path in [*python_files(), *template_files()]:
        where = str(path.relative_to(ROOT))
        if path in SOUGHT:
            continue
        if path.is_relative_to(ENGINES):
            for line, text in chinese_constants(path):
                catalog.add(text, None, [(where, line)])
            continue
        source = path.read_bytes() if path.suffix == ".py" else as_python(path)
        for line, ids, comments, context in extract("python", io.BytesIO(source), KEYWORDS, ("Translators:",)):
            catalog.add(ids, None, [(where, line)], auto_comments=comments, context=context)
    return catalog


def english() -> Catalog:
    """Read the English catalogue; an empty one where there is none yet."""
    if PO.exists():
        with PO.open("rb") as file:
            return read_po(file, locale="en")
    # A fixed date: a catalogue that was not changed does not change.
    day = datetime(2026, 11, 9, tzinfo=UTC)
    return Catalog(
        locale="en",
        project="Sanhu",
        header_comment="# English of Sanhu. Apache-2.0. `tools/messages.py extract` adds what is missing.",
        last_translator="the maintainers",
        language_team="en",
        msgid_bugs_address="the maintainers",
        creation_date=day,
        revision_date=day,
        fuzzy=False,
    )


def entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def key(message: Message) -> tuple[str | None, str]:
    """Name a message as gettext does: by its context and its singular."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def write_catalogue() -> None:
    catalog = english()
    created = catalog.creation_date
    catalog.update(messages(), no_fuzzy_matching=True)
    catalog.creation_date = created
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    print(f"{sum(1 for _ in entries(catalog))} messages in {PO.relative_to(ROOT)}")


def compile_catalogue() -> None:
    """Write the .mo file, in one step, so that a server that starts meanwhile never reads half of it."""
    if not PO.exists() or (MO.exists() and MO.stat().st_mtime >= PO.stat().st_mtime):
        return
    partial = MO.with_suffix(".partial")
    with partial.open("wb") as file:
        write_mo(file, english())
    partial.replace(MO)


def check_catalogue() -> int:
    """Print what is wrong; give the exit code."""
    catalog, wanted = english(), messages()
    found = [*unready(catalog, wanted), *broken(catalog)]
    print(*found[:MOST_LINES], sep="\n", end="\n" if found else "")
    if len(found) > MOST_LINES:
        print(f"… and {len(found) - MOST_LINES} more")
    if found:
        print("run `.venv/bin/python tools/messages.py extract`, then translate")
    live = sum(1 for _ in entries(wanted))
    unmarked = sum(1 for _ in unmarked_chinese())
    print(f"messages: {live}, faults: {len(found)}; Chinese not marked for translation: {unmarked}")
    return 1 if found else 0


def unready(catalog: Catalog, wanted: Catalog) -> Iterator[str]:
    """Find messages of the source that nobody has translated, or not for certain."""
    known = {key(message): message for message in entries(catalog)}
    for message in entries(wanted):
        translated = known.get(key(message))
        what = f"{message.locations[0][0]}: {{}}: {key(message)[1]}"
        if translated is None:
            yield what.format("not in the English catalogue")
        elif not is_translated(translated):
            yield what.format("without English")
        elif translated.fuzzy:
            yield what.format("English is fuzzy")


def broken(catalog: Catalog) -> Iterator[str]:
    """Find translations that lose or invent what is filled in, %(name)s or {name}, or are not in English."""
    where = PO.relative_to(ROOT)
    for message, errors in catalog.check():
        if is_translated(message):
            yield from (f"{where}: {key(message)[1]}: {error}" for error in errors)
    for message in entries(catalog):
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        names = set(BRACES.findall(key(message)[1]))
        if is_translated(message) and any(set(BRACES.findall(text)) != names for text in texts):
            yield f"{where}: {key(message)[1]}: names in braces differ"
        if any(NOT_ENGLISH.search(text) for text in texts):
            yield f"{where}: {key(message)[1]}: Chinese in the English"


def unmarked_chinese() -> Iterator[str]:
    """Find Chinese that no catalogue can translate: string constants and template text outside every marker."""
    for path in python_files():
        if not path.is_relative_to(ENGINES):
            yield from (f"{path.relative_to(ROOT)}:{line}: {text[:60]}" for line, text in chinese_constants(path))
    for path in template_files():
        text = MARKED_IN_TEMPLATES.sub(lambda match: "\n" * match[0].count("\n"), path.read_text(encoding="utf-8"))
        for number, line in enumerate(text.splitlines(), start=1):
            if CHINESE.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def chinese_constants(path: Path) -> Iterator[tuple[int, str]]:
    """Find the Chinese string constants of a module outside docstrings and every marker: line and text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(node.value)  # a docstring
        if isinstance(node, ast.Call) and not path.is_relative_to(ENGINES):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in KEYWORDS:
                passed.update(inner for argument in node.args for inner in ast.walk(argument))
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and node not in passed and CHINESE.search(node.value):
            yield node.lineno, node.value


def main() -> None:
    settings.configure(USE_I18N=True)
    verb = sys.argv[1] if len(sys.argv) == 2 else ""
    match verb:
        case "extract":
            write_catalogue()
        case "compile":
            compile_catalogue()
        case "check":
            sys.exit(check_catalogue())
        case "unmarked":
            print(*unmarked_chinese(), sep="\n")
        case _:
            print(__doc__, file=sys.stderr)
            sys.exit(2)


if __name__ == "__main__":
    main()
