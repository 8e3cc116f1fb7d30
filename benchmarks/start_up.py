"""From `make run` to the first page: in a fresh tree without any package cache, with one, and for the second time."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.figures import Figure, show

ROOT = Path(__file__).resolve().parents[1]
COLD_AIM_S = 120.0
WARM_AIM_S = 5.0
PATIENCE_S = 600.0


def measure() -> Iterator[Figure]:
    """Measure three starts, each in the tree as git knows it."""
    with fresh_tree() as tree:
        # Reported without an aim: it is the network's speed more than ours.
        yield Figure("start_up_empty_cache", seconds_to_first_page(tree, PIP_NO_CACHE_DIR="1"), "s")
    with fresh_tree() as tree:
        yield Figure("start_up_cold", seconds_to_first_page(tree), "s", baseline=COLD_AIM_S)
        yield Figure("start_up_warm", seconds_to_first_page(tree), "s", baseline=WARM_AIM_S)


@contextmanager
def fresh_tree() -> Iterator[Path]:
    """Copy what git tracks, as it lies here now, to a place of its own."""
    with tempfile.TemporaryDirectory(prefix="sanhu-bench-") as folder:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in filter(None, listed.split("\0")):
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        yield Path(folder)


def seconds_to_first_page(tree: Path, **environment: str) -> float:
    """Start, wait for the first page, stop. Raises RuntimeError where the start fails or takes too long."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SANHU_", "DATABASE_"))}
    log = tree / "start.log"
    started = time.perf_counter()
    with log.open("w") as output:
        make = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=tree,
            env=inherited | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while not answers(port):
            if make.poll() is not None or time.perf_counter() - started > PATIENCE_S:
                raise RuntimeError(f"no first page: {log.read_text()[-2000:]}")
            time.sleep(0.05)
        return time.perf_counter() - started
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGTERM)
            make.wait(timeout=30)


def answers(port: int) -> bool:
    """Tell whether the first page is there."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=2) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    show(measure())
