"""What the tests of this room share."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
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


@pytest.fixture
def room_queries() -> Callable[[int], object]:
    """`with room_queries(6): …`: exactly so many queries on the tables of this room and the audit trail.

    The frame around a page (session, second factor, menu of all rooms) is counted by the tests of those rooms.
    """

    @contextmanager
    def counted(number: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as context:
            yield
        found = [query["sql"] for query in context.captured_queries]
        tables = [re.search(r'FROM "(\w+)"', sql) for sql in found]
        ours = [
            sql
            for sql, table in zip(found, tables, strict=True)
            if table and table[1].startswith(("groups_", "audit_"))
        ]
        assert len(ours) == number, "\n".join(ours)

    return counted


@pytest.fixture(autouse=True)
def speaks_english() -> Iterator[None]:
    """The sentences in these tests are the message ids; a page chooses its own language as it does for people."""
    with translation.override("en"):
        yield
