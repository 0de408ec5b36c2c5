"""The databases of the workers: migrated once, then copied, for going through all migrations takes ten seconds."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.core.management.color import Style
from django.db import connection
from django.db.models.signals import post_migrate

ROOT = Path(__file__).resolve().parent.parent
#: Any number: one worker at a time looks whether the database to copy is there.
TURN = 20261127
#: Deleted rows leave gaps that nobody clears here (there is no autovacuum): once in so many times a table is made anew.
TRUNCATE_EVERY = 40
#: The models of every step stay: looking for garbage among them would take a third of the time.
MIGRATE = """
import gc
import django.core.management
gc.disable()
django.setup()
django.core.management.call_command("migrate", verbosity=0)
"""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings: None,
    django_db_blocker: pytest.FixtureRequest,
) -> Iterator[None]:
    """Each worker of xdist copies the database that the first of them made."""
    # Nobody here has Django's permissions; making them anew after each test that commits takes its time.
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    connection.ops.sql_flush = _emptying(connection.ops.sql_flush)
    worker = getattr(request.config, "workerinput", None)
    if worker is None:
        yield
        return
    original = f"original_{worker['testrunuid']}"
    unblocked = django_db_blocker.unblock  # type: ignore[attr-defined]
    with unblocked():
        _see_to(original)
    connection.settings_dict["TEST"]["TEMPLATE"] = original
    yield
    with unblocked(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{original}"')


def _emptying(truncate: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """How a test that committed leaves its tables: twenty times faster than by TRUNCATE, which makes each file anew."""
    times = itertools.count(1)

    def sql_flush(style: Style, tables: list[str], **options: bool) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if next(times) % TRUNCATE_EVERY == 0 or not cursor.fetchone()[0]:
                return truncate(style, tables, **options)
            cursor.execute(
                " UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables)
            )
            used = [table for (table,) in cursor.fetchall()]
        # No triggers: all rows go, also those that may not go one by one.
        return ["SET LOCAL session_replication_role = replica", *(f'DELETE FROM "{table}"' for table in used)]

    return sql_flush


def _see_to(name: str) -> None:
    """Make the database `name` with all tables, unless another worker did. It has this name only when it is whole."""
    half = f"{name}_half"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [TURN])
        try:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                return
            cursor.execute(f'DROP DATABASE IF EXISTS "{half}"')
            cursor.execute(f'CREATE DATABASE "{half}"')
            url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{half}"))
            subprocess.run(
                [sys.executable, "-c", MIGRATE],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": url},
                check=True,
            )
            cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])
