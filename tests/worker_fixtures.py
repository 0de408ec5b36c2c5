"""A real Celery worker for tests marked `worker`: real broker, this test's database, real SMTP.

Use it in tests with `django_db(transaction=True)`; beat is not needed: call a sweep, or let a bell ring.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 40.0


class Worker:
    """The running worker; `restart()` and `kill()` for tests of what happens when it dies."""

    def __init__(self, environment: dict[str, str], log: Path, pool: str = "solo") -> None:
        """Start it and wait until it takes messages."""
        self.environment = environment
        self.log = log
        self.pool = pool
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "samenhier", "worker"),
                    *("--pool", self.pool, "--concurrency", "1", "--loglevel", "INFO"),
                    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        seen = self.output().count(" ready.")
        deadline = time.monotonic() + PATIENCE
        while self.output().count(" ready.") <= seen:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise AssertionError(f"The worker does not start:\n{self.output()[-3000:]}")
            time.sleep(0.1)
        return process

    def output(self) -> str:
        """What it wrote."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """Without a last word."""
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        """A new one in its place."""
        if self.process.poll() is None:
            self.kill()
        self.process = self._start()

    def stop(self) -> None:
        """Ask, then insist."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()


@pytest.fixture
def celery_worker(child_environment: dict[str, str], tmp_path: Path) -> Iterator[Worker]:
    """A worker on an empty queue. It runs with the settings of the demo: its sending window is open all day."""
    from samenhier.celery import app

    app.control.purge()
    worker = Worker(
        {**child_environment, "DJANGO_SETTINGS_MODULE": "samenhier.settings.dev"}, tmp_path / "worker.log"
    )
    yield worker
    worker.stop()
    app.control.purge()
