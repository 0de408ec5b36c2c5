"""The rhythm of matching: which Monday, once in each town, and what speaks for waiting."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from matches.domain import proposing, rhythm, sandbox
from matches.domain.rhythm import round_after, round_before, start_due
from matches.models import MatchingRun
from matches.queries.now_or_wait import now_or_wait
from municipalities.enums import StaffRole
from tests import factories
from tests.parallel import at_once

#: 5 January 2026 is a Monday, an even number of weeks after the first round.
ROUND = datetime(2026, 1, 12, 5, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_rounds_are_mondays_at_six_local_time_in_summer_and_winter():
    assert round_before(2, ROUND) == ROUND
    assert round_before(2, ROUND - timedelta(seconds=1)) == ROUND - timedelta(weeks=2)
    assert round_after(2, ROUND) == ROUND + timedelta(weeks=2)
    assert round_after(1, ROUND + timedelta(days=3)) == ROUND + timedelta(weeks=1)
    in_summer = round_before(1, datetime(2026, 7, 8, tzinfo=UTC))
    assert in_summer == datetime(2026, 7, 6, 4, 0, tzinfo=UTC)
    assert (round_before(0, ROUND), round_after(0, ROUND)) == (None, None)


@pytest.mark.parametrize("every_weeks", range(1, 9))
def test_every_rhythm_goes_on_without_a_gap(every_weeks):
    moment = ROUND
    for _ in range(60):
        last, following = round_before(every_weeks, moment), round_after(every_weeks, moment)
        assert last is not None
        assert following is not None
        assert last <= moment < following
        assert round_before(every_weeks, following) == following
        moment += timedelta(days=5, hours=7)


def town_of(every_weeks, *, people=True):
    town = factories.municipality(policy={"run_every_weeks": every_weeks})
    if people:
        factories.group(town)
        factories.household(town)
    return town


@pytest.mark.django_db
def test_a_round_starts_once_in_the_towns_of_that_rhythm():
    fortnightly = town_of(2)
    by_hand, nobody, other_week = town_of(0), town_of(2, people=False), town_of(4)
    moment = round_before(2, ROUND)
    assert start_due(ROUND - timedelta(minutes=1)) == 0
    started = start_due(ROUND + timedelta(minutes=3))
    runs = MatchingRun.objects.filter(municipality=fortnightly)
    assert [(run.started_by, run.scheduled_for) for run in runs] == [(None, moment)]
    assert not MatchingRun.objects.filter(municipality__in=[by_hand, nobody]).exists()
    assert started == 1 + MatchingRun.objects.filter(municipality=other_week).count()
    assert start_due(ROUND + timedelta(minutes=8)) == 0
    # The next one comes when its own round has come.
    proposing.compute_run(runs.get().pk)
    assert start_due(ROUND + timedelta(weeks=2, minutes=1)) >= 1
    assert MatchingRun.objects.filter(municipality=fortnightly).count() == 2


@pytest.mark.django_db
def test_a_round_that_was_missed_for_a_day_is_left_out():
    town_of(2)
    assert start_due(ROUND + rhythm.STILL_IN_TIME) == 0
    assert start_due(ROUND + rhythm.STILL_IN_TIME - timedelta(minutes=1)) == 1


@pytest.mark.django_db
def test_a_round_waits_for_a_run_by_hand():
    town = town_of(2)
    run = proposing.start_run(municipality=town, actor=None)
    assert start_due(ROUND) == 0
    proposing.compute_run(run.pk)
    assert start_due(ROUND + timedelta(minutes=5)) == 1


@pytest.mark.django_db(transaction=True)
def test_sweeps_that_meet_start_one_run():
    town = town_of(2)
    outcomes = at_once(*[lambda: start_due(ROUND)] * 4)
    assert sorted(outcomes) == [0, 0, 0, 1]
    assert MatchingRun.objects.filter(municipality=town, scheduled_for=ROUND).count() == 1


# -- now or wait ---------------------------------------------------------------------------------------


class Asked:
    def __init__(self, **policy):
        self.town = factories.municipality(policy=policy)
        self.coordinator = factories.staff(StaffRole.COORDINATOR, self.town)

    def question(self):
        return now_or_wait(self.coordinator, self.town)

    def advice(self):
        return self.question().advice

    def run(self):
        proposing.compute_run(proposing.start_run(municipality=self.town, actor=self.coordinator).pk)


@pytest.mark.django_db
def test_the_advice_follows_the_facts():
    asked = Asked(run_every_weeks=2)
    assert asked.advice() == ("There is nothing to match now.", "No household is ready.")
    household = factories.household(asked.town)
    assert asked.advice() == ("There is nothing to match now.", "No group is free.")
    factories.group(asked.town)
    assert asked.advice()[1].startswith("In the past rounds")
    factories.group(asked.town, status="submitted", visit_at=None)
    sentence, ground = asked.advice()
    assert sentence == "Wait a round if you can."
    assert ground.startswith("1 group is nearly ready")
    household.ready_since = timezone.now() - timedelta(weeks=60)
    household.save()
    assert "its bonus no longer grows" in asked.advice()[1]
    household.urgency, household.urgency_reason = 2, "baby"
    household.save()
    assert asked.advice() == ("Match now.", "1 household is urgent, and waiting a round takes 2 weeks.")
    asked.run()
    assert asked.advice()[0] == "Decide about the proposals first."
    newcomer = factories.household(asked.town)
    assert asked.advice()[0] == "Match now."
    newcomer.delete()


@pytest.mark.django_db
def test_what_a_run_would_place_comes_from_the_newest_computation():
    asked = Asked()
    factories.group(asked.town)
    factories.household(asked.town)
    assert asked.question().computed is None
    asked.run()
    computed = asked.question().computed
    assert (computed.placed, computed.households, computed.left) == (1, 1, 0)
    factories.household(asked.town)
    question = asked.question()
    assert (question.new_households, question.new_groups, question.still_true) == (1, 0, False)
    sandbox.compute(sandbox.start_plain(municipality=asked.town, actor=asked.coordinator, title="Nu").pk)
    computed = asked.question().computed
    assert (computed.placed, computed.households, computed.left) == (1, 2, 1)
    assert asked.question().still_true


@pytest.mark.django_db
def test_past_rounds_are_counted_by_the_dates_of_people():
    asked = Asked(run_every_weeks=0)
    now = timezone.now()
    for days in (1, 3, 20):
        factories.household(asked.town, ready_since=now - timedelta(days=days))
    factories.household(asked.town, status="registered")
    factories.group(asked.town, approved_at=now - timedelta(days=15))
    factories.group(asked.town, status="submitted")
    factories.group(factories.municipality(), approved_at=now - timedelta(days=15))
    rounds = asked.question().rounds
    assert [(one.households, one.groups) for one in rounds][:3] == [(2, 0), (1, 1), (0, 0)]
    assert len(rounds) == 6


@pytest.mark.django_db
def test_nearly_ready_is_under_review_or_one_condition_short():
    asked = Asked()
    waiting = factories.group(asked.town, status="submitted")
    unvisited = factories.group(asked.town, status="submitted", visit_at=None)
    small = factories.group(asked.town, status="forming", members=4)
    factories.group(asked.town, status="forming", members=1, ready=False)
    factories.group(asked.town, status="declined")
    nearly = {one.group.pk: one.waits_for for one in asked.question().nearly}
    assert nearly == {
        waiting.pk: "your approval",
        unvisited.pk: "the visit of the coordinator",
        small.pk: "enough members",
    }
