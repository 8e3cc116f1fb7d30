"""The outsider's verifier on a bundle of a million entries, beside reading the same lines with one SHA-256 each.

The bundle is made first and is not timed; it takes about 3.5 GB in the temporary folder and is gone afterwards.
`python -m benchmarks.verify_offline SIZE` measures a smaller one.
"""

import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import bundle
from benchmarks.figures import Figure, show

VERIFIER = Path(__file__).resolve().parents[1] / "tools" / "verify_record.py"
SIZE = 1_000_000
SECONDS_AIM = 60.0


def measure(size: int = SIZE) -> Iterator[Figure]:
    """Make a bundle, read it bare, and let the verifier run over it as a stranger does."""
    with tempfile.TemporaryDirectory(prefix="sanhu-bench-") as folder:
        mebibytes = bundle.write(Path(folder), size=size) / 2**20
        bare = bare_seconds(Path(folder))
        before = cpu_seconds_of_children()
        seconds = verified_seconds(Path(folder), size=size)
        cpu = cpu_seconds_of_children() - before
    yield Figure("verify_offline_bundle", mebibytes, "MiB")
    yield Figure("verify_offline_s", seconds, "s", baseline=SECONDS_AIM * size / SIZE)
    yield Figure("verify_offline_cpu", cpu, "s of all cores")
    yield Figure("verify_offline_beside_bare_sha256", seconds, "s", baseline=bare)


def verified_seconds(folder: Path, *, size: int) -> float:
    """Verify in a process of its own. Raises RuntimeError where an honest bundle is not found to hold."""
    started = time.perf_counter()
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode or f"entries: {size}, of which {size // 2} shown" not in done.stdout:
        raise RuntimeError(f"the verifier: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds


def cpu_seconds_of_children() -> float:
    """Give what ended child processes and theirs have computed: the same however busy the machine is."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bare_seconds(folder: Path) -> float:
    """Read every line and hash it once."""
    started = time.perf_counter()
    with (folder / "record.jsonl").open("rb") as file:
        for line in file:
            hashlib.sha256(line).digest()
    return time.perf_counter() - started


if __name__ == "__main__":
    show(measure(*map(int, sys.argv[1:2])))
