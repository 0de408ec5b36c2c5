"""From the words and codes of people to what the engine takes: masks and numbers. Nothing is read here."""

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from itertools import repeat
from operator import or_
from typing import NamedTuple

from matches.engine.profiles import CRITERION_CODES
from municipalities.parts import plain
from samenhier.core.reference import CHILD_BANDS, LANGUAGES, SLOTS, WISHES

#: Levels that count as speaking a language well; “a little” is enough to begin with.
SPOKEN_WELL = frozenset({"intermediate", "fluent"})
#: “In our own part of town” depends on the pair: each wanted part of town becomes a wish of its own, after the list.
NEAR = "near"
FIRST_PART_BIT = len(WISHES)
NOBODY_MEETS = 63
_SLOT_BITS = {code: 1 << bit for bit, code in enumerate(SLOTS)}
_EVENINGS_ONLY = WISHES.mask(["evenings_only"])
#: Slots of evenings and weekends, as a mask.
EVENINGS = sum(
    bit for code, bit in _SLOT_BITS.items() if code.endswith("_evening") or code.startswith(("sat_", "sun_"))
)


class Children(NamedTuple):
    """Of a household: how many, and the mask of their ages."""

    number: int
    bands: int


class Spoken(NamedTuple):
    """The languages somebody speaks, and those they speak well."""

    any: int
    well: int


class Wished(NamedTuple):
    """Wishes from the list, and whether the other side should be near."""

    mask: int
    near: bool


class Speakers(NamedTuple):
    """The languages spoken in a group, and how many members speak each, in the order of the list."""

    mask: int
    counts: tuple[int, ...]


def children(counts: Mapping[str, int]) -> Children:
    """From the number in each age band."""
    return Children(sum(counts.values()), CHILD_BANDS.mask(band for band, count in counts.items() if count))


def spoken(languages: Collection[Mapping[str, str]]) -> Spoken:
    """From rows with a code and, if it is known, a level."""
    well = (one["code"] for one in languages if one.get("level", "intermediate") in SPOKEN_WELL)
    return Spoken(LANGUAGES.mask(one["code"] for one in languages), LANGUAGES.mask(well))


def speakers(counts: Mapping[str, int]) -> Speakers:
    """From the number of members that speak each language."""
    return Speakers(LANGUAGES.mask(counts), tuple(counts.get(code, 0) for code in LANGUAGES.codes()))


def wished(codes: Collection[str]) -> Wished:
    """What one side wishes of the other; of a promise only the mask counts."""
    return Wished(WISHES.mask(code for code in codes if code != NEAR), NEAR in codes)


def slot_mask(codes: Iterable[str]) -> int:
    """The slots of a week; unknown codes are left out."""
    return reduce(or_, map(_SLOT_BITS.get, codes, repeat(0)), 0)


def points(emphasis: Mapping[str, int]) -> tuple[int, ...]:
    """Points per criterion, in the engine's order; zero where none were given."""
    return tuple(emphasis.get(code, 0) for code in CRITERION_CODES)


def wanted_mask(wishes: Wished, part: str, parts: Mapping[str, int]) -> int:
    """The wishes, and being near. `parts`: those (`plain`) that somebody of this side wishes to be near."""
    number = parts.get(part) if wishes.near else None
    return wishes.mask if number is None else wishes.mask | _part_bit(number)


def met_mask(slots: int, part: str, parts: Mapping[str, int]) -> int:
    """What follows from when and where one side is. `parts`: those (`plain`) that somebody of the other side wishes to be near."""
    mask = _EVENINGS_ONLY if slots & EVENINGS else 0
    number = parts.get(part)
    if number is None or FIRST_PART_BIT + number >= NOBODY_MEETS:
        return mask
    return mask | _part_bit(number)


def _part_bit(number: int) -> int:
    # More wanted parts than bits: better left over with a reason than matched across town.
    return 1 << min(FIRST_PART_BIT + number, NOBODY_MEETS)


#: Between a part of town and the code of its municipality; people cannot type it.
_OF_TOWN = "\uffff"


def part_of(part_of_town: str, town: int) -> str:
    """A part of town belongs to its own municipality: the same name in another one is another part. Code 0: as it is."""
    return f"{part_of_town}{_OF_TOWN}{town}" if town and plain(part_of_town) else part_of_town


def as_written(part_of_town: str) -> str:
    """As people wrote it, whatever municipality it is of."""
    return part_of_town.partition(_OF_TOWN)[0].strip()


def numbered(parts: Iterable[str]) -> dict[str, int]:
    """A number for each part of town (`plain`) that occurs."""
    return {part: number for number, part in enumerate(sorted(set(parts) - {""}))}
