"""The matching engine against its bars: ratios, both sides measured in the same run.

    .venv/bin/python -m benchmarks.matching               everything (about two minutes)
    .venv/bin/python -m benchmarks.matching --no-country  without the national run
    .venv/bin/python -m benchmarks.matching --write       also writes benchmarks/matching-results.md

Needs nothing beyond `make install`: invented pools, no database. Times are processor time of this process
(best of several rounds, both sides in turns), so that other work on the machine disturbs little. "Bare scipy"
is what one writes without this engine: turn the score matrix into the solver's input and call it. Exit code 1
if a bar is missed. The bars for what the database does are measured with the application.
"""

import argparse
import datetime as dt
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import scipy
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matches.engine import (
    CRITERION_CODES,
    GroupProfiles,
    HouseholdProfiles,
    Pool,
    Rulebook,
    Weights,
    bits_of,
    check,
    forbid,
    price,
    score_matrix,
    solve,
    whatif,
)
from matches.engine.invented import InventedPool, invented_pool, invented_sizes

ROUNDS = 5
SIZE = 1000
SEED = 7


@dataclass
class Line:
    """One line of the table: what, both sides, the ratio and its bar."""

    work: str
    measured: str
    ratio: float
    bar: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.ratio >= self.bar if self.at_least else self.ratio <= self.bar


def best_times(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Shortest processor time of each work, taken in turns, in seconds."""
    times = [float("inf")] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            start = time.process_time()
            work()
            times[number] = min(times[number], time.process_time() - start)
    return times


def bare_matrix(scores: np.ndarray, allowed: np.ndarray) -> csr_array:
    """What a bare scipy call needs: most placed, then score; one private dummy column per row; costs > 0."""
    n_rows, n_columns = scores.shape
    rows, columns = np.nonzero(allowed)
    weights = scores[rows, columns].astype(np.int64)
    weights += min(scores.shape) * int(scores.max()) + 1
    most = int(weights.max()) + 1
    data = np.concatenate([most - weights, np.full(n_rows, most)]).astype(np.float64)
    own = np.arange(n_rows)
    shape = (n_rows, n_columns + n_rows)
    return csr_array(
        (data, (np.concatenate([rows, own]), np.concatenate([columns, n_columns + own]))), shape=shape
    )


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


class Plain:
    """A household or group as an object with sets: what a first version would loop over."""

    def __init__(self, profiles: HouseholdProfiles | GroupProfiles, index: int) -> None:
        for name in profiles.__dataclass_fields__:
            values = getattr(profiles, name)
            if name in ("count", "ended", "unsafe", "opened", "distance_bands", "language_members"):
                continue
            value = values[index]
            setattr(self, name, set(bits_of(int(value))) if values.dtype == np.uint64 else value.tolist())


def share(own: set[int], other: set[int], enough: int) -> int:
    if not own or not other:
        return 500
    need = min(enough, len(own))
    return 1000 * min(len(own & other), need) // need


def plain_score(h: Plain, g: Plain, weights: Weights, bands: list[list[int]]) -> int:
    """The score of one pair in straightforward Python; the same numbers as the engine's."""
    if not h.languages or not g.languages:
        languages = 500
    else:
        shared = len(h.languages & g.languages)
        languages = (
            0 if not shared else (900 if h.languages_well & g.languages_well else 600) + 100 * (shared > 1)
        )
    if h.part_of_town < 0 or g.part_of_town < 0:
        place = 500
    else:
        place = (1000, 750, 400, 100)[bands[h.part_of_town][g.part_of_town]]
    programme = 500 if 0 in (h.kind, g.kind) else 1000 * (h.kind == g.kind)
    wishes = 1000 * len(h.wishes & g.meets) // len(h.wishes) if h.wishes else 500
    other_wishes = 1000 * len(g.wishes & h.meets) // len(g.wishes) if g.wishes else 500
    sides = []
    for points, emphasis in (
        (
            (
                languages,
                share(h.interests, g.interests, 3),
                share(h.goals, g.offers, 4),
                share(h.availability, g.availability, 3),
                place,
                share(h.child_bands, g.child_bands, 2),
                programme,
                wishes,
            ),
            h.emphasis,
        ),
        (
            (
                languages,
                share(g.interests, h.interests, 3),
                share(g.offers, h.goals, 4),
                share(g.availability, h.availability, 3),
                place,
                share(g.child_bands, h.child_bands, 2),
                programme,
                other_wishes,
            ),
            g.emphasis,
        ),
    ):
        factors = [
            getattr(weights, code) * (2 + own) for code, own in zip(CRITERION_CODES, emphasis, strict=True)
        ]
        total = sum(factor * point for factor, point in zip(factors, points, strict=True))
        sides.append(total // sum(factors))
    bonus = min(h.waiting_days // 7 * weights.waiting_per_week, weights.waiting_cap)
    return (2 * min(sides) + max(sides)) // 3 + bonus


def scoring(lines: list[Line]) -> None:
    world, weights, some = invented_pool(SIZE, SIZE, SEED), Weights(), 150
    households = [Plain(world.households, index) for index in range(some)]
    groups = [Plain(world.groups, index) for index in range(some)]
    bands = world.households.distance_bands.tolist()
    start = time.process_time()
    plain = [[plain_score(h, g, weights, bands) for g in groups] for h in households]
    loop = (time.process_time() - start) / some**2
    (block,) = best_times(lambda: score_matrix(world.households, world.groups, weights))
    assert plain == score_matrix(world.households, world.groups, weights)[:some, :some].tolist()
    per_pair = block / SIZE**2
    lines.append(
        Line(
            f"scoring all {SIZE} x {SIZE} pairs, plain loop on {some} x {some}",
            f"{loop * 1e9:,.0f} ns / {per_pair * 1e9:,.0f} ns per pair",
            loop / per_pair,
            50,
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


def simple_ways() -> list[str]:
    """How the optimum compares with ways of matching by hand, on invented pools."""
    rows = [
        "| pool | way | placed | total score | mean score | mean days waited of the placed |",
        "|---|---|---|---|---|---|",
    ]
    for n_households, n_groups in ((50, 50), (200, 200), (1000, 1000), (1000, 500)):
        world = invented_pool(n_households, n_groups, SEED)
        scores, allowed = parts(world)
        days = world.households.waiting_days
        ways = {
            "optimum": list(solve(Pool(scores, allowed, world.urgency, SEED)).pairs),
            "first come, first served": first_come(scores, allowed, np.argsort(-days, kind="stable")),
            # Where both sides rank by the same score, the stable matching is the greedy one.
            "best pair first (greedy, stable)": greedy(scores, allowed),
        }
        for way, pairs in ways.items():
            total = sum(int(scores[pair]) for pair in pairs)
            waited = np.mean([days[household] for household, _ in pairs])
            size, mean = f"{n_households} x {n_groups}", total / len(pairs)
            rows.append(f"| {size} | {way} | {len(pairs)} | {total:,} | {mean:.0f} | {waited:.0f} |")
    return rows


def first_come(scores: np.ndarray, allowed: np.ndarray, order: np.ndarray) -> list[tuple[int, int]]:
    """The household that waited longest takes its best free group, then the next."""
    free = np.ones(scores.shape[1], dtype=bool)
    pairs = []
    for household in order.tolist():
        offers = np.where(allowed[household] & free, scores[household], -1)
        group = int(offers.argmax())
        if offers[group] >= 0:
            free[group] = False
            pairs.append((household, group))
    return pairs


def greedy(scores: np.ndarray, allowed: np.ndarray) -> list[tuple[int, int]]:
    """The best pair of all, then the best of what is left."""
    households, groups = np.nonzero(allowed)
    order = np.argsort(-scores[households, groups], kind="stable")
    used_households, used_groups, pairs = set(), set(), []
    for household, group in zip(households[order].tolist(), groups[order].tolist(), strict=True):
        if household not in used_households and group not in used_groups:
            used_households.add(household)
            used_groups.add(group)
            pairs.append((household, group))
    return pairs


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def table(lines: list[Line]) -> list[str]:
    rows = ["| work | measured | ratio | bar | |", "|---|---|---|---|---|"]
    for line in lines:
        bar = f"{'>=' if line.at_least else '<='} {line.bar:g}"
        verdict = "met" if line.met else "MISSED"
        rows.append(f"| {line.work} | {line.measured} | {line.ratio:.2f} | {bar} | {verdict} |")
    return rows


def machine() -> str:
    today = dt.datetime.now(dt.UTC).date().isoformat()
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}"
    return f"{today}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {versions}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the matching engine against its bars.")
    parser.add_argument("--no-country", action="store_true", help="leave out the national run")
    parser.add_argument("--write", action="store_true", help="write benchmarks/matching-results.md")
    options = parser.parse_args()
    lines: list[Line] = []
    for measure in (solving, prices, scoring) if options.no_country else (solving, prices, scoring, country):
        measure(lines)
    report = [
        "# The matching engine against its bars",
        "",
        machine(),
        "",
        *table(lines),
        "",
        "## Against simple ways of matching",
        "",
        "Invented pools (`matches/engine/invented.py`), same rules and scores.",
        "",
        *simple_ways(),
        "",
    ]
    print("\n".join(report))
    if options.write:
        Path(__file__).with_name("matching-results.md").write_text("\n".join(report))
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
