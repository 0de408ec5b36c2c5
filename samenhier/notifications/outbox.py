"""Putting messages into the outbox. Nothing is sent here; the sweep does that."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation

from samenhier.accounts.models import User
from samenhier.core.crypto import seal_json
from samenhier.core.db import insert_new

from . import kinds
from .models import OutgoingMessage

#: Rows in one statement.
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What should reach one person. `context` holds JSON-able values; `to` is for people without an account.

    `recipient_id` stands for a recipient whose row was not read; then `language` says theirs.
    """

    kind: str
    dedupe_key: str
    context: Mapping[str, Any] = field(default_factory=dict)
    recipient: User | None = None
    recipient_id: UUID | None = None
    to: str = ""
    language: str = ""
    municipality_id: UUID | None = None
    due_at: datetime | None = None


def notify(**values: Any) -> None:
    """Queue one message in the caller's transaction; the arguments are those of `Notice`.

    The same `dedupe_key` a second time does nothing, so that an act may be repeated safely.
    """
    notify_many([Notice(**values)])


def notify_many(notices: Iterable[Notice]) -> int:
    """Queue many messages with one insert. Returns how many were offered (known keys are passed over)."""
    assert connection.in_atomic_block, "notify belongs inside the act's transaction"
    rows = [_row(notice) for notice in notices]
    if rows:
        for start in range(0, len(rows), BATCH):
            insert_new(rows[start : start + BATCH])
        transaction.on_commit(ring_the_bell)
    return len(rows)


def ring_the_bell() -> None:
    """Ask a worker to look now. When the broker is away the minute sweep finds the rows."""
    from .tasks import ring

    ring()


def _row(notice: Notice) -> OutgoingMessage:
    kind = kinds.get(notice.kind)
    if set(notice.context) != kind.fields:
        raise TypeError(f"{kind.code} takes {sorted(kind.fields)}, not {sorted(notice.context)}.")
    recipient_id = notice.recipient.pk if notice.recipient else notice.recipient_id
    if (recipient_id is None) == (not notice.to):
        raise TypeError("A notice has either a recipient or an address.")
    if notice.recipient_id and not notice.language:
        raise TypeError("A recipient by id needs a language.")
    language = notice.language or (
        notice.recipient.language if notice.recipient else translation.get_language()
    )
    row_id = uuid.uuid4()
    return OutgoingMessage(
        id=row_id,
        kind=kind.code,
        municipality_id=notice.municipality_id,
        recipient_id=recipient_id,
        language=language or settings.LANGUAGE_CODE,
        sealed=seal_json({"to": notice.to, "context": dict(notice.context)}),
        dedupe_key=notice.dedupe_key,
        message_id=f"<{row_id}@{settings.MAIL_DOMAIN}>",
        due_at=notice.due_at or timezone.now(),
    )
