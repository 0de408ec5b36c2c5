"""The matching engine against its bars: ratios, both sides measured in the same run.

    .venv/bin/python -m samenhier.services with -- .venv/bin/python -m benchmarks.matching

    --no-country   without the national run
    --no-database  without what needs Postgres (then it runs without the services too)
    --write        also writes benchmarks/matching-results.md

Needs nothing beyond `make install`: invented pools and an invented town. Times are processor time (several rounds, both sides
in turns), so that other work on the machine disturbs little. "Bare scipy" is what one writes without this engine: turn the
score matrix into the solver's input and call it. Exit code 1 if a bar is missed.
"""

import argparse
import json
import os
import resource
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from benchmarks import matching_ways
from benchmarks.bare import bare_matrix
from benchmarks.lines import Line, best_times, ms, table
from benchmarks.matching_scoring import scoring
from benchmarks.results import machine, publish
from matches.engine import Pool, Rulebook, check, forbid, price, score_matrix, solve, whatif
from matches.engine.invented import InventedPool, invented_pool, invented_sizes

SIZE = 1000
SEED = 7


def parts(world: InventedPool) -> tuple[np.ndarray, np.ndarray]:
    allowed = Rulebook(world.households, world.groups).allowed()
    return score_matrix(world.households, world.groups, allowed=allowed), allowed


def propose(world: InventedPool) -> str:
    """Everything between loading and storing: rules, scores, result, proof, check, text to store."""
    scores, allowed = parts(world)
    pool = Pool(scores, allowed, world.urgency, SEED)
    result = solve(pool)
    check(pool, result)
    return json.dumps(result.to_json())


def solving(lines: list[Line]) -> None:
    world = invented_pool(SIZE, SIZE, SEED)
    scores, allowed = parts(world)
    pool = Pool(scores, allowed, world.urgency, SEED)
    result = solve(pool)
    bare, own, whole, checking = best_times(
        lambda: min_weight_full_bipartite_matching(bare_matrix(scores, allowed)),
        lambda: solve(pool),
        lambda: propose(world),
        lambda: check(pool, result),
    )
    size = f"{SIZE} x {SIZE}, {1 - allowed.mean():.0%} forbidden"
    lines += [
        Line(f"solve with proof and lottery, {size}", f"{ms(own)} / {ms(bare)} bare scipy", own / bare, 3),
        Line(
            "rules + score + solve + prove + check + text",
            f"{ms(whole)} / {ms(bare)} bare scipy",
            whole / bare,
            3,
        ),
        Line("check of a stored certificate", f"{ms(checking)} / 100 ms", checking / 0.1, 1),
    ]


def prices(lines: list[Line]) -> None:
    world = invented_pool(SIZE, SIZE, SEED + 1)
    scores, allowed = parts(world)
    pool = Pool(scores, allowed, world.urgency, SEED)
    result = solve(pool)
    rng = np.random.default_rng(SEED)
    possible = np.argwhere(allowed)
    pairs = possible[rng.choice(len(possible), 40, replace=False)].tolist()
    chosen = [result.pairs[place] for place in rng.choice(len(result.pairs), 40, replace=False).tolist()]
    for name, ask, asked in (("price", price, pairs), ("forbid", forbid, chosen)):
        repairing = solving_again = 0.0
        for household, group in asked:
            whatif.forget()  # each question as if it were the first
            start = time.process_time()
            answer = ask(pool, result, household, group)
            repairing += time.process_time() - start
            changed = allowed.copy()
            if name == "price":
                changed[household, :] = False
                changed[:, group] = False
            changed[household, group] = name == "price"
            other = Pool(scores, changed, world.urgency, SEED)
            start = time.process_time()
            again = solve(other)
            solving_again += time.process_time() - start
            assert (answer.placed, answer.total) == (result.placed - again.placed, result.total - again.total)
        lines.append(
            Line(
                f"{name} of one pair, {SIZE} x {SIZE}, 40 answers equal",
                f"{ms(solving_again / 40)} solving again / {ms(repairing / 40)}",
                solving_again / repairing,
                20,
                at_least=True,
            )
        )


def country(lines: list[Line]) -> None:
    """342 pools, 100,000 households, 50,000 groups; one process."""
    whole = bare = 0.0
    placed = pairs = 0
    sizes = sorted(invented_sizes(342, 100_000, 50_000, SEED), key=lambda size: -size[0] * size[1])
    for number, (n_households, n_groups) in enumerate(sizes):
        world = invented_pool(n_households, n_groups, SEED + number)
        start = time.process_time()
        stored = propose(world)
        middle = time.process_time()
        scores, allowed = parts(world)
        if allowed.any():
            min_weight_full_bipartite_matching(bare_matrix(scores, allowed))
        bare += time.process_time() - middle
        whole += middle - start
        placed += json.loads(stored)["placed"]
        pairs += n_households * n_groups
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines += [
        Line(
            f"national run: 342 pools, {pairs / 1e6:.0f} M pairs, {placed:,} placed",
            f"{whole:.1f} s / {bare:.1f} s bare score + solve",
            whole / bare,
            5,
        ),
        Line("national run: peak memory of the process", f"{memory:.0f} MB / 1024 MB", memory / 1024, 1),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the matching engine against its bars.")
    parser.add_argument("--no-country", action="store_true", help="leave out the national run")
    parser.add_argument("--no-database", action="store_true", help="leave out what needs Postgres")
    parser.add_argument("--write", action="store_true", help="write benchmarks/matching-results.md")
    options = parser.parse_args()
    lines: list[Line] = []
    measures = [solving, prices, scoring]
    if not options.no_country:
        measures.append(country)
    if not options.no_database:
        from benchmarks import matching_database

        measures += [matching_database.proposing_with_postgres, matching_database.best_ten]
    for measure in measures:
        measure(lines)
    report = [
        "# The matching engine against its bars",
        "",
        f"{machine('numpy', 'scipy')}. Other work ran on the machine at the same time; see ratios, not milliseconds.",
        "",
        *table(lines),
        "",
        "## Against simple ways of matching",
        "",
        "Invented pools (`matches/engine/invented.py`), same rules and scores. What it means: docs/matching.md.",
        "",
        *matching_ways.table(),
        "",
    ]
    publish(report, "matching", write=options.write)
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
