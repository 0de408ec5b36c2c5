"""After the trial weeks both sides choose again, in private: two times “go on” is the agreement, any “stop” ends it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.impartial import refuse_own_group
from matches.enums import EndKind, EndReason, MatchStatus, Side, TrialOutcome, TrialValue
from matches.models import Match, Trial, TrialChoice
from municipalities.enums import StaffRole
from municipalities.models import Policy
from newcomers.domain.lifecycle import in_touch
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.core.moments import END_OF_DAY, add_working_days, local_date, local_moment

from .batches import due_at
from .closing import close
from .locking import lock, policy_of
from .sides import side_of, speaks_for_group, tell
from .states import MATCH

BATCH = 200


def plan_trial(*, match: Match, policy: Policy) -> None:
    """The trial weeks of the policy, from the first day. In the caller's transaction."""
    if policy.trial_weeks and match.started_on is not None:
        Trial.objects.create(
            municipality_id=match.municipality_id,
            match=match,
            ends_on=match.started_on + timedelta(weeks=policy.trial_weeks),
        )


@transaction.atomic
def choose(
    *, match: Match, side: Side, value: TrialValue, actor: User | None, recorded_by: User | None = None
) -> Match:
    """Record whether one side goes on, stops, or wants to talk first.

    `actor` chooses: the newcomer, or the group's contact person. With `recorded_by` a coordinator writes down what was
    said by phone or face to face; then `actor` may be None. The same choice twice changes nothing. Until both chose to
    go on, another choice may follow. A stop is final and needs no reason.
    """
    match = lock(match)
    side, value = Side(side), TrialValue(value)
    _may_choose(match, side, value, actor, recorded_by)
    trial = Trial.objects.choosing().filter(match=match).select_for_update(of=("self",)).first()
    if trial is None:
        raise DomainError(_("This question is not open. Your coordinator knows how it goes on."))
    given = TrialChoice.objects.filter(match=match, side=side).first()
    if given is not None and given.value == value:
        return match
    TrialChoice.objects.update_or_create(
        match=match,
        side=side,
        defaults={
            "municipality_id": match.municipality_id,
            "value": value,
            "chosen_by": actor,
            "recorded_by": recorded_by,
            "chosen_at": timezone.now(),
        },
    )
    if side == Side.HOUSEHOLD:
        in_touch(match.household)
    audit.record(
        "match.trial_chosen", actor=recorded_by or actor, subject=match, side=side.value, value=value.value
    )
    if recorded_by is not None:
        # Nobody chooses for somebody else without that person hearing of it.
        tell(match, side, "matches.trial_recorded", value=value.value)
    if value == TrialValue.STOP:
        _stop(match)
    elif value == TrialValue.GO_ON:
        _agree_when_both(match, trial)
    return match


def _may_choose(
    match: Match, side: Side, value: TrialValue, actor: User | None, recorded_by: User | None
) -> None:
    if recorded_by is not None:
        refuse_own_group(group_id=match.group_id, actor=recorded_by)
        if not Match.objects.filter(pk=match.pk).in_care_of(recorded_by, StaffRole.COORDINATOR).exists():
            raise DomainError(
                _("Only a coordinator of this municipality writes down a choice for somebody else.")
            )
        if value == TrialValue.TALK:
            raise DomainError(_("Write down “go on” or “stop”. After a talk the choice follows."))
        return
    if actor is None or side_of(match, actor) != side:
        raise DomainError(_("Only the people of this side can answer."))
    if side == Side.GROUP and not speaks_for_group(match, actor):
        raise DomainError(_("Your contact person answers for the group. Talk about it together first."))


def _stop(match: Match) -> None:
    MATCH.check(match.status, MatchStatus.ENDED)
    audit.record("match.trial_stopped", actor=None, subject=match)
    # Nobody's doing: the trail of the ending names no actor, and both sides read the same words.
    close(match, None, kind=EndKind.EARLY, reason=EndReason.TRIAL, ended_on=timezone.localdate())
    for side in Side:
        tell(match, side, "matches.ended", everybody=side == Side.GROUP, how="trial")


def _agree_when_both(match: Match, trial: Trial) -> None:
    chosen = list(TrialChoice.objects.filter(match=match).values_list("value", flat=True))
    if chosen != [TrialValue.GO_ON, TrialValue.GO_ON]:
        return
    trial.outcome, trial.decided_at, trial.remind_at = TrialOutcome.AGREED, timezone.now(), None
    trial.save(update_fields=["outcome", "decided_at", "remind_at"])
    audit.record("match.trial_agreed", actor=None, subject=match)
    for side in Side:
        tell(match, side, "matches.trial_agreed", everybody=side == Side.GROUP)


def start_clock(trial: Trial, policy: Policy, now: datetime) -> None:
    """Both sides are asked now: until when they choose, and when who has not is reminded. Saves nothing."""
    asked, days = local_date(now), policy.answer_working_days
    trial.asked_at = now
    trial.choose_by = local_moment(add_working_days(asked, days), END_OF_DAY)
    trial.remind_at = (
        due_at(add_working_days(asked, max(1, days - policy.trial_reminder_days)))
        if policy.trial_reminder_days
        else None
    )


def _last_day(trial: Trial) -> str:
    assert trial.choose_by is not None, "who chooses has a clock"
    return local_date(trial.choose_by).isoformat()


def sweep_trials(now: datetime) -> int:
    """Ask both sides of each match whose trial is over today or before. Safe to repeat and to run twice."""
    asked = 0
    due = Trial.objects.going_on().filter(asked_at=None, ends_on__lte=local_date(now)).order_by("ends_on")
    for found in due.select_related("match").iterator(chunk_size=BATCH):
        with transaction.atomic():
            match = lock(found.match)
            # It may have ended, or another sweep may have asked, between the look and the lock.
            trial = (
                Trial.objects.going_on().filter(match=match, asked_at=None).select_for_update(of=("self",))
            )
            for row in trial:
                start_clock(row, policy_of(match), now)
                row.save(update_fields=["asked_at", "choose_by", "remind_at"])
                audit.record("match.trial_asked", actor=None, subject=match)
                for side in Side:
                    tell(match, side, "matches.trial_choice", choose_by=_last_day(row))
                asked += 1
    return asked


def remind_trials(now: datetime) -> int:
    """Each side that has not chosen gets one reminder before its clock ends. Safe to repeat and to run twice.

    Who wants to talk first is not reminded: that side waits for the coordinator.
    """
    reminded = 0
    while True:
        with transaction.atomic():
            due = list(
                Trial.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("match__household__user")
                .filter(outcome="", remind_at__lte=now)
                .order_by("remind_at", "pk")[:BATCH]
            )
            chosen = set(
                TrialChoice.objects.filter(match__in=[trial.match_id for trial in due]).values_list(
                    "match_id", "side"
                )
            )
            for trial in due:
                # When the sweep was away until after the last day, a reminder would be a lie.
                for side in Side if trial.is_in_time_at(now) else ():
                    if (trial.match_id, side.value) not in chosen:
                        tell(trial.match, side, "matches.trial_reminder", choose_by=_last_day(trial))
                        reminded += 1
            Trial.objects.filter(pk__in=[trial.pk for trial in due]).update(remind_at=None)
        if len(due) < BATCH:
            return reminded
