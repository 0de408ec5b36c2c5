"""A real Chromium against a live server."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from pytest_django.live_server_helper import LiveServer

from samenhier.accounts.models import User
from tests.browser.stage import Stage

#: Playwright keeps an event loop in this thread; Django would refuse every query because of it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the session: `CHROMIUM`, a system one, or Playwright's own."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    # With Playwright's loop in this thread Django takes other connections than without: leave none behind.
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture(scope="session")
def stage(chromium: Browser) -> Iterator[Stage]:
    """The tab in which the judges look at pages. Its server gives sheets and fonts, and never sees the database."""
    server = LiveServer("localhost")
    yield Stage(chromium, server.url)
    server.stop()


Visit = Callable[..., BrowserContext]


@pytest.fixture
def visit(chromium: Browser, live_server) -> Iterator[Visit]:
    """Open a context: `visit(user=…, language="ar", width=320, javascript=False)`."""
    opened: list[BrowserContext] = []

    def open_one(
        *, user: User | None = None, language: str = "nl", width: int = 1280, javascript: bool = True
    ) -> BrowserContext:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            locale=language,
            java_script_enabled=javascript,
            service_workers="block",
        )
        context.set_default_timeout(15_000)
        cookies = [(settings.LANGUAGE_COOKIE_NAME, language)]
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies.append((settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value))
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies]
        )
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
