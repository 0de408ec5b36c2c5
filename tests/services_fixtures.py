"""Real services for the suite. With DATABASE_URL and REDIS_URL set those are used; otherwise throw-away ones.

Under xdist the controller starts Postgres and Valkey once; each worker then has its own database in it
(pytest-django), its own Redis database number, and its own mail catcher.
"""

from __future__ import annotations

import atexit
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from samenhier.services import ports
from samenhier.services.errors import ServiceError
from samenhier.services.inbox import Inbox
from samenhier.services.throwaway import throwaway_services

SETTINGS = "samenhier.settings.test"
_running = contextlib.ExitStack()


def start_services() -> None:
    """Start what is not given, put it in the environment, and set Django up with it. Once, from conftest."""
    from django.conf import settings

    if settings.configured:
        pytest.exit(
            "Unset DJANGO_SETTINGS_MODULE: the suite has its own settings and services.", returncode=4
        )
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    try:
        os.environ.update(
            _running.enter_context(
                throwaway_services(
                    postgres="DATABASE_URL" not in os.environ,
                    valkey="REDIS_URL" not in os.environ,
                    # Always our own: tests look for "the mail to …" and may not find each other's.
                    mail=True,
                )
            )
        )
    except ServiceError as error:
        pytest.exit(str(error), returncode=4)
    atexit.register(stop_services)
    if worker.startswith("gw"):
        parts = urlsplit(os.environ["REDIS_URL"])
        base = int(parts.path.strip("/") or 0)
        os.environ["REDIS_URL"] = urlunsplit(parts._replace(path=f"/{base + 1 + int(worker[2:])}"))
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS

    import django

    django.setup()


def stop_services() -> None:
    """Stop what `start_services` started; harmless when repeated."""
    _running.close()


def own_database_url() -> str:
    """The URL of the database this test uses (`test_…`), for a process of its own."""
    from django.db import connection

    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


@pytest.fixture
def child_environment(transactional_db: None) -> dict[str, str]:
    """The environment for a server, worker or command that must see this test's database, broker and mail."""
    return {**os.environ, "DATABASE_URL": own_database_url(), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def smtp_inbox(settings: object) -> Iterator[Inbox]:
    """Mail that went over SMTP, empty at the start: `.messages()`, `.wait_for(to=…, subject_contains=…)`."""
    # Django's test environment swaps the backend for one that keeps mail in memory.
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    inbox = Inbox(Path(os.environ["DEMO_INBOX_DIR"]))
    inbox.clear()
    yield inbox
    inbox.clear()


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody listens on."""
    return ports.free_port()
