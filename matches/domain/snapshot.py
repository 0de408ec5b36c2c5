"""What went into a matching run, kept so that anybody can compute it again: arrays and ids, no names of people.

The format is ours and canonical: the same sides give the same bytes on every machine, and `MatchingRun.input_hash` is the
SHA-256 of these bytes. One line with the version, one line of JSON (sorted keys) with the plain values and the name, type
and shape of every array, then the arrays one after another, little-endian. Stored compressed, in `RunInput`.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, fields
from hashlib import sha256
from typing import Any
from uuid import UUID

import numpy as np

from matches.engine import GroupProfiles, HouseholdProfiles, ProfileError, Weights
from matches.models import MatchingRun, RunInput
from newcomers.models import Household
from samenhier import audit

from .pool import Sides

VERSION = b"samen-hier matching input 1\n"
#: Half the size in a tenth of the time of a stronger setting.
_EFFORT = 1
_IDS = ("household_ids", "group_ids")


class SnapshotError(ValueError):
    """Bytes that are no input of this version; the text says why."""


def encode(sides: Sides) -> bytes:
    """The canonical bytes of everything the engine looks at."""
    plain: dict[str, Any] = {}
    arrays: dict[str, Any] = {}
    for name, value in _values(sides):
        if isinstance(value, np.ndarray):
            arrays[name] = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
        else:
            plain[name] = value
    head = {
        "arrays": [[name, arrays[name].dtype.str, list(arrays[name].shape)] for name in sorted(arrays)],
        "plain": plain,
    }
    text = json.dumps(head, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return b"".join([VERSION, text.encode(), b"\n", *(arrays[name].tobytes() for name in sorted(arrays))])


def _values(sides: Sides) -> Iterator[tuple[str, Any]]:
    for field in fields(sides):
        value = getattr(sides, field.name)
        if isinstance(value, (HouseholdProfiles, GroupProfiles)):
            for inner in fields(value):
                yield f"{field.name}.{inner.name}", getattr(value, inner.name)
        elif isinstance(value, Weights):
            yield field.name, asdict(value)
        elif field.name in _IDS:
            yield field.name, sides.household_keys if field.name == "household_ids" else sides.group_keys
        elif isinstance(value, dict):
            yield field.name, sorted(value.items())
        else:
            yield field.name, value


def decode(data: bytes) -> Sides:
    """The inverse of `encode`. Raises `SnapshotError`."""
    if not data.startswith(VERSION):
        raise SnapshotError("these bytes are no matching input of the present version")
    try:
        end = data.index(b"\n", len(VERSION))
        head = json.loads(data[len(VERSION) : end])
        values: dict[str, Any] = dict(head["plain"])
        place = end + 1
        for name, kind, shape in head["arrays"]:
            count = int(np.prod(shape, dtype=np.int64))
            values[name] = np.frombuffer(data, np.dtype(kind), count, place).reshape(shape)
            place += values[name].nbytes
        if place != len(data):
            raise SnapshotError("there are more bytes than the arrays take")
        return _sides(values)
    except (ValueError, KeyError, TypeError, ProfileError) as error:
        raise SnapshotError(f"the input cannot be read: {error}") from error


def _sides(values: dict[str, Any]) -> Sides:
    found: dict[str, Any] = {}
    for name, value in values.items():
        side, _, inner = name.partition(".")
        if inner:
            found.setdefault(side, {})[inner] = value
        elif name in _IDS:
            found[name] = tuple(UUID(pk) for pk in value)
        elif name == "part_names":
            found[name] = {int(code): text for code, text in value}
        else:
            found[name] = Weights(**value) if name == "weights" else value
    for side, kind in (("households", HouseholdProfiles), ("groups", GroupProfiles)):
        arrays = found[side]
        found[side] = kind(arrays.pop("count"), **arrays)
    return Sides(**found)


def digest(sides: Sides) -> str:
    """SHA-256 over everything that went in: the same input gives the same text."""
    return sha256(encode(sides)).hexdigest()


def store(run: MatchingRun, sides: Sides) -> str:
    """Keep the input of a run, in the caller's transaction. Returns its SHA-256."""
    data = encode(sides)
    packed = zlib.compress(data, _EFFORT)
    RunInput.objects.bulk_create(
        [RunInput(run=run, municipality_id=run.municipality_id, packed=packed)],
        update_conflicts=True,
        unique_fields=["run"],
        update_fields=["packed"],
    )
    return sha256(data).hexdigest()


def stored(run: MatchingRun) -> bytes | None:
    """The bytes as they were kept; None when they were forgotten. Raises `SnapshotError` for damaged ones."""
    row = RunInput.objects.filter(run=run).only("packed").first()
    if row is None:
        return None
    try:
        return zlib.decompress(bytes(row.packed))
    except zlib.error as error:
        raise SnapshotError(f"the input cannot be unpacked: {error}") from error


def forget_input(*, household: Household) -> int:
    """Remove the stored input of every run that this household was part of. Returns how many.

    Part of erasing a household (`retention.forget_household`, called by `newcomers.domain.erasure`), inside that transaction. Those runs keep their result, certificate and hash, but can no longer be computed again. For old runs
    (retention) it is enough to delete rows of `RunInput`: a replay then says that the input was forgotten.
    """
    gone, _per_model = RunInput.objects.filter(run__households__contains=[str(household.pk)]).delete()
    if gone:
        audit.record("run.input_forgotten", actor=None, subject=household, runs=gone)
    return gone
