"""The crash tests talk to web servers on this machine."""

from collections.abc import Iterator

import pytest
import pytest_socket

from tests.conftest import THIS_MACHINE


@pytest.fixture(autouse=True)
def _sockets() -> Iterator[None]:
    """Let every test here reach this machine, and no other."""
    pytest_socket.socket_allow_hosts(THIS_MACHINE, allow_unix_socket=True)
    yield
    pytest_socket.enable_socket()
