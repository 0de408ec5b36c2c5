"""Trials of the practice world: one goes on, in two both sides choose now or want to talk first, those before agreed
or parted."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from matches.domain.trial import start_clock
from matches.enums import EndReason, Side, TrialOutcome, TrialValue
from matches.models import Match, Trial, TrialChoice
from samenhier.core.moments import local_moment

from . import history

ASKED = time(9)
#: After so many days both had chosen.
CHOSEN = timedelta(days=2)


def lived(match: Match) -> None:
    """The trial of a match, as far as it is.

    Where both sides choose now, the group already did; two days later the household wants to talk first (or the group,
    when the household has no account). One day after that they had agreed, or parted.
    """
    policy = match.municipality.policy
    if not policy.trial_weeks or match.started_on is None:
        return
    trial = Trial(
        created_at=local_moment(match.started_on, time(20)),
        municipality=match.municipality,
        match=match,
        ends_on=last_day(match),
    )
    today = timezone.localdate()
    if match.ended_on and match.ended_on <= trial.ends_on:
        trial.outcome, trial.decided_at = TrialOutcome.ENDED, match.closed_at
    elif trial.ends_on < today:
        start_clock(trial, policy, _at(trial.ends_on))
        assert trial.asked_at is not None
        history.tell("match.trial_asked", subject=match, at=trial.asked_at)
        said = trial.asked_at + timedelta(hours=9)
        if trial.ends_on + CHOSEN == today:
            _choice(match, Side.HOUSEHOLD if match.household.user_id else Side.GROUP, said, TrialValue.TALK)
        else:
            _choice(match, Side.GROUP, said)
        if match.end_reason == EndReason.TRIAL:
            trial.outcome, trial.decided_at, trial.remind_at = TrialOutcome.STOPPED, match.closed_at, None
            _choice(match, Side.HOUSEHOLD, said + timedelta(days=1), TrialValue.STOP)
            assert match.closed_at is not None
            history.tell("match.trial_stopped", subject=match, at=match.closed_at)
        elif trial.ends_on + CHOSEN < today:
            trial.outcome, trial.decided_at = TrialOutcome.AGREED, _at(trial.ends_on) + CHOSEN
            trial.remind_at = None
            _choice(match, Side.HOUSEHOLD, trial.decided_at)
            history.tell("match.trial_agreed", subject=match, at=trial.decided_at)
    trial.save()


def last_day(match: Match) -> date:
    """The day on which the trial of a match that began ends."""
    assert match.started_on
    return match.started_on + timedelta(weeks=match.municipality.policy.trial_weeks)


def _at(day: date) -> datetime:
    return local_moment(day, ASKED)


def _choice(match: Match, side: Side, at: datetime, value: TrialValue = TrialValue.GO_ON) -> None:
    TrialChoice.objects.create(
        created_at=at,
        municipality=match.municipality,
        match=match,
        side=side,
        value=value,
        chosen_at=at,
    )
    history.tell("match.trial_chosen", subject=match, at=at, side=side.value, value=value.value)
