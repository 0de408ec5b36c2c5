"""The bell: a broker that is away delays, and neither breaks the act nor holds it up."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

RING = "import django; django.setup(); from samenhier.notifications.tasks import ring; import time; t = time.monotonic(); ring(); print(round(time.monotonic() - t, 1))"


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Accepts connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0), backlog=8) as server:
        yield server.getsockname()[1]


def ring_with(port: int) -> tuple[float, str]:
    done = subprocess.run(
        [sys.executable, "-c", RING],
        env={**os.environ, "REDIS_URL": f"redis://127.0.0.1:{port}/0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout), done.stderr


def test_without_a_broker_the_bell_is_lost_quickly(free_port: int) -> None:
    seconds, log = ring_with(free_port)
    assert "bell.lost" in log
    assert seconds < 3


def test_a_silent_broker_holds_nobody_up_for_long(silent_port: int) -> None:
    started = time.monotonic()
    _seconds, log = ring_with(silent_port)
    assert "bell.lost" in log
    assert time.monotonic() - started < 20
