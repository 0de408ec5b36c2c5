"""A matching run: asked for by a coordinator, computed by a worker, proved, and stored as proposals."""

import secrets
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matches.engine import (
    RULES_VERSION,
    CertificateError,
    PairExplanation,
    Pool,
    Price,
    Result,
    check,
    explain_pair,
    solve,
    solver_version,
)
from matches.engine.explain import unmatched
from matches.engine.whatif import prices_of_household
from matches.enums import MatchStatus, RunStatus
from matches.models import Match, MatchingRun
from matches.tasks import enqueue_run
from municipalities.models import Municipality
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict

from .pool import Sides, readable, sides_of_run

STUCK_AFTER = timedelta(minutes=10)
#: Next best groups kept with a proposal, for pools up to this many households.
ALTERNATIVES = 3
ALTERNATIVES_UP_TO = 400


def start_run(*, municipality: Municipality, actor: User | None) -> MatchingRun:
    """Put a run in the queue and ring a worker after the commit.

    Raises `Conflict` while another run of this municipality waits or is being computed.
    """
    try:
        with transaction.atomic():
            run = MatchingRun.objects.create(
                municipality=municipality, started_by=actor, seed=secrets.randbelow(2**63)
            )
            audit.record("run.started", actor=actor, subject=run)
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
    run = _claim(run_id)
    if run is None:
        return None
    try:
        began = time.monotonic()
        sides = sides_of_run(run.municipality_id)
        pool = sides.pool(seed=run.seed)
        result = solve(pool)
        return conclude(run=run, sides=sides, pool=pool, result=result, began=began)
    except Exception as error:
        _fail(run, type(error).__name__)
        raise


@transaction.atomic
def _claim(run_id: UUID) -> MatchingRun | None:
    run = (
        MatchingRun.objects.select_for_update(skip_locked=True)
        .filter(pk=run_id, status=RunStatus.QUEUED)
        .first()
    )
    if run is not None:
        run.status = RunStatus.RUNNING
        run.claimed_at = timezone.now()
        run.save(update_fields=["status", "claimed_at"])
    return run


@transaction.atomic
def conclude(
    *, run: MatchingRun, sides: Sides, pool: Pool, result: Result, began: float | None = None
) -> MatchingRun | None:
    """Check a result by its own proof and store it; only a proved one becomes proposals.

    None when this worker's claim was given to another. `began` is the monotonic moment for the duration.
    """
    row = MatchingRun.objects.select_for_update().get(pk=run.pk)
    if row.status != RunStatus.RUNNING or row.claimed_at != run.claimed_at:
        return None
    try:
        check(pool, result)
        row.check_passed = True
    except CertificateError as error:
        row.check_passed = False
        row.error = str(error)[:200]
    row.input_hash = sides.input_hash()
    row.rules_version = RULES_VERSION
    row.solver_version = solver_version()
    row.weights = {field: getattr(sides.weights, field) for field in sides.weights.__dataclass_fields__}
    row.households = [str(pk) for pk in sides.household_ids]
    row.groups = [str(pk) for pk in sides.group_ids]
    row.result = result.to_json()
    row.leftovers = _leftovers(sides, pool, result)
    row.status = RunStatus.DONE if row.check_passed else RunStatus.FAILED
    row.finished_at = timezone.now()
    row.duration_ms = None if began is None else round((time.monotonic() - began) * 1000)
    row.save()
    proposals = _propose(row, sides, pool, result) if row.check_passed else 0
    audit.record(
        "run.finished",
        actor=None,
        subject=row,
        proposals=proposals,
        check_passed=row.check_passed,
    )
    return row


@transaction.atomic
def _fail(run: MatchingRun, error: str) -> None:
    row = MatchingRun.objects.select_for_update().get(pk=run.pk)
    if row.status == RunStatus.RUNNING and row.claimed_at == run.claimed_at:
        row.status = RunStatus.FAILED
        row.error = error[:200]
        row.finished_at = timezone.now()
        row.save(update_fields=["status", "error", "finished_at"])
        audit.record("run.failed", actor=None, subject=row)


def _propose(run: MatchingRun, sides: Sides, pool: Pool, result: Result) -> int:
    """New proposals instead of the older ones that nobody decided about."""
    Match.objects.filter(municipality=run.municipality_id, status=MatchStatus.PROPOSED).update(
        status=MatchStatus.WITHDRAWN, closed_at=run.finished_at
    )
    # While the worker was solving, a coordinator may have approved an older proposal.
    taken = (
        Match.objects.filter(municipality=run.municipality_id).open().values_list("household_id", "group_id")
    )
    taken_households, taken_groups = ({row[place] for row in taken} for place in (0, 1))
    with_alternatives = len(sides.household_ids) <= ALTERNATIVES_UP_TO
    proposals = []
    for household, group in result.pairs:
        household_id, group_id = sides.household_ids[household], sides.group_ids[group]
        if household_id in taken_households or group_id in taken_groups:
            continue
        explanation = explain_pair(sides.households, household, sides.groups, group, sides.weights)
        proposals.append(
            Match(
                municipality_id=run.municipality_id,
                run=run,
                household_id=household_id,
                group_id=group_id,
                score=explanation.score,
                reasons=reasons_to_store(explanation, sides.part_names),
                alternatives=_alternatives(sides, pool, result, household) if with_alternatives else [],
            )
        )
    Match.objects.bulk_create(proposals, batch_size=500)
    return len(proposals)


def reasons_to_store(explanation: PairExplanation, part_names: dict[int, str]) -> list[dict[str, Any]]:
    """One row per criterion: points for both sides, what it adds, and a code with data that give the words."""
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
            }
        )
    return rows


def _alternatives(sides: Sides, pool: Pool, result: Result, household: int) -> list[dict[str, Any]]:
    """The next best groups, cheapest for everybody together first, with the households that would lose their group."""
    chosen = result.group_of[household]
    prices = prices_of_household(pool, result, household)
    others = sorted((_cost(price), group) for group, price in prices.items() if group != chosen)
    return [
        {
            "group": str(sides.group_ids[group]),
            "score": int(pool.scores[household, group]),
            "placed": prices[group].placed,
            "total": prices[group].total,
            "without": [
                str(sides.household_ids[who]) for who, _now, then in prices[group].moves if then is None
            ],
        }
        for _order, group in others[:ALTERNATIVES]
    ]


def _cost(price: Price) -> tuple[int, ...]:
    """Orders prices as the goals are ordered: urgent places, places, score."""
    return *(price.urgent[tier] for tier in sorted(price.urgent, reverse=True)), price.placed, price.total


def _leftovers(sides: Sides, pool: Pool, result: Result) -> list[dict[str, Any]]:
    """For each household without a group: how many groups each rule keeps away, and the smallest change that helps."""
    rows = []
    for left in unmatched(pool, result, sides.rulebook(), sides.weights):
        change = left.smallest
        rows.append(
            {
                "household": str(sides.household_ids[left.household]),
                "groups": len(sides.group_ids),
                "possible": left.possible,
                "blocked": left.blocked,
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


def sweep_runs(now: datetime) -> int:
    """Queue again what has been waiting or running for too long: a bell was lost, or a worker died. Returns how many."""
    stuck = 0
    long_ago = now - STUCK_AFTER
    with transaction.atomic():
        rows = MatchingRun.objects.select_for_update(skip_locked=True).filter(
            status__in=[RunStatus.QUEUED, RunStatus.RUNNING]
        )
        for run in rows:
            if (run.claimed_at or run.created_at) >= long_ago:
                continue
            run.status = RunStatus.QUEUED
            # Also a mark for a queued one: it is not rung again at each minute.
            run.claimed_at = now
            run.save(update_fields=["status", "claimed_at"])
            audit.record("run.queued_again", actor=None, subject=run)
            transaction.on_commit(partial(enqueue_run, run.pk))
            stuck += 1
    return stuck
