"""How letters of this room leave the house. The outbox lies above accounts, so it brings its carrier itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .models import User


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail about signing in. `kind` is a code such as "accounts.login_code"; `dedupe_key` makes it unique."""

    kind: str
    email: str
    user: User | None
    language: str
    dedupe_key: str
    context: Mapping[str, Any] = field(default_factory=dict)


Carrier = Callable[[Letter], None]
_carriers: list[Carrier] = []


def use(carrier: Carrier) -> None:
    """Called once, by the outbox, when it is ready."""
    _carriers[:] = [carrier]


def send(letter: Letter) -> None:
    """Hand a letter to the outbox, in a transaction of its own when there is none."""
    if not _carriers:
        raise RuntimeError("No outbox is installed: mail about signing in cannot leave.")
    _carriers[0](letter)
