"""Giving the practice world a past."""

from datetime import datetime
from typing import Any

from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent


def tell(
    action: str,
    *,
    subject: Any,
    at: datetime,
    actor: User | None = None,
    role: str = "",
    reason: str = "",
    **detail: Any,
) -> None:
    """An audit row of the past, as the act would have written it."""
    AuditEvent.objects.create(
        at=at,
        action=action,
        actor_id=actor.pk if actor else None,
        actor_role=role,
        municipality_id=subject.municipality_id,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        reason=reason,
        detail=detail,
    )
