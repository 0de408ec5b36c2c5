"""A matching run: asked for by a coordinator, computed by a worker, proved, and stored as proposals."""

import secrets
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.enums import GroupStatus
from groups.models import SponsorGroup
from matches.engine import (
    RULES_VERSION,
    CertificateError,
    PairExplanation,
    Pool,
    Result,
    check,
    explain_pair,
    explain_pairs,
    solve,
    solver_version,
    with_floor,
)
from matches.engine.explain import BANNED, unmatched
from matches.enums import MatchStatus, RunStatus
from matches.models import Match, MatchingRun
from matches.tasks import enqueue_insight, enqueue_run
from municipalities.models import Municipality
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.db import insert_as_json
from samenhier.core.errors import Conflict
from samenhier.core.prepared import Given, prepared

from . import queue, snapshot
from .choices import end_impossible
from .national import finish_if_last, finish_left_over
from .obstacles import readable
from .pool import Sides, sides_of_run
from .reach import still_lent


def start_run(
    *,
    municipality: Municipality,
    actor: User | None,
    scheduled_for: datetime | None = None,
    floor: int = 0,
) -> MatchingRun:
    """Put a run in the queue and ring a worker after the commit. `scheduled_for`: the round of the rhythm that it is.

    `floor`: no pair below this score, priced beforehand (`matches.domain.floors`); it stands in the trail.
    Raises `Conflict` while another run of this municipality waits or is being computed.
    """
    try:
        with transaction.atomic():
            run = MatchingRun.objects.create(
                municipality=municipality,
                started_by=actor,
                scheduled_for=scheduled_for,
                seed=secrets.randbelow(2**63),
                floor=floor,
            )
            audit.record("run.started", actor=actor, subject=run, floor=floor)
            transaction.on_commit(partial(enqueue_run, run.pk))
            return run
    except IntegrityError as error:
        raise Conflict(
            _("A matching run is going on already. Its proposals stand here in a moment.")
        ) from error


def compute_run(run_id: UUID) -> MatchingRun | None:
    """Compute a queued run; None when there is nothing to do, because it was computed or another worker has it.

    Loading and solving happen outside a transaction. The result is stored in one transaction, and only by the worker
    whose claim still stands.
    """
    run = queue.claim(MatchingRun, run_id)
    if run is None:
        return None
    try:
        began = time.monotonic()
        end_impossible(run)
        sides = sides_of_run(run.municipality_id)
        pool = question(run, sides)
        result = solve(pool)
        return conclude(run=run, sides=sides, pool=pool, result=result, began=began)
    except Exception as error:
        _fail(run, error)
        raise


def question(run: MatchingRun, sides: Sides) -> Pool:
    """What this run asks the solver about these sides. A replay asks the same, so all that a run itself adds goes here."""
    pool = sides.pool(seed=run.seed)
    return with_floor(pool, run.floor) if run.floor else pool


@transaction.atomic
def conclude(
    *, run: MatchingRun, sides: Sides, pool: Pool, result: Result, began: float | None = None
) -> MatchingRun | None:
    """Check a result by its own proof and store it; only a proved one becomes proposals.

    None when this worker's claim was given to another. `began` is the monotonic moment for the duration.
    """
    row = queue.held(run)
    if row is None:
        return None
    try:
        check(pool, result)
        row.check_passed = True
    except CertificateError as error:
        row.check_passed = False
        row.error = str(error)[:200]
    row.input_hash = snapshot.store(row, sides)
    row.rules_version = RULES_VERSION
    row.solver_version = solver_version()
    row.weights = {field: getattr(sides.weights, field) for field in sides.weights.__dataclass_fields__}
    row.households, row.groups = sides.household_keys, sides.group_keys
    row.household_count, row.group_count = len(row.households), len(row.groups)
    row.placed = result.placed
    row.result = result.to_json()
    row.leftovers = _leftovers(sides, pool, result, row.floor)
    row.status = RunStatus.DONE if row.check_passed else RunStatus.FAILED
    row.finished_at = timezone.now()
    row.duration_ms = None if began is None else round((time.monotonic() - began) * 1000)
    row.proposals = _propose(row, sides, result) if row.check_passed else 0
    row.save()
    audit.record(
        "run.finished",
        actor=None,
        subject=row,
        proposals=row.proposals,
        check_passed=row.check_passed,
    )
    finish_if_last(row.national_id)
    transaction.on_commit(partial(enqueue_insight, row.municipality_id))
    return row


@transaction.atomic
def _fail(run: MatchingRun, error: Exception) -> None:
    row = queue.fail(run, error)
    if row is not None:
        finish_if_last(row.national_id)


@prepared(town=UUIDField())
def _taken(town: Given) -> QuerySet[Any]:
    here = Match.objects.filter(municipality=town)
    return (here.open() | here.standing()).values_list("household_id", "group_id")


@prepared(town=UUIDField())
def _asked_elsewhere(town: Given) -> QuerySet[Any]:
    return _undecided(group_municipality=town).values_list("group_id")


def _undecided(**of: Any) -> QuerySet[Match]:
    """Proposals of runs that nobody said anything about."""
    return Match.objects.filter(status=MatchStatus.PROPOSED, override_reason="", **of)


def _propose(run: MatchingRun, sides: Sides, result: Result) -> int:
    """New proposals instead of the older ones that nobody decided about; what a coordinator chose by hand stands.

    The own town goes first: what neighbours only proposed with its groups makes way.
    """
    _undecided(municipality=run.municipality_id).update(
        status=MatchStatus.WITHDRAWN, closed_at=run.finished_at
    )
    # While the worker was solving, a coordinator may have approved an older proposal, or chosen another pair; and a group
    # may have stepped back.
    taken = _taken(town=run.municipality_id)
    taken_households, taken_groups = ({row[place] for row in taken} for place in (0, 1))
    taken_groups |= _stepped_back(sides.group_ids[group] for _, group in result.pairs)
    neighbours = set(np.flatnonzero(sides.groups.municipality).tolist())
    lent = still_lent(
        run.municipality_id, [sides.group_ids[group] for _, group in result.pairs if group in neighbours]
    )
    pairs = [
        (household, group)
        for household, group in result.pairs
        if sides.household_ids[household] not in taken_households
        and sides.group_ids[group] not in taken_groups
        and (group not in neighbours or sides.group_ids[group] in lent)
    ]
    _home_first(run, {sides.group_ids[group] for _, group in pairs})
    proposals = [
        {
            "household_id": sides.household_keys[household],
            "group_id": sides.group_keys[group],
            "score": explanation.score,
            "reasons": reasons_to_store(explanation, sides.part_names),
            **({"group_municipality_id": _town(lent, sides.group_ids[group])} if lent else {}),
        }
        for (household, group), explanation in zip(
            pairs, explain_pairs(sides.households, sides.groups, pairs, sides.weights), strict=True
        )
    ]
    insert_as_json(Match, proposals, shared={"municipality_id": run.municipality_id, "run_id": run.pk})
    return len(proposals)


def _stepped_back(groups: Iterable[UUID]) -> set[UUID]:
    """Of these groups those that pause or stopped."""
    found = SponsorGroup.objects.filter(pk__in=list(groups)).exclude(status=GroupStatus.APPROVED)
    return set(found.values_list("pk", flat=True))


def _town(lent: Mapping[UUID, UUID], group: UUID) -> str | None:
    return str(lent[group]) if group in lent else None


def _home_first(run: MatchingRun, groups: set[UUID]) -> None:
    """Undecided proposals of neighbours with these groups of this town go; an offer, or a choice by hand, is decided about."""
    wanted = groups.intersection(group for (group,) in _asked_elsewhere(town=run.municipality_id))
    if wanted:
        _undecided(group_municipality=run.municipality_id, group__in=wanted).update(
            status=MatchStatus.WITHDRAWN, closed_at=run.finished_at
        )


def reasons_to_store(explanation: PairExplanation, part_names: dict[int, str]) -> list[dict[str, Any]]:
    """One row per criterion: points for both sides, what it adds, and a code with data that give the words.

    What a side itself gave to it, of its own budget, stands there only when it gave any.
    """
    rows = []
    for part in explanation.parts:
        data = readable(part.reason.data)
        if "part" in data:
            data["part_name"] = part_names.get(data.pop("part"), "?")
        rows.append(
            {
                "criterion": part.code,
                "household": part.household,
                "group": part.group,
                "adds": part.combined,
                "code": part.reason.code,
                "data": data,
                **({"household_gave": part.household_gave} if part.household_gave else {}),
                **({"group_gave": part.group_gave} if part.group_gave else {}),
            }
        )
    return rows


def _leftovers(sides: Sides, pool: Pool, result: Result, floor: int = 0) -> list[dict[str, Any]]:
    """For each household without a group: how many groups each rule keeps away, and the smallest change that helps."""
    rows = []
    for left in unmatched(pool, result, sides.rulebook(), sides.weights, instead=False):
        change = next(
            (one for one in left.changes if _reaches(sides, left.household, one.group, floor)), None
        )
        rows.append(
            {
                "household": str(sides.household_ids[left.household]),
                "groups": len(sides.group_ids),
                "possible": left.possible,
                # Nothing but the floor keeps a pair apart that no rule forbids.
                "blocked": {
                    "floor" if code == BANNED and floor else code: n for code, n in left.blocked.items()
                },
                "change": change
                and {
                    "code": change.code,
                    "groups": len(change.groups),
                    "group": str(sides.group_ids[change.group]),
                    "helps": change.gain is not None,
                },
            }
        )
    return rows


def _reaches(sides: Sides, household: int, group: int, floor: int) -> bool:
    """Whether this pair would be allowed by the floor, once its rule gave way."""
    return (
        not floor
        or explain_pair(sides.households, household, sides.groups, group, sides.weights).score >= floor
    )


def sweep_runs(now: datetime) -> int:
    """Queue again what has been waiting or running for too long: a bell was lost, or a worker died. Returns how many."""
    largest_first = F("household_count").desc(nulls_last=True)
    return queue.requeue_stuck(MatchingRun, now, ring=enqueue_run, order=largest_first) + finish_left_over()
