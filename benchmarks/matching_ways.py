"""How the optimum compares with ways of matching by hand, on invented pools, and the picture of it for the docs.

    .venv/bin/python -m benchmarks.matching_ways      writes docs/matching-ways.svg

Same rules and scores for all. A picture is made of plain SVG, so that nothing needs to be installed for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matches.engine import Pool, Rulebook, score_matrix, solve
from matches.engine.invented import InventedPool, invented_pool
from matches.engine.pool import BoolArray, Int32Array

SEED = 7
SIZES = ((50, 50), (200, 200), (1000, 1000), (1000, 500))
#: Small pools differ much from each other: the picture shows the mean of this many.
POOLS = 20
PICTURE = Path(__file__).resolve().parent.parent / "docs" / "matching-ways.svg"

Pairs = list[tuple[int, int]]


def ways_of(world: InventedPool) -> tuple[Int32Array, dict[str, Pairs]]:
    """The scores, and the pairs that each way of matching makes."""
    allowed = Rulebook(world.households, world.groups).allowed()
    scores = score_matrix(world.households, world.groups, allowed=allowed)
    days = world.households.waiting_days
    return scores, {
        "optimum": list(solve(Pool(scores, allowed, world.urgency, SEED)).pairs),
        "first come, first served": first_come(scores, allowed, np.argsort(-days, kind="stable")),
        "best pair first": greedy(scores, allowed),
        "stable": stable(scores, allowed),
    }


def first_come(scores: Int32Array, allowed: BoolArray, order: np.ndarray) -> Pairs:
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


def greedy(scores: Int32Array, allowed: BoolArray) -> Pairs:
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


def stable(scores: Int32Array, allowed: BoolArray) -> Pairs:
    """Gale and Shapley: households ask in the order of their preference, groups keep the best who asked.

    Both sides rank by the same score; in the end no household and group prefer each other to whom they have. Where no two
    scores are equal this is the same as best pair first.
    """
    wanted = [iter(_by_preference(scores[row], allowed[row])) for row in range(scores.shape[0])]
    holder = np.full(scores.shape[1], -1)
    asking = list(range(scores.shape[0]))
    while asking:
        household = asking.pop()
        for group in wanted[household]:
            other = int(holder[group])
            if other < 0 or scores[household, group] > scores[other, group]:
                holder[group] = household
                if other >= 0:
                    asking.append(other)
                break
    return [(int(holder[group]), int(group)) for group in np.flatnonzero(holder >= 0)]


def _by_preference(scores: Int32Array, allowed: BoolArray) -> list[int]:
    groups = np.flatnonzero(allowed)
    return list(groups[np.argsort(-scores[groups], kind="stable")].tolist())


@dataclass(frozen=True)
class Outcome:
    """What one way of matching gives in one pool."""

    way: str
    placed: int
    urgent: int
    total: int
    waited: float

    @property
    def mean(self) -> float:
        return self.total / max(1, self.placed)


def outcomes(world: InventedPool) -> Iterator[Outcome]:
    """Each way in one pool."""
    scores, ways = ways_of(world)
    days = world.households.waiting_days
    for way, pairs in ways.items():
        yield Outcome(
            way=way,
            placed=len(pairs),
            urgent=sum(bool(world.urgency[household]) for household, _group in pairs),
            total=sum(int(scores[pair]) for pair in pairs),
            waited=float(np.mean([days[household] for household, _group in pairs])) if pairs else 0.0,
        )


def table() -> list[str]:
    """For the results file."""
    rows = [
        "| pool | way | placed | urgent placed | total score | mean score | mean days waited of the placed |",
        "|---|---|---|---|---|---|---|",
    ]
    for households, groups in SIZES:
        for one in outcomes(invented_pool(households, groups, SEED)):
            rows.append(
                f"| {households} x {groups} | {one.way} | {one.placed} | {one.urgent} | {one.total:,} |"
                f" {one.mean:.0f} | {one.waited:.0f} |"
            )
    return rows


# -- the picture -------------------------------------------------------------------------------------

INK, SOFT, LINE, PAPER = "#1c2430", "#4b5563", "#d8d0c2", "#ffffff"
COLOURS = {
    "optimum": "#0e5a54",
    "first come, first served": "#8a8172",
    "best pair first": "#b5aa98",
    "stable": "#d8d0c2",
}
PANELS = (
    ("Households placed", "of 100"),
    ("Mean score of a pair", "points"),
    ("Waited, of the placed", "days"),
)
WIDTH, HEIGHT, LEFT, TOP, BAR, GAP = 860, 250, 190, 56, 26, 12


def picture() -> str:
    """Three panels of bars: the mean of many pools of fifty households and fifty groups."""
    worlds = [list(outcomes(invented_pool(50, 50, SEED + number))) for number in range(POOLS)]
    by_way = {one.way: [world[place] for world in worlds] for place, one in enumerate(worlds[0])}
    values = [
        {way: float(np.mean([2 * one.placed for one in ones])) for way, ones in by_way.items()},
        {way: float(np.mean([one.mean for one in ones])) for way, ones in by_way.items()},
        {way: float(np.mean([one.waited for one in ones])) for way, ones in by_way.items()},
    ]
    said = "; ".join(
        f"{way}: {values[0][way]:.0f} of 100 placed, mean score {values[1][way]:.0f}, {values[2][way]:.0f} days waited"
        for way in by_way
    )
    head = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="14"'
    parts = [
        f'<svg {head} role="img" aria-labelledby="t d">',
        f'<title id="t">Four ways of matching, mean of {POOLS} invented pools of 50 households and 50 groups</title>',
        f'<desc id="d">{said}.</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
    ]
    for row, way in enumerate(by_way):
        weight = ' font-weight="bold"' if way == "optimum" else ""
        parts.append(
            f'<text x="{LEFT - 14}" y="{_y(row) + 18}" text-anchor="end" fill="{INK}"{weight}>{way}</text>'
        )
    room = (WIDTH - LEFT) // len(PANELS)
    for place, (heading, unit) in enumerate(PANELS):
        x = LEFT + place * room
        scale = (room - 80) / max(values[place].values())
        parts.append(f'<text x="{x}" y="24" fill="{INK}" font-weight="bold">{heading}</text>')
        parts.append(f'<text x="{x}" y="42" fill="{SOFT}" font-size="12">{unit}</text>')
        parts.append(f'<path d="M{x} {TOP - 4}V{_y(len(by_way)) - GAP + 4}" stroke="{LINE}"/>')
        for row, (way, value) in enumerate(values[place].items()):
            long = value * scale
            parts.append(
                f'<rect x="{x}" y="{_y(row)}" width="{long:.1f}" height="{BAR}" fill="{COLOURS[way]}" '
                f'stroke="{SOFT}" stroke-width="0.5"/>'
                f'<text x="{x + long + 6:.1f}" y="{_y(row) + 18}" fill="{INK}">{value:.0f}</text>'
            )
    parts.append(
        f'<text x="{LEFT}" y="{HEIGHT - 14}" fill="{SOFT}" font-size="12">Mean of {POOLS} invented pools of 50 households '
        f"and 50 groups. Everybody in them is invented.</text></svg>"
    )
    return "\n".join(parts) + "\n"


def _y(row: int) -> int:
    return TOP + row * (BAR + GAP)


if __name__ == "__main__":
    PICTURE.write_text(picture())
    print(f"written: {PICTURE}")
