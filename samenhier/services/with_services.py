"""`with -- CMD`: a command, and services that live exactly as long."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from types import FrameType

from .errors import ServiceError
from .processes import base_environment
from .throwaway import throwaway_services

# `samenhier.celery` puts this into the environment of every process that imports us.
DEFAULT_SETTINGS = "samenhier.settings.dev"


def run_with_services(command: list[str]) -> int:
    """Run it with throw-away services in its environment; returns its exit code (128 + n for signal n)."""
    if shutil.which(command[0]) is None:
        raise ServiceError(f"There is no command {command[0]!r}.")
    with (
        throwaway_services(
            postgres=not os.environ.get("DATABASE_URL"),
            valkey=not os.environ.get("REDIS_URL"),
            mail=not os.environ.get("EMAIL_URL"),
        ) as environment,
        subprocess.Popen(command, env=_without_our_default(base_environment(environment))) as process,  # noqa: S603 - what was asked for
    ):

        def pass_on(number: int, frame: FrameType | None) -> None:
            # Ctrl-C reaches the command from the terminal itself.
            if number != signal.SIGINT:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(number)

        before = {
            number: signal.signal(number, pass_on)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            code = process.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    return 128 - code if code < 0 else code


def _without_our_default(environment: dict[str, str]) -> dict[str, str]:
    """The command chooses its own settings (the tests do) unless somebody chose others."""
    if environment.get("DJANGO_SETTINGS_MODULE") == DEFAULT_SETTINGS:
        del environment["DJANGO_SETTINGS_MODULE"]
    return environment
