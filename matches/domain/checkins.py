"""Check-ins: planned for each side by itself, reminded in batches, answered in private."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext as _

from matches.enums import CheckInStatus, MatchStatus, Side
from matches.models import CheckIn, CheckInReport, Match
from municipalities.models import Policy
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.core.moments import add_months
from samenhier.notifications.outbox import Notice, notify_many

from . import private_notes
from .batches import BATCH, due_at, until_done
from .contact import open_request
from .sides import Voice, side_of, voices_of_groups

#: A check-in can be answered this long before its day.
OPENS_BEFORE = timedelta(days=7)
NOTE_LENGTH = 500


def due_date(started_on: date, moment: str) -> date:
    """The day of a moment such as W2 or M6, counted from the start."""
    number = int(moment[1:])
    return started_on + timedelta(weeks=number) if moment.startswith("W") else add_months(started_on, number)


@transaction.atomic
def plan_check_ins(
    *,
    match: Match,
    policy: Policy | None = None,
    not_before: date | None = None,
    moments: Sequence[str] | None = None,
) -> list[CheckIn]:
    """Plan the policy's moments, or other `moments`, for the group and for the household, within the planned time.

    Moments before `not_before` are left out: nobody is asked about weeks that lie behind. What is planned already
    stays as it is.
    """
    assert match.started_on is not None, "check-ins count from the start"
    policy = policy or Policy.objects.get(municipality=match.municipality_id)
    planned = [
        _planned(match, policy, side, moment, day)
        for moment in (policy.check_in_moments if moments is None else moments)
        for day in [due_date(match.started_on, moment)]
        if (not_before is None or day >= not_before)
        and (match.planned_end is None or day <= match.planned_end)
        for side in Side
    ]
    return CheckIn.objects.bulk_create(planned, ignore_conflicts=True)


def _planned(match: Match, policy: Policy, side: Side, moment: str, day: date) -> CheckIn:
    days = sorted(policy.reminder_days)
    return CheckIn(
        municipality_id=match.municipality_id,
        match=match,
        side=side,
        moment=moment,
        due_on=day,
        next_reminder_at=due_at(day, days[0]) if days else None,
        escalate_at=due_at(day, policy.escalate_after_days),
    )


@dataclass(frozen=True)
class Swept:
    """What one sweep did: reminders put into the outbox, and check-ins that went to the coordinator's list."""

    reminded: int
    escalated: int


def sweep_due(now: datetime) -> Swept:
    """Remind of every check-in that is due at `now`, and pass on the late ones. Safe to repeat and to run twice.

    Each batch is one transaction: claimed rows, outbox rows and the next duty stand or fall together. Another sweep
    passes over claimed rows. When sweeping was interrupted for days, a person gets one reminder, not all that were missed.
    """
    reminded = until_done(lambda: _claim_and_remind(now))
    escalated = until_done(lambda: _escalate(now))
    return Swept(reminded=reminded, escalated=escalated)


@transaction.atomic
def _claim_and_remind(now: datetime) -> tuple[int, int]:
    claimed = _claim(now)
    return len(claimed), _remind(claimed, now)


class _Due(NamedTuple):
    """A claimed check-in with what its message needs; plain values, because thousands can be due at nine o'clock."""

    pk: UUID
    side: str
    due_on: date
    reminders_sent: int
    municipality_id: UUID
    group_municipality_id: UUID | None
    group_id: UUID
    household_language: str
    household_user_id: UUID | None
    household_user_is_active: bool | None


def _claim(now: datetime) -> list[_Due]:
    rows = (
        CheckIn.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(status=CheckInStatus.PLANNED, next_reminder_at__lte=now)
        .order_by("next_reminder_at")
        .values_list(
            "pk",
            "side",
            "due_on",
            "reminders_sent",
            "municipality_id",
            "match__group_municipality_id",
            "match__group_id",
            "match__household__language",
            "match__household__user_id",
            "match__household__user__is_active",
        )
    )
    return [_Due(*row) for row in rows[:BATCH]]


def _remind(claimed: Sequence[_Due], now: datetime) -> int:
    if not claimed:
        return 0
    reminder_days = dict(
        Policy.objects.filter(municipality__in={row.municipality_id for row in claimed}).values_list(
            "municipality_id", "reminder_days"
        )
    )
    voices = voices_of_groups(row.group_id for row in claimed if row.side == Side.GROUP)
    notices, unheard = [], []
    # Rows with the same next moment are written together: there are few different moments, and many rows.
    onward: dict[datetime | None, list[UUID]] = defaultdict(list)
    next_moments: dict[tuple[UUID, date], datetime | None] = {}
    for row in claimed:
        person = _person(row, voices)
        if person is None:
            unheard.append(row.pk)
            continue
        notices.append(_notice(row, person))
        key = (row.municipality_id, row.due_on)
        if key not in next_moments:
            later = (due_at(row.due_on, day) for day in sorted(reminder_days[row.municipality_id]))
            next_moments[key] = next((moment for moment in later if moment > now), None)
        onward[next_moments[key]].append(row.pk)
    notify_many(notices)
    for moment, pks in onward.items():
        CheckIn.objects.filter(pk__in=pks).update(
            next_reminder_at=moment, reminders_sent=F("reminders_sent") + 1
        )
    if unheard:
        # Nobody to write to: the coordinator asks in person, at once.
        CheckIn.objects.filter(pk__in=unheard).update(
            next_reminder_at=None, escalate_at=Least(Coalesce("escalate_at", Value(now)), Value(now))
        )
    return len(notices)


def _person(row: _Due, voices: Mapping[UUID, Voice]) -> Voice | None:
    if row.side == Side.GROUP:
        return voices.get(row.group_id)
    if row.household_user_id is None or not row.household_user_is_active:
        return None
    return Voice(row.household_user_id, row.household_language)


def _notice(row: _Due, person: Voice) -> Notice:
    number = row.reminders_sent + 1
    return Notice(
        kind="matches.check_in",
        dedupe_key=f"checkin:{row.pk}:{number}",
        recipient_id=person.user_id,
        language=person.language,
        # What may not have arrived is shown to the town that knows this person.
        municipality_id=(row.group_municipality_id if row.side == Side.GROUP else None)
        or row.municipality_id,
        context={"check_in_id": str(row.pk), "side": row.side, "number": number},
    )


@transaction.atomic
def _escalate(now: datetime) -> tuple[int, int]:
    late = (
        CheckIn.objects.select_for_update(skip_locked=True)
        .filter(status=CheckInStatus.PLANNED, escalated_at=None, escalate_at__lte=now)
        .order_by("escalate_at")[:BATCH]
    )
    moved = CheckIn.objects.filter(pk__in=[row.pk for row in late.only("pk")]).update(escalated_at=now)
    return moved, moved


@transaction.atomic
def answer_check_in(
    *,
    check_in: CheckIn,
    actor: User,
    wellbeing: int | None,
    meetings: int | None,
    note: str = "",
    wants_contact: bool = False,
) -> CheckInReport:
    """Keep the answer of one side. Reminders stop; “please contact me” reaches the coordinator only.

    `wellbeing` 1 (not well) to 5 (very well), `meetings` 0 to 3 (three or more), None for no answer. The note is
    sealed. Anybody of the group may answer for the group, once.
    """
    row = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    match = Match.objects.select_related("household").get(pk=row.match_id)
    if side_of(match, actor) != row.side:
        raise DomainError(_("Only the people of this side can answer."))
    if row.status == CheckInStatus.ANSWERED:
        raise DomainError(_("This check-in has been answered already. Thank you."))
    if row.status != CheckInStatus.PLANNED or match.status != MatchStatus.ACTIVE:
        raise DomainError(_("This check-in is no longer needed."))
    if row.due_on > timezone.localdate() + OPENS_BEFORE:
        raise DomainError(_("It is too early for this check-in. You get a message when it is time."))
    if len(note) > NOTE_LENGTH:
        raise DomainError(_("This text is too long. Use at most 500 characters."))
    report = CheckInReport.objects.create(
        municipality_id=row.municipality_id,
        check_in=row,
        answered_by=actor,
        wellbeing=wellbeing,
        meetings=meetings,
        note=private_notes.seal(note.strip()) if note.strip() else None,
        wants_contact=wants_contact,
    )
    row.status = CheckInStatus.ANSWERED
    row.answered_at = timezone.now()
    row.next_reminder_at = None
    row.escalate_at = None
    row.save(update_fields=["status", "answered_at", "next_reminder_at", "escalate_at"])
    audit.record("check_in.answered", actor=actor, subject=row, match=str(match.pk), side=row.side)
    if wants_contact:
        open_request(user=actor, side=Side(row.side), match=match)
    return report


@transaction.atomic
def read_note(*, check_in: CheckIn, reader: User) -> str:
    """The words of a check-in for staff in care; that they were read is written down. Empty when there are none."""
    report = CheckInReport.objects.filter(check_in=check_in).first()
    if report is None or not report.note:
        return ""
    audit.record(
        "check_in.note_read", actor=reader, subject=check_in, fields=["note"], match=str(check_in.match_id)
    )
    return private_notes.unseal(report.note)


def late() -> Q:
    """The condition of a check-in that stands on the coordinator's list."""
    return Q(status=CheckInStatus.PLANNED, escalated_at__isnull=False, match__status=MatchStatus.ACTIVE)
