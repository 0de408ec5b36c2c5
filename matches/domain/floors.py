"""A floor under the pairs, with its price before anybody uses it: who would lose a place, and how many points."""

from dataclasses import asdict, dataclass
from typing import Any

from matches.engine import Pool, Result, check, cost_of, highest_floor, solve, with_floor

#: Beside none and the highest one that costs nobody a place: the first of these that each change something.
STEPS = range(300, 1500, 100)
MOST_FLOORS = 6


@dataclass(frozen=True)
class Floor:
    """What the best result with this floor gives, and what it costs against the best one without.

    score    no pair scores less; 0 is no floor
    placed   households with a group;  worst: the lowest score among their pairs
    lost     households that lose their place by it;  lost_urgent: how many of them are urgent
    points   points that all pairs lose together; may be negative where places are lost
    highest  the highest floor at which nobody loses a place
    """

    score: int
    placed: int
    worst: int
    lost: int
    lost_urgent: int
    points: int
    highest: bool = False

    def to_json(self) -> dict[str, Any]:
        """For the stored row."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Floor":
        """The inverse of `to_json`."""
        return cls(**data)


def floors(pool: Pool, result: Result) -> list[Floor]:
    """No floor, the highest free one, and steps above the weakest pair, lowest first; empty when nobody is placed.

    Each is solved and proves itself like any run.
    """
    if not result.pairs:
        return []
    worst = min(int(pool.scores[pair]) for pair in result.pairs)
    highest = highest_floor(pool, result)
    found = {score: priced(pool, result, score, highest=score == highest) for score in (0, highest)}
    for score in STEPS:
        # Only a floor above the weakest pair that is left changes something.
        if worst < score and len(found) < MOST_FLOORS:
            found[score] = priced(pool, result, score, highest=score == highest)
            worst = found[score].worst or STEPS.stop
    return [found[score] for score in sorted(found)]


def priced(pool: Pool, result: Result, score: int, *, highest: bool = False) -> Floor:
    """One floor and its price. Raises `CertificateError` when the result with it does not prove itself."""
    floored = with_floor(pool, score)
    other = solve(floored)
    check(floored, other)
    cost = cost_of(pool, result, other)
    return Floor(
        score=score,
        placed=other.placed,
        worst=min((int(pool.scores[pair]) for pair in other.pairs), default=0),
        lost=cost.placed,
        lost_urgent=sum(cost.urgent.values()),
        points=cost.total,
        highest=highest,
    )
