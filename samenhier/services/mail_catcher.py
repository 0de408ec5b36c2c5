"""An SMTP server that delivers nothing: it writes each mail into a directory.

python -m samenhier.services.mail_catcher --port 1025 --directory var/inbox [--host 127.0.0.1]
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from .inbox import Inbox
from .ports import LOOPBACK

LARGEST_MAIL = 25 * 1024 * 1024
KEEP = 2000
TIDY_EVERY = 100


class Catcher:
    """What aiosmtpd asks when a mail comes in."""

    def __init__(self, inbox: Inbox) -> None:
        """Mails go to this inbox."""
        self.inbox = inbox
        self.count = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Keep the mail; a full disk is a temporary failure, as with a real relay."""
        content = (
            envelope.content if isinstance(envelope.content, bytes) else str(envelope.content or "").encode()
        )
        try:
            identifier = self.inbox.add(
                content, sender=envelope.mail_from or "", recipients=envelope.rcpt_tos
            )
            self.count += 1
            if self.count % TIDY_EVERY == 0:
                self.inbox.keep_newest(KEEP)
        except OSError as error:
            sys.stderr.write(f"ERROR cannot keep a mail: {error.strerror}\n")
            return "452 Cannot keep this now"
        return f"250 Caught as {identifier}"


async def serve(host: str, port: int, directory: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    catcher = Catcher(Inbox(directory))
    server = await loop.create_server(
        lambda: SMTP(
            catcher,
            hostname="catcher.localhost",
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            loop=loop,
        ),
        host=host,
        port=port,
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    server.close()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(description="Catch mail instead of sending it.")
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.host, options.port, options.directory))
    except OSError as error:
        sys.exit(f"Cannot catch mail on {options.host}:{options.port}: {error.strerror}")


if __name__ == "__main__":
    main()
