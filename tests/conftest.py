"""For the whole suite: real services first, before anything reads the settings."""

import os

import pytest

from tests.services_fixtures import child_environment, free_port, smtp_inbox, start_services, stop_services
from tests.worker_fixtures import celery_worker

__all__ = ["celery_worker", "child_environment", "free_port", "smtp_inbox"]

start_services()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Workers inherit the services, but read the settings only after they chose their own mail and broker."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure() -> None:
    """The last word of a test process, also of an xdist worker."""
    stop_services()
