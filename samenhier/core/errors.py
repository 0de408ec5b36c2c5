"""Errors that a person may read. Everything else is a fault and stays loud."""

from django.utils.functional import Promise


class DomainError(Exception):
    """A refusal by the domain, with a translated sentence that says what is possible instead."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class TransitionRefused(DomainError):
    """The row is in a state from which this step does not exist (any more)."""


class Conflict(DomainError):
    """Somebody else was first; nothing was changed."""
