"""Secrets in links: random, kept only as a hash. And addresses that were removed but still count."""

import hashlib
import secrets

from django.utils.crypto import salted_hmac


def new_token() -> str:
    """A secret of 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a secret: 64 hexadecimal signs."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def removed_address(email: str) -> str:
    """Stands in the place of an address that we no longer need: unreadable, and the same for the same address.

    So nobody who said no is written to again and again, and we do not keep who it was.
    """
    if email.endswith("@removed.invalid"):
        return email
    digest = salted_hmac("groups.removed_address", email.strip().lower(), algorithm="sha256").hexdigest()
    return f"{digest[:40]}@removed.invalid"
