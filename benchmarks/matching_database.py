"""The whole propose call and the quick look at groups, with real rows in Postgres.

Time is processor time of this process and of the server process of its connection together, so that other work on the machine
disturbs little; the waiting for the disk at a commit is not in it.
"""

import os

import django
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samenhier.settings.dev")
django.setup()

from django.core.management import call_command

from benchmarks.bare import bare_matrix
from benchmarks.best_groups import best_ten
from benchmarks.clock import Clock
from benchmarks.crowd import Crowd, settle
from benchmarks.lines import ROUNDS, Line, ms
from matches.domain import proposing, snapshot
from matches.domain.pool import sides_of_run
from matches.engine import check, solve
from matches.models import Match, MatchingRun
from municipalities.models import Municipality

SIZE = 1000
SEED = 7


__all__ = ["best_ten", "proposing_with_postgres"]


def proposing_with_postgres(lines: list[Line]) -> None:
    """Load, filter, score, solve, certify, store, as the design lists it; then all that a run of ours does."""
    call_command("migrate", verbosity=0)
    town = Crowd(SEED).town(1, SIZE, SIZE)
    settle()
    clock = Clock()
    pool = sides_of_run(town.pk).pool(seed=SEED)
    times: dict[str, list[float]] = {"bare": [], "core": [], "whole": []}
    for _ in range(2 * ROUNDS + 2):
        times["bare"].append(
            clock.of(lambda: min_weight_full_bipartite_matching(bare_matrix(pool.scores, pool.allowed)))
        )
        run = _queued(town)
        times["core"].append(clock.of(lambda run=run: _without_words(run)))
        run = _queued(town)
        times["whole"].append(clock.of(lambda run=run: proposing.compute_run(run.pk)))
    # The first two rounds warm up. The best of the others: what else runs on the machine only ever adds.
    bare, core, whole = (min(seconds[2:]) for seconds in times.values())
    size = f"{SIZE} x {SIZE} from Postgres, {1 - pool.allowed.mean():.0%} forbidden"
    made = MatchingRun.objects.filter(check_passed=True).latest("created_at").proposals
    lines += [
        Line(
            f"load + filter + score + solve + certify + store the result, {size}",
            f"{ms(core)} / {ms(bare)} bare scipy",
            core / bare,
            3,
        ),
        Line(
            f"beyond the design's list: also {made} proposals as rows, and the reasons of each and of {SIZE - made} leftovers",
            f"{ms(whole)} / {ms(bare)} bare scipy",
            whole / bare,
            None,
        ),
    ]


def _queued(town: Municipality) -> MatchingRun:
    """A fresh run, as in a town without proposals that wait."""
    Match.objects.all().delete()
    MatchingRun.objects.all().delete()
    return MatchingRun.objects.create(municipality=town, seed=SEED)


def _without_words(run: MatchingRun) -> None:
    """A run up to its stored and proved result, without what is said about each household."""
    sides = sides_of_run(run.municipality_id)
    pool = proposing.question(run, sides)
    result = solve(pool)
    check(pool, result)
    run.input_hash = snapshot.store(run, sides)
    run.households, run.groups = sides.household_keys, sides.group_keys
    run.result, run.check_passed = result.to_json(), True
    run.save()
