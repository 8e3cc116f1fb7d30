"""A district to measure on: founded in the database the settings name, copied, served as `make run` serves it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from benchmarks.start_up import free_port

ROOT = Path(__file__).resolve().parents[1]
DATABASES = ("sqlite", "postgres")
SANHU = (sys.executable, "-m", "sanhu.portals.cli.main")


def told(module: str, *, database: str) -> dict[str, float]:
    """Measure one database in a child process, whose settings name it: what a module says of a folder, as JSON."""
    with tempfile.TemporaryDirectory(prefix="sanhu-bench-") as folder:
        command = [sys.executable, "-m", module, folder]
        if database == "postgres":
            command = [sys.executable, "tools/postgres.py", "--durable", *command]
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("SANHU_", "DATABASE_"))}
        environment = inherited | {
            "DJANGO_SETTINGS_MODULE": "sanhu.config.settings.local",
            "DATABASE_URL": f"sqlite:///{folder}/district.sqlite3",  # tools/postgres.py puts its own in this place
            "SANHU_DATA": folder,
            "SANHU_DEMO": "0",
        }
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{database}: {done.stderr[-3000:]}")
        figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return figures


def found() -> None:
    """Found the demonstration district in an empty database."""
    import django  # noqa: PLC0415 - only a child process needs it, with the settings it was given

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup
    from django.db import connection  # noqa: PLC0415 - after setup

    from sanhu.portals import clock  # noqa: PLC0415 - after setup
    from sanhu.portals.cli.demo.loader import found_demonstration  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0, skip_checks=True)
    found_demonstration(at=clock.now())
    connection.close()
    if connection.vendor == "postgresql":  # a database in use cannot be copied
        connection.close_pool()


def communities() -> list[str]:
    """Give the communities of the demonstration district."""
    from sanhu.portals.cli.demo.ground import cells  # noqa: PLC0415 - after setup

    return sorted({cell.area_code for cell in cells()})


def copied(address: str, folder: Path) -> str:
    """Copy the founded database, and give the copy's address."""
    if address.startswith("postgres"):
        server, _slash, name = address.rpartition("/")
        with psycopg.connect(f"{server}/template1", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE bare TEMPLATE {name}")
        return f"{server}/bare"
    copy = folder / "bare.sqlite3"
    with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return f"sqlite:///{copy}"


@contextmanager
def served() -> Iterator[int]:
    """Run web and worker together, and give the port."""
    port = free_port()
    with tempfile.TemporaryFile("w+") as log:
        command = [*SANHU, "serve", "--port", str(port)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert server.stdout is not None, "asked for above"
            if not any(f":{port}/" in line for line in server.stdout):  # it says its address when it answers
                log.seek(0)
                raise RuntimeError(f"no server: {log.read()[-3000:]}")
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
