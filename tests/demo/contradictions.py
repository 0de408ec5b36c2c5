"""What cannot be true of people, asked of all of them at once."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from groups.enums import STOPPED, GroupStatus, MemberStatus
from groups.models import Attendance, GroupMember, GroupReview, Screening, SponsorGroup
from matches.enums import OPEN_STATUSES, AnswerValue, MatchStatus
from matches.models import Answer, CheckIn, Match
from newcomers.enums import STOPPED_STATUSES, HouseholdStatus
from newcomers.models import Consent, DisclosureGrant, Household
from samenhier.audit.models import AuditEvent
from samenhier.core.moments import local_date

#: What was written down after the act of which it is the moment; a moment of work, no more.
A_MOMENT = timedelta(minutes=10)
#: Moments that may lie ahead; all others are of the past.
AHEAD = {
    *("invitation_expires_at", "visit_at", "answer_due", "answer_remind_at", "first_meeting_at"),
    *("planned_end", "renew_after", "screened_until", "starts_at", "due_on", "closes_on"),
    *("next_reminder_at", "escalate_at", "next_mail_at", "next_attempt_at", "scheduled_for", "due_at"),
    *("ends_on", "choose_by", "remind_at"),
}
PEOPLE = ("groups", "newcomers", "matches", "audit")


def contradictions() -> list[str]:
    """A sentence for each; empty when all could have happened."""
    now = timezone.now()
    return [
        *_later_than_now(now),
        *_households(),
        *_groups(),
        *_matches(now),
        *_trail(),
    ]


def _order(what: object, **moments: datetime | None) -> list[str]:
    """Each moment that is known comes after those before it."""
    known = [(name, moment) for name, moment in moments.items() if moment is not None]
    return [
        f"{what}: {later} {second:%Y-%m-%d %H:%M} before {earlier} {first:%Y-%m-%d %H:%M}"
        for (earlier, first), (later, second) in pairwise(known)
        if second + A_MOMENT < first
    ]


def _later_than_now(now: datetime) -> list[str]:
    found = []
    for model in (model for app in PEOPLE for model in apps.get_app_config(app).get_models()):
        for field in model._meta.get_fields():
            if not isinstance(field, models.DateField) or field.name in AHEAD:
                continue
            limit: Any = now if isinstance(field, models.DateTimeField) else local_date(now)
            number = model._default_manager.filter(**{f"{field.name}__gt": limit}).count()
            if number:
                found.append(f"{number} {model.__name__}.{field.name} in the future")
    return found


def _households() -> list[str]:
    found = []
    with_match = set(Match.objects.open().values_list("household", flat=True))
    yes = dict(Consent.objects.order_by("-created_at").values_list("household", "created_at"))
    in_force = set(Consent.objects.in_force().values_list("household", flat=True))
    for row in Household.objects.all():
        found += _order(
            row,
            registered=row.created_at,
            consent=yes.get(row.pk),
            ready=row.ready_since,
            stop=row.stopped_at,
        )
        stopped = row.status in STOPPED_STATUSES
        if stopped and row.pk in with_match:
            found.append(f"{row} is {row.status} and in an open match")
        if stopped != (row.stopped_at is not None):
            found.append(f"{row} is {row.status}, stopped at {row.stopped_at}")
        if (row.status == HouseholdStatus.READY) != bool(row.ready_since) and row.status in (
            HouseholdStatus.REGISTERED,
            HouseholdStatus.CONSENTED,
            HouseholdStatus.READY,
        ):
            found.append(f"{row} is {row.status}, ready since {row.ready_since}")
        if not stopped and (row.status != HouseholdStatus.REGISTERED) != (row.pk in in_force):
            found.append(f"{row} is {row.status}, a yes in force: {row.pk in in_force}")
    found += [
        f"{one.household}: consent withdrawn before it was given"
        for one in Consent.objects.filter(withdrawn_at__lt=models.F("created_at")).select_related("household")
    ]
    return found


def _groups() -> list[str]:
    found = []
    with_match = set(Match.objects.open().values_list("group", flat=True))
    decided = {one.group_id: one.created_at for one in GroupReview.objects.order_by("created_at")}
    for row in SponsorGroup.objects.all():
        found += _order(
            row,
            registered=row.created_at,
            submitted=row.submitted_at,
            decided=decided.get(row.pk),
            stopped=row.stopped_at,
        )
        found += _order(row, submitted=row.submitted_at, approved=row.approved_at)
        if row.status in STOPPED and row.pk in with_match:
            found.append(f"{row} is {row.status} and in an open match")
        if (row.status in STOPPED) != (row.stopped_at is not None):
            found.append(f"{row} is {row.status}, stopped at {row.stopped_at}")
        if row.status == GroupStatus.WITHDRAWN and row.submitted_at is None and row.visit_at:
            found.append(f"{row} never asked for approval and is visited")
    for member in GroupMember.objects.select_related("group"):
        found += _order(
            f"{member} of {member.group}",
            registered=member.group.created_at,
            invited=member.invited_at,
            answered=member.responded_at,
            left=member.left_at,
        )
    met = Screening.objects.filter(seen_on__isnull=False).select_related("member__group")
    for one in met.exclude(member__status=MemberStatus.LEFT):
        approved = one.member.group.approved_at
        answered = one.member.responded_at
        if (answered and one.seen_on < local_date(answered)) or (
            approved and one.seen_on > local_date(approved)
        ):
            found.append(f"{one.member} of {one.member.group}: statement seen on {one.seen_on}")
    for came in Attendance.objects.filter(attended=True).select_related("member__group", "session"):
        group = came.member.group
        found += _order(
            f"{came.member} of {group}",
            answered=came.member.responded_at,
            trained=came.session.starts_at,
            approved=group.approved_at,
        )
    return found


def _matches(now: datetime) -> list[str]:
    found = []
    answers: dict[Any, list[Answer]] = defaultdict(list)
    for answer in Answer.objects.order_by("answered_at"):
        answers[answer.match_id].append(answer)
    lived: dict[Any, list[Match]] = defaultdict(list)
    for match in Match.objects.select_related("household", "group").exclude(approved_at=None):
        what = f"{match.household} with {match.group}, {match.status}"
        given = answers[match.pk]
        found += _order(what, registered=match.household.ready_since, proposed=match.created_at)
        found += _order(what, approved=match.group.approved_at, proposed=match.created_at)
        found += _order(
            what,
            proposed=match.created_at,
            offered=match.offered_at,
            approved=match.approved_at,
            **{f"answer {number}": answer.answered_at for number, answer in enumerate(given)},
            introduced=match.introduced_at,
            closed=match.closed_at,
        )
        if match.introduced_at and [one.value for one in given] != [AnswerValue.YES] * 2:
            found.append(f"{what}: introduced without two yeses")
        if match.started_on and match.introduced_at and match.started_on < local_date(match.introduced_at):
            found.append(f"{what}: began {match.started_on} before the introduction")
        if match.ended_on and match.started_on and match.ended_on < match.started_on:
            found.append(f"{what}: ended {match.ended_on} before it began")
        if match.status in (*OPEN_STATUSES, MatchStatus.ENDED):
            lived[match.household].append(match)
            lived[match.group].append(match)
    for whose, rows in lived.items():
        rows.sort(key=lambda row: row.created_at)
        for before, after in pairwise(rows):
            if (before.closed_at or now) > after.created_at:
                found.append(f"{whose}: two matches at the same time")
    grants = DisclosureGrant.objects.open().values_list("match_id", flat=True)
    closed = Match.objects.filter(pk__in=grants).exclude(status__in=OPEN_STATUSES).count()
    if closed:
        found.append(f"{closed} names still open after the ending")
    for row in CheckIn.objects.filter(answered_at__isnull=False).select_related("match"):
        if local_date(row.answered_at) < row.due_on:
            found.append(f"{row.match}: check-in of {row.due_on} answered on {row.answered_at}")
    return found


def _trail() -> list[str]:
    """What stands in the trail about one subject, in the order of writing, is in the order of happening."""
    found, last = [], {}
    for row in AuditEvent.objects.exclude(subject_id=None).order_by("id"):
        before = last.get(row.subject_id)
        if before is not None and row.at + A_MOMENT < before.at:
            found.append(f"{row.subject_type}: {row.action} {row.at} told after {before.action} {before.at}")
        last[row.subject_id] = row
    return found
