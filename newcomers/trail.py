"""The trail of a household in words, for its coordinator."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent

from .enums import ConsentHow
from .models import Household
from .readings import reason_in_words

TITLES: dict[str, str | Promise] = {
    "household.registered": gettext_lazy("Registered"),
    "household.consented": gettext_lazy("Consent recorded"),
    "household.contacted": gettext_lazy("We spoke with them"),
    "household.warned": gettext_lazy("Told that the data will be erased"),
    "household.ready": gettext_lazy("Intake complete, ready to meet a group"),
    "household.paused": gettext_lazy("Paused"),
    "household.resumed": gettext_lazy("Pause ended"),
    "household.withdrawn": gettext_lazy("Stopped taking part"),
    "household.closed": gettext_lazy("Closed"),
    "household.card_changed": gettext_lazy("Card changed"),
    "household.emphasis_set": gettext_lazy("Points for what matters most changed"),
    "household.identity_changed": gettext_lazy("Name or contact changed"),
    "household.urgency_set": gettext_lazy("Urgency changed"),
    "household.revealed": gettext_lazy("Name and contact were read"),
    "household.grants_opened": gettext_lazy("Name and contact opened to a group"),
    "household.grants_closed": gettext_lazy("Name and contact closed to the group"),
    "household.erased": gettext_lazy("Name, contact and account erased"),
}
ROLES: dict[str, str | Promise] = {
    "newcomer": gettext_lazy("the newcomer"),
    "member": gettext_lazy("a member of the group"),
    "builder": gettext_lazy("community builder"),
    "coordinator": gettext_lazy("coordinator"),
    "": gettext_lazy("by itself"),
}
TONES = {
    "household.revealed": "wait",
    "household.withdrawn": "late",
    "household.ready": "ok",
    "household.consented": "ok",
}
LIMIT = 100


def timeline(household: Household) -> list[dict[str, Any]]:
    """What happened and who looked, newest first, for the timeline component. Two queries.

    That a newcomer read their own data is nobody else's business, so it is left out.
    """
    own = Q(action__in=["household.revealed", "household.downloaded"], actor_role="newcomer")
    events = list(AuditEvent.objects.filter(subject_id=household.pk).exclude(own).order_by("-id")[:LIMIT])
    ids = {event.actor_id for event in events if event.actor_id and event.actor_role != "newcomer"}
    names: dict[UUID, str] = dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        {
            "moment": event.at,
            "title": TITLES.get(event.action, event.action),
            "text": _explained(event),
            "by": (names.get(event.actor_id) if event.actor_id else "")
            or str(ROLES.get(event.actor_role, "")),
            "tone": TONES.get(event.action, "neutral"),
        }
        for event in events
    ]


def _explained(event: AuditEvent) -> str:
    """The reason or the changed fields, in words."""
    if event.action == "household.revealed":
        return reason_in_words(event.reason)
    if event.action == "household.card_changed":
        fields = {field.name: field for field in Household._meta.fields}
        return ", ".join(str(fields[name].verbose_name) for name in event.fields if name in fields)
    if event.action == "household.consented":
        how = event.detail.get("how", "")
        return str(ConsentHow(how).label) if how in ConsentHow.values else ""
    return ""
