"""Caught mail: a directory with one `.eml` file for each message, named in order of arrival."""

from __future__ import annotations

import contextlib
import email
import email.policy
import secrets
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

# Envelope lines that the catcher writes above the message.
RECIPIENT_HEADER = "X-Caught-For"
SENDER_HEADER = "X-Caught-From"
SUFFIX = ".eml"


class Inbox:
    """Reads and writes one directory of caught mail."""

    def __init__(self, directory: Path) -> None:
        """The directory need not exist yet."""
        self.directory = directory

    def add(self, content: bytes, *, sender: str, recipients: Iterable[str]) -> str:
        """Keep one message; returns its id. A reader never sees half of it."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        identifier = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        envelope = "".join(f"{RECIPIENT_HEADER}: {_plain(recipient)}\r\n" for recipient in recipients)
        envelope += f"{SENDER_HEADER}: {_plain(sender)}\r\n"
        partial = self.directory / f".{identifier}.partial"
        partial.write_bytes(envelope.encode("utf-8", "surrogateescape") + content)
        partial.replace(self.directory / f"{identifier}{SUFFIX}")
        return identifier

    def paths(self) -> list[Path]:
        """All messages, oldest first."""
        with contextlib.suppress(FileNotFoundError):
            return sorted(
                p for p in self.directory.iterdir() if p.suffix == SUFFIX and not p.name.startswith(".")
            )
        return []

    def messages(self) -> list[EmailMessage]:
        """All messages, oldest first, parsed."""
        return [read(path) for path in self.paths()]

    def clear(self) -> None:
        """Throw all caught mail away."""
        for path in self.paths():
            path.unlink(missing_ok=True)

    def keep_newest(self, count: int) -> None:
        """Throw the oldest away, past `count`."""
        for path in self.paths()[:-count]:
            path.unlink(missing_ok=True)

    def find(self, *, to: str | None = None, subject_contains: str | None = None) -> list[EmailMessage]:
        """Messages to this address (as on the envelope, any case) whose subject holds this text."""
        return [
            message
            for message in self.messages()
            if (
                to is None
                or to.casefold() in {str(r).casefold() for r in message.get_all(RECIPIENT_HEADER, [])}
            )
            and (subject_contains is None or subject_contains in str(message.get("Subject", "")))
        ]

    def wait_for(
        self,
        *,
        to: str | None = None,
        subject_contains: str | None = None,
        timeout: float = 15.0,
        count: int = 1,
    ) -> EmailMessage:
        """The newest such message, once there are `count`; `TimeoutError` names what did arrive."""
        deadline = time.monotonic() + timeout
        while True:
            found = self.find(to=to, subject_contains=subject_contains)
            if len(found) >= count:
                return found[-1]
            if time.monotonic() > deadline:
                arrived = [
                    (m.get_all(RECIPIENT_HEADER, []), str(m.get("Subject", ""))) for m in self.messages()
                ]
                raise TimeoutError(
                    f"No {count} mails to {to!r} about {subject_contains!r} in {timeout} s, only {arrived}"
                )
            time.sleep(0.05)


def read(path: Path) -> EmailMessage:
    """One message, parsed with the modern policy: `get_body()`, decoded headers."""
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def text_of(message: EmailMessage) -> str:
    """The plain text of a message, or what there is instead."""
    body = message.get_body(preferencelist=("plain", "html"))
    return "" if body is None else str(body.get_content()).replace("\r\n", "\n")


def _plain(address: str) -> str:
    # An address with a line break would start a header of its own.
    return "".join(character for character in address if character.isprintable())
