"""Which one more group would help most: profiles of groups that do not exist, made from the needs of who is left over.

Every profile is worth what the engine says (`marginals`); what is shown is confirmed by solving again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from matches.engine import (
    UNKNOWN_PART,
    Candidate,
    GroupProfiles,
    Marginal,
    Pool,
    Result,
    bits_of,
    candidates_of,
    marginals,
    solve,
)
from samenhier.core.reference import CHILD_BANDS, LANGUAGES, SLOTS, WISHES

from .masks import EVENINGS, FIRST_PART_BIT
from .pool import Sides

#: Profiles that are weighed, and signals that are kept.
MOST_PROFILES = 150
MOST_SIGNALS = 8
#: Other moments that are named when they are as good.
MOST_ALSO = 2
#: Of each household: its languages and moments that are looked at.
LANGUAGES_EACH = 3
SLOTS_EACH = 3
#: “With three such groups”: as far as it is tried, in pools where that is cheap.
MOST_COPIES = 4
COPIES_UP_TO = 1500
#: Every group speaks it.
DUTCH = LANGUAGES.codes().index("nld")
EVENING_SLOTS = frozenset(bits_of(EVENINGS))
_EVENINGS_ONLY = 1 << WISHES.codes().index("evenings_only")
_LISTED_WISHES = (1 << FIRST_PART_BIT) - 1


@dataclass(frozen=True, order=True)
class Profile:
    """What one more group would bring. Codes of the reference lists only; no person can be found in it.

    language  code; "nld" when Dutch is enough
    slot      code of a part of the week, "" when any will do
    size      people in the household at most;  bands: ages of children that are welcome
    part      part of town, "" for anywhere;  wishes: conditions to meet
    """

    language: str
    slot: str = ""
    size: int = 1
    bands: tuple[str, ...] = ()
    part: str = ""
    wishes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Signal:
    """A profile and what it brings.

    placed, urgent  households more with a group by one such group, and how many of them are urgent
    fits            households left over now that such a group could support
    copies, then    with so many such groups, so many more households have a group
    better_part     it would fit even better from this part of town; "" when that makes no difference
    also            other parts of the week at which it brings as many places
    """

    profile: Profile
    placed: int
    urgent: int
    total: int
    fits: int
    copies: int
    then: int
    better_part: str = ""
    also: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For the stored row."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Signal":
        """The inverse of `to_json`."""
        profile = data["profile"]
        as_tuples = {name: tuple(profile[name]) for name in ("bands", "wishes")}
        return cls(**(data | {"profile": Profile(**(profile | as_tuples)), "also": tuple(data["also"])}))


@dataclass(frozen=True)
class _Idea:
    """A profile with the positions that the engine needs. `extra_part`: the part of town is no condition."""

    profile: Profile
    meets: int = field(compare=False)
    part: int = field(compare=False)
    municipality: int = field(compare=False)
    extra_part: bool = False


def left_over(sides: Sides, result: Result) -> list[int]:
    """Positions of the households without a group in this result."""
    placed = set(result.group_of)
    return [household for household in range(sides.households.count) if household not in placed]


def signals(sides: Sides, pool: Pool, result: Result) -> list[Signal]:
    """The most useful groups to look for, most useful first. Empty when everybody has a place."""
    alone = left_over(sides, result)
    ideas = _ideas(sides, alone)
    if not ideas:
        return []
    candidates = candidates_of(
        sides.households, _imaginary(ideas), [str(number) for number in range(len(ideas))], sides.weights
    )
    found = [one for one in marginals(pool, result, candidates, confirm=0) if _helps(one)]
    by_profile = {ideas[one.candidate]: one for one in found}
    made = [
        replace(
            _signal(pool, result, alone, ideas[one.candidate], candidates[one.candidate], one, by_profile),
            also=also,
        )
        for one, also in _chosen(found, ideas, candidates, alone)
    ]
    return sorted(made, key=lambda one: (-one.urgent, -one.placed, -one.then, -one.fits, -one.total))


def _helps(one: Marginal) -> bool:
    return one.gain.placed > 0 or any(one.gain.urgent.values())


def _fits(candidate: Candidate, alone: Sequence[int]) -> int:
    return int(candidate.allowed[list(alone)].sum())


def _chosen(
    found: list[Marginal], ideas: Sequence[_Idea], candidates: Sequence[Candidate], alone: Sequence[int]
) -> Iterator[tuple[Marginal, tuple[str, ...]]]:
    """The best of each language (most places, then most households it could support), and moments that are as good."""

    def worth(one: Marginal) -> tuple[int, ...]:
        *places, _total = one.gain.order
        return (*places, _fits(candidates[one.candidate], alone))

    def order(one: Marginal) -> tuple[Any, ...]:
        return (*(-count for count in worth(one)), -one.gain.total, ideas[one.candidate].profile)

    plain = sorted((one for one in found if not ideas[one.candidate].extra_part), key=order)
    best: dict[str, Marginal] = {}
    for one in plain:
        best.setdefault(ideas[one.candidate].profile.language, one)
    for one in list(best.values())[:MOST_SIGNALS]:
        profile = ideas[one.candidate].profile
        also = [
            other.slot
            for marginal in plain
            if worth(marginal) == worth(one)
            and (other := ideas[marginal.candidate].profile) != profile
            and replace(other, slot=profile.slot) == profile
            and other.slot
        ]
        yield one, tuple(also[:MOST_ALSO])


def _signal(
    pool: Pool,
    result: Result,
    alone: Sequence[int],
    idea: _Idea,
    candidate: Candidate,
    marginal: Marginal,
    by_profile: dict[_Idea, Marginal],
) -> Signal:
    placed = _with_copies(pool, result, candidate)
    if placed[0] != (marginal.gain.placed, marginal.gain.total):
        raise RuntimeError(f"{idea.profile}: {placed[0]} after solving again, {marginal.gain} before")
    best = max(count for count, _total in placed)
    nearer = [
        (gained.gain.order, other.profile.part)
        for other, gained in by_profile.items()
        if other.extra_part and replace(other.profile, part=idea.profile.part) == idea.profile
    ]
    return Signal(
        profile=idea.profile,
        placed=marginal.gain.placed,
        urgent=sum(marginal.gain.urgent.values()),
        total=marginal.gain.total,
        fits=_fits(candidate, alone),
        copies=next(number for number, (count, _total) in enumerate(placed, 1) if count == best),
        then=best,
        better_part=max((one for one in nearer if one[0] > marginal.gain.order), default=((), ""))[1],
    )


def _with_copies(pool: Pool, result: Result, candidate: Candidate) -> list[tuple[int, int]]:
    """(households more, points more) with one, two, … such groups, until one more brings nobody."""
    most = MOST_COPIES if min(pool.shape) <= COPIES_UP_TO else 1
    gained: list[tuple[int, int]] = []
    for copies in range(1, most + 1):
        more = solve(
            Pool(
                np.column_stack([pool.scores, *[candidate.scores] * copies]),
                np.column_stack([pool.allowed, *[candidate.allowed] * copies]),
                pool.urgency,
            )
        )
        gained.append((more.placed - result.placed, more.total - result.total))
        if copies > 1 and gained[-1][0] == gained[-2][0]:
            break
    return gained


def _ideas(sides: Sides, alone: Sequence[int]) -> list[_Idea]:
    """Different profiles from the needs of these households, those that most of them share first."""
    households = sides.households
    wanted: Counter[tuple[int, int]] = Counter()
    for household in alone:
        for language in bits_of(int(households.languages[household])):
            for slot in bits_of(int(households.availability[household])):
                wanted[language, slot] += 1
    shared: dict[_Idea, int] = {}
    for household in alone:
        for idea, demand in _of_household(sides, household, wanted):
            shared[idea] = max(shared.get(idea, 0), demand)
    for idea, demand in _of_languages(sides, alone, wanted):
        shared[idea] = max(shared.get(idea, 0), demand)
    ordered = sorted(shared, key=lambda idea: (-shared[idea], idea.profile, idea.extra_part))
    return ordered[:MOST_PROFILES]


def _languages_of(sides: Sides, household: int) -> list[int]:
    """The languages that would help this household, those that fewest groups speak first."""
    spoken = bits_of(int(sides.households.languages[household]))
    speakers = {bit: int((sides.groups.languages >> np.uint64(bit) & np.uint64(1)).sum()) for bit in spoken}
    rare = sorted((bit for bit in spoken if bit != DUTCH), key=lambda bit: (speakers[bit], bit))
    dutch_will_do = DUTCH in spoken or bool(sides.households.bridged[household])
    return rare[:LANGUAGES_EACH] + [DUTCH] * dutch_will_do


def _slots_of(
    sides: Sides, household: int, language: int, wanted: Counter[tuple[int, int]], musts: int
) -> list[int]:
    slots = bits_of(int(sides.households.availability[household]))
    if musts & _EVENINGS_ONLY:
        slots = [slot for slot in slots if slot in EVENING_SLOTS]
    return sorted(slots, key=lambda slot: (-wanted[language, slot], slot))[:SLOTS_EACH]


def _of_household(
    sides: Sides, household: int, wanted: Counter[tuple[int, int]]
) -> Iterator[tuple[_Idea, int]]:
    """What this household needs: nothing more than that, and from its own part of town as an extra."""
    households = sides.households
    musts, part = int(households.musts[household]), int(households.part_of_town[household])
    near = musts > _LISTED_WISHES
    for language in _languages_of(sides, household):
        slots = _slots_of(sides, household, language, wanted, musts)
        for place, slot in enumerate(slots or [None]):
            base = _Idea(
                Profile(
                    language=LANGUAGES.codes()[language],
                    slot="" if slot is None else SLOTS[slot],
                    size=int(households.size[household]),
                    bands=_codes(CHILD_BANDS.codes(), int(households.child_bands[household])),
                    part=sides.part_names.get(part, "") if near else "",
                    wishes=_wishes(musts, slot),
                ),
                meets=musts,
                part=part if near else UNKNOWN_PART,
                municipality=int(households.municipality[household]),
            )
            demand = 1 if slot is None else wanted[language, slot]
            yield base, demand
            if place == 0 and not near and part in sides.part_names:
                profile = replace(base.profile, part=sides.part_names[part])
                yield replace(base, profile=profile, part=part, extra_part=True), demand


def _of_languages(
    sides: Sides, alone: Sequence[int], wanted: Counter[tuple[int, int]]
) -> Iterator[tuple[_Idea, int]]:
    """For each language and its favourite moments: one group that suits everybody left over who asks nothing more."""
    households = sides.households
    for language in sorted({language for language, _slot in wanted}):
        plain = [
            household
            for household in alone
            if int(households.languages[household]) >> language & 1 and not int(households.musts[household])
        ]
        if len(plain) < 2:
            continue
        moments = sorted(
            (slot for other, slot in wanted if other == language),
            key=lambda slot: (-wanted[language, slot], slot),
        )
        bands = int(np.bitwise_or.reduce(households.child_bands[plain]))
        for slot in moments[:SLOTS_EACH]:
            profile = Profile(
                language=LANGUAGES.codes()[language],
                slot=SLOTS[slot],
                size=int(households.size[plain].max()),
                bands=_codes(CHILD_BANDS.codes(), bands),
            )
            idea = _Idea(
                profile, meets=0, part=UNKNOWN_PART, municipality=int(households.municipality[plain[0]])
            )
            yield idea, wanted[language, slot]


def _imaginary(ideas: Sequence[_Idea]) -> GroupProfiles:
    languages = [1 << DUTCH | 1 << LANGUAGES.codes().index(idea.profile.language) for idea in ideas]
    return GroupProfiles(
        len(ideas),
        capacity=[idea.profile.size for idea in ideas],
        languages=languages,
        languages_well=languages,
        availability=[1 << SLOTS.index(idea.profile.slot) if idea.profile.slot else 0 for idea in ideas],
        meets=[idea.meets for idea in ideas],
        carries_bands=[CHILD_BANDS.mask(idea.profile.bands) for idea in ideas],
        part_of_town=[idea.part for idea in ideas],
        municipality=[idea.municipality for idea in ideas],
    )


def _wishes(musts: int, slot: int | None) -> tuple[str, ...]:
    """The conditions in the list; that it is evening or weekend goes without saying when the moment says so."""
    listed = musts & _LISTED_WISHES
    if slot is not None and slot in EVENING_SLOTS:
        listed &= ~_EVENINGS_ONLY
    return _codes(WISHES.codes(), listed)


def _codes(codes: Sequence[str], mask: int) -> tuple[str, ...]:
    return tuple(code for bit, code in enumerate(codes) if mask >> bit & 1)


def languages_left(sides: Sides, alone: Iterable[int]) -> dict[str, int]:
    """How many of these households speak each language; Dutch left out, which every group speaks."""
    counts: Counter[str] = Counter()
    for household in alone:
        for bit in bits_of(int(sides.households.languages[household])):
            if bit != DUTCH:
                counts[LANGUAGES.codes()[bit]] += 1
    return dict(sorted(counts.items()))
