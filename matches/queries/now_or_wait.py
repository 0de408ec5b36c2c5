"""Match now, or wait a round? What is ready, what came in the past rounds, what nearly is: counted, never predicted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.domain.readiness import Condition, readiness
from groups.domain.review import in_words
from groups.enums import GroupStatus
from groups.models import SponsorGroup
from matches.domain.pool import policy_weights
from matches.domain.rhythm import round_after, round_before
from matches.enums import MatchStatus, RunStatus
from matches.models import Match, MatchingRun, WhatIf
from municipalities.models import Municipality
from newcomers.models import Household
from samenhier.accounts.models import User

from .proposals import free_groups, waiting_households

#: So many rounds back.
ROUNDS = 6
#: Without a rhythm we count in steps of so many weeks.
STEP_WITHOUT_RHYTHM = 2
#: At most so many groups on the way are looked at, and so many households named.
LOOKED_AT = 40
NAMED = 5


@dataclass(frozen=True)
class Round:
    """One past round: how many became ready in the weeks before it."""

    until: datetime
    households: int
    groups: int


@dataclass(frozen=True)
class Nearly:
    """A group that is nearly ready, and what it waits for."""

    group: SponsorGroup
    waits_for: str


@dataclass(frozen=True)
class Computed:
    """The last time that the best division was computed, in a run or in a try."""

    moment: datetime
    placed: int
    households: int

    @property
    def left(self) -> int:
        """Households that got no group in it."""
        return self.households - self.placed


@dataclass(frozen=True)
class NowOrWait:
    """The facts of the question, and one sentence of advice with its ground."""

    every_weeks: int
    next_round: datetime | None
    households: int
    groups: int
    urgent: int
    bonus_full: int
    cap_weeks: int
    against_waiting: list[Household]
    computed: Computed | None
    new_households: int
    new_groups: int
    rounds: list[Round]
    nearly: list[Nearly]
    undecided: int
    #: A pair was chosen by hand since: a new run may divide the rest in another way.
    chosen: bool = False

    @property
    def weeks(self) -> int:
        """How long waiting takes."""
        return self.every_weeks or STEP_WITHOUT_RHYTHM

    @property
    def still_true(self) -> bool:
        """Nobody became ready since the last computation."""
        return self.computed is not None and not (self.new_households or self.new_groups)

    @property
    def mean_groups(self) -> float:
        """Groups that became ready in a round, on average."""
        return sum(one.groups for one in self.rounds) / len(self.rounds)

    @property
    def advice(self) -> tuple[str, str]:
        """One sentence, and its ground. The first reason that holds: people before numbers."""
        return _advice(self)


def _advice(facts: NowOrWait) -> tuple[str, str]:
    if not facts.households or not facts.groups:
        ground = _("No household is ready.") if not facts.households else _("No group is free.")
        return _("There is nothing to match now."), ground
    if facts.undecided and facts.still_true:
        return (
            _("Decide about the proposals first."),
            _(
                "A pair was chosen by hand since they were computed. A new run leaves it alone and divides the rest again."
            )
            if facts.chosen
            else _("Nobody became ready since they were computed, so a new run would propose the same."),
        )
    weeks = ngettext("%(number)s week", "%(number)s weeks", facts.weeks) % {"number": facts.weeks}
    if facts.urgent:
        return _("Match now."), ngettext(
            "%(number)s household is urgent, and waiting a round takes %(weeks)s.",
            "%(number)s households are urgent, and waiting a round takes %(weeks)s.",
            facts.urgent,
        ) % {"number": facts.urgent, "weeks": weeks}
    if facts.bonus_full:
        return _("Match now."), ngettext(
            "%(number)s household waits so long that its bonus no longer grows. Waiting helps it no further.",
            "%(number)s households wait so long that their bonus no longer grows. Waiting helps them no further.",
            facts.bonus_full,
        ) % {"number": facts.bonus_full}
    if facts.computed and facts.still_true and not facts.computed.left:
        return _("Match now."), _("Every household that is ready gets a group.")
    if facts.nearly and facts.groups <= facts.households:
        return _("Wait a round if you can."), ngettext(
            "%(number)s group is nearly ready, and there are not more free groups than households.",
            "%(number)s groups are nearly ready, and there are not more free groups than households.",
            len(facts.nearly),
        ) % {"number": len(facts.nearly)}
    if facts.mean_groups < 1:
        return (
            _("Match now."),
            _("In the past rounds fewer than one group became ready in a round. Waiting brings little."),
        )
    return (
        _("Both are fine."),
        _("Nobody is urgent, and in the past rounds new groups kept coming."),
    )


def now_or_wait(user: User, municipality: Municipality) -> NowOrWait:
    """All facts of one town. Eight queries and those of readiness, however many people there are."""
    now, policy = timezone.now(), municipality.policy
    every_weeks = policy.run_every_weeks
    weights = policy_weights(policy)
    cap_weeks = ceil(weights.waiting_cap / weights.waiting_per_week) if weights.waiting_per_week else 0
    full = Q(ready_since__lte=now - timedelta(weeks=cap_weeks)) if cap_weeks else Q(pk=None)
    computed = _computed(user, municipality)
    since = computed.moment if computed else now
    households = waiting_households(municipality).aggregate(
        all=Count("pk"),
        urgent=Count("pk", filter=Q(urgency__gt=0)),
        full=Count("pk", filter=full),
        new=Count("pk", filter=Q(ready_since__gt=since)),
    )
    groups = free_groups(municipality).aggregate(
        all=Count("pk"), new=Count("pk", filter=Q(approved_at__gt=since))
    )
    against = (
        waiting_households(municipality)
        .filter(Q(urgency__gt=0) | full, pk__in=Household.objects.visible_in(municipality, user).values("pk"))
        .only("code_name", "urgency", "ready_since")
        .order_by("-urgency", "ready_since")[:NAMED]
    )
    proposals = (
        Match.objects.visible_in(municipality, user)
        .filter(status=MatchStatus.PROPOSED)
        .aggregate(
            all=Count("pk"), chosen=Count("pk", filter=~Q(override_reason="") & Q(created_at__gt=since))
        )
    )
    return NowOrWait(
        every_weeks=every_weeks,
        next_round=round_after(every_weeks, now),
        households=households["all"],
        groups=groups["all"],
        urgent=households["urgent"],
        bonus_full=households["full"],
        cap_weeks=cap_weeks,
        against_waiting=list(against),
        computed=computed,
        new_households=households["new"],
        new_groups=groups["new"],
        rounds=_rounds(municipality, every_weeks, now),
        nearly=_nearly(user, municipality),
        undecided=proposals["all"],
        chosen=proposals["chosen"] > 0,
    )


def _computed(user: User, municipality: Municipality) -> Computed | None:
    """The newer of the last run and the last try; both hold the optimum of the data of their moment."""
    run = (
        MatchingRun.objects.visible_in(municipality, user)
        .filter(status=RunStatus.DONE, check_passed=True, floor=0)
        .order_by("-created_at")
        .values("finished_at", "placed", "household_count")
        .first()
    )
    what_if = (
        WhatIf.objects.visible_in(municipality, user)
        .filter(status=RunStatus.DONE)
        .order_by("-finished_at")
        .values("finished_at", "comparison__plain__placed", "comparison__households")
        .first()
    )
    found = []
    if run and run["placed"] is not None:
        found.append(Computed(run["finished_at"], run["placed"], run["household_count"]))
    if what_if:
        found.append(
            Computed(
                what_if["finished_at"],
                what_if["comparison__plain__placed"],
                what_if["comparison__households"],
            )
        )
    return max(found, key=lambda one: one.moment, default=None)


def _rounds(municipality: Municipality, every_weeks: int, now: datetime) -> list[Round]:
    """The past rounds, newest first. Without a rhythm: steps of two weeks back from now. Two queries."""
    step = timedelta(weeks=every_weeks or STEP_WITHOUT_RHYTHM)
    last = round_before(every_weeks, now) or now
    ends = [last - step * number for number in range(ROUNDS)]

    def counted(rows: Any, moment: str) -> dict[str, int]:
        return rows.filter(municipality=municipality, **{f"{moment}__gt": ends[-1] - step}).aggregate(
            **{
                f"round_{number}": Count(
                    "pk", filter=Q(**{f"{moment}__lte": end, f"{moment}__gt": end - step})
                )
                for number, end in enumerate(ends)
            }
        )

    households = counted(Household.objects.all(), "ready_since")
    groups = counted(SponsorGroup.objects.all(), "approved_at")
    return [
        Round(end, households[f"round_{number}"], groups[f"round_{number}"])
        for number, end in enumerate(ends)
    ]


def _nearly(user: User, municipality: Municipality) -> list[Nearly]:
    """Groups that wait for approval or miss one thing."""
    on_the_way = [GroupStatus.SUBMITTED, GroupStatus.FORMING, GroupStatus.RETURNED]
    rows = (
        SponsorGroup.objects.visible_in(municipality, user)
        .filter(status__in=on_the_way)
        .with_readiness(people=False)
        .order_by(F("submitted_at").asc(nulls_last=True), "created_at", "pk")[:LOOKED_AT]
    )
    found = []
    for group in rows:
        missing = readiness(group).missing
        if group.status == GroupStatus.SUBMITTED and set(missing) <= {Condition.VISIT}:
            found.append(Nearly(group, in_words(missing) if missing else _("your approval")))
        elif len(missing) <= 1:
            found.append(Nearly(group, in_words(missing) if missing else _("its request for approval")))
    return found
