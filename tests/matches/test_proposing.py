"""A matching run: asked once, computed once, proved, and turned into proposals."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from matches.domain import approval, queue
from matches.domain.pool import sides_of_run
from matches.domain.proposing import compute_run, conclude, start_run, sweep_runs
from matches.engine import Result, check, solve
from matches.enums import MatchStatus, RunStatus
from matches.models import Match, MatchingRun
from municipalities.enums import StaffRole
from samenhier.core.errors import Conflict, DomainError
from tests import factories
from tests.parallel import at_once

from .world import world


def town_with(groups=2, households=3):
    town = factories.municipality()
    return (
        town,
        factories.staff(StaffRole.COORDINATOR, town),
        [factories.group(town) for _ in range(groups)],
        [factories.household(town) for _ in range(households)],
    )


@pytest.mark.django_db
def test_a_run_proposes_and_can_be_replayed():
    town, coordinator, groups, households = town_with()
    run = start_run(municipality=town, actor=coordinator)
    assert (run.status, run.started_by) == (RunStatus.QUEUED, coordinator)
    compute_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.check_passed, run.error) == (RunStatus.DONE, True, "")
    assert len(run.input_hash) == 64
    assert run.rules_version
    assert run.solver_version.startswith("scipy")
    proposals = Match.objects.filter(run=run)
    assert {match.status for match in proposals} == {MatchStatus.PROPOSED}
    assert {match.group_id for match in proposals} == {group.pk for group in groups}
    assert all(match.score > 0 and match.reasons for match in proposals)
    # The stored result proves itself against the same input, and solving again gives the same.
    pool = sides_of_run(town.pk).pool(seed=run.seed)
    assert run.result is not None
    check(pool, Result.from_json(run.result))
    assert solve(pool).to_json() == run.result
    # Who is left over stands there with the reason.
    (left,) = run.leftovers
    assert left["household"] in {str(household.pk) for household in households}
    assert (left["groups"], left["possible"], left["blocked"]) == (2, 2, {})


@pytest.mark.django_db
def test_leftovers_name_the_rules_that_keep_groups_away():
    town, coordinator, _groups, _households = town_with(groups=2, households=0)
    factories.household(town, languages=[{"code": "tir", "level": "fluent"}], wishes=["no_pets"])
    run = start_run(municipality=town, actor=coordinator)
    compute_run(run.pk)
    run.refresh_from_db()
    assert run.leftovers[0]["blocked"] == {"language": 2, "household_musts": 2}
    assert (run.leftovers[0]["possible"], run.leftovers[0]["change"]) == (0, None)


@pytest.mark.django_db
def test_leftovers_name_the_smallest_change_that_would_help():
    town, coordinator, (group,), _households = town_with(groups=1, households=0)
    factories.household(town, wishes=["no_pets"])
    run = start_run(municipality=town, actor=coordinator)
    compute_run(run.pk)
    run.refresh_from_db()
    assert run.leftovers[0]["change"] == {
        "code": "household_musts",
        "groups": 1,
        "group": str(group.pk),
        "helps": True,
    }


@pytest.mark.django_db
def test_a_new_run_takes_the_place_of_undecided_proposals():
    town, coordinator, _groups, _households = town_with()
    first = start_run(municipality=town, actor=coordinator)
    compute_run(first.pk)
    decided = Match.objects.filter(run=first).first()
    assert decided is not None
    approval.approve(match=decided, actor=coordinator)
    second = start_run(municipality=town, actor=coordinator)
    compute_run(second.pk)
    decided.refresh_from_db()
    assert decided.status == MatchStatus.ASKING
    assert set(Match.objects.filter(run=first).exclude(pk=decided.pk).values_list("status", flat=True)) == {
        "withdrawn"
    }
    fresh = Match.objects.filter(run=second)
    assert decided.household_id not in fresh.values_list("household_id", flat=True)
    assert decided.group_id not in fresh.values_list("group_id", flat=True)


@pytest.mark.django_db
def test_a_proposal_approved_while_the_worker_solves_is_respected():
    town, coordinator, (group, other), (household, *_) = town_with()
    older = factories.match(group, household)
    run = start_run(municipality=town, actor=coordinator)
    claimed = queue.claim(MatchingRun, run.pk)
    assert claimed is not None
    sides = sides_of_run(town.pk)
    pool = sides.pool(seed=run.seed)
    result = solve(pool)
    approval.approve(match=older, actor=coordinator)
    conclude(run=claimed, sides=sides, pool=pool, result=result)
    proposals = Match.objects.filter(run=run)
    assert household.pk not in proposals.values_list("household_id", flat=True)
    assert [match.group_id for match in proposals] in ([other.pk], [])


@pytest.mark.django_db
def test_one_run_at_a_time_in_each_town():
    town, coordinator, _groups, _households = town_with()
    start_run(municipality=town, actor=coordinator)
    with pytest.raises(Conflict):
        start_run(municipality=town, actor=coordinator)
    elsewhere = factories.municipality()
    start_run(municipality=elsewhere, actor=None)
    assert MatchingRun.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_coordinators_start_at_once_and_one_run_begins():
    town, coordinator, _groups, _households = town_with()
    outcomes = at_once(*[lambda: start_run(municipality=town, actor=coordinator)] * 4)
    assert sum(isinstance(outcome, MatchingRun) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 3


@pytest.mark.django_db(transaction=True)
def test_a_message_that_arrives_many_times_computes_once():
    town, coordinator, _groups, _households = town_with()
    run = start_run(municipality=town, actor=coordinator)
    at_once(*[lambda: compute_run(run.pk)] * 4)
    assert Match.objects.filter(run=run).count() == 2
    assert compute_run(run.pk) is None
    assert Match.objects.count() == 2


@pytest.mark.django_db
def test_a_result_that_does_not_prove_itself_proposes_nothing():
    town, coordinator, _groups, _households = town_with()
    run = start_run(municipality=town, actor=coordinator)
    claimed = queue.claim(MatchingRun, run.pk)
    assert claimed is not None
    sides = sides_of_run(town.pk)
    pool = sides.pool(seed=run.seed)
    wrong = replace(solve(pool), total=1)
    conclude(run=claimed, sides=sides, pool=pool, result=wrong)
    run.refresh_from_db()
    assert (run.status, run.check_passed) == (RunStatus.FAILED, False)
    assert "total" in run.error
    assert not Match.objects.exists()
    # A proposal that claims to come from it cannot be approved either.
    w = world()
    Match.objects.filter(pk=w.match.pk).update(run=run)
    w.match = w.fresh()
    with pytest.raises(DomainError):
        w.approve()


@pytest.mark.django_db
def test_a_fault_is_loud_and_lets_the_next_run_begin():
    town, coordinator, _groups, _households = town_with()
    # A weight that no engine takes: the policy was changed by hand.
    town.policy.weights = {"languages": 4000}
    town.policy.save()
    run = start_run(municipality=town, actor=coordinator)
    with pytest.raises(ValueError, match="languages"):
        compute_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error) == (RunStatus.FAILED, "ValueError")
    start_run(municipality=town, actor=coordinator)


@pytest.mark.django_db
def test_stuck_runs_are_queued_again_and_the_old_worker_writes_nothing():
    town, coordinator, _groups, _households = town_with()
    run = start_run(municipality=town, actor=coordinator)
    slow = queue.claim(MatchingRun, run.pk)
    assert slow is not None
    now = timezone.now()
    assert sweep_runs(now) == 0
    later = now + timedelta(minutes=11)
    assert sweep_runs(later) == 1
    assert sweep_runs(later) == 0
    run.refresh_from_db()
    assert run.status == RunStatus.QUEUED
    compute_run(run.pk)
    sides = sides_of_run(town.pk)
    pool = sides.pool(seed=run.seed)
    assert conclude(run=slow, sides=sides, pool=pool, result=solve(pool)) is None
    assert Match.objects.filter(run=run).count() == 2


@pytest.mark.django_db
def test_a_lost_bell_is_found_by_the_sweep():
    town, coordinator, _groups, _households = town_with()
    start_run(municipality=town, actor=coordinator)
    assert sweep_runs(timezone.now() + timedelta(minutes=11)) == 1


@pytest.mark.django_db
def test_an_empty_town_runs_too():
    town = factories.municipality()
    run = start_run(municipality=town, actor=None)
    compute_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.leftovers) == (RunStatus.DONE, [])
