"""Pairs that a coordinator chose by hand and that are no longer possible: named on the workbench, set aside by the next run.

Without this such a pair would keep its household and its group out of every run until somebody looked.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, UUIDField
from django.utils import timezone

from matches.engine import Blocked
from matches.enums import MatchStatus
from matches.models import Match, MatchingRun
from samenhier import audit
from samenhier.core.prepared import Given, prepared

from .locking import lock
from .obstacles import readable
from .pool import Sides, sides_of_matches, sides_of_pair
from .states import MATCH


def impossible(municipality_id: UUID, matches: Collection[Match]) -> dict[UUID, list[dict[str, Any]]]:
    """Of these matches those that could not be approved with the data of now: code and data of each broken rule.

    A constant number of queries, and none without matches.
    """
    if not matches:
        return {}
    sides = sides_of_matches(municipality_id, matches)
    households = {pk: place for place, pk in enumerate(sides.household_ids)}
    groups = {pk: place for place, pk in enumerate(sides.group_ids)}
    found = {
        match.pk: _rules(sides, households[match.household_id], groups[match.group_id]) for match in matches
    }
    return {pk: rules for pk, rules in found.items() if rules}


def _rules(sides: Sides, household: int, group: int) -> list[dict[str, Any]]:
    blocking: list[Blocked] = sides.rulebook().blocking(household, group)
    return [{"code": one.code, "data": readable(one.data)} for one in blocking]


@prepared(town=UUIDField())
def _chosen(town: Given) -> QuerySet[Any]:
    return Match.objects.filter(municipality=town).chosen().order_by().values_list("pk")


def end_impossible(run: MatchingRun) -> int:
    """Set aside what was chosen by hand and is no longer possible, before the run looks who is free. Returns how many.

    The run keeps which and why, for the workbench. Each is a transaction of its own, in the usual order of locks.
    """
    ids = [pk for (pk,) in _chosen(town=run.municipality_id)]
    if not ids:
        return 0
    chosen = list(Match.objects.filter(pk__in=ids).order_by("pk"))
    broken = impossible(run.municipality_id, chosen)
    return sum(_end(run, match) for match in chosen if match.pk in broken)


@transaction.atomic
def _end(run: MatchingRun, match: Match) -> bool:
    match = lock(match)
    # Between looking and locking somebody may have decided, or repaired it.
    if match.status != MatchStatus.PROPOSED:
        return False
    rules = _rules(sides_of_pair(match.household, match.group), 0, 0)
    if not rules:
        return False
    MATCH.check(match.status, MatchStatus.WITHDRAWN)
    match.status = MatchStatus.WITHDRAWN
    match.closed_at = timezone.now()
    match.save(update_fields=["status", "closed_at"])
    run.ended_choices = [*run.ended_choices, {"match": str(match.pk), "rules": rules}]
    run.save(update_fields=["ended_choices"])
    # The trail stays when people are erased: it tells which rules, and not what somebody needs.
    codes = [rule["code"] for rule in rules]
    audit.record("match.choice_ended", actor=None, subject=match, run=str(run.pk), rules=codes)
    return True
