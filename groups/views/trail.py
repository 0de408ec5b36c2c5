"""What happened to a group, from the audit trail, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.models import GroupMember, SponsorGroup
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent

EVENTS_SHOWN = 40

WORDS: dict[str, tuple[str | Promise, str]] = {
    "group.registered": (gettext_lazy("Group registered"), "neutral"),
    "group.card_changed": (gettext_lazy("Group changed its card"), "neutral"),
    "group.emphasis_set": (gettext_lazy("Group changed what matters most"), "neutral"),
    "group.submitted": (gettext_lazy("Group asked for approval"), "wait"),
    "group.visit_planned": (gettext_lazy("Visit written down"), "neutral"),
    "group.returned": (gettext_lazy("Returned with a question"), "wait"),
    "group.approved": (gettext_lazy("Group approved"), "ok"),
    "group.declined": (gettext_lazy("Group not approved"), "late"),
    "group.put_on_hold": (gettext_lazy("Group became too small: on hold"), "late"),
    "group.paused": (gettext_lazy("Group paused"), "wait"),
    "group.went_on": (gettext_lazy("Group went on after a pause"), "ok"),
    "group.stopped": (gettext_lazy("Group stopped"), "quiet"),
    "group.withdrawn": (gettext_lazy("Everybody left: group withdrawn"), "late"),
    "group.erased": (gettext_lazy("The people of the group were erased"), "quiet"),
    "member.erased": (gettext_lazy("A former member was erased"), "quiet"),
    "member.invited": (gettext_lazy("Somebody was invited"), "neutral"),
    "member.invited_again": (gettext_lazy("An invitation was sent again"), "neutral"),
    "member.revoked": (gettext_lazy("An invitation was withdrawn"), "neutral"),
    "member.accepted": (gettext_lazy("Somebody said yes"), "ok"),
    "member.declined": (gettext_lazy("Somebody said no"), "neutral"),
    "member.left": (gettext_lazy("Somebody left"), "late"),
    "member.became_contact": (gettext_lazy("New contact person"), "neutral"),
    "agreement.signed": (gettext_lazy("A text was signed"), "ok"),
    "vog.seen": (gettext_lazy("A VOG was seen"), "ok"),
    "training.signed_up": (gettext_lazy("Signed up for a training"), "neutral"),
}


def timeline_of(group: SponsorGroup, members: Iterable[GroupMember]) -> list[dict[str, Any]]:
    """The newest events about this group and its people, for the timeline component: two queries."""
    names = {member.pk: member.name for member in members}
    events = list(
        AuditEvent.objects.filter(
            subject_id__in=[group.pk, *names], municipality_id=group.municipality_id, action__in=list(WORDS)
        ).order_by("-id")[:EVENTS_SHOWN]
    )
    people = dict(User.objects.filter(pk__in={event.actor_id for event in events}).values_list("pk", "name"))
    found = []
    for event in events:
        title, tone = WORDS[event.action]
        about = names.get(event.subject_id, "")
        found.append(
            {
                "moment": event.at,
                "title": _("%(what)s: %(name)s") % {"what": title, "name": about} if about else str(title),
                "text": _("Reason: %(reason)s") % {"reason": event.reason} if event.reason else "",
                "by": people.get(event.actor_id, ""),
                "tone": tone,
            }
        )
    return found
