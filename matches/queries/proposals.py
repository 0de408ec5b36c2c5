"""The workbench: the last run, its proposals with their reasons, and who is left over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, UUIDField
from django.utils.translation import gettext as _

from groups.models import SponsorGroup
from groups.queries import GroupCard, group_card
from matches.domain import free
from matches.domain.choices import impossible
from matches.domain.words import blocked_rule_in_words, broken_in_words, reason_in_words
from matches.enums import UNDECIDED_STATUSES, MatchStatus, RunStatus
from matches.models import Match, MatchingRun
from municipalities import weights
from municipalities.models import Municipality
from newcomers.models import Household
from newcomers.queries import HouseholdCard, household_card
from samenhier.accounts.models import User
from samenhier.core.prepared import Given, Prepared, prepared, together

from .cards import GroupWords, group_in_words
from .paging import ROWS_PER_PAGE, page_of
from .sight import groups_in_sight


@dataclass(frozen=True)
class Reason:
    """One criterion of a proposal in words, with points 0–1000 for each side; None when nobody stated anything."""

    text: str
    household: int | None
    group: int | None
    adds: int
    #: Of its own budget, what each side spread on this criterion.
    household_gave: int = 0
    group_gave: int = 0

    @property
    def weaker(self) -> int:
        """The side that counts double."""
        return -1 if self.household is None or self.group is None else min(self.household, self.group)


@dataclass(frozen=True)
class Proposal:
    """A proposal with what a coordinator needs to decide."""

    match: Match
    household: HouseholdCard
    group: GroupCard
    reasons: list[Reason]
    bonus: str
    bonus_points: int

    @property
    def group_words(self) -> GroupWords:
        """The lists of the group's card in words."""
        return group_in_words(self.group)

    @property
    def score(self) -> int:
        """How well they fit, out of 1000; the bonus for waiting stands beside it."""
        return without_bonus(self.match.score, self.match.reasons)


@dataclass(frozen=True)
class ProposalLine:
    """A proposal in the list: who, how well, and the two reasons that add most."""

    match: Match
    score: int
    reasons: list[str]
    #: Why it cannot be approved now, of what was chosen by hand.
    broken: list[str]


def without_bonus(score: int, rows: Sequence[Mapping[str, Any]]) -> int:
    """How well two fit, out of 1000: the bonus for waiting stands beside it."""
    return min(1000, max(0, score - sum(row["adds"] for row in rows if row["criterion"] == "waiting")))


def as_line(match: Match, broken: Sequence[Mapping[str, Any]] = ()) -> ProposalLine:
    """One line of the list. Reads no table."""
    told = [row for row in _told(match.reasons) if min(row["household"], row["group"])]
    best = sorted(told, key=lambda row: -row["adds"])[:2]
    return ProposalLine(
        match=match,
        score=without_bonus(match.score, match.reasons),
        reasons=[reason_in_words(row["code"], row["data"]) for row in best],
        broken=broken_in_words(broken),
    )


def _told(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The stored criteria that say something; what was not stated is no reason."""
    return [
        row
        for row in rows
        if row["criterion"] != "waiting" and not row["code"].endswith((".unknown", ".open"))
    ]


def as_proposal(match: Match) -> Proposal:
    """Cards and reasons of a match from `with_cards`. Reads no table."""
    reasons, bonus, bonus_points = as_reasons(match.reasons)
    return Proposal(
        match=match,
        household=household_card(match.household),
        group=group_card(match.group),
        reasons=reasons,
        bonus=bonus,
        bonus_points=bonus_points,
    )


def as_reasons(rows: Sequence[Mapping[str, Any]]) -> tuple[list[Reason], str, int]:
    """Stored criteria in words, best first, and the bonus for waiting in words and points."""
    waiting = next((row for row in rows if row["criterion"] == "waiting"), None)
    reasons = [
        Reason(
            text=reason_in_words(row["code"], row["data"]),
            household=row["household"],
            group=row["group"],
            adds=row["adds"],
            household_gave=row.get("household_gave", 0),
            group_gave=row.get("group_gave", 0),
        )
        for row in _told(rows)
    ]
    # What was not stated counts as the middle: without it the column would not add up to the score.
    told = {row["criterion"] for row in _told(rows)}
    unstated = sum(row["adds"] for row in rows if row["criterion"] not in {*told, "waiting"})
    if reasons and unstated:
        text = _("What was not filled in, counted as neither good nor bad.")
        reasons.append(Reason(text=text, household=None, group=None, adds=unstated))
    return (
        sorted(reasons, key=lambda one: -one.weaker),
        reason_in_words(waiting["code"], waiting["data"]) if waiting else "",
        waiting["adds"] if waiting else 0,
    )


@dataclass(frozen=True)
class WithoutProposal:
    """A household that waits without a proposal; `lost`: it had one in the last run."""

    pk: UUID
    code_name: str
    lost: bool


@dataclass(frozen=True)
class LeftOver:
    """A household that a run left without a group, and why in words."""

    household: WithoutProposal
    possible: int
    groups: int
    blocked: list[tuple[str, int]]
    would_help: str
    nearly: SponsorGroup | None


@dataclass(frozen=True)
class EndedChoice:
    """A pair that was chosen by hand, and that the last run set aside because it was no longer possible."""

    match: Match
    why: list[str]


@dataclass(frozen=True)
class Workbench:
    """Everything on the page of matching."""

    run: MatchingRun | None
    page: Page[Match]
    proposals: list[ProposalLine]
    left_over: list[LeftOver]
    left_over_count: int
    lost: list[WithoutProposal]
    ended_choices: list[EndedChoice]
    waiting_households: int
    free_groups: int

    @property
    def busy(self) -> bool:
        """A run waits or is being computed."""
        return self.run is not None and self.run.status in (RunStatus.QUEUED, RunStatus.RUNNING)

    @property
    def failed(self) -> bool:
        """The last run gave no usable result."""
        return self.run is not None and self.run.status == RunStatus.FAILED

    @property
    def other_weights(self) -> list[tuple[str, int, int]]:
        """Weights of the last run that differ from the defaults: label, weight, default."""
        return [] if self.run is None else weights.differences(self.run.weights)

    @property
    def seconds(self) -> float | None:
        """How long the last run took."""
        return None if self.run is None or self.run.duration_ms is None else self.run.duration_ms / 1000


def workbench(user: User, municipality: Municipality, wanted: str | None = None) -> Workbench:
    """The last run, one page of its undecided proposals, and who is left over. A constant number of queries."""
    run = (
        MatchingRun.objects.visible_in(municipality, user)
        .select_related("started_by")
        .defer("result", "households", "groups")
        .order_by("-created_at")
        .first()
    )
    proposed = (
        Match.objects.visible_in(municipality, user)
        .filter(status=MatchStatus.PROPOSED)
        .select_related("household", "group", "group_municipality")
        .order_by("-household__urgency", "-score", "pk")
        .only(
            *("score", "reasons", "override_reason", "household__code_name", "household__urgency"),
            *("group__name", "group_municipality__name"),
        )
    )
    page = page_of(proposed, wanted)
    broken = impossible(municipality.pk, [match for match in page if match.override_reason])
    rows = run.leftovers if run is not None and run.check_passed else []
    without = {} if run is None else _without_proposal(municipality, run, rows)
    leftovers = [row for row in rows if UUID(row["household"]) in without]
    return Workbench(
        run=run,
        page=page,
        proposals=[as_line(match, broken.get(match.pk, ())) for match in page],
        left_over=_left_over(user, municipality.pk, without, leftovers[:ROWS_PER_PAGE]),
        left_over_count=len(leftovers),
        lost=[household for household in without.values() if household.lost],
        ended_choices=_ended_choices(user, municipality, run),
        waiting_households=_number(_waiting_number, municipality),
        free_groups=_number(_free_number, municipality),
    )


@prepared(town=UUIDField())
def _waiting_number(town: Given) -> QuerySet[Any]:
    return together(free.free_households().filter(municipality=town), Count("pk"))


@prepared(town=UUIDField())
def _free_number(town: Given) -> QuerySet[Any]:
    return together(free.free_groups().filter(municipality=town), Count("pk"))


def _number(query: Prepared, municipality: Municipality) -> int:
    [(number,)] = query(town=municipality.pk)
    return int(number)


def _ended_choices(user: User, municipality: Municipality, run: MatchingRun | None) -> list[EndedChoice]:
    """What the last run set aside; no query when that is nothing."""
    if run is None or not run.ended_choices:
        return []
    why = {UUID(row["match"]): row["rules"] for row in run.ended_choices}
    matches = (
        Match.objects.visible_in(municipality, user)
        .filter(pk__in=why)
        .select_related("household", "group")
        .only("household__code_name", "group__name")
        .order_by("household__code_name", "pk")
    )
    return [EndedChoice(match, broken_in_words(why[match.pk])) for match in matches]


def waiting_households(municipality: Municipality) -> QuerySet[Household]:
    """Households of this municipality that can be matched now."""
    return free.free_households().filter(municipality=municipality)


@prepared(town=UUIDField(), run=UUIDField(), left_over=ArrayField(UUIDField()))
def _waiting_without(town: Given, run: Given, left_over: Given) -> QuerySet[Any]:
    here = Match.objects.filter(household=OuterRef("pk"))
    ended = {"run": run, "status": MatchStatus.WITHDRAWN}
    meant = Q(pk__among=left_over) | Q(pk__in=Match.objects.filter(**ended).values("household_id"))
    return (
        free.free_households()
        .filter(meant, ~Exists(here.filter(status__in=UNDECIDED_STATUSES)), municipality=town)
        .order_by("code_name")
        .values_list("pk", "code_name", Exists(here.filter(**ended)))
    )


def _without_proposal(
    municipality: Municipality, run: MatchingRun, left_over: Sequence[Mapping[str, Any]]
) -> dict[UUID, WithoutProposal]:
    """Whom the last run left over, or had a proposal for that was taken back or replaced (`lost`): who waits without one.

    Only these are looked up: in a large town many others wait. Whoever may see the run may see who was in it.
    """
    ids = [UUID(row["household"]) for row in left_over]
    rows = _waiting_without(town=municipality.pk, run=run.pk, left_over=ids)
    return {row[0]: WithoutProposal(*row) for row in rows}


def free_groups(municipality: Municipality) -> QuerySet[SponsorGroup]:
    """Groups of this municipality that can be matched now."""
    return free.free_groups().filter(municipality=municipality)


def _left_over(
    user: User, town: UUID, households: Mapping[UUID, WithoutProposal], rows: Sequence[Mapping[str, Any]]
) -> list[LeftOver]:
    nearly = {
        group.pk: group
        for group in groups_in_sight(user, town)
        .filter(pk__in=[row["change"]["group"] for row in rows if row.get("change")])
        .only("name")
    }
    found = []
    for row in rows:
        household = households[UUID(row["household"])]
        change = row.get("change") or None
        found.append(
            LeftOver(
                household=household,
                possible=row["possible"],
                groups=row["groups"],
                blocked=[
                    (blocked_rule_in_words(code).problem, count)
                    for code, count in sorted(row["blocked"].items(), key=lambda item: -item[1])
                ],
                would_help=blocked_rule_in_words(change["code"]).help if change else "",
                nearly=nearly.get(UUID(change["group"])) if change else None,
            )
        )
    return found
