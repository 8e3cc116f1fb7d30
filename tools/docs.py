"""Write or check the generated pages of docs/.

python -m tools.docs write    write them
python -m tools.docs check    fail where one of them is not what would be written now
"""

import difflib
import os
import sys
from pathlib import Path

import django

DOCS = Path(__file__).resolve().parents[1] / "docs"


def written() -> dict[Path, str]:
    """Give every generated page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanhu.config.settings.test")
    django.setup()
    from tools import mission, reference  # noqa: PLC0415 - models can only be read after setup

    pages = {"mission.md": mission.page(), **reference.files()}
    return {DOCS / name: text for name, text in pages.items()}


def write() -> None:
    for path, text in written().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(DOCS.parent)}")


def check() -> int:
    """Print how the pages differ from what they should be; give the exit code."""
    pages = written()
    stale = 0
    for path, text in pages.items():
        name = str(path.relative_to(DOCS.parent))
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        if there != text:
            stale += 1
            difference = difflib.unified_diff(
                there.splitlines(), text.splitlines(), name, "generated", n=0, lineterm=""
            )
            print(*list(difference)[:12], sep="\n")
    for path in sorted((DOCS / "reference").iterdir()):
        if path not in pages:
            stale += 1
            print(f"{path.relative_to(DOCS.parent)}: nothing generates it; docs/reference is generated")
    if stale:
        print(f"{stale} generated pages are stale: run `make docs`")
    return 1 if stale else 0


def main() -> None:
    match sys.argv[1:]:
        case ["write"]:
            write()
        case ["check"]:
            sys.exit(check())
        case _:
            print(__doc__, file=sys.stderr)
            sys.exit(2)


if __name__ == "__main__":
    main()
