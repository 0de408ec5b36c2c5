"""For the whole suite: real services first, before anything reads the settings."""

import os

import pytest

from tests.services_fixtures import child_environment, free_port, smtp_inbox, start_services, stop_services
from tests.worker_fixtures import celery_worker

__all__ = ["celery_worker", "child_environment", "chromium", "free_port", "smtp_inbox", "visit"]

start_services()

# These need the settings, and the settings need the services.
from django.core.cache import cache  # noqa: E402

from tests.browser_fixtures import chromium, visit  # noqa: E402


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Workers inherit the services, but read the settings only after they chose their own mail and broker."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure() -> None:
    """The last word of a test process, also of an xdist worker."""
    stop_services()


@pytest.fixture(autouse=True)
def _fresh_limits(request: pytest.FixtureRequest) -> None:
    """Rate limits live in a table that no model owns: tests that commit would leave theirs to the next."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        cache.clear()
