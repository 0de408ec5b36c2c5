"""The ten groups that fit one household best at this moment: one SQL statement, without a matching run.

A quick look, not the engine. It applies the hard rules to today's rows and gives the points of the *household's* side exactly as
the engine does. A run also weighs what the group stated (the weaker side counts double), the waiting, and everybody else;
there another group may be the best. Groups of neighbours that are open to this town stand among them when nobody else has a
proposal with them, as in a run: by the policy of their own town, in another part of town than any of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from groups.enums import GroupKind, GroupStatus
from groups.models import MembersTogether, SponsorGroup
from matches.domain.distances import distances_from
from matches.domain.masks import SPOKEN_WELL
from matches.domain.pool import policy_weights
from matches.domain.reach import Reach, reach_of
from matches.domain.reading import groups_to_wait_for, spoken_by_builders
from matches.engine import CRITERION_CODES
from matches.engine.criteria import (
    BAND_POINTS,
    ELSEWHERE,
    FULL,
    LANGUAGE_MORE,
    LANGUAGE_SOME,
    LANGUAGE_WELL,
    NEUTRAL,
)
from matches.engine.scoring import BASE_EMPHASIS
from matches.enums import OPEN_STATUSES, UNDECIDED_STATUSES, MatchStatus
from matches.models import Match, SafetyFlag
from municipalities.models import Municipality, Policy
from municipalities.parts import plain
from newcomers.enums import Arrival
from newcomers.models import Household
from samenhier.core.reference import SLOTS

SHOWN = 10
EVENINGS = [slot for slot in SLOTS if slot.endswith("_evening") or slot.startswith(("sat_", "sun_"))]
#: The kind of group that fits an arrival; otherwise either does.
KINDS = {Arrival.HERE: GroupKind.WELCOME, Arrival.EXPECTED: GroupKind.SPONSOR}


@dataclass(frozen=True)
class GroupThatFits:
    """A group with the points of the household's side, 0..1000. `town` names the neighbour whose group it is, else it is empty."""

    pk: UUID
    name: str
    points: int
    town: str = ""


class _Statement:
    """SQL in the making: pieces that name the values they need."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def value(self, value: Any, kind: str = "") -> str:
        """A placeholder for a value, of a type where Postgres cannot know it."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s{f'::{kind}' if kind else ''}"

    def codes(self, codes: Sequence[str]) -> str:
        return self.value(list(codes), "varchar[]")

    def has(self, column: str, code: str) -> str:
        """1 where a column has this code, else 0: a list of the group, or what its members state."""
        test = (
            f"{column} ? {self.value(code)}"
            if column.startswith("t.")
            else f"{self.value(code)} = ANY({column})"
        )
        return f"({test})::int"

    def any_of(self, column: str, codes: Sequence[str]) -> str:
        """Whether members state one of these codes."""
        return f"{column} ?| {self.value(list(codes), 'text[]')}"


def best_groups_for(household: Household, *, limit: int = SHOWN) -> list[GroupThatFits]:
    """The best groups, best first; fewer when the rules leave fewer. Five queries at most."""
    reach = reach_of(household.municipality_id)
    bridged = bool(_codes_of(household) & spoken_by_builders(household.municipality_id))
    if not household.languages:
        return []
    one = _Statement()
    waiting = groups_to_wait_for(reach.policies)
    sql = _sql(one, household, reach, waiting, bridged=bridged, limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(sql, one.values)
        return [GroupThatFits(*row) for row in cursor.fetchall()]


def _codes_of(household: Household, *, well: bool = False) -> set[str]:
    return {
        spoken["code"]
        for spoken in household.languages
        if not well or spoken.get("level", "intermediate") in SPOKEN_WELL
    }


def _sql(
    one: _Statement, household: Household, reach: Reach, waiting: Sequence[UUID], *, bridged: bool, limit: int
) -> str:
    """`g` is the group, `t` what its members bring together, `m` its municipality. A selection of its own for each town."""
    towns = [reach.own, *(town for town in reach.policies if town in reach.opened)]
    if "near" in household.wishes and plain(household.part_of_town):
        # In another town nothing is near.
        towns = towns[:1]
    selections = " UNION ALL ".join(
        _selection(one, household, reach, town, bridged=bridged) for town in towns
    )
    if waiting:
        held = one.value(list(waiting), "uuid[]")
        selections = f"SELECT * FROM ({selections}) fitting WHERE id <> ALL({held})"  # noqa: S608 - own names
    return f"{selections} ORDER BY points DESC, id LIMIT {int(limit)}"


def _selection(one: _Statement, household: Household, reach: Reach, town: UUID, *, bridged: bool) -> str:
    group, together, municipality = (
        model._meta.db_table for model in (SponsorGroup, MembersTogether, Municipality)
    )
    own = town == reach.own
    points = _points(one, household, own=own, bridged=bridged)
    weights = policy_weights(reach.policy).of_criteria().tolist()
    factors = [
        weight * (BASE_EMPHASIS + household.emphasis.get(code, 0))
        for code, weight in zip(CRITERION_CODES, weights, strict=True)
    ]
    total = " + ".join(
        f"{factor} * ({points[code]})" for code, factor in zip(CRITERION_CODES, factors, strict=True)
    )
    rules = " AND ".join(_rules(one, household, reach.policies[town], own=own, bridged=bridged))
    named, joined = ("''", "") if own else ("m.name", f" JOIN {municipality} m ON m.id = g.municipality_id")
    return (
        f"SELECT g.id, g.name, ({total}) / {sum(factors)} AS points, {named} AS town"  # noqa: S608 - own names; values travel apart
        f" FROM {group} g JOIN {together} t ON t.group_id = g.id{joined} WHERE {rules}"
    )


def _rules(one: _Statement, household: Household, policy: Policy, *, own: bool, bridged: bool) -> list[str]:
    """The hard rules, of the group's side; that the household is ready is the caller's question."""
    bands = sorted(band for band, count in household.children.items() if count)
    promised = sorted(set(household.wishes) - {"near", "evenings_only"})
    town, who = one.value(policy.municipality_id), one.value(household.pk)
    match, flag = (model._meta.db_table for model in (Match, SafetyFlag))
    never = one.codes([MatchStatus.ENDED, MatchStatus.DECLINED])
    rules = [
        f"g.municipality_id = {town}",
        f"t.municipality_id = {town}",
        f"g.status = '{GroupStatus.APPROVED.value}'",
        f"t.present >= {one.value(policy.group_size_min)}",
        "t.has_contact",
        f"g.max_household >= {one.value(household.size)}",
        f"NOT EXISTS (SELECT FROM {match} x WHERE x.group_id = g.id AND x.status = ANY({one.codes(OPEN_STATUSES)}))",
    ]
    if not own:
        # At home a group goes first, and nobody else's proposal is taken away.
        rules.append(
            f"NOT EXISTS (SELECT FROM {match} x WHERE x.group_id = g.id AND x.status = ANY({one.codes(UNDECIDED_STATUSES)})"
            f" AND x.municipality_id <> {one.value(household.municipality_id)})"
        )
    # Of one household these are few: read once, and nothing to join.
    apart = (
        f"SELECT x.group_id FROM {match} x WHERE x.household_id = {who} AND (x.status = ANY({never}) OR x.not_again)"  # noqa: S608 - own names
        f" UNION ALL SELECT x.group_id FROM {flag} x WHERE x.household_id = {who} AND x.lifted_at IS NULL"
    )
    dear = [f"g.id <> ALL(ARRAY({apart}))"]
    if bands:
        dear.append(f"(g.child_bands @> {one.codes(bands)} OR g.child_bands = '{{}}')")
    if promised:
        dear.append(f"g.promises @> {one.codes(promised)}")
    if "near" in household.wishes and household.part_of_town:
        dear.append(f"{_part('g.part_of_town')} = {one.value(plain(household.part_of_town))}")
    if "evenings_only" in household.wishes:
        dear.append(one.any_of("t.availability", EVENINGS))
    # Named together with the other table, they are asked of groups that share a language only, and not of every group.
    rules.append(f"CASE WHEN t.has_contact THEN {' AND '.join(dear)} END")
    if policy.vog_required:
        rules.append(f"t.screened_until >= {one.value(timezone.localdate())}")
    if not bridged:
        rules.append(one.any_of("t.languages", sorted(_codes_of(household))))
    return rules


def _part(column: str) -> str:
    return rf"regexp_replace(trim(lower({column})), '\s+', ' ', 'g')"


def _points(one: _Statement, household: Household, *, own: bool, bridged: bool) -> dict[str, str]:
    """The points of each criterion. `own`: for groups of the household's municipality."""
    points = {"languages": _languages(one, household, bridged=bridged)}
    bands = [band for band, count in household.children.items() if count]
    for criterion, column, of_household, enough in (
        ("interests", "t.interests", household.interests, 3),
        ("availability", "t.availability", household.availability, 3),
        ("goals", "g.offers", household.goals, 4),
        ("children", "g.own_child_bands", bands, 2),
    ):
        shared = [one.has(column, code) for code in of_household]
        points[criterion] = _share(shared, enough, f"{column} <> '{{}}'")
    points["place"] = _place(one, household, own=own)
    kind = KINDS.get(Arrival(household.arrival))
    points["programme"] = (
        f"CASE WHEN g.kind = '{kind.value}' THEN {FULL} ELSE 0 END" if kind else str(NEUTRAL)
    )
    points["wishes"] = _wishes(one, household, own=own)
    return points


def _languages(one: _Statement, household: Household, *, bridged: bool) -> str:
    spoken = [one.has("t.languages", code) for code in sorted(_codes_of(household))]
    shared = " + ".join(spoken)
    well = one.codes(sorted(_codes_of(household, well=True)))
    points = f"CASE WHEN t.languages_well && {well} THEN {LANGUAGE_WELL} ELSE {LANGUAGE_SOME} END"
    if len(spoken) > 1:
        points += f" + CASE WHEN {shared} > 1 THEN {LANGUAGE_MORE} ELSE 0 END"
    # Where nobody bridges, the rules left only groups that share one.
    return f"CASE WHEN {shared} = 0 THEN 0 ELSE {points} END" if bridged else points


def _share(shared: Sequence[str], enough: int, other_states: str) -> str:
    """The engine's share of what this side stated, one piece of SQL for each; neutral where one of the two says nothing."""
    if not shared:
        return str(NEUTRAL)
    need = min(len(shared), enough)
    return f"CASE WHEN {other_states} THEN {FULL} * least({' + '.join(shared)}, {need}) / {need} ELSE {NEUTRAL} END"


def _place(one: _Statement, household: Household, *, own: bool) -> str:
    if not plain(household.part_of_town):
        return str(NEUTRAL)
    theirs = _part("g.part_of_town")
    if not own:
        return f"CASE {theirs} WHEN '' THEN {NEUTRAL} ELSE {ELSEWHERE} END"
    here = plain(household.part_of_town)
    distances = distances_from(household.municipality_id, here)
    known = [f"WHEN {one.value(part)} THEN {BAND_POINTS[band]}" for part, band in sorted(distances.items())]
    return (
        f"CASE {theirs} WHEN '' THEN {NEUTRAL} WHEN {one.value(here)} THEN {FULL} {' '.join(known)}"
        f" ELSE {ELSEWHERE} END"
    )


def _wishes(one: _Statement, household: Household, *, own: bool) -> str:
    part_of_town = plain(household.part_of_town)
    # Without a part of town of their own nothing is near.
    wanted = [code for code in household.would_like if code != "near" or part_of_town]
    if not wanted:
        return str(NEUTRAL)
    met = []
    for code in wanted:
        if code == "evenings_only":
            met.append(f"({one.any_of('t.availability', EVENINGS)})::int")
        elif code == "near":
            met.append(f"({_part('g.part_of_town')} = {one.value(part_of_town)})::int" if own else "0")
        else:
            met.append(one.has("g.promises", code))
    return f"{FULL} * ({' + '.join(met)}) / {len(wanted)}"
