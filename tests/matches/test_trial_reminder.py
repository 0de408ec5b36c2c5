"""The one reminder of the choice after the trial: who gets it, when, in which language, and that it comes once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from matches.domain import lifecycle, trial
from matches.enums import EndKind, EndReason, MatchStatus, Side, TrialValue
from matches.mails import TRIAL_REMINDER
from matches.models import Trial
from municipalities.forms.policy import PolicyForm
from municipalities.models import Policy
from samenhier.core.crypto import unseal_json
from samenhier.core.moments import add_working_days, in_sending_window, local_date
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once

from .world import world

KIND = "matches.trial_reminder"


def choosing(**policy):
    """Both sides of a match choose since today; the household reads Arabic."""
    w = world(MatchStatus.INTRODUCED, policy={"trial_weeks": 4} | policy, language="ar")
    lifecycle.activate(
        match=w.match, actor=w.coordinator, started_on=timezone.localdate() - timedelta(weeks=4)
    )
    assert trial.sweep_trials(timezone.now()) == 1
    return w


def the_trial(w):
    return Trial.objects.get(match=w.match)


def choose(w, side, value):
    trial.choose(match=w.match, side=side, value=value, actor=w.contact if side == Side.GROUP else w.newcomer)


def messages():
    """Each reminder in the outbox with what its text may use."""
    return [(row, unseal_json(row.sealed)["context"]) for row in OutgoingMessage.objects.filter(kind=KIND)]


def reminded(w):
    return sorted(
        (context["side"], row.recipient_id, row.language)
        for row, context in messages()
        if context["match_id"] == str(w.match.pk)
    )


def both(w):
    return [("group", w.contact.pk, w.contact.language), ("household", w.newcomer.pk, "ar")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("policy", "after"),
    [
        ({}, 3),
        ({"answer_working_days": 10, "trial_reminder_days": 4}, 6),
        # Not together with the question, whatever the policy says.
        ({"answer_working_days": 2, "trial_reminder_days": 5}, 1),
        ({"trial_reminder_days": 0}, None),
    ],
)
def test_the_policy_says_how_many_working_days_before_the_end(policy, after):
    w = choosing(**policy)
    at = the_trial(w).remind_at
    if after is None:
        assert at is None
    else:
        assert local_date(at) == add_working_days(timezone.localdate(), after)
        assert in_sending_window(at)


@pytest.mark.django_db
def test_both_sides_that_have_not_chosen_get_one_each_in_their_language():
    w = choosing()
    at = the_trial(w).remind_at
    assert trial.remind_trials(at - timedelta(seconds=1)) == 0
    assert [
        trial.remind_trials(at),
        trial.remind_trials(at),
        trial.remind_trials(at + timedelta(days=1)),
    ] == [
        2,
        0,
        0,
    ]
    assert reminded(w) == both(w)


@pytest.mark.django_db
@pytest.mark.parametrize("value", [TrialValue.GO_ON, TrialValue.TALK])
@pytest.mark.parametrize("side", list(Side))
def test_who_chose_or_wants_to_talk_is_left_alone_and_the_mail_of_the_other_is_the_same(side, value):
    silent, spoken = choosing(), choosing()
    choose(spoken, side, value)
    trial.remind_trials(the_trial(silent).remind_at)
    assert len(reminded(silent)) == 2
    assert [one for one, *_rest in reminded(spoken)] == [one.value for one in Side if one != side]
    # Nothing in it depends on what the other side did.
    contexts = {
        frozenset(context.items()) - {("match_id", context["match_id"])}
        for _row, context in messages()
        if context["side"] != side.value
    }
    assert len(contexts) == 1


@pytest.mark.django_db
def test_nobody_is_reminded_after_the_agreement_the_end_or_the_last_day():
    agreed, ended, late, open_ = choosing(), choosing(), choosing(), choosing()
    moment = the_trial(open_).remind_at
    for side in Side:
        choose(agreed, side, TrialValue.GO_ON)
    lifecycle.end(
        match=ended.match,
        actor=ended.coordinator,
        kind=EndKind.EARLY,
        reason=EndReason.MOVED,
        ended_on=timezone.localdate(),
    )
    Trial.objects.filter(match=late.match).update(choose_by=moment)
    assert trial.remind_trials(moment) == 2
    assert [len(reminded(w)) for w in (agreed, ended, late, open_)] == [0, 0, 0, 2]
    assert not Trial.objects.filter(remind_at__isnull=False).exists()


@pytest.mark.django_db
def test_what_waits_for_the_morning_is_not_sent_when_it_is_no_longer_true():
    w = choosing()
    trial.remind_trials(the_trial(w).remind_at)
    contexts = {context["side"]: context for _row, context in messages()}
    assert all(map(TRIAL_REMINDER.still_wanted, contexts.values()))
    choose(w, Side.GROUP, TrialValue.GO_ON)
    assert [TRIAL_REMINDER.still_wanted(contexts[side.value]) for side in (Side.GROUP, Side.HOUSEHOLD)] == [
        False,
        True,
    ]
    Trial.objects.filter(match=w.match).update(choose_by=timezone.now())
    assert not TRIAL_REMINDER.still_wanted(contexts["household"])


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail_to_each_side():
    w = choosing()
    at = the_trial(w).remind_at
    assert sorted(at_once(*[lambda: trial.remind_trials(at)] * 2)) == [0, 2]
    assert reminded(w) == both(w)


@pytest.mark.django_db(transaction=True)
def test_a_choice_at_the_same_moment_never_leaves_a_reminder_that_is_still_wanted():
    w = choosing()
    at = the_trial(w).remind_at
    choose(w, Side.HOUSEHOLD, TrialValue.GO_ON)
    at_once(lambda: trial.remind_trials(at), lambda: choose(w, Side.GROUP, TrialValue.GO_ON))
    assert not [context for _row, context in messages() if TRIAL_REMINDER.still_wanted(context)]
    assert the_trial(w).remind_at is None


@pytest.mark.django_db
def test_the_sweep_of_answers_is_the_command_that_reminds():
    w = choosing()
    call_command("sweep", "answers")
    assert reminded(w) == []
    Trial.objects.filter(match=w.match).update(remind_at=timezone.now())
    call_command("sweep", "answers")
    assert reminded(w) == both(w)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "allowed"), [(0, True), (4, True), (5, False), (11, False)])
def test_the_reminder_falls_between_the_question_and_the_end(days, allowed):
    policy = Policy(
        municipality=factories.municipality(),
        answer_working_days=5 if days < 6 else 30,
        trial_reminder_days=days,
    )
    if allowed:
        policy.full_clean(validate_unique=False)
    else:
        with pytest.raises(ValidationError) as refusal:
            policy.full_clean(validate_unique=False)
        assert set(refusal.value.error_dict) == {"trial_reminder_days"}
    assert "trial_reminder_days" in PolicyForm().fields
