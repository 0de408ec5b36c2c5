"""Giving the practice world a past."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from newcomers.models import Consent
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent

#: Told and agreed, not written yet: these rows never change, and the trail is read in the order of writing.
_told: list[AuditEvent] = []
_agreed: list[Consent] = []


def tell(
    action: str,
    *,
    subject: Any,
    at: datetime,
    actor: User | None = None,
    role: str = "",
    reason: str = "",
    fields: Collection[str] = (),
    **detail: Any,
) -> None:
    """An audit row of the past, as the act would have written it. `write` writes them all."""
    _told.append(
        AuditEvent(
            at=at,
            action=action,
            actor_id=actor.pk if actor else None,
            actor_role=role,
            municipality_id=subject.municipality_id,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
            fields=list(fields),
            reason=reason,
            detail=detail,
        )
    )


def put_back(subject_id: UUID, by: timedelta) -> None:
    """What was told about this subject happened so much earlier."""
    for event in _told:
        if event.subject_id == subject_id:
            event.at -= by
    for consent in _agreed:
        if consent.household_id == subject_id:
            consent.created_at -= by


def agree(consent: Consent) -> None:
    """A newcomer said yes. `write` writes it."""
    _agreed.append(consent)


def take_back(household_id: UUID, at: datetime) -> None:
    """A newcomer took the yes back."""
    for consent in _agreed:
        if consent.household_id == household_id:
            consent.withdrawn_at = at


def begin() -> None:
    """Forget what an earlier load, that failed, told."""
    _told.clear()
    _agreed.clear()


def write() -> None:
    """Everything that was told, in the order in which it happened."""
    Consent.objects.bulk_create(_agreed)
    AuditEvent.objects.bulk_create(sorted(_told, key=lambda event: event.at))
    begin()
