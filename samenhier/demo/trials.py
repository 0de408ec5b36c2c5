"""Trials of the practice world: one goes on, in one both sides choose now, and those before agreed."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from matches.enums import Side, TrialOutcome, TrialValue
from matches.models import Match, Trial, TrialChoice
from samenhier.core.moments import END_OF_DAY, add_working_days, local_moment

from . import history

ASKED = time(9)
#: After so many days both had chosen.
CHOSEN = timedelta(days=2)


def lived(match: Match) -> None:
    """The trial of a match that goes on, as far as it is. Where both sides choose now, the group already did."""
    policy = match.municipality.policy
    if not policy.trial_weeks or match.started_on is None:
        return
    trial = Trial(
        created_at=local_moment(match.started_on, time(20)),
        municipality=match.municipality,
        match=match,
        ends_on=match.started_on + timedelta(weeks=policy.trial_weeks),
    )
    today = timezone.localdate()
    if trial.ends_on < today:
        last_day = add_working_days(trial.ends_on, policy.answer_working_days)
        trial.asked_at, trial.choose_by = _at(trial.ends_on), local_moment(last_day, END_OF_DAY)
        history.tell("match.trial_asked", subject=match, at=trial.asked_at)
        _choice(match, Side.GROUP, trial.asked_at + timedelta(hours=9))
        if trial.ends_on + CHOSEN < today:
            trial.outcome, trial.decided_at = TrialOutcome.AGREED, _at(trial.ends_on) + CHOSEN
            _choice(match, Side.HOUSEHOLD, trial.decided_at)
            history.tell("match.trial_agreed", subject=match, at=trial.decided_at)
    trial.save()


def _at(day: date) -> datetime:
    return local_moment(day, ASKED)


def _choice(match: Match, side: Side, at: datetime) -> None:
    TrialChoice.objects.create(
        created_at=at,
        municipality=match.municipality,
        match=match,
        side=side,
        value=TrialValue.GO_ON,
        chosen_at=at,
    )
    history.tell("match.trial_chosen", subject=match, at=at, side=side.value, value=TrialValue.GO_ON.value)
