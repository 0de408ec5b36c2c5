"""What can go wrong outside our code, said in one line that tells what to do."""

from __future__ import annotations


class ServiceError(Exception):
    """Something on this machine is in the way. The message is one line, for a person."""


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked us to stop
    """Ctrl-C or SIGTERM arrived while we were still starting."""
