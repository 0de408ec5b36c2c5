"""A reader with paper and pencil: everything that can be concluded from published figures, and nothing else.

Written apart from `reports.masking`, from what the figures mean: phases add up, later phases are part of
earlier ones, and a match that no longer runs has ended. Sets of integers, exact, no rules of thumb.
"""

from collections.abc import Iterable, Sequence
from itertools import product

from reports.figures.publication import GROUP_PHASES, HOUSEHOLD_PHASES, Publication
from reports.masking import Shown

State = tuple[int, int]
FAR = 25


def values(shown: Shown, far: int) -> range:
    """The integers that fit what is shown; `far` is where nobody looks any further."""
    return range(shown.low, (far if shown.high is None else min(shown.high, far)) + 1)


def fits(number: int, shown: Shown) -> bool:
    return shown.low <= number and (shown.high is None or number <= shown.high)


def follows(before: State, after: State) -> bool:
    """Ended matches stay ended, and a match that stopped running has ended."""
    return after[1] >= before[1] and sum(after) >= sum(before)


def running_and_ended(months: Sequence[Publication], running: Sequence[set[int]]) -> list[set[State]]:
    """All pairs (running, ended) of each month that fit all months together."""
    far = FAR + max(month["ended"].low for month in months) + max(map(max, running))
    allowed = [
        set(product(running[number], values(month["ended"], far))) for number, month in enumerate(months)
    ]
    forward: list[set[State]] = []
    reachable: Iterable[State] = [(0, 0)]
    for states in allowed:
        before = _lowest(reachable)
        forward.append({one for one in states if any(follows(earlier, one) for earlier in before)})
        reachable = forward[-1]
    for number in range(len(months) - 2, -1, -1):
        later = _highest(forward[number + 1])
        forward[number] = {
            one for one in forward[number] if any(follows(one, next_one) for next_one in later)
        }
    return forward


def _lowest(states: Iterable[State]) -> list[State]:
    """For each running number the fewest ended: whoever can follow another state can follow this one."""
    least: dict[int, int] = {}
    for running, ended in states:
        least[running] = min(ended, least.get(running, ended))
    return list(least.items())


def _highest(states: Iterable[State]) -> list[State]:
    most: dict[int, int] = {}
    for running, ended in states:
        most[running] = max(ended, most.get(running, ended))
    return list(most.items())


def phases_of(
    month: Publication, phases: tuple[str, ...], running: set[int]
) -> tuple[dict[str, set[int]], set[int]]:
    """What each phase can be, and `running`, given the totals and the "at least this far" numbers."""
    whole = month["groups" if phases is GROUP_PHASES else "households"]
    reached = [month.reached(phases, start) for start in range(len(phases))]
    possible: dict[str, set[int]] = {phase: set() for phase in phases}
    for numbers in product(*(values(month[phase], 500) for phase in phases[:-1]), sorted(running)):
        if not fits(sum(numbers), whole):
            continue
        if all(fits(sum(numbers[start:]), shown) for start, shown in enumerate(reached)):
            for phase, number in zip(phases, numbers, strict=True):
                possible[phase].add(number)
    return possible, possible[phases[-1]]


def solve(months: Sequence[Publication]) -> list[dict[str, set[int]]]:
    """For each month, each count and the values it can still have."""
    running = [set(values(month["running"], 500)) for month in months]
    while True:
        chain = running_and_ended(months, running)
        narrowed, found = [], []
        for number, month in enumerate(months):
            now = {state[0] for state in chain[number]}
            groups, now = phases_of(month, GROUP_PHASES, now)
            households, now = phases_of(month, HOUSEHOLD_PHASES, now)
            narrowed.append(now)
            found.append(
                {**groups, **households, "running": now, "ended": {state[1] for state in chain[number]}}
            )
        if narrowed == running:
            return found
        running = narrowed
