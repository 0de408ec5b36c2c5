"""Sealing: envelope encryption, so that erasing one key makes one household unreadable, in old backups too.

Each household has a random key of its own. The key is stored wrapped by a master key (`MASTER_KEYS`, newest
first). Values are sealed with the household's key; short-lived things (drafts, outgoing mail) with the master key.
"""

import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class Unreadable(Exception):
    """The value cannot be opened: the key was erased or is not ours."""


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("MASTER_KEYS is empty: without it nothing can be sealed or opened.")
    return MultiFernet([Fernet(key) for key in keys])


def _master() -> MultiFernet:
    return _ring(tuple(settings.MASTER_KEYS))


def new_wrapped_key() -> bytes:
    """A fresh random key, wrapped by the newest master key, ready to be stored."""
    return _master().encrypt(Fernet.generate_key())


def rewrap(wrapped: bytes) -> bytes:
    """The same key, wrapped by the newest master key: run over all keys after a rotation."""
    return _master().rotate(wrapped)


def seal(value: str, *, key: bytes | None = None) -> bytes:
    """Encrypt text with a wrapped household key, or with the master key when `key` is None."""
    ring: Fernet | MultiFernet = _master() if key is None else Fernet(_master().decrypt(key))
    return ring.encrypt(value.encode())


def unseal(sealed: bytes | memoryview, *, key: bytes | memoryview | None = None) -> str:
    """The text again. Raises `Unreadable` when the key is gone or wrong."""
    try:
        ring: Fernet | MultiFernet = _master() if key is None else Fernet(_master().decrypt(bytes(key)))
        return ring.decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise Unreadable("The key of this value was erased or does not fit.") from error


def seal_json(value: Any) -> bytes:
    """Seal a JSON-able value with the master key."""
    return seal(json.dumps(value, ensure_ascii=False))


def unseal_json(sealed: bytes | memoryview) -> Any:
    """The opposite of `seal_json`."""
    return json.loads(unseal(sealed))
