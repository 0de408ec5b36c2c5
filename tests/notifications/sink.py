"""A real SMTP server in a thread that can misbehave at each step."""

from __future__ import annotations

import asyncio
import email
import email.policy
import os
import signal
from collections import Counter, deque
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """`plan` holds one word for each coming transaction; without a plan all is well.

    Words: ok, mail-550, rcpt-450, rcpt-550, data-421, data-451, data-550, hang, hang-at-mail, cut (after the whole
    text), kill-at-mail, kill (at the text, kept), kill-lost (at the text, not kept).
    """

    def __init__(self) -> None:
        self.plan: deque[str] = deque()
        self.received: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.connections = 0
        self.transactions = 0
        self.victim = 0
        self.pause = 0.0

    # -- what aiosmtpd asks ------------------------------------------------------------------------------

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.transactions += 1
        envelope.word = self.plan.popleft() if self.plan else "ok"
        if envelope.word == "mail-550":
            return "550 5.7.1 we take nothing from you"
        if envelope.word == "hang-at-mail":
            await asyncio.sleep(5)
        if envelope.word == "kill-at-mail":
            os.kill(self.victim, signal.SIGKILL)
            await asyncio.sleep(0.2)
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if envelope.word.startswith("rcpt-"):
            return f"{envelope.word[5:]} 5.1.1 <{address}> not here"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        word = envelope.word
        if word.startswith("data-"):
            return f"{word[5:]} 4.3.0 not now, {envelope.rcpt_tos[0]}"
        if word == "kill-lost":
            os.kill(self.victim, signal.SIGKILL)
            await asyncio.sleep(0.2)  # until it is gone: it must not see the line go dead
            server.transport.abort()
            return "451 gone"
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        self.recipients.append(list(envelope.rcpt_tos))
        if word == "kill":
            os.kill(self.victim, signal.SIGKILL)
            await asyncio.sleep(0.2)
        if word == "cut":
            server.transport.abort()
        if word == "hang":
            await asyncio.sleep(5)
        if self.pause:
            await asyncio.sleep(self.pause)
        return "250 taken"

    # -- what tests ask ----------------------------------------------------------------------------------

    @property
    def copies(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(str(message["Message-ID"]) for message in self.received)


class SinkServer(Controller):
    """Listens on a free loopback port."""

    def __init__(self) -> None:
        self.sink = Sink()
        super().__init__(self.sink, hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        # The port is known only now that the system chose one.
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
