"""Robots of groups: a server on this machine answers as theirs do, well and badly; nothing of their address leaks."""

import ipaddress
import json
import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import pytest_socket
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sanhu.domains.evidence import outbox
from sanhu.domains.evidence.models import Notice
from sanhu.portals.worker import webhooks
from sanhu.portals.worker.delivery import deliver
from sanhu.portals.worker.webhooks import WebhookError, call_robot
from tests.conftest import Clock

SECRET = "0123-secret"
TEXT = "有 1 件临近到期或者超期：\n\n990101-20261109-000001：办理中 𠮷"
GOOD = b'{"errcode":0,"errmsg":"ok"}'


@dataclass
class Robot:
    """A robot: what it answers, and what it was told."""

    address: str = ""
    status: int = 200
    answer: bytes = GOOD
    wait: float = 0
    told: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def _handler(robot: Robot) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            robot.told.append({"type": self.headers["Content-Type"], **json.loads(body)})
            robot.asked.append(self.path)
            time.sleep(robot.wait)
            self.send_response(robot.status)
            if robot.status in (302, 307):
                self.send_header("Location", f"{robot.address}&again=1")
            self.send_header("Content-Length", str(len(robot.answer)))
            self.end_headers()
            self.wfile.write(robot.answer)

        def do_GET(self) -> None:
            robot.asked.append(f"GET {self.path}")
            self.send_error(404)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a certificate of this machine, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("robot") / "robot.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture
def robot(certificate: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Robot]:
    """Give a robot on this machine, over https, on the list of hosts that may be called."""
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    found = Robot()
    server = HTTPServer(("127.0.0.1", 0), _handler(found))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    host = f"127.0.0.1:{server.server_port}"
    found.address = f"https://{host}/cgi-bin/webhook/send?key={SECRET}"
    settings.SANHU_WEBHOOK_HOSTS = (host,)
    settings.SANHU_DATA = tmp_path
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(webhooks, "_READ_SECONDS", 0.3)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


Put = Callable[[str], Notice]


@pytest.fixture
def put(db: None, clock: Clock, robot: Robot) -> Put:
    def put(channel: str) -> Notice:
        at = clock.now()
        said = {"district": "990101", "subject_ref": "digest:1", "address": robot.address, "text": TEXT, "at": at}
        outbox.enqueue(key=f"digest:1:{channel}", channel=channel, **said)  # type: ignore[arg-type]
        return Notice.objects.get(key=f"digest:1:{channel}")

    return put


@pytest.mark.parametrize("channel", ["wecom", "dingtalk"])
def test_a_robot_is_told_the_text_once_and_its_address_is_destroyed(
    channel: str, put: Put, robot: Robot, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    put(channel)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sent", lambda *_said, **_named: True)  # killed before it could say so
        deliver(clock.now())
    assert [deliver(clock.forward(minutes=3)), deliver(clock.forward(minutes=3))] == [1, 0]
    assert robot.told == [{"type": "application/json; charset=utf-8", "msgtype": "text", "text": {"content": TEXT}}]
    assert Notice.objects.get().address == ""


@pytest.mark.parametrize(
    ("status", "answer", "wait", "said"),
    [
        (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', 0, "errcode 93000"),
        (200, b'{"errcode":"0123-secret"}', 0, "errcode ?"),
        (200, b"<html>sign in</html>", 0, "something else"),
        (200, b"[]", 0, "something else"),
        (200, b"x" * 100_000, 0, "too long"),
        (500, b"", 0, "answered 500"),
        (302, GOOD, 0, "answered 302"),
        (307, GOOD, 0, "answered 307"),
        (200, GOOD, 1, "in time"),
    ],
)
def test_a_robot_that_does_not_take_it_is_tried_again_later_and_nothing_leaks(
    status: int, answer: bytes, wait: float, said: str, put: Put, robot: Robot, clock: Clock,
    caplog: pytest.LogCaptureFixture,
):  # fmt: skip
    robot.status, robot.answer, robot.wait = status, answer, wait
    put("wecom")
    with caplog.at_level(logging.INFO):
        assert deliver(clock.now()) == 0
    notice = Notice.objects.get()
    assert said in notice.last_error
    assert SECRET not in notice.last_error + caplog.text
    assert (notice.attempts, notice.address, len(robot.asked)) == (1, robot.address, 1)
    assert deliver(clock.forward(seconds=59)) == 0
    robot.status, robot.answer, robot.wait = 200, GOOD, 0
    assert deliver(clock.forward(seconds=2)) == 1
    assert len(robot.asked) == 2


def test_nobody_who_is_not_on_the_list_is_called(robot: Robot, settings: Any):
    """What was subscribed to before the list was cut is not called either."""
    settings.SANHU_WEBHOOK_HOSTS = ("qyapi.weixin.qq.com",)
    with pytest.raises(WebhookError, match="may be called"):
        call_robot(robot.address, TEXT)
    assert robot.asked == []


@pytest.mark.parametrize("number", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "fd00::1", "::1"])
def test_a_name_that_leads_into_an_inner_network_is_not_called(
    number: str, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    settings.SANHU_WEBHOOK_HOSTS = ("robot.example",)
    found = [(0, 0, 0, "", ("203.0.113.9", 443)), (0, 0, 0, "", (number, 443))]
    monkeypatch.setattr(webhooks.socket, "getaddrinfo", lambda *_said, **_named: found)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(WebhookError, match="inner network"):
        call_robot("https://robot.example/send?key=1", TEXT)


def test_a_host_that_is_away_says_nothing_of_the_address(robot: Robot, settings: Any, monkeypatch: pytest.MonkeyPatch):
    settings.SANHU_WEBHOOK_HOSTS = ("127.0.0.1:1",)
    with pytest.raises(WebhookError) as fault:
        call_robot(f"https://127.0.0.1:1/send?key={SECRET}", TEXT)
    assert SECRET not in str(fault.value)
    assert fault.value.__cause__ is None
