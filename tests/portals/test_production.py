"""Production: started only with settings of its own, without anything invented, and safe by its own check."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from sanhu.portals.cli import keyfile

SANHU = Path(sys.executable).with_name("sanhu")
Environment = dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a district's folder with its keys, and a demonstration's keys beside them."""
    folder = tmp_path_factory.mktemp("district")
    keyfile.create(folder / "keys.json", demonstration=False)
    keyfile.create(folder / "demonstration.json", demonstration=True)
    (folder / "broken.json").write_text('{"secret": "x"}')
    (folder / "static").mkdir()
    return folder


@pytest.fixture(scope="module")
def database_url(folder: Path) -> Iterator[str]:
    """Give an empty database of its own: a file, or one more on the server that the tests run on."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder / 'sanhu.sqlite3'}"
        return
    name = f"production_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def good(folder: Path, database_url: str) -> Environment:
    """Give the environment of a district in production."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "sanhu.config.settings.production",
        "SANHU_DATA": str(folder),
        "SANHU_KEYS_FILE": str(folder / "keys.json"),
        "SANHU_HOSTS": "sanhu.example.org, www.sanhu.example.org",
        "DATABASE_URL": database_url,
    }


def run(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the program as a shell would."""
    return subprocess.run(
        [SANHU, *arguments], env=dict(environment), capture_output=True, text=True, timeout=120, check=False
    )


def script(environment: Mapping[str, str], source: str) -> str:
    """Run a script in the production settings and give what it printed."""
    prelude = "import django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", prelude + source],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_deployment_check_finds_nothing(good: Environment):
    done = run(good, "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"DEBUG": "1"}, "DEBUG is refused in production"),
        ({"DEBUG": "True"}, "DEBUG is refused in production"),
        ({"SANHU_DEMO": "1"}, "SANHU_DEMO is refused in production"),
        ({"SANHU_KEYS_FILE": "{folder}/demonstration.json"}, "demonstration keys are refused in production"),
        ({"SANHU_KEYS_FILE": "{folder}/none.json"}, "SANHU_KEYS_FILE cannot be used"),
        ({"SANHU_KEYS_FILE": "{folder}/broken.json"}, "SANHU_KEYS_FILE cannot be used: the key file broken.json lacks"),
        ({"SANHU_KEYS_FILE": None}, "SANHU_KEYS_FILE must be set in production"),
        ({"SANHU_DATA": None}, "SANHU_DATA must be set in production"),
        ({"DATABASE_URL": None}, "DATABASE_URL must be set in production"),
        ({"DATABASE_URL": "mysql://localhost/sanhu"}, "DATABASE_URL: sqlite:////abs/path or postgres://…"),
        ({"SANHU_HOSTS": None}, "SANHU_HOSTS must be set in production"),
        ({"SANHU_HOSTS": " , "}, "SANHU_HOSTS names each host"),
        ({"SANHU_HOSTS": "*"}, "SANHU_HOSTS names each host"),
        ({"SANHU_HOSTS": "https://sanhu.example.org"}, "SANHU_HOSTS names each host"),
        ({"SANHU_TRUSTED_PROXIES": "-1"}, "SANHU_TRUSTED_PROXIES is a number"),
        ({"SANHU_EMAIL_PORT": "smtp"}, "SANHU_EMAIL_PORT is a number"),
        ({"SANHU_SITE_URL": "sanhu.example.org"}, "SANHU_SITE_URL begins with https://"),
        ({"SANHU_WEBHOOK_HOSTS": "https://robot.example"}, "SANHU_WEBHOOK_HOSTS names each host"),
    ],
)
def test_what_has_no_place_in_production_is_refused_by_name(
    changed: dict[str, str | None], message: str, good: Environment, folder: Path
):
    environment = good | {name: value.format(folder=folder) for name, value in changed.items() if value is not None}
    for name, value in changed.items():
        if value is None:
            environment.pop(name)
    done = run(environment, "check")
    assert done.returncode == 1
    assert done.stderr.startswith("The settings cannot be used: ")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    for secret in ("secret", "field"):
        assert json.loads((folder / "keys.json").read_text())[secret] not in done.stderr


def test_keys_of_ones_own_are_made_by_one_command_and_replaced_by_none(good: Environment, folder: Path):
    path = folder / "made.json"
    local = good | {"DJANGO_SETTINGS_MODULE": "sanhu.config.settings.test"}
    assert run(local, "keys", "create", str(path)).returncode == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    assert run(local, "keys", "create", str(path)).returncode == 1
    assert path.read_bytes() == before
    assert run(good | {"SANHU_KEYS_FILE": str(path)}, "check").returncode == 0


_INVENTED = """
from datetime import UTC, datetime
from sanhu.domains.subjects.models import Account, Person
person = Person.objects.create(district="990101", staff_number="0011", name="周敏")
Account.objects.create(person=person, username="990101-0011", is_demonstration=True)
"""


def test_a_start_is_refused_on_an_old_database_and_on_one_with_invented_accounts(good: Environment):
    old = run(good, "serve", "--port", "1")
    assert old.returncode == 1
    assert "The database is of an older version" in old.stderr
    migrated = run(good, "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    script(good, _INVENTED)
    invented = run(good, "serve", "--port", "1")
    assert invented.returncode == 1
    assert "This database holds demonstration accounts: it cannot serve a district." in invented.stderr
    assert "Traceback" not in invented.stderr


def test_where_links_begin_and_which_robots_are_called_is_said_outside(good: Environment):
    said = "from django.conf import settings\nprint(settings.SANHU_SITE_URL, *settings.SANHU_WEBHOOK_HOSTS)"
    named = {"SANHU_SITE_URL": "https://sanhu.example.org", "SANHU_WEBHOOK_HOSTS": "robot.example, qyapi.example:8443"}
    assert script(good | named, said).split() == ["https://sanhu.example.org", "robot.example", "qyapi.example:8443"]
    assert script(good, said).split() == ["qyapi.weixin.qq.com", "oapi.dingtalk.com"]


_ANSWERS = """
import json
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", interactive=False, verbosity=0)
client = Client(HTTP_HOST="sanhu.example.org", HTTP_X_FORWARDED_PROTO="https", raise_request_exception=False)
page = client.get("/desk/sign-in/")
plain = Client(HTTP_HOST="sanhu.example.org").get("/desk/sign-in/?next=/desk/")
stranger = Client(HTTP_HOST="elsewhere.example", raise_request_exception=False).get("/desk/sign-in/")
gallery = client.get("/ui/")
print(json.dumps({
    "page": page.status_code, "headers": dict(page.headers), "secure": bool(page.cookies["csrftoken"]["secure"]),
    "styles": page.content.decode().count("/static/look/"), "plain": [plain.status_code, plain.headers["Location"]],
    "stranger": stranger.status_code, "gallery": gallery.status_code,
}))
"""


def test_pages_come_over_https_from_hosts_of_ours_with_nothing_inline(good: Environment):
    told = json.loads(script(good, _ANSWERS))
    assert told["page"] == 200
    assert told["secure"] is True
    assert told["styles"] >= 5
    assert told["plain"] == [301, "https://sanhu.example.org/desk/sign-in/?next=/desk/"]
    assert (told["stranger"], told["gallery"]) == (400, 404)
    headers = told["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
