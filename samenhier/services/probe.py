"""Health checks for containers: exit code 0 when well, otherwise one line and 1.

python -m samenhier.services.probe web | worker | beat | mail
"""

from __future__ import annotations

import http.client
import os
import smtplib
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

HEALTH_PATH = "/gezond/"
WEB_PORT = 8000
MAIL_PORT = 1025
BEAT_SCHEDULE = Path("/tmp/beat-schedule")  # noqa: S108 - a private tmpfs in the container
# Something is due each minute, and beat writes down that it rang.
BEAT_SILENCE = 10 * 60


def web() -> None:
    """The health page answers 200. It is asked for under a name that the site accepts."""
    name = (
        os.environ.get("ALLOWED_HOSTS", "localhost")
        .split(",")[0]
        .strip()
        .lstrip(".")
        .replace("*", "localhost")
    )
    connection = http.client.HTTPConnection("127.0.0.1", WEB_PORT, timeout=5)
    connection.request("GET", HEALTH_PATH, headers={"Host": name})
    status = connection.getresponse().status
    if status != http.HTTPStatus.OK:
        raise OSError(f"{HEALTH_PATH} answers {status}")


def worker() -> None:
    """This container's worker answers over the broker."""
    from samenhier.celery import app

    if not app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=5):
        raise OSError("the worker does not answer")


def beat() -> None:
    """Beat wrote its schedule lately."""
    # Some Pythons give the file an ending.
    written = [path.stat().st_mtime for path in BEAT_SCHEDULE.parent.glob(f"{BEAT_SCHEDULE.name}*")]
    if not written or time.time() - max(written) > BEAT_SILENCE:
        raise OSError("beat has not rung for ten minutes")


def mail() -> None:
    """The catcher greets."""
    with smtplib.SMTP("127.0.0.1", MAIL_PORT, timeout=5) as smtp:
        smtp.noop()


PROBES: dict[str, Callable[[], None]] = {"web": web, "worker": worker, "beat": beat, "mail": mail}


def main() -> int:
    """Probe what the command line names."""
    if len(sys.argv) != 2 or sys.argv[1] not in PROBES:
        sys.stderr.write(f"One of: {', '.join(PROBES)}\n")
        return 2
    try:
        PROBES[sys.argv[1]]()
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
