"""Why a household has no group yet, what would help, and what one more group would bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .pool import MAX_TIER, Int64Array, Pool
from .profiles import GroupProfiles, HouseholdProfiles
from .residual import FAR, IndexArray, Residual, Tree
from .result import Gain, Price, Result
from .rulebook import FailureMasks, Rulebook
from .rules import RULES
from .scoring import Weights, score_matrix
from .solve import solve
from .whatif import Changes, changes_along, price, price_of_changes, residual_of

BANNED = "banned"
"""Code in `Unmatched.blocked` for pairs that no rule forbids, but the pool does (a coordinator's ban)."""


@dataclass(frozen=True)
class Change:
    """One rule that alone stands between a household and some groups.

    code    the rule;  effort: how big the change is, see Rule
    groups  the groups that would become possible if only this rule gave way
    group   the one of them that would bring most
    gain    what the whole result gains by it; None if this household would still not be placed
    """

    code: str
    effort: int
    groups: tuple[int, ...]
    group: int
    gain: Gain | None


@dataclass(frozen=True)
class Unmatched:
    """Why one household has no group in the result.

    household   its index
    possible    groups that no rule forbids; all of them went to others
    blocked     code of a rule (or "banned") -> groups it blocks, most first
    changes     single changes that would open a pair, the smallest that helps first
    nearest     (group, codes) of the group with the fewest broken rules, None if there is no group
    instead     (group, Price): the cheapest way to place this household all the same, at the cost of others
    """

    household: int
    possible: int
    blocked: dict[str, int]
    changes: tuple[Change, ...]
    nearest: tuple[int, tuple[str, ...]] | None
    instead: tuple[int, Price] | None

    @property
    def smallest(self) -> Change | None:
        """The smallest single change that opens a pair; one that places the household if there is any."""
        return self.changes[0] if self.changes else None


def unmatched(
    pool: Pool, result: Result, rules: Rulebook, weights: Weights | None = None, *, instead: bool = True
) -> tuple[Unmatched, ...]:
    """Every household without a group in `result`, with the reasons and what would help.

    `instead=False` leaves out what placing each of them anyway would cost: most of the time that this takes.
    `rules` must hold the two sides of `pool` in the same order; `weights` those its scores were made with.
    Only relaxable rules are suggested. Raises ValueError if the sides do not have the size of the pool.
    Source: as `price`, once for all households together.
    """
    if (rules.households.count, rules.groups.count) != pool.shape:
        raise ValueError(f"rules: the sides do not have the shape {pool.shape} of the pool")
    residual = residual_of(pool, result)
    alone = np.flatnonzero(residual.group_of < 0)
    if not len(alone):
        return ()
    residual.line_of_nobody()  # every entry is needed: much faster together than one by one
    to_nobody = residual.ways_to(residual.nobody)
    failures = rules.failures(alone.tolist())
    single = np.bitwise_count(failures) == 1
    scores = score_matrix(rules.households.take(alone), rules.groups, weights, single)
    # What the result would lose if each group took somebody new: the lowest bid that wins it.
    bids = residual.group_prices + to_nobody.length[:-1]
    columns = zip(
        alone.tolist(),
        pool.allowed[alone].sum(axis=1).tolist(),
        _blocked(pool, rules, alone, failures),
        _changes(residual, rules, alone, failures, scores, bids, to_nobody),
        _nearest(rules, failures),
        strict=True,
    )
    return tuple(
        Unmatched(
            household=household,
            possible=possible,
            blocked=blocked,
            changes=changes,
            nearest=nearest,
            instead=_instead(pool, result, residual, household, bids) if instead else None,
        )
        for household, possible, blocked, changes, nearest in columns
    )


def _weight(residual: Residual, households: Int64Array, scores: Int64Array) -> Int64Array:
    """Weight of new pairs. A score far above all others is capped so that it can never buy a placement."""
    weights: Int64Array = residual.base[households] + np.minimum(scores, _highest_safe_score(residual))
    return weights


def _highest_safe_score(residual: Residual) -> int:
    smaller = residual.pool.smaller_side
    return (smaller + 2) * ((residual.scale - 1) // (2 * (smaller + 1)))


def _blocked(
    pool: Pool, rules: Rulebook, alone: npt.NDArray[np.intp], failures: FailureMasks
) -> list[dict[str, int]]:
    """For each household the groups that each rule blocks, most first."""
    broken = int(np.bitwise_or.reduce(failures, axis=None))
    counted = {
        rule.code: np.count_nonzero(failures & np.uint32(1 << bit), axis=1)
        for bit, rule in enumerate(rules.rules)
        if broken >> bit & 1
    }
    counted[BANNED] = np.count_nonzero((failures == 0) & ~pool.allowed[alone], axis=1)
    return [
        dict(
            sorted(
                ((code, count) for code, count in zip(counted, row, strict=True) if count),
                key=lambda item: -item[1],
            )
        )
        for row in np.array(list(counted.values()), dtype=np.int64).T.tolist()
    ]


def _changes(
    residual: Residual,
    rules: Rulebook,
    alone: npt.NDArray[np.intp],
    failures: FailureMasks,
    scores: npt.NDArray[np.int32],
    bids: Int64Array,
    to_nobody: Tree,
) -> list[tuple[Change, ...]]:
    """For each household without a group its single changes, rule by rule for all of them together."""
    found: list[list[Change]] = [[] for _ in alone]
    for bit, rule in enumerate(rules.rules):
        cells = np.flatnonzero(failures == 1 << bit) if rule.relaxable else ()
        if not len(cells):
            continue
        places, groups = np.divmod(cells, len(bids))
        points = scores.reshape(-1)[cells].astype(np.int64)
        offers = _weight(residual, alone[places], points) - bids[groups]
        starts = np.flatnonzero(np.diff(places, prepend=-1))
        chosen = _best_of_each(starts, offers, points)
        ends, every = [*starts[1:].tolist(), len(cells)], groups.tolist()
        for place, start, end, best in zip(
            places[starts].tolist(), starts.tolist(), ends, chosen.tolist(), strict=True
        ):
            group, gain = every[best], None
            if offers[best] > 0:
                household = int(alone[place])
                moves = changes_along(residual, _way_to_end(to_nobody, group)[1:], start=group)
                moves[household] = group
                more = int(points[best]) - int(residual.pool.scores[household, group])
                gain = _gain(residual, moves, more)
            found[place].append(Change(rule.code, rule.effort, tuple(every[start:end]), group, gain))
    return [tuple(sorted(changes, key=_smallest_that_helps)) for changes in found]


def _best_of_each(starts: IndexArray, offers: Int64Array, points: Int64Array) -> IndexArray:
    """Within each stretch from a start to the next: the place of the best offer; then the most points, then the first."""
    lengths = np.diff(starts, append=len(offers))
    best = offers == np.repeat(np.maximum.reduceat(offers, starts), lengths)
    points = np.where(best, points, -1)
    best = points == np.repeat(np.maximum.reduceat(points, starts), lengths)
    first: IndexArray = np.minimum.reduceat(np.where(best, np.arange(len(best)), len(best)), starts)
    return first


def _smallest_that_helps(change: Change) -> tuple[bool, int, tuple[int, ...]]:
    gained = tuple(-count for count in change.gain.order) if change.gain else ()
    return change.gain is None, change.effort, gained


def _nearest(rules: Rulebook, failures: FailureMasks) -> list[tuple[int, tuple[str, ...]] | None]:
    """For each household the group with the fewest broken rules, and which those are."""
    if not failures.size:
        return [None] * len(failures)
    broken = np.bitwise_count(failures)
    groups = np.where(broken > 0, broken, 255).argmin(axis=1)
    masks = failures[np.arange(len(failures)), groups]
    codes = {
        mask: tuple(rule.code for bit, rule in enumerate(rules.rules) if mask >> bit & 1)
        for mask in np.unique(masks).tolist()
    }
    rows = zip(groups.tolist(), masks.tolist(), strict=True)
    return [(group, codes[mask]) if mask else None for group, mask in rows]


def _instead(
    pool: Pool, result: Result, residual: Residual, household: int, bids: Int64Array
) -> tuple[int, Price] | None:
    possible = np.flatnonzero(pool.allowed[household])
    if not len(possible):
        return None
    costs = bids[possible] - residual.base[household] - pool.scores[household, possible]
    group = int(possible[int(costs.argmin())])
    return group, price(pool, result, household, group)


def _way_to_end(tree: Tree, vertex: int) -> list[int]:
    way = []
    while vertex >= 0:
        way.append(vertex)
        vertex = int(tree.before[vertex])
    return way


def _gain(residual: Residual, changes: Changes, more: int) -> Gain:
    """The gain of changes whose scores the pool knows, plus `more` points of a pair it does not know."""
    lost = price_of_changes(residual, changes)
    urgent = {tier: -count for tier, count in lost.urgent.items()}
    return Gain(urgent=urgent, placed=-lost.placed, total=more - lost.total, moves=lost.moves)


@dataclass(frozen=True, eq=False)
class Candidate:
    """A group that does not exist yet: its label, and how it would fit every household of the pool.

    scores int (households,), 0..100_000;  allowed bool (households,)
    """

    label: str
    scores: npt.NDArray[np.integer]
    allowed: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Marginal:
    """What one more group like this candidate would bring.

    candidate  its position in the list given
    household  whom it would support, None if nobody gains
    gain       of the whole result; in `gain.moves` the new group has the index "number of groups"
    confirmed  True if solving again gave the same
    """

    candidate: int
    label: str
    household: int | None
    gain: Gain
    confirmed: bool


def candidates_of(
    households: HouseholdProfiles,
    groups: GroupProfiles,
    labels: Sequence[str],
    weights: Weights | None = None,
) -> list[Candidate]:
    """A candidate for each imaginary group. Rules about earlier pairs do not apply to groups that do not
    exist."""
    book = Rulebook(
        households, groups, tuple(rule for rule in RULES if rule.code not in ("not_ended", "not_unsafe"))
    )
    allowed = book.allowed()
    scores = score_matrix(households, groups, weights, allowed)
    return [
        Candidate(label, scores[:, group], allowed[:, group])
        for group, label in zip(range(groups.count), labels, strict=True)
    ]


def marginals(
    pool: Pool, result: Result, candidates: Sequence[Candidate], confirm: int = 3
) -> tuple[Marginal, ...]:
    """What one more group of each candidate's kind would bring, most first.

    From the prices: a new group brings the most that a household weighs with it, less what that household is
    worth to the result now. The first `confirm` are solved again to be sure; RuntimeError if they differ.

    Source: Shapley and Shubik, The assignment game I: the core, International Journal of Game Theory 1 (1971).
    """
    residual = residual_of(pool, result)
    from_nobody = residual.ways_from(residual.nobody)
    # What the result would lose without each household.
    worth = residual.household_prices.copy()
    placed = np.flatnonzero(residual.group_of >= 0)
    worth[placed] += from_nobody.length[residual.group_of[placed]]
    found = [
        _marginal(residual, number, candidate, worth, from_nobody)
        for number, candidate in enumerate(candidates)
    ]
    found.sort(key=lambda marginal: (*(-count for count in marginal.gain.order), marginal.candidate))
    for place in range(min(confirm, len(found))):
        marginal = found[place]
        again = _solved_again(pool, result, candidates[marginal.candidate])
        if again != marginal.gain:
            raise RuntimeError(
                f"candidate {marginal.label!r}: {again} after solving again, {marginal.gain} before"
            )
        found[place] = Marginal(
            marginal.candidate, marginal.label, marginal.household, marginal.gain, confirmed=True
        )
    return tuple(found)


def _marginal(
    residual: Residual, number: int, candidate: Candidate, worth: Int64Array, from_nobody: Tree
) -> Marginal:
    n_households, n_groups = residual.pool.shape
    if candidate.scores.shape != (n_households,) or candidate.allowed.shape != (n_households,):
        raise ValueError(
            f"candidate {candidate.label!r} does not have one entry per household ({n_households})"
        )
    scores = candidate.scores.astype(np.int64)
    if not candidate.allowed.any():
        nothing = Gain(dict.fromkeys(range(MAX_TIER, 0, -1), 0), 0, 0)
        return Marginal(number, candidate.label, None, nothing, confirmed=False)
    if int(scores[candidate.allowed].max()) > _highest_safe_score(residual):
        # The prices were made for lower scores: be exact all the same.
        gain = _solved_again(residual.pool, residual.result, candidate)
        return Marginal(number, candidate.label, None, gain, confirmed=True)
    gains = np.where(candidate.allowed, residual.base + scores - worth, -FAR)
    household = int(gains.argmax())
    if gains[household] <= 0:
        nothing = Gain(dict.fromkeys(range(MAX_TIER, 0, -1), 0), 0, 0)
        return Marginal(number, candidate.label, None, nothing, confirmed=False)
    changes: Changes = {}
    group = int(residual.group_of[household])
    if group >= 0:
        changes = changes_along(residual, _way_to_end(from_nobody, group)[::-1][1:])
    gain = _gain_with(residual, changes, household, n_groups, int(scores[household]))
    return Marginal(number, candidate.label, household, gain, confirmed=False)


def _gain_with(residual: Residual, changes: Changes, household: int, group: int, score: int) -> Gain:
    """The gain of `changes` plus `household` moving to a new group with this index."""
    changes.pop(household, None)
    now = int(residual.group_of[household])
    tier = int(residual.pool.urgency[household])
    lost = price_of_changes(residual, changes)
    urgent = {level: -count for level, count in lost.urgent.items()}
    placed, total = -lost.placed, score - lost.total
    if now < 0:
        placed += 1
        if tier:
            urgent[tier] += 1
    else:
        total -= int(residual.pool.scores[household, now])
    moves = tuple(sorted((*lost.moves, (household, None if now < 0 else now, group))))
    return Gain(urgent=urgent, placed=placed, total=total, moves=moves)


def _solved_again(pool: Pool, result: Result, candidate: Candidate) -> Gain:
    more = Pool(
        np.column_stack([pool.scores, candidate.scores]),
        np.column_stack([pool.allowed, candidate.allowed]),
        pool.urgency,
    )
    best = solve(more)
    urgent = {
        tier: best.placed_by_urgency[tier] - result.placed_by_urgency[tier] for tier in range(MAX_TIER, 0, -1)
    }
    return Gain(urgent=urgent, placed=best.placed - result.placed, total=best.total - result.total)
