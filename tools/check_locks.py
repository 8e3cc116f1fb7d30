"""Prove the locks clean: pinned, hashed, consistent, and without the address of any registry or machine."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements"
# Options that send an installer elsewhere, and anything that is an address.
ELSEWHERE = re.compile(r"https?:|file:|git\+|@ |^\s*-(?:f|i|-index|-extra|-find|-trusted|-no-index)\b")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;]+)( ; [^\\]+)? \\$")


def addresses(path: Path) -> Iterator[str]:
    """Find lines that name a registry, a link or a file."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if ELSEWHERE.search(line.partition(" #")[0]):
            yield f"{path.relative_to(ROOT)}:{number}: names an address: {line.strip()}"


def pins(path: Path) -> dict[str, set[str]]:
    """Give the pinned versions by package name."""
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := PIN.match(line):
            found.setdefault(match[1], set()).add(match[2])
    return found


def loose(path: Path) -> Iterator[str]:
    """Find lines of a lock that are neither a pin nor its hash."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not PIN.match(line) and not line.startswith("    --hash=sha256:"):
            yield f"{path.relative_to(ROOT)}:{number}: neither a pin nor a hash: {line.strip()}"


def unserved() -> Iterator[str]:
    """Find what base.txt pins otherwise than dev.txt: installing dev.txt has to serve both."""
    base, dev = pins(REQUIREMENTS / "base.txt"), pins(REQUIREMENTS / "dev.txt")
    for name, versions in base.items():
        if dev.get(name) != versions:
            yield f"requirements: base.txt pins {name} {versions}, dev.txt {dev.get(name)}; run `make lock`"


def undocumented(path: Path) -> Iterator[str]:
    """Find dependencies without the one line that says why they are here."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line and not line.startswith(("#", "-r ")) and " #" not in line:
            yield f"{path.relative_to(ROOT)}:{number}: no reason given: {line.strip()}"


def npm_addresses() -> Iterator[str]:
    """Find packages of package-lock.json that carry an address or lack their hash."""
    for lock in sorted(ROOT.glob("tests/**/package-lock.json")):
        if "node_modules" in lock.parts:
            continue
        for name, package in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
            if "resolved" in package or package.get("link"):
                yield f"{lock.relative_to(ROOT)}: {name} carries an address"
            if name and "integrity" not in package:
                yield f"{lock.relative_to(ROOT)}: {name} has no hash"


def findings() -> Iterator[str]:
    for path in sorted(REQUIREMENTS.glob("*.txt")):
        yield from addresses(path)
        yield from loose(path)
    for path in sorted(REQUIREMENTS.glob("*.in")):
        yield from addresses(path)
        yield from undocumented(path)
    yield from unserved()
    yield from npm_addresses()


def main() -> None:
    found = list(findings())
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
