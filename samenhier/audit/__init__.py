"""The trail of acts and readings: `audit.record(...)` inside the transaction of the act."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from django.db import models

    from samenhier.accounts.models import User

    from .models import AuditEvent


def record(
    action: str,
    *,
    actor: "User | None",
    subject: "models.Model | None" = None,
    municipality_id: UUID | None = None,
    role: str = "",
    fields: list[str] | tuple[str, ...] = (),
    reason: str = "",
    **detail: Any,
) -> "AuditEvent":
    """Write one row, in the caller's transaction: no row, no act.

    `action` is "noun.verb" ("group.approved"); `actor` None means the system itself; `fields` names what was
    read; `detail` holds ids and codes, never values of people. The municipality comes from the subject when it
    has one.
    """
    from django.db import connection

    from .models import AuditEvent

    assert connection.in_atomic_block, "audit.record belongs inside the act's transaction"
    return AuditEvent.objects.create(
        action=action,
        actor_id=actor.pk if actor is not None and actor.is_authenticated else None,
        actor_role=role,
        municipality_id=municipality_id or getattr(subject, "municipality_id", None),
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        fields=list(fields),
        reason=reason,
        detail=detail,
    )
