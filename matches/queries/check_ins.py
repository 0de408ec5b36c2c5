"""Check-ins and quiet requests, for staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from groups.models import GroupMember
from matches.check_in_words import MET, WELLBEING, check_in_state
from matches.enums import CheckInStatus, MatchStatus, Side
from matches.models import CheckIn, ContactRequest, Match
from municipalities.models import Municipality
from municipalities.moment_words import moment_in_words
from samenhier.accounts.models import User


@dataclass(frozen=True)
class CheckInRow:
    """A check-in with its state in words."""

    check_in: CheckIn
    moment: str
    state: str
    tone: str

    @property
    def wellbeing(self) -> str:
        """How it goes, in words; empty without an answer."""
        return str(dict(WELLBEING).get(self._report("wellbeing"), ""))

    @property
    def meetings(self) -> str:
        """How often they met, in words that follow others."""
        return str(dict(MET).get(self._report("meetings"), ""))

    @property
    def has_note(self) -> bool:
        """Whether there are words to read."""
        return bool(self._report("note"))

    def _report(self, field: str) -> Any:
        report = getattr(self.check_in, "report", None)
        return getattr(report, field, None)


def as_row(check_in: CheckIn, today: date | None = None) -> CheckInRow:
    """One line; with `select_related("report")` it reads no table."""
    today = today or timezone.localdate()
    state, tone = check_in_state(
        check_in.status, is_late=check_in.escalated_at is not None, is_due=check_in.due_on <= today
    )
    return CheckInRow(check_in=check_in, moment=moment_in_words(check_in.moment), state=state, tone=tone)


def check_ins_of(user: User, match: Match) -> list[CheckInRow]:
    """All check-ins of a match that the user may see, by date."""
    rows = (
        CheckIn.objects.visible_to(user)
        .filter(match=match)
        .select_related("report")
        .order_by("due_on", "side")
    )
    today = timezone.localdate()
    return [as_row(row, today) for row in rows]


@dataclass(frozen=True)
class Moment:
    """Both sides of one moment of a match."""

    label: str
    due_on: date
    group: CheckInRow | None
    household: CheckInRow | None


def by_moment(rows: Iterable[CheckInRow]) -> list[Moment]:
    """The check-ins of one match, the two sides beside each other."""
    found: dict[str, dict[str, CheckInRow]] = {}
    for row in rows:
        found.setdefault(row.check_in.moment, {})[row.check_in.side] = row
    return [
        Moment(
            label=first.moment,
            due_on=first.check_in.due_on,
            group=sides.get(Side.GROUP),
            household=sides.get(Side.HOUSEHOLD),
        )
        for sides in found.values()
        for first in [next(iter(sides.values()))]
    ]


def check_ins_in_town(user: User, municipality: Municipality, which: str = "open") -> Any:
    """Check-ins of active matches: the late ones, those that wait now, or those that were answered last."""
    rows = CheckIn.objects.visible_in(municipality, user).select_related(
        "match__household", "match__group", "report"
    )
    if which == "answered":
        return rows.filter(status=CheckInStatus.ANSWERED).order_by("-answered_at", "pk")
    waiting = rows.filter(status=CheckInStatus.PLANNED, match__status=MatchStatus.ACTIVE)
    if which == "late":
        return waiting.filter(escalated_at__isnull=False).order_by("due_on", "pk")
    if which == "coming":
        return waiting.filter(due_on__gt=timezone.localdate()).order_by("due_on", "pk")
    return waiting.filter(due_on__lte=timezone.localdate()).order_by("due_on", "pk")


def contact_requests(user: User, municipality: Municipality) -> Any:
    """Quiet requests: who waits longest first, then the handled ones, the newest on top."""
    return (
        ContactRequest.objects.visible_in(municipality, user)
        .select_related("household", "match__group", "asked_by", "handled_by")
        .order_by("-status", F("handled_at").desc(nulls_first=True), "created_at", "pk")
    )


def names_of_askers(people: Iterable[UUID]) -> dict[UUID, str]:
    """First name and group of the members who asked (accounts); a household goes by its code name."""
    members = (
        GroupMember.objects.present()
        .filter(user__in=set(people))
        .select_related("group")
        .order_by("responded_at")
    )
    return {member.user_id: f"{member.name}, {member.group.name}" for member in members if member.user_id}
