"""Reading the trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from samenhier.accounts.models import User

from .models import AuditEvent
from .sentences import sentence


@dataclass(frozen=True)
class Happening:
    """One act or reading, in words. The names are those of the `timeline` component."""

    moment: datetime
    title: str
    by: str
    text: str
    action: str


def timeline(subject_ids: Iterable[UUID], limit: int = 50) -> list[Happening]:
    """What happened to these subjects, newest first, at most `limit`. Two queries, however many rows."""
    events = list(AuditEvent.objects.filter(subject_id__in=list(subject_ids)).order_by("-id")[:limit])
    actors = {event.actor_id for event in events if event.actor_id}
    names = dict(User.objects.filter(pk__in=actors).values_list("pk", "name")) if actors else {}
    return [
        Happening(
            moment=event.at,
            title=sentence(event.action),
            by=_who(event.actor_id, names),
            text=event.reason,
            action=event.action,
        )
        for event in events
    ]


def _who(actor_id: UUID | None, names: dict[UUID, str]) -> str:
    if actor_id is None:
        return _("by itself, at the planned moment")
    if actor_id not in names:
        return _("somebody who no longer takes part")
    # A newcomer's name is sealed and not shown here.
    return names[actor_id] or _("the person themself")
