"""The ten groups that fit one household best at this moment: one SQL statement, without a matching run.

A quick look, not the engine. It applies the hard rules to today's rows and gives the points of the *household's* side exactly as
the engine does. A run also weighs what the group stated (the weaker side counts double), the waiting, and everybody else;
there another group may be the best.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from groups.enums import DutchLevel, GroupKind, GroupStatus, MemberStatus
from groups.models import GroupMember, SponsorGroup
from matches.domain.masks import SPOKEN_WELL, plain
from matches.domain.pool import policy_weights, spoken_by_builders
from matches.engine import CRITERION_CODES
from matches.engine.criteria import ELSEWHERE, FULL, LANGUAGE_MORE, LANGUAGE_SOME, LANGUAGE_WELL, NEUTRAL
from matches.engine.scoring import BASE_EMPHASIS
from matches.enums import OPEN_STATUSES, MatchStatus
from matches.models import Match, SafetyFlag
from municipalities.models import Policy
from newcomers.enums import Arrival
from newcomers.models import Household
from samenhier.core.reference import SLOTS

SHOWN = 10
EVENINGS = [slot for slot in SLOTS if slot.endswith("_evening") or slot.startswith(("sat_", "sun_"))]
#: The kind of group that fits an arrival; otherwise either does.
KINDS = {Arrival.HERE: GroupKind.WELCOME, Arrival.EXPECTED: GroupKind.SPONSOR}


@dataclass(frozen=True)
class GroupThatFits:
    """A group with the points of the household's side, 0..1000."""

    pk: UUID
    name: str
    points: int


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

    def spoken(self, code: str, *, well: bool = False) -> str:
        """Whether a member speaks this language."""
        any_level, basic = (json.dumps([{"code": code, **level}]) for level in ({}, {"level": "basic"}))
        has = f"m.languages @> {self.value(any_level, 'jsonb')}"
        if well:
            has = f"({has} AND NOT m.languages @> {self.value(basic, 'jsonb')})"
        if code == "nld":
            levels = [DutchLevel.YES] if well else [DutchLevel.YES, DutchLevel.SOME]
            has = f"({has} OR m.dutch = ANY({self.codes(levels)}))"
        return has


def best_groups_for(household: Household, *, limit: int = SHOWN) -> list[GroupThatFits]:
    """The best groups, best first; fewer when the rules leave fewer. Three queries."""
    policy = Policy.objects.get(municipality=household.municipality_id)
    bridged = bool(_codes_of(household) & spoken_by_builders(household.municipality_id))
    if not household.languages:
        return []
    one = _Statement()
    sql = _sql(one, household, policy, bridged=bridged, limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(sql, one.values)
        return [GroupThatFits(pk, name, points) for pk, name, points in cursor.fetchall()]


def _codes_of(household: Household, *, well: bool = False) -> set[str]:
    return {
        spoken["code"]
        for spoken in household.languages
        if not well or spoken.get("level", "intermediate") in SPOKEN_WELL
    }


def _sql(one: _Statement, household: Household, policy: Policy, *, bridged: bool, limit: int) -> str:
    table = SponsorGroup._meta.db_table
    together, points = _points(one, household)
    weights = policy_weights(policy).of_criteria().tolist()
    factors = [
        weight * (BASE_EMPHASIS + household.emphasis.get(code, 0))
        for code, weight in zip(CRITERION_CODES, weights, strict=True)
    ]
    total = " + ".join(
        f"{factor} * ({points[code]})" for code, factor in zip(CRITERION_CODES, factors, strict=True)
    )
    rules = " AND ".join(_rules(one, household, bridged=bridged))
    columns = ", ".join(f"{expression} AS {name}" for name, expression in together.items())
    evenings = " WHERE t.evenings" if "evenings_only" in household.wishes else ""
    return (
        f"WITH g AS MATERIALIZED (SELECT g.* FROM {table} g WHERE {rules}), "  # noqa: S608 - own names; values travel apart
        f"t AS (SELECT m.group_id, {columns} FROM {GroupMember._meta.db_table} m"
        f" WHERE m.group_id = ANY(ARRAY(SELECT id FROM g)) AND m.status = '{MemberStatus.ACCEPTED.value}' GROUP BY m.group_id)"
        f" SELECT g.id, g.name, ({total}) / {sum(factors)} AS points FROM g JOIN t ON t.group_id = g.id{evenings}"
        f" ORDER BY points DESC, g.id LIMIT {int(limit)}"
    )


def _rules(one: _Statement, household: Household, *, bridged: bool) -> list[str]:
    """The hard rules that stand in rows; what a group has to be ready was asked at its approval."""
    bands = sorted(band for band, count in household.children.items() if count)
    promised = sorted(set(household.wishes) - {"near", "evenings_only"})
    town, who = one.value(household.municipality_id), one.value(household.pk)
    match, flag, member = (model._meta.db_table for model in (Match, SafetyFlag, GroupMember))
    pair = f"x.group_id = g.id AND x.household_id = {who}"
    never = one.codes([MatchStatus.ENDED, MatchStatus.DECLINED])
    rules = [
        f"g.municipality_id = {town}",
        f"g.status = '{GroupStatus.APPROVED.value}'",
        f"g.max_household >= {one.value(household.size)}",
        f"(g.child_bands = '{{}}' OR g.child_bands @> {one.codes(bands)})",
        f"g.promises @> {one.codes(promised)}",
        f"NOT EXISTS (SELECT FROM {match} x WHERE x.group_id = g.id AND x.status = ANY({one.codes(OPEN_STATUSES)}))",
        f"NOT EXISTS (SELECT FROM {match} x WHERE {pair} AND (x.status = ANY({never}) OR x.not_again))",
        f"NOT EXISTS (SELECT FROM {flag} x WHERE {pair} AND x.lifted_at IS NULL)",
    ]
    if "near" in household.wishes and household.part_of_town:
        rules.append(f"{_part('g.part_of_town')} = {one.value(plain(household.part_of_town))}")
    if not bridged:
        spoken = " OR ".join(one.spoken(code) for code in sorted(_codes_of(household)))
        rules.append(
            f"g.id IN (SELECT m.group_id FROM {member} m WHERE m.municipality_id = {town}"  # noqa: S608 - as above
            f" AND m.status = '{MemberStatus.ACCEPTED.value}' AND ({spoken}))"
        )
    return rules


def _part(column: str) -> str:
    return rf"regexp_replace(trim(lower({column})), '\s+', ' ', 'g')"


def _points(one: _Statement, household: Household) -> tuple[dict[str, str], dict[str, str]]:
    """What the members bring together (columns of `t`), and the points of each criterion."""
    together = {"evenings": f"bool_or(m.availability && {one.codes(EVENINGS)})"}
    shared_languages, shared_well = [], ["false"]
    well = _codes_of(household, well=True)
    for number, code in enumerate(sorted(_codes_of(household))):
        together[f"speak{number}"] = f"bool_or({one.spoken(code)})"
        shared_languages.append(f"t.speak{number}::int")
        if code in well:
            together[f"well{number}"] = f"bool_or({one.spoken(code, well=True)})"
            shared_well.append(f"t.well{number}")
    languages = " + ".join(shared_languages)
    points = {
        "languages": f"CASE WHEN {languages} = 0 THEN 0 ELSE (CASE WHEN {' OR '.join(shared_well)} THEN {LANGUAGE_WELL}"
        f" ELSE {LANGUAGE_SOME} END) + (CASE WHEN {languages} > 1 THEN {LANGUAGE_MORE} ELSE 0 END) END"
    }
    for criterion, column, ours in (
        ("interests", "interests", household.interests),
        ("availability", "availability", household.availability),
    ):
        together[f"any_{column}"] = f"bool_or(m.{column} <> '{{}}')"
        counted = []
        for number, code in enumerate(ours):
            together[f"{column}{number}"] = f"bool_or({one.value(code)} = ANY(m.{column}))"
            counted.append(f"t.{column}{number}::int")
        points[criterion] = _share(counted, len(ours), 3, f"t.any_{column}")
    bands = [band for band, count in household.children.items() if count]
    for criterion, column, of_household, enough in (
        ("goals", "offers", household.goals, 4),
        ("children", "own_child_bands", bands, 2),
    ):
        counted = [f"({one.value(code)} = ANY(g.{column}))::int" for code in of_household]
        points[criterion] = _share(counted, len(of_household), enough, f"g.{column} <> '{{}}'")
    points["place"] = _place(one, household)
    kind = KINDS.get(Arrival(household.arrival))
    points["programme"] = (
        f"CASE WHEN g.kind = '{kind.value}' THEN {FULL} ELSE 0 END" if kind else str(NEUTRAL)
    )
    points["wishes"] = _wishes(one, household)
    return together, points


def _share(counted: Sequence[str], stated: int, enough: int, other_states: str) -> str:
    """The engine's share of what this side stated; neutral where one of the two says nothing."""
    if not stated:
        return str(NEUTRAL)
    need = min(stated, enough)
    return f"CASE WHEN {other_states} THEN {FULL} * least({' + '.join(counted)}, {need}) / {need} ELSE {NEUTRAL} END"


def _place(one: _Statement, household: Household) -> str:
    if not plain(household.part_of_town):
        return str(NEUTRAL)
    theirs = _part("g.part_of_town")
    same = one.value(plain(household.part_of_town))
    return f"CASE {theirs} WHEN '' THEN {NEUTRAL} WHEN {same} THEN {FULL} ELSE {ELSEWHERE} END"


def _wishes(one: _Statement, household: Household) -> str:
    part_of_town = plain(household.part_of_town)
    # Without a part of town of their own nothing is near.
    wanted = [code for code in household.would_like if code != "near" or part_of_town]
    if not wanted:
        return str(NEUTRAL)
    met = []
    for code in wanted:
        if code == "evenings_only":
            met.append("t.evenings::int")
        elif code == "near":
            met.append(f"({_part('g.part_of_town')} = {one.value(part_of_town)})::int")
        else:
            met.append(f"({one.value(code)} = ANY(g.promises))::int")
    return f"{FULL} * ({' + '.join(met)}) / {len(wanted)}"
