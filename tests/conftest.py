"""For the whole suite: real services first, before anything reads the settings."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from tests.services_fixtures import child_environment, free_port, smtp_inbox, start_services, stop_services
from tests.worker_fixtures import celery_worker

__all__ = [
    "celery_worker",
    "child_environment",
    "chromium",
    "django_db_modify_db_settings",
    "free_port",
    "smtp_inbox",
    "stage",
    "visit",
]

# What is imported and collected stays until the end: see `pytest_collection`.
gc.disable()

start_services()

# These need the settings, and the settings need the services.
from django.core.cache import cache  # noqa: E402
from django.db import transaction  # noqa: E402

from tests import counting  # noqa: E402
from tests.browser_fixtures import chromium, stage, visit  # noqa: E402
from tests.database_fixtures import django_db_modify_db_settings  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--browser", choices=("no", "yes", "only"), default="yes", help="Tests that drive a browser."
    )


def pytest_configure(config: pytest.Config) -> None:
    plugins = config.pluginmanager
    coverage: Any = plugins.get_plugin("_cov")
    if coverage is None:
        return
    counting.leave_out_django()
    if config.getoption("no_cov", False):
        # `--no-cov` after `--cov`: pytest-cov stays, and then stumbles over tests marked `no_cover`.
        plugins.unregister(coverage)
    elif hasattr(config, "workerinput") and coverage.cov_controller is not None:
        # In a worker pytest-cov starts twice, and the first goes on counting whenever the second pauses.
        coverage.cov_controller.pause()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Workers inherit the services, but read the settings only after they chose their own mail and broker."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `--browser` says, and let what takes minutes begin, so that nobody waits for it at the end."""
    asked = config.getoption("browser")
    kept, left_out = [], []
    for item in items:
        browser = item.get_closest_marker("browser") is not None
        if browser:
            # Other tests ask for these pages as well: counting here costs time and adds nothing.
            item.add_marker("no_cover")
        (kept if asked == "yes" or browser == (asked == "only") else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    items[:] = sorted(kept, key=lambda item: item.get_closest_marker("first") is None)


@contextmanager
def _counting(config: pytest.Config, wanted: bool) -> Iterator[None]:
    """With coverage: meanwhile count lines, or not; then as before, whatever pytest-cov did in between."""
    counter: Any = getattr(config.pluginmanager.get_plugin("_cov"), "cov_controller", None)
    if counter is None:
        yield
        return

    def count(on: bool) -> None:
        if counter.started != on:
            counter.resume() if on else counter.pause()

    before = counter.started
    count(wanted)
    try:
        yield
    finally:
        count(before)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Of collecting, only importing the modules of tests runs lines of ours …"""
    try:
        with _counting(session.config, False):
            return (yield)
    finally:
        # A tenth of the time went to looking for garbage among what stays, and what a test leaves is little.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """… which happens in here …"""
    with _counting(collector.config, True):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Collector) -> Iterator[None]:
    """… beside looking at each name in a module."""
    with _counting(collector.config, False):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Only what a test itself does counts as covered; what was set up for it is proved elsewhere, and it saves a minute."""
    counted = item.get_closest_marker("counted")
    in_sql = counted is not None and bool(counted.kwargs.get("sql"))
    with counting.everywhere(in_sql), _counting(item.config, counted is not None):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _counting(item.config, item.get_closest_marker("no_cover") is None):
        return (yield)


def pytest_unconfigure() -> None:
    """The last word of a test process, also of an xdist worker."""
    stop_services()


@pytest.fixture(scope="module")
def module_rows(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """`with module_rows(): …` in a module's fixture: what takes long to build is there for all tests of the module.

    Each test undoes its own changes. Not for modules whose tests commit.
    """
    unblocked = django_db_blocker.unblock  # type: ignore[attr-defined]
    around_all = transaction.atomic()
    with unblocked():
        around_all.__enter__()
    yield unblocked
    with unblocked():
        transaction.set_rollback(True)
        around_all.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def _fresh_limits(request: pytest.FixtureRequest) -> None:
    """Rate limits live in a table that no model owns: tests that commit would leave theirs to the next."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        cache.clear()
