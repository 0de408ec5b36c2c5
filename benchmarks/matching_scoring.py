"""Scoring against a plain Python double loop over objects with sets, with the same numbers as a result."""

import time

import numpy as np

from benchmarks.lines import Line, best_times
from matches.engine import (
    CRITERION_CODES,
    GroupProfiles,
    HouseholdProfiles,
    Weights,
    bits_of,
    score_matrix,
)
from matches.engine.invented import invented_pool

SIZE = 1000
SEED = 7


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
