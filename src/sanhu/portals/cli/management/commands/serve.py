"""`sanhu serve`: what `make run` starts."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from sanhu.domains.subjects.models import Account
from sanhu.portals.cli.demo.loader import prepare_demonstration, sign_ins

_PATIENCE_SECONDS = 60
_THREADS = 4  # hashing a password leaves the others a core; on SQLite they write in turn (config.sqlite3)


class Command(BaseCommand):
    """Migrates, loads the demonstration where there is one, and runs web and worker together."""

    help = "Run web and worker on this machine: http://127.0.0.1:8000"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--workers", type=int, help="web processes; one on SQLite, two on PostgreSQL if not said")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, start, wait, stop."""
        del args
        os.umask(0o077)  # what is written here is this district's alone
        Path(settings.STATIC_ROOT or ".").mkdir(parents=True, exist_ok=True)
        if settings.SANHU_PRODUCTION:
            self._check_production()
        else:
            self._migrate()
        if settings.SANHU_DEMO:
            prepare_demonstration(say=self._say)
        connections.close_all()
        _check_free(options["host"], options["port"])
        url = f"http://{options['host']}:{options['port']}/"
        children = {"web": self._start(*self._web(options)), "worker": self._start("-m", *_MAIN, "worker")}
        stop = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda _number, _frame: stop.set())
        try:
            self._wait_until_answers(url, children["web"], stop)
            if not stop.is_set():
                self._announce(url)
            self._watch(children, stop)
        finally:
            self._end(children)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _migrate(self) -> None:
        if _is_behind():
            self._say("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)

    def _check_production(self) -> None:
        """A district's database is changed by its administrators, not by a start; and nothing invented lives in it."""
        if _is_behind():
            raise CommandError("The database is of an older version: back it up, then run `sanhu migrate`.")
        if Account.objects.filter(is_demonstration=True).exists():
            raise CommandError("This database holds demonstration accounts: it cannot serve a district.")
        call_command("collectstatic", interactive=False, verbosity=0)

    def _web(self, options: dict[str, Any]) -> tuple[str, ...]:
        on_sqlite = connection.vendor == "sqlite"
        workers = options["workers"] or (1 if on_sqlite else 2)
        return (
            "-m",
            "granian",
            "--interface=wsgi",
            f"--host={options['host']}",
            f"--port={options['port']}",
            f"--workers={workers}",
            f"--blocking-threads={_THREADS}",
            "--no-ws",
            "--respawn-failed-workers",
            "--log-level=warning",
            "sanhu.config.wsgi:application",
        )

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, *arguments])  # noqa: S603 - our own interpreter and modules

    def _wait_until_answers(self, url: str, web: subprocess.Popen[bytes], stop: threading.Event) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not stop.is_set():
            if web.poll() is not None:
                raise CommandError(
                    f"The web server ended before it answered. Is {url} taken? PORT=8001 chooses another."
                )
            if time.monotonic() > deadline:
                raise CommandError(f"{url} did not answer within {_PATIENCE_SECONDS} s.")
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - the address we have just bound
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                stop.wait(0.1)

    def _announce(self, url: str) -> None:
        self._say(f"\nSanhu 三互 is at {url}    (Ctrl-C ends it)")
        if settings.SANHU_DEMO:
            for line in sign_ins():
                self._say(line)

    def _watch(self, children: dict[str, subprocess.Popen[bytes]], stop: threading.Event) -> None:
        while not stop.wait(0.5):
            if children["web"].poll() is not None:
                raise CommandError("The web server ended.")
            if children["worker"].poll() is not None:
                self._say("The worker ended; starting it again.")
                stop.wait(2)
                children["worker"] = self._start("-m", *_MAIN, "worker")

    def _end(self, children: dict[str, subprocess.Popen[bytes]]) -> None:
        for child in children.values():
            child.terminate()
        for child in children.values():
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()


_MAIN = ("sanhu.portals.cli.main",)


def _check_free(host: str, port: int) -> None:
    """Find out before anything starts: another server at this port would answer in our name."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            reason = f"Port {port} of {host} is taken ({taken.strerror}). PORT=8001 chooses another."
            raise CommandError(reason) from taken


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
