"""Services for one run of the tests: in a temporary directory, fast instead of durable, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .data_directory import socket_directory
from .mail import MailCatcher
from .postgres import Postgres
from .processes import Child, stop_all
from .valkey import Valkey


@contextlib.contextmanager
def throwaway_directory() -> Iterator[Path]:
    """A temporary directory; other accounts (Postgres, when we are root) may pass through but not list it."""
    directory = Path(tempfile.mkdtemp(prefix="samenhier-"))
    try:
        if os.geteuid() == 0:
            directory.chmod(0o711)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def throwaway_services(
    *, postgres: bool = True, valkey: bool = True, mail: bool = True
) -> Iterator[dict[str, str]]:
    """Start Postgres, Valkey and a mail catcher, those asked for; yields what to put in the environment."""
    with throwaway_directory() as directory:
        sockets = socket_directory(directory)
        database = Postgres(directory / "postgres", sockets, directory / "postgres.log", fleeting=True)
        broker = Valkey(directory / "valkey", directory / "valkey.log", fleeting=True)
        environment: dict[str, str] = {}
        children: list[Child] = []
        try:
            if valkey:
                children.append(child := broker.start())
                broker.wait(child)
                environment["REDIS_URL"] = broker.url
            if postgres:
                children.append(child := database.start())
                database.wait(child)
                environment["DATABASE_URL"] = database.url
            if mail:
                catcher = MailCatcher(directory / "inbox", directory / "mail.log")
                children.append(child := catcher.start())
                catcher.wait(child)
                environment["EMAIL_URL"] = catcher.url
                environment["DEMO_INBOX_DIR"] = str(catcher.inbox)
            yield environment
        finally:
            stop_all(children, patience=2.0)
            shutil.rmtree(sockets, ignore_errors=True)
