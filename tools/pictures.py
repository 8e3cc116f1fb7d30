"""Put the pictures that the stories took into docs/images, small enough for a document.

python -m tools.pictures    after tests/stories/test_pictures.py has run

A page has few colours; a palette of 256 keeps its letters sharp and makes a third of the file.
"""

import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
TAKEN, SHOWN = ROOT / "var" / "screenshots" / "manual", ROOT / "docs" / "images"
COLOURS = 256


def put(taken: Path, shown: Path) -> list[str]:
    """Put every picture of one folder into the other; give their names."""
    shown.mkdir(parents=True, exist_ok=True)
    names = []
    for path in sorted(taken.glob("*.png")):
        with Image.open(path) as picture:
            small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(shown / path.name, optimize=True)
        names.append(path.name)
    return names


def main() -> None:
    names = put(TAKEN, SHOWN)
    if not names:
        sys.exit("no pictures: run tests/stories/test_pictures.py first")
    for name in names:
        print(f"{name}: {(SHOWN / name).stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
