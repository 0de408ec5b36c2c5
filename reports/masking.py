"""Numbers without people: what may be said of a count, so that no small number can be worked back.

Pure arithmetic, no database. Three ideas carry it; docs/figures.md says them in plain words.

1. Only *atoms* are masked: groups and households stand in exactly one phase, so that nothing adds up to
   anything else. An atom is 0, "1 to bound - 1", or exact.
2. Everything else (totals, "came at least this far", averages, the country) is computed from what is shown,
   never from what is hidden. What follows from public numbers cannot give more away than they do.
3. The one thing that ties months together is that a match that stops running has ended. `Endings` keeps, from
   month to month, what a reader can already conclude, and shows a number only when that leaves each hidden
   one two values or more. How much to hide is decided from shown numbers, so knowing this file helps nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import ceil
from typing import Any, Self

#: With a lower bound the only small number would be 1, and "fewer than 2" would say it.
LOWEST_BOUND = 3
#: Medians of fewer waiting households say too much of one of them.
MEDIAN_FROM = 10
#: The others together must hide at least this part of the largest contributor's number (the p% rule).
OTHERS_HIDE = 0.1
CONTRIBUTORS = 3


def bound_of(masking_below: int) -> int:
    """The bound that is really used: numbers 1 to bound - 1 are masked."""
    return max(masking_below, LOWEST_BOUND)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is said of a number: from `low` to `high`; `high` None says nothing about the upper side."""

    low: int
    high: int | None

    @classmethod
    def exactly(cls, value: int) -> "Shown":
        return cls(value, value)

    @property
    def value(self) -> int | None:
        """The number itself, when it is shown."""
        return self.low if self.low == self.high else None

    @property
    def middle(self) -> float | None:
        """A stand-in for sums and averages of shown numbers; None when there is no upper side."""
        return None if self.high is None else (self.low + self.high) / 2

    def __add__(self, other: "Shown") -> "Shown":
        high = None if self.high is None or other.high is None else self.high + other.high
        return Shown(self.low + other.low, high)

    def within(self, other: "Shown") -> "Shown":
        """Both are true: the part they share."""
        highs = [high for high in (self.high, other.high) if high is not None]
        return Shown(max(self.low, other.low), min(highs) if highs else None)

    def less(self, other: "Shown") -> "Shown":
        """This number without `other`, which is a part of it."""
        low = 0 if other.high is None else max(0, self.low - other.high)
        return Shown(low, None if self.high is None else max(0, self.high - other.low))

    def as_json(self) -> list[int | None]:
        return [self.low, self.high]


NOTHING = Shown.exactly(0)
#: Not shown at all.
WITHHELD = Shown(0, None)


def count(value: int, bound: int) -> Shown:
    """An atom: 0 stays 0, small numbers become "fewer than bound"."""
    return Shown(1, bound - 1) if 0 < value < bound else Shown.exactly(value)


def summed(parts: Iterable[Shown]) -> Shown:
    """What the parts say of their sum."""
    return reduce(Shown.__add__, parts, NOTHING)


def total(value: int, parts: Sequence[Shown], bound: int, *, tied: Shown) -> Shown:
    """The sum of atoms. Exact when it leaves each hidden part two values or more, else what the parts say.

    `tied` is a part that stands in a second sum as well; when it is hidden, two sums could solve it together.
    """
    said = summed(parts)
    hidden = [part for part in parts if part.value is None]
    if not hidden:
        return said
    rest = value - sum(part.low for part in parts if part.value is not None)
    around = summed(hidden)
    safe = (
        len(hidden) > 1
        and tied.value is not None
        and around.high is not None
        and around.low < rest < around.high
    )
    return Shown.exactly(value) if safe and value >= bound else said


def people(value: int, bound: int, *, behind: Shown) -> Shown:
    """Persons, shown only when enough groups or households stand behind them."""
    if behind.low < bound:
        return NOTHING if behind.high == 0 else WITHHELD
    return count(value, bound)


def share(part: int, whole: int, bound: int) -> Shown | None:
    """A percentage; None when the whole is too small, a range (or None) when the part or the rest is."""
    if whole < max(MEDIAN_FROM, 2 * bound):
        return None
    small = 0 < part < bound or 0 < whole - part < bound
    if small and whole < 4 * bound:
        return None
    if 0 < whole - part < bound:
        # In steps of five: the range says about how many there were, which is no secret.
        return Shown(100 * (whole - bound + 1) // whole // 5 * 5, 99)
    if 0 < part < bound:
        return Shown(1, ceil(20 * (bound - 1) / whole) * 5)
    if part in (0, whole):
        return Shown.exactly(100 if part else 0)
    return Shown.exactly(min(99, max(1, round(100 * part / whole))))


def opinions_from(bound: int) -> int:
    """So many people must have answered before anything is said of what they think."""
    return max(MEDIAN_FROM, 2 * bound)


def opinion(agree: int, answered: int, bound: int) -> tuple[Shown, Shown] | None:
    """How many answered, in steps of five, and the percentage that agrees, in tens; None when too few answered.

    A part below the bound is told as a range, and so is a part that leaves fewer than `bound` others: nobody may
    conclude what a single person said from “all” or “none”. The range follows from the step of five alone.
    """
    if answered < opinions_from(bound):
        return None
    least = answered // 5 * 5
    people = Shown(least, least + 4)
    edge = min(100, ceil(10 * (bound - 1) / least) * 10)
    if agree < bound:
        return people, Shown(0, edge)
    if answered - agree < bound:
        return people, Shown(100 - edge, 100)
    tens = round(10 * agree / answered) * 10
    # “0%” or “100%” would not be true of so many people.
    return people, Shown(0, 10) if tens == 0 else Shown(90, 100) if tens == 100 else Shown.exactly(tens)


def median(days: Sequence[int], bound: int) -> int | None:
    """The middle number of days, from `MEDIAN_FROM` households or the bound, whichever is more."""
    if len(days) < max(MEDIAN_FROM, bound):
        return None
    ordered = sorted(days)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else round((ordered[middle - 1] + ordered[middle]) / 2)


def average(shown: Iterable[Shown]) -> int | None:
    """The average over municipalities, from what each shows. None when it would point at one of them."""
    known = [middle for one in shown if (middle := one.middle) is not None]
    largest = sorted((middle for middle in known if middle > 0), reverse=True)
    if len(largest) < CONTRIBUTORS or sum(largest[2:]) < OTHERS_HIDE * largest[0]:
        return None
    return round(sum(known) / len(known))


def middle_of(values: Iterable[int | None]) -> int | None:
    """The middle one of what municipalities show (medians, percentages); None below three of them."""
    known = sorted(value for value in values if value is not None)
    return known[len(known) // 2] if len(known) >= CONTRIBUTORS else None


@dataclass(frozen=True, slots=True)
class Split:
    """How matches ended, told in batches: the first so many, up to and including a month."""

    ended: int = 0
    completed: Shown = NOTHING
    early: Shown = NOTHING
    reasons: Mapping[str, Shown] = field(default_factory=dict)

    def with_batch(self, *, completed: int, reasons: Mapping[str, int], bound: int) -> "Split":
        """Add a batch of at least twice the bound, so that at most one of its two parts is small."""
        early = sum(reasons.values())
        size = completed + early
        assert size >= 2 * bound
        shown_early, shown_completed = count(early, bound), count(completed, bound)
        if shown_early.value is None:
            shown_completed = Shown.exactly(size).less(shown_early)
        elif shown_completed.value is None:
            shown_early = Shown.exactly(size).less(shown_completed)
        told = _folded(reasons, shown_early, bound)
        return Split(
            ended=self.ended + size,
            completed=self.completed + shown_completed,
            early=self.early + shown_early,
            reasons={code: self.reasons.get(code, self.early_unknown()) + told[code] for code in reasons},
        )

    def early_unknown(self) -> Shown:
        """What is said of a reason that no earlier batch knew."""
        return NOTHING if self.ended == 0 else Shown(0, self.early.high)


def _folded(reasons: Mapping[str, int], early: Shown, bound: int) -> dict[str, Shown]:
    """Reasons with `bound` matches or more are shown; the others fold together, into no small number."""
    if early.value is None:
        return {code: Shown(0, early.high) for code in reasons}
    shown = {code: number for code, number in reasons.items() if number >= bound}
    rest = early.value - sum(shown.values())
    while 0 < rest < bound and shown:
        smallest = min(shown, key=lambda code: (shown[code], code))
        rest += shown.pop(smallest)
    return {code: Shown.exactly(shown[code]) if code in shown else Shown(0, rest) for code in reasons}


@dataclass(frozen=True, slots=True)
class Endings:
    """What a reader knows about ended matches after a month.

    `least` holds, for each number of running matches that is still possible, the fewest matches that must have
    ended by then: each time fewer run, that many have ended at least.
    """

    shown: Shown = NOTHING
    least: Mapping[int, int] | None = None
    split: Split = field(default_factory=Split)

    def next(self, *, running: Shown, ended: int, bound: int) -> "Endings":
        """The month after this one. `ended` counts all matches that ended so far."""
        before = self.least or {0: 0}
        assert running.high is not None
        least = {
            now: min(gone + max(0, then - now) for then, gone in before.items())
            for now in range(running.low, running.high + 1)
        }
        # Once counted stays counted, also when a row is erased later.
        ended = max(ended, min(least.values()))
        if ended == 0:
            return replace(self, shown=NOTHING, least={now: 0 for now, gone in least.items() if gone == 0})
        least = {now: max(1, gone) for now, gone in least.items()}
        if running.value is None:
            return replace(self, shown=Shown(min(least.values()), None), least=least)
        lowest = least[running.value]
        nothing_hidden = len(before) == 1 and self.shown.value is not None
        # Two values at least for what is hidden now, and one step of room for what was hidden before.
        known_from = lowest if nothing_hidden and lowest >= bound else max(bound, lowest + 2)
        if ended >= known_from:
            return replace(self, shown=Shown.exactly(ended), least={running.value: ended})
        return replace(self, shown=Shown(lowest, known_from - 1), least={running.value: lowest})

    def batch_due(self, bound: int) -> bool:
        """Whether so many matches ended since the last batch that the next one can be told."""
        return self.shown.value is not None and self.shown.value - self.split.ended >= 2 * bound

    def as_json(self) -> dict[str, Any]:
        return {
            "shown": self.shown.as_json(),
            "least": {str(now): gone for now, gone in (self.least or {0: 0}).items()},
            "split": {
                "ended": self.split.ended,
                "completed": self.split.completed.as_json(),
                "early": self.split.early.as_json(),
                "reasons": {code: one.as_json() for code, one in self.split.reasons.items()},
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        split = data["split"]
        return cls(
            shown=Shown(*data["shown"]),
            least={int(now): gone for now, gone in data["least"].items()},
            split=Split(
                ended=split["ended"],
                completed=Shown(*split["completed"]),
                early=Shown(*split["early"]),
                reasons={code: Shown(*one) for code, one in split["reasons"].items()},
            ),
        )
