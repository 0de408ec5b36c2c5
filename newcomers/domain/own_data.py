"""The newcomer's own data as JSON: what is held, what it was said yes to, who may read it and who did."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from newcomers import own_page
from newcomers.enums import RevealReason
from newcomers.models import DisclosureGrant, Household
from newcomers.queries import consents_of
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent

from .disclosure import NotDisclosed, reveal


@transaction.atomic
def download(*, household: Household, viewer: User) -> dict[str, Any]:
    """Everything about a household, for the newcomer. Other people appear by their role, never by name.

    Moments are ISO 8601 in UTC; codes are those of the reference lists.
    """
    audit.record("household.downloaded", actor=viewer, subject=household, role="newcomer")
    return {
        "format": "samenhier.household/1",
        "made_at": timezone.now(),
        "municipality": household.municipality.name,
        "account": {"email": viewer.email, "language": viewer.language, "since": viewer.created_at},
        "identity": _identity(household, viewer),
        "card": {
            "code_name": household.code_name,
            "status": household.status,
            "registered_at": household.created_at,
            "waiting_since": household.ready_since,
            "last_contact_at": household.last_contact_at,
            "stopped_at": household.stopped_at,
            "warned_at": household.warned_at,
            "erased_at": household.erased_at,
            "language": household.language,
            "adults": household.adults,
            "children": household.children,
            "languages": household.languages,
            "goals": household.goals,
            "interests": household.interests,
            "wishes": household.wishes,
            "would_like": household.would_like,
            "emphasis": household.emphasis,
            "availability": household.availability,
            "arrival": household.arrival,
            "part_of_town": household.part_of_town,
            "referred_by": household.referred_by,
            "urgency": household.urgency,
            "urgency_reason": household.urgency_reason,
        },
        "consents": [
            {
                "purpose": one.purpose,
                "version": one.version,
                "text_sha256": one.text_sha256,
                "language": one.language,
                "how": one.how,
                "given_at": one.created_at,
                "withdrawn_at": one.withdrawn_at,
            }
            for one in consents_of(household)
        ],
        "may_read_or_could": [
            {
                "fields": grant.fields,
                "from": grant.created_at,
                "until": grant.closed_at,
                "ended_because": grant.closed_because,
            }
            for grant in DisclosureGrant.objects.filter(household=household).order_by("created_at")
        ],
        "happened": [
            {
                "at": event.at,
                "what": event.action,
                "role": event.actor_role,
                "reason": event.reason,
                "fields": event.fields,
            }
            for event in AuditEvent.objects.filter(subject_id=household.pk).order_by("id")
        ],
        **own_page.data(household),
    }


def _identity(household: Household, viewer: User) -> dict[str, str] | None:
    try:
        found = reveal(viewer=viewer, household=household, reason=RevealReason.OWN)
    except NotDisclosed:
        return None
    return {"calling_name": found.calling_name, "channel": found.channel, "contact": found.contact}
