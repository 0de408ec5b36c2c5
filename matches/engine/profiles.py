"""What the rules and criteria look at: both sides as arrays, one entry per household or group, no names.

Masks are uint64: bit i stands for entry i of a reference list that only the caller knows (languages,
interests, goals and offers share one list, wishes, child age bands). Availability has 21 bits: bit 3 * day +
part, day 0 = Monday, part 0 = morning, 1 = afternoon, 2 = evening. An empty mask means "not stated", and is
never held against anyone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Self

import numpy as np
import numpy.typing as npt

from .pool import BoolArray, Int32Array

MaskArray = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.intp]

SLOTS = 21
"""Days of the week times morning, afternoon, evening."""
CRITERION_CODES = (
    "languages",
    "interests",
    "goals",
    "availability",
    "place",
    "children",
    "programme",
    "wishes",
)
"""The criteria, in the order of the columns of `emphasis`."""
BUDGET = 10
"""Points each household and each group may spread over the criteria ("what matters most to you?")."""
KIND_OPEN, KIND_SPONSOR, KIND_WELCOME = 0, 1, 2
"""Programme: either or not stated, sponsor group (before arrival), welcome group (after arrival)."""
UNKNOWN_PART = -1


class ProfileError(ValueError):
    """A profile array is wrong; the text names the argument."""


def mask(*bits: int) -> int:
    """The mask with these bits set, for example mask(0, 3) == 9. Bits are 0..63."""
    if any(not 0 <= bit < 64 for bit in bits):
        raise ProfileError(f"mask: bits are 0..63, not {bits}")
    return sum(1 << bit for bit in set(bits))


def bits_of(value: int) -> list[int]:
    """The bits of a mask, ascending: the inverse of `mask`."""
    return list(_bits_of(value))


@lru_cache(maxsize=1 << 16)
def _bits_of(value: int) -> tuple[int, ...]:
    bits = []
    while value:
        lowest = value & -value
        bits.append(lowest.bit_length() - 1)
        value ^= lowest
    return tuple(bits)


@dataclass(frozen=True, eq=False, init=False)
class HouseholdProfiles:
    """The households of a pool, one entry each. Everything except `count` may be left out.

    size            persons, 1..50 (default 1)
    languages       mask, spoken well enough to get by; languages_well: those spoken well
    interests       mask;  goals: mask, what the household wants to work on
    availability    mask of 21 slots
    wishes          mask, would like of the group;  musts: mask, cannot do without
    meets           mask, wishes of a group that this household meets
    child_bands     mask of age bands of its children
    part_of_town    code, -1 = not stated;  municipality: code
    kind            KIND_OPEN, KIND_SPONSOR or KIND_WELCOME
    waiting_days    0.. days since the household became ready
    ready free consent   bool (default True);  bridged: bool, a community builder can interpret (default
                         False);  bridge_languages: mask, in which languages, for the words only
    emphasis        int (count, 8), points spread over CRITERION_CODES, a row sums to 0..10
    ended           int (k, 2) of (household index, group index): were matched or said no before
    unsafe          int (k, 2): a safety flag stands between them
    opened          int (k, 2) of (municipality of household, municipality of group) opened to each other
    distance_bands  int (parts, parts), [household's part, group's part]: 0 same, 1 near, 2 further, 3 far,
                    -1 not known; may be (0, 0)
    """

    count: int
    size: Int32Array
    languages: MaskArray
    languages_well: MaskArray
    interests: MaskArray
    goals: MaskArray
    availability: MaskArray
    wishes: MaskArray
    musts: MaskArray
    meets: MaskArray
    child_bands: MaskArray
    part_of_town: Int32Array
    municipality: Int32Array
    kind: Int32Array
    waiting_days: Int32Array
    ready: BoolArray
    free: BoolArray
    consent: BoolArray
    bridged: BoolArray
    bridge_languages: MaskArray
    emphasis: Int32Array
    ended: Int32Array
    unsafe: Int32Array
    opened: Int32Array
    distance_bands: Int32Array

    def __init__(
        self,
        count: int,
        *,
        size: npt.ArrayLike | None = None,
        languages: npt.ArrayLike | None = None,
        languages_well: npt.ArrayLike | None = None,
        interests: npt.ArrayLike | None = None,
        goals: npt.ArrayLike | None = None,
        availability: npt.ArrayLike | None = None,
        wishes: npt.ArrayLike | None = None,
        musts: npt.ArrayLike | None = None,
        meets: npt.ArrayLike | None = None,
        child_bands: npt.ArrayLike | None = None,
        part_of_town: npt.ArrayLike | None = None,
        municipality: npt.ArrayLike | None = None,
        kind: npt.ArrayLike | None = None,
        waiting_days: npt.ArrayLike | None = None,
        ready: npt.ArrayLike | None = None,
        free: npt.ArrayLike | None = None,
        consent: npt.ArrayLike | None = None,
        bridged: npt.ArrayLike | None = None,
        bridge_languages: npt.ArrayLike | None = None,
        emphasis: npt.ArrayLike | None = None,
        ended: npt.ArrayLike | None = None,
        unsafe: npt.ArrayLike | None = None,
        opened: npt.ArrayLike | None = None,
        distance_bands: npt.ArrayLike | None = None,
    ) -> None:
        put = object.__setattr__
        put(self, "count", count)
        put(self, "size", _numbers("size", size, count, 1, 1, 50))
        put(self, "languages", _masks("languages", languages, count))
        put(self, "languages_well", _masks("languages_well", languages_well, count) & self.languages)
        put(self, "interests", _masks("interests", interests, count))
        put(self, "goals", _masks("goals", goals, count))
        put(self, "availability", _masks("availability", availability, count, SLOTS))
        put(self, "wishes", _masks("wishes", wishes, count))
        put(self, "musts", _masks("musts", musts, count))
        put(self, "meets", _masks("meets", meets, count))
        put(self, "child_bands", _masks("child_bands", child_bands, count))
        put(self, "part_of_town", _numbers("part_of_town", part_of_town, count, UNKNOWN_PART, UNKNOWN_PART))
        put(self, "municipality", _numbers("municipality", municipality, count, 0, 0))
        put(self, "kind", _numbers("kind", kind, count, 0, 0, 2))
        put(self, "waiting_days", _numbers("waiting_days", waiting_days, count, 0, 0))
        put(self, "ready", _flags("ready", ready, count, default=True))
        put(self, "free", _flags("free", free, count, default=True))
        put(self, "consent", _flags("consent", consent, count, default=True))
        put(self, "bridged", _flags("bridged", bridged, count, default=False))
        put(self, "bridge_languages", _masks("bridge_languages", bridge_languages, count))
        put(self, "emphasis", _emphasis(emphasis, count))
        put(self, "ended", _couples("ended", ended))
        put(self, "unsafe", _couples("unsafe", unsafe))
        put(self, "opened", _couples("opened", opened))
        put(self, "distance_bands", _table("distance_bands", distance_bands))

    def __len__(self) -> int:
        return self.count

    def take(self, indices: Rows) -> Self:
        """These households only. Pairs in `ended` and `unsafe` follow them to their new index."""
        chosen = np.asarray(indices, dtype=np.intp)
        values = {
            field.name: getattr(self, field.name)[chosen]
            for field in fields(self)
            if field.name not in ("count", "ended", "unsafe", "opened", "distance_bands")
        }
        place = np.full(self.count, -1, dtype=np.int32)
        place[chosen] = np.arange(len(chosen))
        for name in ("ended", "unsafe"):
            couples = getattr(self, name).copy()
            couples[:, 0] = place[couples[:, 0]] if len(couples) else couples[:, 0]
            values[name] = couples[couples[:, 0] >= 0]
        return type(self)(
            len(chosen), opened=self.opened, distance_bands=_none_if_empty(self.distance_bands), **values
        )


@dataclass(frozen=True, eq=False, init=False)
class GroupProfiles:
    """The groups of a pool, one entry each. Everything except `count` may be left out.

    capacity          largest household it can support, 1..50 (default 50)
    languages         mask, spoken by at least one member; languages_well: spoken well
    language_members  int (count, languages), members who speak each; may be (count, 0)
    interests         mask;  offers: mask over the list of goals, what the group can help with
    availability      mask of 21 slots
    wishes musts      mask, would like of / cannot do without in a household
    meets             mask, wishes of a household that this group meets
    child_bands       mask, ages of the members' own children
    carries_bands     mask, ages of children the group can support (default all)
    part_of_town municipality kind ready free consent emphasis   as for households
    """

    count: int
    capacity: Int32Array
    languages: MaskArray
    languages_well: MaskArray
    language_members: Int32Array
    interests: MaskArray
    offers: MaskArray
    availability: MaskArray
    wishes: MaskArray
    musts: MaskArray
    meets: MaskArray
    child_bands: MaskArray
    carries_bands: MaskArray
    part_of_town: Int32Array
    municipality: Int32Array
    kind: Int32Array
    ready: BoolArray
    free: BoolArray
    consent: BoolArray
    emphasis: Int32Array

    def __init__(
        self,
        count: int,
        *,
        capacity: npt.ArrayLike | None = None,
        languages: npt.ArrayLike | None = None,
        languages_well: npt.ArrayLike | None = None,
        language_members: npt.ArrayLike | None = None,
        interests: npt.ArrayLike | None = None,
        offers: npt.ArrayLike | None = None,
        availability: npt.ArrayLike | None = None,
        wishes: npt.ArrayLike | None = None,
        musts: npt.ArrayLike | None = None,
        meets: npt.ArrayLike | None = None,
        child_bands: npt.ArrayLike | None = None,
        carries_bands: npt.ArrayLike | None = None,
        part_of_town: npt.ArrayLike | None = None,
        municipality: npt.ArrayLike | None = None,
        kind: npt.ArrayLike | None = None,
        ready: npt.ArrayLike | None = None,
        free: npt.ArrayLike | None = None,
        consent: npt.ArrayLike | None = None,
        emphasis: npt.ArrayLike | None = None,
    ) -> None:
        put = object.__setattr__
        put(self, "count", count)
        put(self, "capacity", _numbers("capacity", capacity, count, 50, 1, 50))
        put(self, "languages", _masks("languages", languages, count))
        put(self, "languages_well", _masks("languages_well", languages_well, count) & self.languages)
        put(self, "language_members", _members(language_members, count))
        put(self, "interests", _masks("interests", interests, count))
        put(self, "offers", _masks("offers", offers, count))
        put(self, "availability", _masks("availability", availability, count, SLOTS))
        put(self, "wishes", _masks("wishes", wishes, count))
        put(self, "musts", _masks("musts", musts, count))
        put(self, "meets", _masks("meets", meets, count))
        put(self, "child_bands", _masks("child_bands", child_bands, count))
        every = None if carries_bands is not None else np.full(count, 2**64 - 1, dtype=np.uint64)
        put(self, "carries_bands", _masks("carries_bands", carries_bands if every is None else every, count))
        put(self, "part_of_town", _numbers("part_of_town", part_of_town, count, UNKNOWN_PART, UNKNOWN_PART))
        put(self, "municipality", _numbers("municipality", municipality, count, 0, 0))
        put(self, "kind", _numbers("kind", kind, count, 0, 0, 2))
        put(self, "ready", _flags("ready", ready, count, default=True))
        put(self, "free", _flags("free", free, count, default=True))
        put(self, "consent", _flags("consent", consent, count, default=True))
        put(self, "emphasis", _emphasis(emphasis, count))

    def __len__(self) -> int:
        return self.count

    def take(self, indices: Rows) -> Self:
        """These groups only. Pairs kept on the household side (`ended`, `unsafe`) are the caller's to
        renumber."""
        chosen = np.asarray(indices, dtype=np.intp)
        values = {
            field.name: getattr(self, field.name)[chosen] for field in fields(self) if field.name != "count"
        }
        return type(self)(len(chosen), **values)


def _numbers(
    name: str, value: npt.ArrayLike | None, count: int, default: int, low: int, high: int = 2**31 - 1
) -> Int32Array:
    if value is None:
        return np.full(count, default, dtype=np.int32)
    array = _whole(name, value, (count,))
    if array.size and not low <= int(array.min()) <= int(array.max()) <= high:
        raise ProfileError(f"{name} must lie between {low} and {high}")
    return array.astype(np.int32)


def _masks(name: str, value: npt.ArrayLike | None, count: int, width: int = 64) -> MaskArray:
    if value is None:
        return np.zeros(count, dtype=np.uint64)
    if not isinstance(value, np.ndarray):
        # A list with numbers above 2**63 would become float64: make the array here.
        given = list(value) if isinstance(value, Iterable) else [value]
        numbers = [
            int(item) for item in given if isinstance(item, (int, np.integer)) and not isinstance(item, bool)
        ]
        if len(numbers) < len(given):
            raise ProfileError(f"{name} must hold whole numbers")
        if any(not 0 <= number < 2**64 for number in numbers):
            raise ProfileError(f"{name} contains a negative mask, or one beyond 64 bits")
        value = np.array(numbers, dtype=np.uint64)
    array = _whole(name, value, (count,))
    if array.size and int(array.min()) < 0:
        raise ProfileError(f"{name} contains a negative mask")
    masks = array.astype(np.uint64)
    if width < 64 and array.size and int(masks.max()) >> width:
        raise ProfileError(f"{name} has a bit beyond {width - 1}")
    return masks


def _flags(name: str, value: npt.ArrayLike | None, count: int, *, default: bool) -> BoolArray:
    if value is None:
        return np.full(count, default, dtype=np.bool_)
    array = np.asarray(value)
    if array.shape != (count,) or (count and array.dtype != np.bool_):
        raise ProfileError(f"{name} must be {count} times True or False, not {array.dtype} {array.shape}")
    return array.astype(np.bool_)


def _emphasis(value: npt.ArrayLike | None, count: int) -> Int32Array:
    shape = (count, len(CRITERION_CODES))
    if value is None:
        return np.zeros(shape, dtype=np.int32)
    array = _whole("emphasis", value, shape)
    if array.size and (int(array.min()) < 0 or int(array.sum(axis=1).max()) > BUDGET):
        raise ProfileError(f"emphasis must not be negative, and a row adds up to {BUDGET} at most")
    return array.astype(np.int32)


def _members(value: npt.ArrayLike | None, count: int) -> Int32Array:
    if value is None:
        return np.zeros((count, 0), dtype=np.int32)
    array = np.asarray(value)
    return _whole("language_members", array, (count, array.shape[1] if array.ndim == 2 else -1)).astype(
        np.int32
    )


def _couples(name: str, value: npt.ArrayLike | None) -> Int32Array:
    array = np.zeros((0, 2), dtype=np.int32) if value is None or not np.size(value) else np.asarray(value)
    couples = _whole(name, array, (len(array), 2)).astype(np.int32)
    if couples.size and int(couples.min()) < 0:
        raise ProfileError(f"{name} contains a negative number")
    return couples


def _table(name: str, value: npt.ArrayLike | None) -> Int32Array:
    if value is None:
        return np.zeros((0, 0), dtype=np.int32)
    array = np.asarray(value)
    array = _whole(name, array, (len(array), len(array)))
    if array.size and not -1 <= int(array.min()) <= int(array.max()) <= 3:
        raise ProfileError(f"{name} contains a band outside -1..3")
    return array.astype(np.int32)


def _none_if_empty(array: Int32Array) -> Int32Array | None:
    return array if array.size else None


def _whole(name: str, value: npt.ArrayLike, shape: tuple[int, ...]) -> npt.NDArray[np.integer]:
    array = np.asarray(value)
    if array.shape != shape:
        raise ProfileError(f"{name} has shape {array.shape}, not {shape}")
    if array.size and (array.dtype == np.bool_ or not np.issubdtype(array.dtype, np.integer)):
        raise ProfileError(f"{name} must hold whole numbers, not {array.dtype}")
    result: npt.NDArray[np.integer] = array.astype(np.int64) if not array.size else array
    return result
