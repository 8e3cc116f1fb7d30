"""Make and keep `.venv`: the locked requirements, the package itself and the development-only npm packages.

Runs on the standard library alone, with whatever Python starts it, because it is what brings everything else. What was
installed is remembered by the hash of what asked for it, so a second run needs no network and no time; a lock
lets parallel make targets wait for each other.

    python3 tools/environment.py base     what `make run` needs
    python3 tools/environment.py dev      what tests, checks and benchmarks need beside it
"""

from __future__ import annotations  # so that an old Python reaches the message that refuses it

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMPS = VENV / "installed.json"
NPM = ROOT / "tests" / "npm"
OLDEST = (3, 11)


def digest(*files: Path) -> str:
    """Hash what decides an installation: the files, where the tree lies and which Python serves it."""
    found = hashlib.sha256(f"{ROOT} {sys.version_info[:3]}".encode())
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()


def run(*command: str | Path, **environment: str) -> None:
    """Run a command in the tree and stop with its exit code when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=os.environ | environment, check=False)
    if done.returncode:
        sys.exit(f"environment: `{' '.join(str(part) for part in command)}` failed")


def read_stamps() -> dict[str, str]:
    """Give what was installed so far; nothing where that is unknown."""
    try:
        stamps: dict[str, str] = json.loads(STAMPS.read_text())
    except (OSError, ValueError):
        return {}
    return stamps


def write_stamps(stamps: dict[str, str]) -> None:
    """Remember what is installed, never half-written."""
    partial = STAMPS.with_suffix(".partial")
    partial.write_text(json.dumps(stamps, indent=1) + "\n")
    partial.replace(STAMPS)


def is_ours() -> bool:
    """Tell whether `.venv` works, lies where it was made and has the Python that runs this."""
    question = "import sys; print(sys.prefix, sys.version_info[:3])"
    try:
        asked = subprocess.run([VENV / "bin" / "python", "-c", question], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return asked.stdout.strip() == f"{VENV} {sys.version_info[:3]}"


def install_packages(lock: Path) -> None:
    """Install a lock file and the package itself, from hashes alone."""
    pip = (VENV / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", lock)
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)


def install_npm() -> None:
    """Install the npm packages of the tests with the npm that came as a wheel."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    npm = (VENV / "bin" / "npm", "ci", "--ignore-scripts", "--silent", "--no-audit", "--no-fund", "--prefix", NPM)
    run(*npm, PATH=path)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the tree against another installation into it."""
    tree = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(tree, fcntl.LOCK_EX)
        yield
    finally:
        os.close(tree)


def ensure(kind: str) -> None:
    """Bring `.venv` to what `kind` asks for; do nothing where it is there already."""
    stamps = read_stamps()
    if stamps.get("python") != digest():
        if not is_ours():
            print("environment: making .venv", flush=True)
            shutil.rmtree(VENV, ignore_errors=True)
            run(sys.executable, "-m", "venv", VENV)
        stamps = {"python": digest()}
        write_stamps(stamps)
    project = ROOT / "pyproject.toml"
    # dev.txt holds every line of base.txt (check_locks says so), so installing it serves both.
    locks = {name: ROOT / "requirements" / f"{name}.txt" for name in ("base", "dev")}
    wanted = {name: digest(lock, project) for name, lock in locks.items()}
    if stamps.get(kind) != wanted[kind]:
        print(f"environment: installing requirements/{kind}.txt", flush=True)
        install_packages(locks[kind])
        stamps |= wanted if kind == "dev" else {"base": wanted["base"]}
        write_stamps(stamps)
    npm = digest(NPM / "package-lock.json")
    if kind == "dev" and (stamps.get("npm") != npm or not (NPM / "node_modules").is_dir()):
        print("environment: installing tests/npm", flush=True)
        install_npm()
        write_stamps(stamps | {"npm": npm})


def main() -> None:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Sanhu needs Python 3.11 or later; {sys.executable} is {found}. Try: make PYTHON=python3.12 run")
    if len(sys.argv) != 2 or sys.argv[1] not in ("base", "dev"):
        print("usage: environment.py base|dev", file=sys.stderr)
        sys.exit(2)
    with alone():
        ensure(sys.argv[1])


if __name__ == "__main__":
    main()
