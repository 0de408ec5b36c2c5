"""Who looked at a newcomer's name, in plain words, for the newcomer."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from samenhier.audit.models import AuditEvent

from .enums import RevealReason
from .models import Household

LIMIT = 100


def reason_in_words(reason: str) -> str:
    """The label of a `RevealReason`; other reasons as they were written."""
    return str(RevealReason(reason).label) if reason in RevealReason.values else reason


@dataclass(frozen=True)
class Reading:
    """One time that somebody else opened the newcomer's name and contact: who in plain words, when, why."""

    moment: datetime
    who: str
    why: str


def readings(household: Household) -> list[Reading]:
    """Who looked, newest first, without the newcomer's own looks. People by their role, not by name."""
    town = household.municipality.name
    who = {
        "coordinator": _("Samen Hier in %(town)s") % {"town": town},
        "builder": _("The community builder who helps you"),
        "member": _("Somebody of your group"),
    }
    events = (
        AuditEvent.objects.filter(subject_id=household.pk, action="household.revealed")
        .exclude(actor_role="newcomer")
        .order_by("-id")[:LIMIT]
    )
    return [
        Reading(
            moment=event.at,
            who=who.get(event.actor_role, str(_("Samen Hier"))),
            why=reason_in_words(event.reason),
        )
        for event in events
    ]
