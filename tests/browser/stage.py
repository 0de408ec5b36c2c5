"""One tab for all judges: it shows pages as the server sent them, without opening each of them anew.

The tab stands on a page of the site, so on its origin, with its sheet and fonts and under its Content Security Policy.
Pages come from Django's test client, through all middleware, and are written into the tab (`set_content`). What costs
time in a browser, a new document with a cold axe in it, happens once. What is judged is the page without JavaScript;
`judge` looks once more, with JavaScript and in a tab of its own, at a page that has any.

Real navigation, with clicks and keys, is in test_journey, test_keyboard and tests/look/test_in_browser.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page

from samenhier.accounts.models import User

from .judges import AXE, axe, markup, too_wide

#: A page of the site that asks the database nothing.
HOME = "/stijlgids/"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
WITHOUT = re.compile(r"<script\b.*?</script>|</?noscript>", re.DOTALL)
#: What a browser would send for a press on this button: where to, how, and the fields.
FORM = """button => {
    const form = button.form;
    if (!form.noValidate && !button.formNoValidate && !form.checkValidity())
        return {refused: form.querySelector(':invalid:not(fieldset)').outerHTML.slice(0, 200)};
    const of = name => button.getAttribute('form' + name) ?? form.getAttribute(name) ?? '';
    return {action: of('action'), method: of('method').toLowerCase(), fields: [...new FormData(form, button)]};
}"""


class Stage:
    """The tab, and what its console said."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.context = browser.new_context(base_url=origin, viewport=DESKTOP, service_workers="block")
        self.context.set_default_timeout(15_000)
        self.page, self.policy = self._tab()
        self.page.evaluate(AXE)
        self._said: list[str] = []
        self._listen(self.page)

    def show(self, html: str) -> None:
        """Show this page as a browser without JavaScript does: no scripts, and what is there for lack of them."""
        self.page.set_content(WITHOUT.sub("", html), wait_until="load")

    def judge(self, response: HttpResponseBase, language: str) -> list[str]:
        """Everything that is wrong with a page that the server sent. It stays on the stage, at one of both widths."""
        assert not response.streaming
        html = response.content.decode()
        self._said.clear()
        self.show(html)
        found = markup(html) + self._look(self.page)
        if WITHOUT.search(html):
            found += [f"with JavaScript: {one}" for one in self._with_scripts(html)]
        if self.page.get_attribute("html", "dir") != ("rtl" if language == "ar" else "ltr"):
            found.append(f"has the wrong direction for {language}")
        if response.get("Content-Security-Policy") != self.policy:
            found.append("comes with another Content Security Policy than the rest of the site")
        return list(dict.fromkeys([*found, *self._said]))

    def _look(self, page: Page) -> list[str]:
        """Both widths, beginning with the one that the tab has: changing it takes time."""
        first, second = (PHONE, DESKTOP) if page.viewport_size == PHONE else (DESKTOP, PHONE)
        if page.viewport_size != first:
            page.set_viewport_size(first)
        page.evaluate("document.fonts.ready.then(() => true)")
        found = [*too_wide(page), *axe(page)]
        page.set_viewport_size(second)
        return [*found, *too_wide(page), *axe(page, sheets=False)]

    def _with_scripts(self, html: str) -> list[str]:
        page, _policy = self._tab()
        self._listen(page)
        page.set_content(html, wait_until="load")
        found = self._look(page)
        page.close()
        return found

    def _tab(self) -> tuple[Page, str]:
        page = self.context.new_page()
        response = page.goto(HOME)
        assert response is not None
        assert response.status == 200
        return page, response.headers["content-security-policy"]

    def _listen(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._said.append(f"script error: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self._said.append(f"csp: {message.text[:200]}")


class Visitor:
    """Somebody who opens pages and sends forms on the stage, in one language; keeps what was wrong on the way."""

    def __init__(self, stage: Stage, language: str, user: User | None = None) -> None:
        self.stage = stage
        self.language = language
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        if user is not None:
            self.client.force_login(user)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        self.path = ""
        self.response: Any = None
        self.faults: list[str] = []

    @property
    def page(self) -> Page:
        """The tab, to fill in what stands in it."""
        return self.stage.page

    def get(self, address: str) -> Any:
        """What the server answers to this address; nothing is shown yet."""
        self.response = self.client.get(address)
        self.path = address
        return self.response

    def look(self, about: str = "") -> None:
        """Show and judge the last answer."""
        found = self.stage.judge(self.response, self.language)
        self.faults += [f"{self.path} ({self.language}){about}: {fault}" for fault in found]

    def go(self, address: str, status: int = 200) -> None:
        """Open a page, or where it leads, and judge it."""
        self.response = self.client.get(address, follow=True)
        self.path = self.response.request["PATH_INFO"]
        if self.response.status_code != status:
            self.faults.append(f"{address} answers {self.response.status_code}")
        self.look()

    def send(self, button: str) -> None:
        """Press a button of the page on the stage, and follow where it leads; nothing is shown yet."""
        form: dict[str, Any] = self.page.locator(button).first.evaluate(FORM)
        assert "refused" not in form, f"{self.path}: the browser would not send it: {form['refused']}"
        address, fields = (
            urljoin(self.path, form["action"]),
            urlencode([(name, value) for name, value in form["fields"]]),
        )
        if form["method"] == "post":
            self.response = self.client.post(
                address, fields, content_type="application/x-www-form-urlencoded", follow=True
            )
        else:
            self.response = self.client.get(f"{address.split('?')[0]}?{fields}", follow=True)
        self.path = self.response.request["PATH_INFO"]
        if self.response.status_code >= 400:
            self.faults.append(f"{self.path} answers {self.response.status_code} to {button}")
