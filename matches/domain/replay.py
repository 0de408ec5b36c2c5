"""Computing a stored run again: the same input must give the same bytes, and the stored proof must still hold.

Reads only. What it says names households by code name and groups by name, and of a change only which field it was.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from groups.models import SponsorGroup
from matches.engine import RULES_VERSION, CertificateError, Result, check, solve, solver_version
from matches.models import MatchingRun
from municipalities.enums import Distance
from municipalities.parts import plain
from newcomers.models import Household
from samenhier.core.moments import local_date
from samenhier.core.reference import WISHES

from .masks import FIRST_PART_BIT
from .pool import Sides, sides_of_run
from .proposing import question
from .snapshot import SnapshotError, decode, stored

#: About the pool, not about one household or group: the code of a municipality means something within one pool only,
#: and nobody moves to another.
_OF_THE_POOL = {"count", "ended", "unsafe", "opened", "municipality", "distance_bands"}


@dataclass(frozen=True)
class Replay:
    """What came of it. `reproduced` is True when everything that was stored is exactly what comes out again.

    problems  what is not as it was stored, one sentence each
    notes     what else differs, such as a newer version of the rules; alone no reason to doubt
    """

    problems: tuple[str, ...]
    notes: tuple[str, ...]
    pairs: int = 0

    @property
    def reproduced(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Drift:
    """One household, group, distance between two parts of town, or weight that today's pool sees differently."""

    kind: str  # household, group, distance or weight
    name: str
    change: str  # came, went or changed
    fields: tuple[str, ...] = ()


def canonical(result: Mapping[str, Any] | None) -> bytes:
    """A stored result as bytes: sorted keys, no spaces. Two results are the same when these are."""
    return json.dumps(result, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def replay(run: MatchingRun) -> Replay:
    """Compute a run again from its stored input, and check its stored result by its own proof."""
    notes = [
        f"{what} was {before}, and is {now} here"
        for what, before, now in (
            ("rules version", run.rules_version, RULES_VERSION),
            ("solver version", run.solver_version, solver_version()),
        )
        if before != now
    ]
    try:
        data = stored(run)
        if data is None:
            return _failed(_missing(run), notes)
        if sha256(data).hexdigest() != run.input_hash:
            return _failed("the stored input does not have the stored hash", notes)
        sides = decode(data)
    except SnapshotError as error:
        return _failed(str(error), notes)
    problems = []
    if [run.households, run.groups] != [
        [str(pk) for pk in ids] for ids in (sides.household_ids, sides.group_ids)
    ]:
        problems.append("the stored lists of households and groups are not those of the input")
    pool = question(run, sides)
    try:
        check(pool, Result.from_json(run.result or {}))
    except (CertificateError, ValueError) as error:
        problems.append(f"the stored result does not prove itself: {error}")
    again = solve(pool)
    if canonical(again.to_json()) != canonical(run.result):
        parts = _different(again.to_json(), run.result or {})
        problems.append(f"the result is not the same; different are: {', '.join(parts)}")
    return Replay(tuple(problems), tuple(notes), pairs=again.placed)


def _failed(problem: str, notes: list[str]) -> Replay:
    return Replay((problem,), tuple(notes))


def _missing(run: MatchingRun) -> str:
    if run.finished_at is None or not run.input_hash:
        return "the run never got as far as storing its input"
    return "the input was forgotten: its time of keeping passed, or somebody in it asked to be erased"


def _different(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    return [
        name
        for name in sorted(now.keys() | before.keys())
        if canonical(now.get(name)) != canonical(before.get(name))
    ]


def drift(run: MatchingRun) -> list[Drift] | None:
    """How the pool of a run differs from today's: who came, who went, and in which fields; which distances and weights.

    None without its input.
    """
    data = stored(run)
    if data is None:
        return None
    then, now = decode(data), sides_of_run(run.municipality_id)
    days = (timezone.localdate() - local_date(run.claimed_at or run.created_at)).days
    names = _names(then, now)
    found = []
    for kind, side in (("household", "households"), ("group", "groups")):
        before, after = _rows(then, side), _rows(now, side)
        for pk in sorted(before.keys() | after.keys(), key=lambda pk: names.get(pk, "")):
            name = names.get(pk, f"({kind} that is gone)")
            if pk not in before:
                found.append(Drift(kind, name, "came"))
            elif pk not in after:
                found.append(Drift(kind, name, "went"))
            elif changed := _changed(before[pk], after[pk], days):
                found.append(Drift(kind, name, "changed", changed))
    return [*found, *_distances_changed(then, now), *_weights_changed(then, now)]


def _distances_changed(then: Sides, now: Sides) -> list[Drift]:
    """Between parts that occur in both pools: a part that came or went stands with its household or group."""
    before, after = _distances(then), _distances(now)
    spelled = {plain(name): name for name in then.part_names.values()}
    both = spelled.keys() & {plain(name) for name in now.part_names.values()}
    return [
        Drift(
            "distance", " and ".join(spelled[part] for part in sorted(pair)), "changed", (f"{was} → {one}",)
        )
        for pair in sorted(before.keys() | after.keys(), key=sorted)
        for was, one in [(_band(before.get(pair)), _band(after.get(pair)))]
        if was != one and pair <= both
    ]


def _distances(sides: Sides) -> dict[frozenset[str], int]:
    """The known distances by the names of the two parts: their numbers mean something within one pool only.

    A neighbour's part may bear the same name as one of ours; of such parts no distance is known.
    """
    table = sides.households.distance_bands
    known = np.argwhere(np.triu(table, 1) > 0).tolist()
    return {
        frozenset((plain(sides.part_names[one]), plain(sides.part_names[other]))): int(table[one, other])
        for one, other in known
    }


def _band(band: int | None) -> str:
    return "not known" if band is None else Distance(band).name.lower()


def _weights_changed(then: Sides, now: Sides) -> list[Drift]:
    return [
        Drift("weight", field.name, "changed", (f"{was} → {one}",))
        for field in fields(then.weights)
        for was, one in [(getattr(then.weights, field.name), getattr(now.weights, field.name))]
        if was != one
    ]


def _names(*pools: Sides) -> dict[UUID, str]:
    households = {pk for sides in pools for pk in sides.household_ids}
    groups = {pk for sides in pools for pk in sides.group_ids}
    return {
        **dict(Household.objects.filter(pk__in=households).values_list("pk", "code_name")),
        **dict(SponsorGroup.objects.filter(pk__in=groups).values_list("pk", "name")),
    }


def _rows(sides: Sides, side: str) -> dict[UUID, dict[str, Any]]:
    """Each household or group as plain values that mean the same in every pool."""
    profiles = getattr(sides, side)
    ids = sides.household_ids if side == "households" else sides.group_ids
    columns = {
        field.name: getattr(profiles, field.name)
        for field in fields(profiles)
        if field.name not in _OF_THE_POOL
    }
    for name in ("wishes", "musts"):
        columns[name] = _without_parts(columns[name], keep_near=True)
    columns["meets"] = _without_parts(columns["meets"], keep_near=False)
    rows = [
        dict(zip(columns, values, strict=True))
        for values in zip(*(column.tolist() for column in columns.values()), strict=True)
    ]
    for row in rows:
        code = row["part_of_town"]
        row["part_of_town"] = sides.part_names.get(code, "?" if code >= 0 else "").casefold()
    if side == "households":
        for row, tier in zip(rows, np.asarray(sides.urgency).tolist(), strict=True):
            row["urgency"] = tier
    return dict(zip(ids, rows, strict=True))


def _without_parts(masks: Any, *, keep_near: bool) -> Any:
    """Wishes about one part of town have a bit that means something within one pool only."""
    listed = masks & np.uint64(2**FIRST_PART_BIT - 1)
    near = np.uint64(WISHES.mask(["near"]) if keep_near else 0)
    return np.where(masks != listed, listed | near, listed)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], days: int) -> tuple[str, ...]:
    """Names of the fields that differ; that a household waits longer by the days that passed is no change."""
    return tuple(
        name
        for name in sorted(before.keys() & after.keys())
        if (
            abs(after[name] - before[name] - days) > 1
            if name == "waiting_days"
            else after[name] != before[name]
        )
    )
