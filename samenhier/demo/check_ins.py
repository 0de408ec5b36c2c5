"""Check-ins that were answered, late or left open; what waits for somebody; and what falls due while one watches."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

from django.utils import timezone

from groups.enums import MemberRole, MemberStatus
from matches.domain.batches import due_at
from matches.enums import AnswerValue, CheckInStatus, ContactStatus, MatchStatus, Side
from matches.models import Answer, CheckIn, CheckInReport, ContactRequest, Match
from municipalities.models import Municipality
from samenhier.accounts.models import User
from samenhier.core.moments import END_OF_DAY, local_moment

from . import history


def lived(match: Match, *, random: Random) -> None:
    """Answer the check-ins of the past: most on time, some late, a few not at all."""
    today = match.ended_on or timezone.localdate()
    check_ins = list(match.check_ins.filter(due_on__lt=today).order_by("due_on", "side"))
    reports = []
    for row in check_ins:
        chance = random.random()
        recent = (today - row.due_on).days < 10 and match.ended_on is None
        if recent and chance < 0.6:
            _left_open(row)
            continue
        late = 0 if chance < 0.82 else random.randint(4, 12)
        at = min(local_moment(min(row.due_on + timedelta(days=late), today), END_OF_DAY), timezone.now())
        row.status, row.answered_at = CheckInStatus.ANSWERED, at
        row.reminders_sent, row.next_reminder_at, row.escalate_at = 1 if late < 3 else 2, None, None
        reports.append(
            CheckInReport(
                municipality=match.municipality,
                check_in=row,
                wellbeing=random.choice([3, 4, 4, 5, 5]),
                meetings=random.choice([1, 2, 3, 3]),
            )
        )
    CheckIn.objects.bulk_update(
        check_ins,
        ["status", "answered_at", "reminders_sent", "next_reminder_at", "escalate_at", "escalated_at"],
    )
    CheckInReport.objects.bulk_create(reports)


def _left_open(row: CheckIn) -> None:
    """A check-in that nobody answered yet: reminded, and when it is late on the coordinator's list."""
    now = timezone.now()
    days = (timezone.localdate() - row.due_on).days
    row.reminders_sent = 1 if days < 3 else 2
    row.next_reminder_at = now + timedelta(days=2) if days < 7 else None
    if row.escalate_at and row.escalate_at <= now:
        row.escalated_at = row.escalate_at


def left_unanswered(town: Municipality) -> None:
    """What the dice may leave out: a check-in of which nobody heard anything."""
    late = (
        CheckIn.objects.filter(
            municipality=town,
            status=CheckInStatus.ANSWERED,
            match__status=MatchStatus.ACTIVE,
            due_on__lt=timezone.localdate() - timedelta(days=town.policy.escalate_after_days + 1),
        )
        .order_by("-due_on", "match__household__code_name", "side")
        .first()
    )
    if late is not None:
        CheckInReport.objects.filter(check_in=late).delete()
        late.status, late.answered_at = CheckInStatus.PLANNED, None
        late.reminders_sent, late.next_reminder_at = 3, None
        late.escalate_at = late.escalated_at = due_at(late.due_on, town.policy.escalate_after_days)
        late.save()


def wants_to_talk(town: Municipality) -> None:
    """The group said yes, and the household would rather talk first."""
    asked = Match.objects.filter(municipality=town, status=MatchStatus.ASKING, answers__side=Side.GROUP)
    talks = (
        asked.exclude(answers__side=Side.HOUSEHOLD).order_by("approved_at", "household__code_name").first()
    )
    if talks is not None:
        Answer.objects.create(
            municipality=town,
            match=talks,
            side=Side.HOUSEHOLD,
            value=AnswerValue.TALK,
            answered_at=timezone.now(),
        )


def due_in_a_moment(matches: Sequence[Match], *, seconds: Iterator[int]) -> int:
    """Let one check-in of each of these fall due within the first minute, so that the inbox fills while one watches.

    Returns how many reminders will leave.
    """
    now = timezone.now()
    count = 0
    for match in matches:
        row = (
            match.check_ins.filter(status=CheckInStatus.PLANNED, due_on__gte=timezone.localdate())
            .order_by("due_on")
            .first()
        )
        if row is None:
            continue
        for twin in match.check_ins.filter(moment=row.moment, status=CheckInStatus.PLANNED).order_by("side"):
            twin.due_on = timezone.localdate()
            twin.next_reminder_at = now + timedelta(seconds=next(seconds))
            twin.escalate_at = now + timedelta(days=8)
            twin.save(update_fields=["due_on", "next_reminder_at", "escalate_at"])
            count += 1
    return count


def quiet_request(match: Match, *, side: Side = Side.HOUSEHOLD, handled_by: User | None = None) -> None:
    """Somebody of one side who asked to be called, yesterday; with `handled_by` somebody did so this very hour.

    Without an account nobody asks: then nothing happens.
    """
    household = match.household if side == Side.HOUSEHOLD else None
    person = match.household.user if household else _contact_of(match)
    if person is None:
        return
    request = ContactRequest.objects.create(
        created_at=timezone.now() - timedelta(days=1),
        municipality=match.municipality,
        asked_by=person,
        side=side,
        household=household,
        match=match,
        status=ContactStatus.DONE if handled_by else ContactStatus.OPEN,
        handled_by=handled_by,
        handled_at=timezone.now() - timedelta(minutes=30) if handled_by else None,
    )
    history.tell("contact.asked", subject=request, at=request.created_at, actor=person, side=side.value)
    if handled_by:
        at = timezone.now() - timedelta(minutes=30)
        history.tell("contact.handled", subject=request, at=at, actor=handled_by, role="coordinator")


def _contact_of(match: Match) -> User | None:
    contact = match.group.members.filter(role=MemberRole.CONTACT, status=MemberStatus.ACCEPTED).first()
    return contact.user if contact else None
