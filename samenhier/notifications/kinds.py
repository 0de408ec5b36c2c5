"""The register of message kinds. Each app declares its own in `mails.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class OnDoubt(StrEnum):
    """What to do with a message of which, after a crash, nobody knows whether it left."""

    RESEND = "resend"  # must arrive, a double is harmless: sign-in codes, introductions
    LIST = "list"  # a double annoys: it goes to a person's work list


def _always(context: Mapping[str, Any]) -> bool:
    return True


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    `code` is "app.what"; the templates are `mail/<app>/<what>.txt` and `.html`.
    `fields` names every context variable: `notify` refuses missing and unknown ones.
    `still_wanted` is asked again just before sending, with the context; False cancels the message.
    `urgent` messages ignore the sending window (sign-in codes, invitations that a person waits for).
    """

    code: str
    fields: frozenset[str]
    on_doubt: OnDoubt = OnDoubt.LIST
    urgent: bool = False
    still_wanted: Callable[[Mapping[str, Any]], bool] = _always


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind; its code must be new."""
    if kind.code in _kinds:
        raise ValueError(f"The message kind “{kind.code}” is registered twice.")
    _kinds[kind.code] = kind
    return kind


def get(code: str) -> Kind:
    """The kind of this code; KeyError when nobody declared it."""
    return _kinds[code]


def all_kinds() -> list[Kind]:
    """Every kind, in order of code."""
    return [_kinds[code] for code in sorted(_kinds)]
