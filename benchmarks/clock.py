"""Processor time of this process and of the server process of its connection to Postgres."""

import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection


class Clock:
    """Waiting is not in it, so that other work on the machine disturbs little."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.server = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        if not self.server.exists():
            raise SystemExit(
                "This needs a Postgres on the same machine: its processor time is part of the measure."
            )

    def of(self, work: Callable[[], object]) -> float:
        """Seconds of both together."""
        start = time.process_time() + self._server()
        work()
        return time.process_time() + self._server() - start

    def of_server(self, work: Callable[[], object]) -> float:
        """Seconds of the server process alone."""
        start = self._server()
        work()
        return self._server() - start

    def _server(self) -> float:
        return int(self.server.read_text().split()[0]) / 1e9
