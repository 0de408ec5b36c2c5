"""Passkeys in a real browser with a virtual device, under the content security policy."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """A page with a device that says yes by itself; fails on anything in the console."""
    # A passkey belongs to a name, not to an address of numbers.
    origin = re.sub(r"//[^:]+", "//localhost", live_server.url)
    context = chromium.new_context(base_url=origin, locale="en")
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": origin}])
    page = context.new_page()
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda fault: console.append(str(fault)))
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield page
    context.close()
    assert not console, console


def sign_in(page: Page, person: Any) -> None:
    client = Client()
    client.force_login(person)
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "domain": "localhost",
                "path": "/",
            }
        ]
    )


def test_add_a_passkey_and_sign_in_with_it_alone(page: Page) -> None:
    person = factories.user(name="Noor")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    sign_in(page, person)

    page.goto("/account/2fa/webauthn/add/")
    page.get_by_label("A name for this passkey").fill("my phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    assert Authenticator.objects.filter(user=person, type="webauthn").count() == 1
    page.goto("/account/2fa/webauthn/")
    assert page.get_by_text("my phone").first.is_visible()

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto("/inloggen/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Your account").wait_for()


def test_a_passkey_is_the_second_step_too(page: Page, code: Any) -> None:
    person = factories.user()
    sign_in(page, person)
    page.goto("/account/2fa/webauthn/add/")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    page.goto("/inloggen/")
    page.get_by_label("Your e-mail address").fill(person.email)
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_label("The code from the mail").fill(code())
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("heading", name="Your account").wait_for()


def test_when_the_device_says_no_the_page_says_what_else(page: Page, chromium: Browser) -> None:
    page.goto("/inloggen/")
    # This device holds no passkey of ours.
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("alert").get_by_text("let us mail you a code").wait_for()
    assert page.get_by_role("button", name="Mail me a code").is_visible()


def test_without_javascript_the_other_ways_are_there(chromium: Browser, live_server: Any) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto("/inloggen/")
    assert page.locator("form[data-passkey]").is_hidden()
    assert page.get_by_role("button", name=re.compile("code")).is_visible()
    context.close()
