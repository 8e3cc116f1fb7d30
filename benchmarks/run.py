"""Run benchmarks, all or by name: `python -m benchmarks.run [PART ...]`. One JSON line for each figure.

A part is a module of this folder with a function `measure()` that yields figures; each can also be run alone, as
`python -m benchmarks.PART`. A part that fails is reported and the others go on.
"""

import sys
import traceback
from importlib import import_module
from pathlib import Path

from benchmarks.figures import show


def parts() -> list[str]:
    """Name the parts: the modules of this folder that measure something."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    return [name for name in names if hasattr(import_module(f"benchmarks.{name}"), "measure")]


def main() -> None:
    known = parts()
    wanted = sys.argv[1:] or known
    if unknown := set(wanted) - set(known):
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(known)}", file=sys.stderr)
        sys.exit(2)
    failed = []
    for name in wanted:
        try:
            show(import_module(f"benchmarks.{name}").measure())
        except Exception:  # noqa: BLE001 - the other parts go on, and the exit code tells
            traceback.print_exc()
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
