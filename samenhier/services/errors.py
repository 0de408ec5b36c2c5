"""What can go wrong outside our code, said in one line that tells what to do."""

from __future__ import annotations


class ServiceError(Exception):
    """Something on this machine is in the way. The message is one line, for a person."""


class Stopped(Exception):
    """Ctrl-C or SIGTERM arrived while we were still starting."""
