from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache

from samenhier.core.crypto import unseal_json
from samenhier.notifications.models import OutgoingMessage


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> Iterator[None]:
    """Attempts of one test do not count in the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def landing(settings: Any) -> None:
    """After signing in people land on a page of this room: what lies above is tested there."""
    settings.LOGIN_REDIRECT_URL = "account_profile"


@pytest.fixture
def mails() -> Callable[..., list[dict]]:
    """What is queued, oldest first: kind, language, address or recipient, and its context."""

    def read(what: str = "") -> list[dict]:
        rows = (
            OutgoingMessage.objects.filter(kind__endswith=what)
            .select_related("recipient")
            .order_by("created_at")
        )
        found = []
        for row in rows:
            content = unseal_json(row.sealed)
            address = row.recipient.email if row.recipient else content["to"]
            found.append({"kind": row.kind, "language": row.language, "to": address, **content["context"]})
        return found

    return read


@pytest.fixture
def code(mails: Callable[..., list[dict]]) -> Callable[[], str]:
    """The newest sign-in code."""
    return lambda: mails("login_code")[-1]["code"]
