"""From the words and codes of people to the engine's arrays: masks, flags and points. Nothing is read here."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache, reduce
from itertools import repeat
from operator import or_
from typing import Any

import numpy as np

from matches.engine.profiles import CRITERION_CODES
from municipalities.parts import plain
from samenhier.core.reference import LANGUAGES, SLOTS, WISHES

#: Levels that count as speaking a language well; “a little” is enough to begin with.
SPOKEN_WELL = frozenset({"intermediate", "fluent"})
#: “In our own part of town” depends on the pair: each wanted part of town becomes a wish of its own, after the list.
FIRST_PART_BIT = len(WISHES)
NOBODY_MEETS = 63
_NO_POINTS = [0] * len(CRITERION_CODES)
_SLOT_BITS = {code: 1 << bit for bit, code in enumerate(SLOTS)}
_EVENINGS_ONLY = WISHES.mask(["evenings_only"])
#: Slots of evenings and weekends, as a mask.
EVENINGS = sum(
    bit for code, bit in _SLOT_BITS.items() if code.endswith("_evening") or code.startswith(("sat_", "sun_"))
)


# Lists of codes and small JSON values come from Postgres as text: people choose the same ones again and again, so that
# most of them are taken apart once only. What these give is shared: never change it.


@lru_cache(maxsize=20_000)
def codes(text: str) -> tuple[str, ...]:
    """A Postgres array of codes from the reference lists, such as `{dutch,town}`."""
    return tuple(text[1:-1].split(",")) if len(text) > 2 else ()


@lru_cache(maxsize=20_000)
def parsed(text: str) -> Any:
    """A JSON value."""
    return json.loads(text)


def emphasis_points(rows: Iterable[Mapping[str, int]]) -> Any:
    """Points per criterion, in the engine's order; who gave none has zeros."""
    points = [
        [row.get(code, 0) for code in CRITERION_CODES] if row else _NO_POINTS for row in map(dict, rows)
    ]
    return np.array(points, dtype=np.int32).reshape(len(points), len(CRITERION_CODES))


def language_mask(spoken: Iterable[Mapping[str, str]], levels: frozenset[str] | None = None) -> int:
    """The languages spoken, or those spoken at one of these levels."""
    return LANGUAGES.mask(
        one["code"] for one in spoken if levels is None or one.get("level", "intermediate") in levels
    )


def slot_mask(codes: Iterable[str]) -> int:
    """The slots of a week; unknown codes are left out."""
    return reduce(or_, map(_SLOT_BITS.get, codes, repeat(0)), 0)


def wanted_mask(wishes: Collection[str], part_of_town: str, parts: Mapping[str, int]) -> int:
    """What one side wishes of the other. `parts`: those that somebody of this side wishes to be near."""
    if not wishes:
        return 0
    mask = WISHES.mask(code for code in wishes if code != "near")
    part = parts.get(plain(part_of_town)) if "near" in wishes else None
    return mask if part is None else mask | _part_bit(part)


def met_mask(slots: int, part_of_town: str, parts: Mapping[str, int]) -> int:
    """What follows from when and where one side is. `parts`: those that somebody of the other side wishes to be near."""
    mask = _EVENINGS_ONLY if slots & EVENINGS else 0
    part = parts.get(plain(part_of_town))
    return mask | _part_bit(part) if part is not None and FIRST_PART_BIT + part < NOBODY_MEETS else mask


def _part_bit(part: int) -> int:
    # More wanted parts than bits: better left over with a reason than matched across town.
    return 1 << min(FIRST_PART_BIT + part, NOBODY_MEETS)


#: Between a part of town and the code of its municipality; people cannot type it.
_OF_TOWN = "\uffff"


def part_of(part_of_town: str, town: int) -> str:
    """A part of town belongs to its own municipality: the same name in another one is another part. Code 0: as it is."""
    return f"{part_of_town}{_OF_TOWN}{town}" if town and plain(part_of_town) else part_of_town


def as_written(part_of_town: str) -> str:
    """As people wrote it, whatever municipality it is of."""
    return part_of_town.partition(_OF_TOWN)[0].strip()


def numbered(parts: Iterable[str]) -> dict[str, int]:
    """A number for each part of town that occurs."""
    return {part: number for number, part in enumerate(sorted({plain(part) for part in parts} - {""}))}


def masks(rows: Iterable[Any], mask: Callable[[Any], int]) -> Any:
    """uint64, the mask of each row."""
    return np.array([mask(row) for row in rows], dtype=np.uint64)


def flags(values: Iterable[bool]) -> Any:
    """bool, as the engine takes them."""
    return np.array([bool(value) for value in values], dtype=np.bool_)
