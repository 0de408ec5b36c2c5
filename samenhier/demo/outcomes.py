"""What people of the practice world say of the outcome statements: most answer, some rather not, a few are still asked."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from django.utils import timezone

from matches.domain.batches import due_at
from matches.domain.outcomes import ANSWER_WITHIN, REMIND_AFTER_DAYS, plan_outcomes
from matches.enums import EndKind, OutcomeStatus, Side
from matches.models import Match, OutcomeSurvey
from matches.statements import statements_for

#: What is answered at the start; later it grows, as the programme hopes.
AT_THE_START = {
    "at_home": 3,
    "company": 2,
    "dutch_contact": 2,
    "practical": 3,
    "finding_way": 2,
    "enriching": 4,
    "acquaintances": 3,
    "giving_support": 3,
    "recommends": 4,
}


def lived(match: Match) -> None:
    """Plan the questions of a match that began, and answer those of the past. Its own dice: others roll on as before."""
    plan_outcomes(match=match)
    dice = Random(f"{match.municipality.slug} {match.household.code_name}")
    today = timezone.localdate()
    last_day = match.ended_on or today
    surveys = list(match.outcome_surveys.order_by("due_on", "side"))
    for row in surveys:
        if row.due_on > last_day:
            if match.end_kind == EndKind.EARLY:
                _close(row)
            continue
        answered = min(row.due_on + timedelta(days=dice.choice([0, 1, 1, 2, 4, 8])), today)
        if today <= row.closes_on and (row.side == Side.HOUSEHOLD or dice.random() < 0.5):
            _still_asked(row)
        elif dice.random() < 0.88:
            row.status, row.answered_on, row.next_mail_at = OutcomeStatus.ANSWERED, answered, None
            row.answers = _said(row, dice)
            row.mails_sent = 1
        else:
            _close(row)
    OutcomeSurvey.objects.bulk_update(
        surveys, ["status", "answered_on", "answers", "next_mail_at", "mails_sent"]
    )


def _close(row: OutcomeSurvey) -> None:
    row.status, row.next_mail_at, row.mails_sent = OutcomeStatus.CLOSED, None, 2


def _still_asked(row: OutcomeSurvey) -> None:
    reminder = due_at(row.due_on, REMIND_AFTER_DAYS)
    row.mails_sent = 1
    row.next_mail_at = reminder if reminder > timezone.now() else None


def _said(row: OutcomeSurvey, dice: Random) -> dict[str, int]:
    grown = {"S": 0, "M6": 1}.get(row.moment, 2)
    return {
        one.code: max(1, min(5, AT_THE_START[one.code] + grown + dice.choice([-1, 0, 0, 1, 1])))
        for one in statements_for(row.side)
        if dice.random() > 0.04
    }


def due_in_a_moment(match: Match, *, seconds: Iterator[int]) -> int:
    """Let the next questions of this match fall due within the first minute. Returns how many mails will leave."""
    today, now = timezone.localdate(), timezone.now()
    coming = match.outcome_surveys.filter(status=OutcomeStatus.PLANNED, due_on__gt=today).order_by("due_on")
    first = coming.first()
    if first is None:
        return 0
    rows = list(coming.filter(moment=first.moment))
    for row in rows:
        row.due_on, row.closes_on = today, today + ANSWER_WITHIN
        row.next_mail_at = now + timedelta(seconds=next(seconds))
    OutcomeSurvey.objects.bulk_update(rows, ["due_on", "closes_on", "next_mail_at"])
    return len(rows)
