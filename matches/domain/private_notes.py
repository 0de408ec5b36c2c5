"""The words a person adds to a check-in: sealed at rest, opened only for its author and for staff in care."""

from samenhier.core import crypto


def seal(text: str) -> bytes:
    """The note as it is stored."""
    return crypto.seal(text)


def unseal(sealed: bytes | memoryview | None) -> str:
    """The note again; empty when there is none."""
    return crypto.unseal(sealed) if sealed else ""
