"""A round of the whole country: one run for each town with both sides, ended by its last run, never lost."""

import time
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone, translation

from matches import tasks
from matches.domain import national
from matches.domain.proposing import compute_run, start_run, sweep_runs
from matches.enums import BUSY_STATUSES, NationalStatus, RunStatus
from matches.models import Match, MatchingRun, NationalRun
from matches.queries.runs import national_rounds
from municipalities.enums import StaffRole
from samenhier.core.errors import Conflict, DomainError
from tests import factories
from tests.parallel import at_once
from tests.worker_fixtures import Worker


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def town_with(households: int, groups: int) -> Any:
    town = factories.municipality()
    for _ in range(households):
        factories.household(town, account=False)
    for _ in range(groups):
        factories.group(town, members=3)
    town.policy.group_size_min = 3
    town.policy.save()
    return town


def compute_all() -> None:
    for run in MatchingRun.objects.filter(status=RunStatus.QUEUED):
        compute_run(run.pk)


@pytest.mark.django_db
def test_each_town_with_both_sides_gets_a_run_the_largest_first(
    monkeypatch, django_capture_on_commit_callbacks
):
    rung: list[Any] = []
    monkeypatch.setattr(tasks.run_matching, "apply_async", lambda args, **_options: rung.append(args[0]))
    small, large = town_with(1, 1), town_with(2, 2)
    town_with(2, 0)
    town_with(0, 2)
    boss = factories.staff(StaffRole.NATIONAL)
    with django_capture_on_commit_callbacks(execute=True):
        started = national.start_national(actor=boss)
    assert (started.status, started.pools, started.joined) == (NationalStatus.RUNNING, 2, 0)
    runs = {run.municipality_id: run for run in MatchingRun.objects.all()}
    assert runs.keys() == {small.pk, large.pk}
    assert rung == [str(runs[large.pk].pk), str(runs[small.pk].pk)]
    assert {run.started_by for run in runs.values()} == {boss}


@pytest.mark.django_db
def test_the_last_run_ends_the_round():
    towns = [town_with(2, 1), town_with(1, 1)]
    started = national.start_national(actor=None)
    first, last = MatchingRun.objects.order_by("-household_count")
    compute_run(first.pk)
    (seen,) = national_rounds()
    assert (seen.busy, seen.done, seen.dots) == (True, 1, 2)
    started.refresh_from_db()
    assert started.finished_at is None
    compute_run(last.pk)
    started.refresh_from_db()
    assert started.status == NationalStatus.DONE
    assert started.finished_at is not None
    (seen,) = national_rounds()
    assert (seen.busy, seen.done, seen.dots, seen.failed) == (False, 2, 5, 0)
    assert (seen.proposals, seen.left_over) == (2, 1)
    assert (seen.proposals_in_words, seen.left_over_in_words) == ("< 5", "< 5")
    assert Match.objects.filter(municipality__in=towns).count() == 2


@pytest.mark.django_db
def test_a_run_that_fails_ends_the_round_too():
    town = town_with(1, 1)
    started = national.start_national(actor=None)
    # A weight that no engine takes: the policy was changed by hand.
    town.policy.weights = {"languages": 4000}
    town.policy.save()
    with pytest.raises(ValueError, match="languages"):
        compute_run(MatchingRun.objects.get().pk)
    started.refresh_from_db()
    assert started.status == NationalStatus.DONE
    assert national_rounds()[0].failed == 1


@pytest.mark.django_db
def test_a_town_that_is_busy_joins_the_round():
    town = town_with(1, 1)
    busy = start_run(municipality=town, actor=None)
    other = town_with(1, 1)
    started = national.start_national(actor=None)
    assert (started.pools, started.joined) == (2, 1)
    busy.refresh_from_db()
    assert busy.national == started
    assert MatchingRun.objects.filter(municipality=other).count() == 1
    compute_all()
    started.refresh_from_db()
    assert started.status == NationalStatus.DONE
    # Afterwards both towns, and the country, can start again.
    start_run(municipality=town, actor=None)
    assert national.start_national(actor=None).joined == 1


@pytest.mark.django_db
def test_where_there_is_nothing_to_match_nothing_starts():
    town_with(1, 0)
    with pytest.raises(DomainError, match="Nothing was started"):
        national.start_national(actor=None)
    assert not NationalRun.objects.exists()


@pytest.mark.django_db
def test_a_dead_broker_is_asked_once_and_the_sweep_finds_every_run(
    monkeypatch, django_capture_on_commit_callbacks
):
    from kombu.exceptions import OperationalError

    asked = []

    def away(args: Any, **_options: Any) -> None:
        asked.append(args)
        raise OperationalError

    monkeypatch.setattr(tasks.run_matching, "apply_async", away)
    town_with(1, 1)
    town_with(1, 1)
    with django_capture_on_commit_callbacks(execute=True):
        national.start_national(actor=None)
    assert len(asked) == 1
    assert sweep_runs(timezone.now() + timedelta(minutes=11)) == 2


@pytest.mark.django_db
def test_a_round_whose_last_run_was_removed_is_ended_by_the_sweep():
    town_with(1, 1)
    started = national.start_national(actor=None)
    assert sweep_runs(timezone.now()) == 0
    MatchingRun.objects.all().delete()
    assert sweep_runs(timezone.now()) == 1
    started.refresh_from_db()
    assert started.status == NationalStatus.DONE


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_start_one_round():
    town_with(1, 1)
    outcomes = at_once(*[lambda: national.start_national(actor=None)] * 3)
    assert sum(isinstance(outcome, NationalRun) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 2
    assert MatchingRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_runs_that_end_at_the_same_moment_end_the_round_once():
    for _ in range(4):
        town_with(1, 1)
    started = national.start_national(actor=None)
    at_once(*[lambda pk=run.pk: compute_run(pk) for run in MatchingRun.objects.all()])
    started.refresh_from_db()
    assert started.status == NationalStatus.DONE
    assert Match.objects.count() == 4


@pytest.mark.django_db
def test_the_command_starts_a_round_here_or_with_the_workers():
    out = StringIO()
    with pytest.raises(CommandError, match="Nothing was started"):
        call_command("match_nationally", stdout=out)
    town_with(1, 1)
    call_command("match_nationally", "--here", stdout=out)
    assert "1 of 1" in out.getvalue()
    assert NationalRun.objects.get().status == NationalStatus.DONE
    call_command("match_nationally", stdout=out)
    with pytest.raises(CommandError, match="going on already"):
        call_command("match_nationally", stdout=out)


def wait_until(what: Any, worker: Worker, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, worker.output()[-2000:]
        time.sleep(0.1)


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_delays_one_town_and_loses_none(celery_worker: Worker):
    for number in range(3):
        town_with(1 + number, 1)
    with transaction.atomic():
        # The worker takes the first run and then has to wait for the policy: it dies while it computes.
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE municipalities_policy IN ACCESS EXCLUSIVE MODE")
        pid = _started_elsewhere()
        wait_until(lambda: MatchingRun.objects.filter(status=RunStatus.RUNNING).exists(), celery_worker)
        celery_worker.kill()
    left = MatchingRun.objects.get(status=RunStatus.RUNNING)
    assert left.household_count == 3  # the largest came first
    celery_worker.restart()
    wait_until(lambda: MatchingRun.objects.filter(status=RunStatus.DONE).count() == 2, celery_worker)
    started = NationalRun.objects.get(pk=pid)
    assert started.status == NationalStatus.RUNNING
    left.refresh_from_db()
    assert left.status in BUSY_STATUSES
    # Ten minutes later beat's sweep finds it.
    assert sweep_runs(timezone.now() + timedelta(minutes=11)) == 1
    wait_until(lambda: NationalRun.objects.get().status == NationalStatus.DONE, celery_worker)
    assert Match.objects.count() == 3
    assert Match.objects.values("household").distinct().count() == 3


def _started_elsewhere() -> Any:
    """Start the round in a connection of its own, so that its messages leave while this one holds the lock."""
    (started,) = at_once(lambda: national.start_national(actor=None))
    assert isinstance(started, NationalRun), started
    return started.pk
