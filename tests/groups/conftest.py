"""What the tests of this room share."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation

from municipalities.models import Municipality
from samenhier.core.crypto import unseal_json
from samenhier.notifications.models import OutgoingMessage
from tests import factories


@pytest.fixture
def town(db: None) -> Municipality:
    return factories.municipality()


@pytest.fixture
def mailed(db: None) -> Callable[..., list[dict]]:
    """The contexts of the mails of one kind in the outbox, oldest first, with the address in `to`."""

    def found(kind: str) -> list[dict]:
        rows = (
            OutgoingMessage.objects.filter(kind=kind).order_by("created_at", "id").select_related("recipient")
        )
        contents = []
        for row in rows:
            content = unseal_json(row.sealed)
            contents.append(
                {**content["context"], "to": content["to"] or row.recipient.email, "language": row.language}
            )
        return contents

    return found


@pytest.fixture
def token_for(mailed: Callable[..., list[dict]]) -> Callable[[str], str]:
    """The token of the newest invitation to this address, read from the outbox as a mail would show it."""

    def found(address: str) -> str:
        mails = [
            one
            for kind in ("groups.invitation", "groups.confirm")
            for one in mailed(kind)
            if one["to"] == address
        ]
        return mails[-1]["url"].strip("/").split("/")[-1]

    return found


@pytest.fixture(autouse=True)
def speaks_english() -> Iterator[None]:
    """The sentences in these tests are the message ids; a page chooses its own language as it does for people."""
    with translation.override("en"):
        yield
