"""Which languages groups lack, told to who may not see people. Pure arithmetic; docs/figures.md says it in plain words.

Of a town: a language is named when at least *bound* households without a group speak it, and how many is told in wide
steps, so that no total and no difference gives a small number. Of the country: whether so many or more households
speak it. How far that is told follows from what towns show, never from what they hide, and only as far as it leaves
every hidden number two values or more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from reports.masking import NOTHING, Shown, bound_of

#: A step begins at so many times the bound.
STEPS = (1, 2, 4, 8)
#: What is told of the country: this many times the bound, or more.
COUNTRY_STEPS = (2, 4, 8)


@dataclass(frozen=True)
class Wanted:
    """What a town shows of its households without a group in one month. Languages that are not named are few or none."""

    municipality: UUID
    on: date
    bound: int
    households: Shown
    languages: Mapping[str, Shown]


@dataclass(frozen=True)
class InCountry:
    """A language in the country: households that speak it, and how many towns name it."""

    language: str
    households: Shown
    towns: int


def step(value: int, bound: int) -> Shown:
    """Zero, "1 to bound - 1", or the step that holds the number; the last one has no end."""
    if value == 0:
        return NOTHING
    if value < bound:
        return Shown(1, bound - 1)
    starts = [times * bound for times in STEPS if times * bound <= value]
    following = STEPS[len(starts) :]
    return Shown(starts[-1], following[0] * bound - 1 if following else None)


def publish(municipality: UUID, counts: Mapping[str, Any]) -> Wanted:
    """What is shown of the counts of a month (`PoolInsight.counts`)."""
    bound = bound_of(counts["bound"])
    return Wanted(
        municipality=municipality,
        on=date.fromisoformat(counts["on"]),
        bound=bound,
        households=step(counts["households"], bound),
        languages={
            code: step(number, bound)
            for code, number in sorted(counts["languages"].items())
            if number >= bound
        },
    )


def hidden(town: Wanted) -> Shown:
    """What a reader knows of a language that a town does not name."""
    return NOTHING if town.households == NOTHING else Shown(0, town.bound - 1)


def country(towns: Sequence[Wanted], numbers: Mapping[str, int]) -> list[InCountry]:
    """The languages that the country lacks most, most first. `numbers`: households of all these towns together."""
    bound = max((town.bound for town in towns), default=0)
    found = []
    for code, number in numbers.items():
        said = [town.languages.get(code, hidden(town)) for town in towns]
        known = sum(one.low for one in said)
        cell = _cell(number, _thresholds(towns, code, said, bound))
        low = max(known, cell.low)
        if low:
            named = sum(code in town.languages for town in towns)
            found.append(InCountry(code, Shown(low, None), named))
    return sorted(found, key=lambda one: (-one.households.low, -one.towns, one.language))


def _thresholds(towns: Sequence[Wanted], code: str, said: Sequence[Shown], bound: int) -> list[int]:
    """As many steps as leave each hidden number two values, whatever the number turns out to be."""
    steps = [times * bound for times in COUNTRY_STEPS]
    hiding = [
        one for town, one in zip(towns, said, strict=True) if code not in town.languages and one != NOTHING
    ]
    while steps and not all(_is_safe(cell, said, hiding) for cell in _cells(steps)):
        steps.pop()
    return steps


def _cells(steps: Sequence[int]) -> list[Shown]:
    ends: list[int | None] = [start - 1 for start in steps]
    return [Shown(low, high) for low, high in zip([0, *steps], [*ends, None], strict=True)]


def _cell(number: int, steps: Sequence[int]) -> Shown:
    return next(cell for cell in _cells(steps) if cell.high is None or number <= cell.high)


def _is_safe(cell: Shown, said: Sequence[Shown], hiding: Sequence[Shown]) -> bool:
    """Whether a reader who knows that the country's number lies in this cell keeps two values of each hidden one."""
    lows = sum(one.low for one in said)
    highs = None if any(one.high is None for one in said) else sum(one.high or 0 for one in said)
    if (highs is not None and cell.low > highs) or (cell.high is not None and cell.high < lows):
        return True  # it cannot be
    for one in hiding:
        assert one.high is not None
        least = 0 if highs is None else max(0, cell.low - (highs - one.high))
        most = one.high if cell.high is None else min(one.high, cell.high - lows)
        if most - least < 1:
            return False
    return True
