"""People of a story, each in a browser of their own with JavaScript off, with their own mail."""

import re
import time
from collections.abc import Mapping

from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Response
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as TooLate

from samenhier.services.inbox import Inbox, text_of

#: The machine may be busy; a story that hangs ends by the timeout of the test.
PATIENCE = 45.0
CODE = r"(?m)^\s*(\d{6})\s*$"


class Person:
    """Somebody who opens pages, fills in forms and reads mail. Remembers every page that they saw."""

    def __init__(self, context: BrowserContext, inbox: Inbox, address: str = "") -> None:
        self.context = context
        self.inbox = inbox
        self.address = address
        self.seen: list[str] = []
        self._read: set[str] = set()
        context.set_default_timeout(PATIENCE * 1000)
        self.page = context.new_page()

    # -- pages ---------------------------------------------------------------------------------------

    def go(self, address: str) -> None:
        """Type an address."""
        self._look(self.page.goto(address))

    def open(self, name: str, /, **kwargs: object) -> None:
        """Open a page by the name of its URL."""
        self.go(reverse(name, kwargs=kwargs))

    def follow(self, name: str, /, **kwargs: object) -> None:
        """Click the first link on the page that leads there."""
        self._click(self.page.locator(f"main a[href^='{reverse(name, kwargs=kwargs)}']").first)

    def status_of(self, name: str, /, **kwargs: object) -> int:
        """What the server answers, without a word about whether that is right."""
        response = self.page.goto(reverse(name, kwargs=kwargs))
        assert response is not None
        return response.status

    @property
    def path(self) -> str:
        """Where this person is."""
        return "/" + self.page.url.split("/", 3)[3]

    def is_at(self, name: str, /, **kwargs: object) -> bool:
        return self.path.split("?")[0] == reverse(name, kwargs=kwargs)

    @property
    def text(self) -> str:
        """The words on the page."""
        return self.page.inner_text("main")

    def download(self, name: str, /, **kwargs: object) -> bytes:
        """Click the link to a file and keep what the browser gets."""
        with self.page.expect_download() as waiting:
            self.page.locator(f"main a[href^='{reverse(name, kwargs=kwargs)}']").first.click()
        return waiting.value.path().read_bytes()

    # -- forms ---------------------------------------------------------------------------------------

    def write(self, fields: Mapping[str, object]) -> None:
        """Type into text fields, by their names."""
        for name, value in fields.items():
            self.page.fill(f"main [name='{name}']", str(value))

    def choose(self, name: str, *values: object) -> None:
        """Tick boxes or radio buttons."""
        for value in values:
            self.page.check(f"main [name='{name}'][value='{value}']")

    def tick(self, name: str) -> None:
        """Tick a single box."""
        self.page.check(f"main [name='{name}']")

    def pick(self, name: str, value: str) -> None:
        """Choose from a list."""
        self.page.select_option(f"main [name='{name}']", value)

    def press(self, button: str = "button.nl-button--primary", *, action: str = "") -> None:
        """Press a button: the main one of the page, or the one of the form that leads to `action`."""
        form = f"form[action='{action}'] " if action else "form "
        self._click(self.page.locator(f"main {form}{button}").first)

    def _click(self, target: Locator) -> None:
        try:
            with self.page.expect_navigation() as navigation:
                target.click()
        except TooLate as late:
            raise AssertionError(
                f"{self.path}: {target} leads nowhere. The page says: {self.text[:600]}"
            ) from late
        self._look(navigation.value)

    def _look(self, response: Response | None) -> None:
        assert response is not None
        assert response.status < 400, f"{self.path} answers {response.status}"
        try:
            self._read_page()
        except BrowserError:
            # The page of a busy run looks again by itself, on a slow machine while it is being read.
            self.page.wait_for_load_state()
            self._read_page()

    def _read_page(self) -> None:
        self.seen.append(self.page.content())
        faults = self.page.locator(".error-summary, [aria-invalid=true], .notice--error").all_inner_texts()
        assert not faults, f"{self.path} complains: {faults}"

    # -- mail ----------------------------------------------------------------------------------------

    def mails(self, pattern: str = "") -> list[str]:
        """The texts of all mails to this person in which the pattern occurs, oldest first."""
        texts = [text_of(mail) for mail in self.inbox.find(to=self.address)]
        return [text for text in texts if re.search(pattern, text)]

    def read_mail(self, pattern: str) -> str:
        """Wait for a mail that was not read before and holds the pattern; gives its first group."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for mail in self.inbox.find(to=self.address):
                found = re.search(pattern, text_of(mail))
                if found and mail["Message-ID"] not in self._read:
                    self._read.add(mail["Message-ID"])
                    return found[1]
            if time.monotonic() > deadline:
                subjects = [str(mail["Subject"]) for mail in self.inbox.find(to=self.address)]
                raise AssertionError(f"{self.address} waits for a mail with {pattern}; there are {subjects}")
            time.sleep(0.1)

    def link_in_mail(self, path: str) -> str:
        """The address that begins with this path, in a new mail to this person."""
        return self.read_mail(rf"(https?://[^\s/]+{re.escape(path)}[^\s>)]*)")

    def sign_in_with_code(self) -> None:
        """From the sign-in page on: the address, then the code from the mail."""
        self.write({"login": self.address})
        self.press()
        self.write({"code": self.read_mail(CODE)})
        self.press()

    def saw(self, text: str) -> bool:
        """Whether it ever stood on a page of this person, or in a mail to them."""
        return any(text in one for one in [*self.seen, *self.mails()])
