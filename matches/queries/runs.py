"""Past matching runs of a town, the proof of one, and how far a round of the whole country is."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Q, Sum

from matches.enums import BUSY_STATUSES, RunStatus
from matches.models import MatchingRun, NationalRun, RunInput
from municipalities.models import Municipality
from samenhier.accounts.models import User

from .paging import page_of

#: Large columns that no list or page of a run shows.
LARGE = ("result", "leftovers", "households", "groups")
#: Totals of fewer people than this are not said: the country's reader sees no people.
MASKED_BELOW = 5
#: Rounds shown under the present one.
ROUNDS_SHOWN = 12
DOTS = 5


def past_runs(user: User, municipality: Municipality, wanted: str | None) -> Page[Any]:
    """Runs of a town, newest first; three queries."""
    return page_of(
        MatchingRun.objects.visible_in(municipality, user)
        .select_related("started_by")
        .defer(*LARGE)
        .order_by("-created_at", "pk"),
        wanted,
    )


@dataclass(frozen=True)
class Proof:
    """One run with what makes it checkable by others."""

    run: MatchingRun
    can_be_replayed: bool

    @property
    def busy(self) -> bool:
        return self.run.status in BUSY_STATUSES

    @property
    def failed(self) -> bool:
        return self.run.status == RunStatus.FAILED

    @property
    def left_over(self) -> int | None:
        """Households in the pool without a group."""
        if self.run.household_count is None or self.run.placed is None:
            return None
        return self.run.household_count - self.run.placed

    @property
    def command(self) -> str:
        """What an operator types to see it proved again."""
        return f"manage.py replay_run {self.run.pk}"


def proof_of(user: User, municipality: Municipality, pk: Any) -> Proof | None:
    """The page of one run; one query."""
    run = (
        MatchingRun.objects.visible_in(municipality, user)
        .select_related("started_by")
        .defer(*LARGE)
        .annotate(kept=Exists(RunInput.objects.filter(run=OuterRef("pk"))))
        .filter(pk=pk)
        .first()
    )
    return None if run is None else Proof(run, run.kept)


@dataclass(frozen=True)
class NationalRound:
    """A round of the whole country in numbers; no people, and small totals are not said."""

    national: NationalRun
    done: int
    failed: int
    proposals: int
    left_over: int

    @property
    def busy(self) -> bool:
        return self.national.finished_at is None

    @property
    def dots(self) -> int:
        """How many of five dots are filled; all of them only when everything is done."""
        return self.done * DOTS // self.national.pools if self.national.pools else DOTS

    @property
    def proposals_in_words(self) -> str:
        return _masked(self.proposals)

    @property
    def left_over_in_words(self) -> str:
        return _masked(self.left_over)


def national_rounds() -> list[NationalRound]:
    """The newest rounds, newest first; one query."""
    ended = ~Q(runs__status__in=BUSY_STATUSES)
    rows = (
        NationalRun.objects.select_related("started_by")
        .annotate(
            done=Count("runs", filter=ended),
            failed=Count("runs", filter=Q(runs__status=RunStatus.FAILED)),
            proposals=Sum("runs__proposals", default=0),
            households=Sum("runs__household_count", filter=Q(runs__placed__isnull=False), default=0),
            placed=Sum("runs__placed", default=0),
        )
        .order_by("-created_at")[:ROUNDS_SHOWN]
    )
    return [
        NationalRound(
            national=row,
            done=row.done,
            failed=row.failed,
            proposals=row.proposals,
            left_over=row.households - row.placed,
        )
        for row in rows
    ]


def _masked(count: int) -> str:
    return f"< {MASKED_BELOW}" if 0 < count < MASKED_BELOW else str(count)
