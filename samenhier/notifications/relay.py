"""One open line to the mail relay, spoken step by step, so that we know at each failure whether the mail can have left."""

import logging
import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.mail.message import sanitize_address

log = logging.getLogger(__name__)

#: Asked just before the text goes over the line; False: this worker no longer owns the message.
BeforeData = Callable[[], bool]

_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")


class Refused(Exception):
    """The relay does not take this message; `permanent` says whether trying again makes sense."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Unreachable(Exception):
    """The relay is away, or takes nothing from us. This message has not left."""


class InDoubt(Exception):
    """The line broke after the whole message went over it: it may have left."""


class Relay:
    """The line through any of Django's mail backends: what it raises means that nothing left."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend = backend

    def send(self, message: EmailMessage, before_data: BeforeData) -> bool:
        """Send one message. False when `before_data` said no."""
        if not before_data():
            return False
        self.backend.send_messages([message])
        return True

    def answers(self) -> bool:
        """Whether the relay can be reached, after it failed."""
        return True

    def close(self) -> None:
        """Hang up."""
        self.backend.close()


class SmtpRelay(Relay):
    """The line over SMTP, TLS or STARTTLS; opened at the first message and used for all."""

    backend: SmtpBackend

    def send(self, message: EmailMessage, before_data: BeforeData) -> bool:
        """Send one message. Raises `Refused`, `Unreachable` or `InDoubt`."""
        payload = self._payload(message)
        sender, *recipients = (
            parseaddr(sanitize_address(address, "utf-8"))[1]
            for address in (message.from_email, *message.recipients())
        )
        smtp = self._open()
        try:
            self._ask(smtp.mail(sender, self._options(smtp, payload)), step="MAIL")
            for recipient in recipients:
                self._ask(smtp.rcpt(recipient), step="RCPT")
            if not before_data():
                smtp.rset()
                return False
            self._ask(smtp.docmd("data"), step="DATA", expected=354)
            smtp.send(payload)
        except Refused:
            self._reset(smtp)
            raise
        except (OSError, smtplib.SMTPException, UnicodeError) as fault:
            # Not everything went over the line, the closing dot least of all.
            self._drop()
            if isinstance(fault, UnicodeError):
                raise Refused("address not accepted by the relay", permanent=True) from fault
            raise Unreachable(type(fault).__name__) from fault
        except Unreachable:
            self._drop()
            raise
        try:
            answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            raise InDoubt(type(fault).__name__) from fault
        try:
            self._ask(answer, step="end of DATA")
        except Refused:
            self._reset(smtp)
            raise
        except Unreachable:
            self._drop()
            raise
        return True

    def answers(self) -> bool:
        """Call again; the new line is kept for the next message."""
        try:
            self._open()
        except Unreachable:
            return False
        return True

    def close(self) -> None:
        """Say goodbye; a relay that does not answer is left."""
        if self.backend.connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.backend.connection.quit()
            self._drop()

    def _payload(self, message: EmailMessage) -> bytes:
        raw = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own message takes it
        raw = re.sub(rb"(?m)^\.", b"..", raw)
        return raw + (b"" if raw.endswith(b"\r\n") else b"\r\n") + b".\r\n"

    def _open(self) -> smtplib.SMTP:
        if self.backend.connection is None:
            try:
                self.backend.open()
                assert self.backend.connection is not None
                self.backend.connection.ehlo_or_helo_if_needed()
            except (OSError, smtplib.SMTPException) as fault:
                # Django keeps a half-open line, for example after a wrong password.
                with suppress(OSError, smtplib.SMTPException):
                    self.backend.close()
                self._drop()
                raise Unreachable(type(fault).__name__) from fault
        assert self.backend.connection is not None
        return self.backend.connection

    def _options(self, smtp: smtplib.SMTP, payload: bytes) -> list[str]:
        options = [f"size={len(payload)}"] if smtp.has_extn("size") else []
        return [*options, "body=8bitmime"] if smtp.has_extn("8bitmime") else options

    def _ask(self, answer: tuple[int, bytes], *, step: str, expected: int = 250) -> None:
        code, reply = answer
        if code == expected or (expected == 250 and 200 <= code < 300):
            return
        # The relay's own words may hold the address: we keep the numbers only.
        enhanced = _ENHANCED.match(reply)
        reason = f"{code} {enhanced.group(1).decode() if enhanced else ''} at {step}".replace("  ", " ")
        # 421 closes the line; -1 is garbage. A refused sender is a fault of ours and holds for all mail: waiting
        # for the operator loses nothing, giving up each message would.
        if code in (421, -1) or (step == "MAIL" and code >= 500):
            raise Unreachable(reason)
        raise Refused(reason, permanent=code >= 500)

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self.backend.connection is not None:
            with suppress(OSError):
                self.backend.connection.close()
            self.backend.connection = None


@contextmanager
def open_relay() -> Iterator[Relay]:
    """A line for one sweep; hung up at the end."""
    backend = get_connection(fail_silently=False)
    relay = SmtpRelay(backend) if isinstance(backend, SmtpBackend) else Relay(backend)
    try:
        yield relay
    finally:
        relay.close()


def plain_address(address: str) -> str:
    """The same address. Raises ValueError when it could be read as more than one, or could hold a header."""
    local, _at, domain = address.rpartition("@")
    if (
        not (local and domain and local.isascii() and address.isprintable())
        or set(address) & set(' ,;:<>()[]\\"')
        or "@" in local
    ):
        raise ValueError("This is not one plain e-mail address.")
    return address
