"""The mail catcher as a child: mail that `make run` and the tests send goes into a directory."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .data_directory import private_directory
from .errors import ServiceError
from .ports import LOOPBACK, answers, free_port
from .processes import Child, Command, base_environment


@dataclass
class MailCatcher:
    """One catcher on a loopback port of its own."""

    inbox: Path
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = 0

    @property
    def url(self) -> str:
        """For EMAIL_URL."""
        return f"smtp://{LOOPBACK}:{self.port}"

    def start(self, *, pid_file: Path | None = None) -> Child:
        """Start it, again on the same port after a crash; it answers a moment later, see `wait`."""
        private_directory(self.inbox)
        self.port = self.port or free_port()
        arguments = [sys.executable, "-m", "samenhier.services.mail_catcher"]
        arguments += ["--port", str(self.port), "--directory", str(self.inbox)]
        command = Command(
            name="mail",
            arguments=arguments,
            log=self.log,
            environment=base_environment(self.environment),
            directory=Path(__file__).resolve().parents[2],
        )
        return Child(command, pid_file=pid_file)

    def wait(self, child: Child, *, patience: float = 30.0) -> None:
        """Wait until it accepts connections."""
        deadline = time.monotonic() + patience
        while not answers(self.port):
            if child.exit_code is not None:
                raise ServiceError(
                    f"The mail catcher does not start: {child.last_words()} (all of it: {self.log})"
                )
            if time.monotonic() > deadline:
                raise ServiceError(f"The mail catcher does not answer after {patience:.0f} s: see {self.log}")
            time.sleep(0.03)
