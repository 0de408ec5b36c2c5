"""A new municipality: the town, its policy with the programme's defaults, and its first coordinator, in one act."""

from typing import Any

from django.db import transaction

from municipalities.enums import StaffRole
from municipalities.models import Municipality, Policy
from samenhier import audit
from samenhier.accounts.models import User

from .staff import invite


@transaction.atomic
def onboard(*, actor: User, coordinator_email: str, **fields: Any) -> Municipality:
    """Create a municipality from the fields of `Municipality` and invite its first coordinator.

    Raises `ValidationError` for fields that do not hold.
    """
    municipality = Municipality(**fields)
    municipality.full_clean()
    municipality.save()
    Policy.objects.create(municipality=municipality)
    audit.record("municipality.onboarded", actor=actor, subject=municipality, municipality_id=municipality.pk)
    invite(email=coordinator_email, role=StaffRole.COORDINATOR, municipality=municipality, actor=actor)
    return municipality


@transaction.atomic
def change_details(*, municipality: Municipality, actor: User, **fields: Any) -> None:
    """Change name, partner or contacts. The audit row holds which fields, not their values."""
    changed = [name for name, value in fields.items() if getattr(municipality, name) != value]
    for name in changed:
        setattr(municipality, name, fields[name])
    municipality.full_clean()
    if changed:
        municipality.save(update_fields=changed)
        audit.record(
            "municipality.changed",
            actor=actor,
            subject=municipality,
            municipality_id=municipality.pk,
            fields=changed,
        )


@transaction.atomic
def change_policy(*, policy: Policy, actor: User, **fields: Any) -> None:
    """Change the settings of a municipality. What was already planned keeps the settings of its day."""
    row = Policy.objects.select_for_update().get(pk=policy.pk)
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    row.full_clean()
    if changed:
        row.save(update_fields=list(changed))
        audit.record(
            "policy.changed",
            actor=actor,
            subject=row,
            municipality_id=row.municipality_id,
            fields=list(changed),
            before=before,
            after=changed,
        )
