"""What the pages of matching read. Every read starts from `visible_to`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from groups.enums import GroupStatus
from groups.models import GroupMember, SponsorGroup
from groups.queries import GroupCard, group_card
from municipalities.models import Municipality
from newcomers.enums import HouseholdStatus
from newcomers.models import Consent, Household
from newcomers.queries import HouseholdCard, household_card
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent
from samenhier.core.reference import DAYS, GOALS, INTERESTS, LANGUAGE_LEVELS, LANGUAGES, PARTS_OF_DAY

from . import words
from .domain.words import blocked_rule_in_words, reason_in_words
from .enums import OPEN_STATUSES, AnswerValue, CheckInStatus, ContactStatus, MatchStatus, RunStatus, Side
from .models import Answer, CheckIn, ContactRequest, Match, MatchingRun

PRESENT_MEMBERS = Prefetch(
    "group__members", GroupMember.objects.present().order_by("role", "created_at", "id"), to_attr="present"
)
#: Filters of the list of matches: name in the address and the states it shows.
PHASES: dict[str, list[MatchStatus]] = {
    "now": [*OPEN_STATUSES],
    "asking": [MatchStatus.ASKING, MatchStatus.AGREED],
    "active": [MatchStatus.INTRODUCED, MatchStatus.ACTIVE],
    "over": [MatchStatus.ENDED, MatchStatus.DECLINED, MatchStatus.LAPSED],
}


def with_cards(matches: Any) -> Any:
    """Matches with all that the cards of both sides need: one query more, however many matches."""
    return matches.select_related("household", "group").prefetch_related(PRESENT_MEMBERS)


@dataclass(frozen=True)
class GroupWords:
    """The lists of a group's card in the reader's language."""

    languages: list[tuple[str, str]]
    interests: list[str]
    offers: list[str]
    availability: list[str]


def group_in_words(card: GroupCard) -> GroupWords:
    """Pure: reads no table."""
    slots = set(card.availability)
    days = [
        (day.label, [str(part.label) for part in PARTS_OF_DAY if f"{day.code}_{part.code}" in slots]) for day in DAYS
    ]
    return GroupWords(
        languages=[(LANGUAGES.label(code), LANGUAGE_LEVELS.label(level)) for code, level in card.languages],
        interests=INTERESTS.labels(card.interests),
        offers=GOALS.labels(card.offers),
        availability=[f"{label}: {', '.join(parts)}" for label, parts in days if parts],
    )


# -- the workbench -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """One criterion of a proposal in words, with points 0–1000 for each side."""

    text: str
    household: int
    group: int
    adds: int

    @property
    def weaker(self) -> int:
        """The side that counts double."""
        return min(self.household, self.group)


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
        return min(1000, max(0, self.match.score - self.bonus_points))

    @property
    def best_reasons(self) -> list[Reason]:
        """The two that add most."""
        return sorted((one for one in self.reasons if one.weaker), key=lambda one: -one.adds)[:2]


def as_proposal(match: Match) -> Proposal:
    """Cards and reasons of a match from `with_cards`. Reads no table."""
    stored = [row for row in match.reasons if row["criterion"] != "waiting"]
    waiting = next((row for row in match.reasons if row["criterion"] == "waiting"), None)
    reasons = [
        Reason(
            text=reason_in_words(row["code"], row["data"]),
            household=row["household"],
            group=row["group"],
            adds=row["adds"],
        )
        for row in stored
        if not row["code"].endswith((".unknown", ".open"))
    ]
    return Proposal(
        match=match,
        household=household_card(match.household),
        group=group_card(match.group),
        reasons=sorted(reasons, key=lambda one: -one.weaker),
        bonus=reason_in_words(waiting["code"], waiting["data"]) if waiting else "",
        bonus_points=waiting["adds"] if waiting else 0,
    )


@dataclass(frozen=True)
class LeftOver:
    """A household that a run left without a group, and why in words."""

    household: Household
    possible: int
    groups: int
    blocked: list[tuple[str, int]]
    would_help: str
    nearly: SponsorGroup | None


@dataclass(frozen=True)
class Workbench:
    """Everything on the page of matching."""

    run: MatchingRun | None
    proposals: list[Proposal]
    left_over: list[LeftOver]
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
    def seconds(self) -> float | None:
        """How long the last run took."""
        return None if self.run is None or self.run.duration_ms is None else self.run.duration_ms / 1000


def workbench(user: User, municipality: Municipality) -> Workbench:
    """The last run, its undecided proposals, and who is left over. A constant number of queries."""
    run = (
        MatchingRun.objects.visible_to(user)
        .filter(municipality=municipality)
        .select_related("started_by")
        .defer("result", "households", "groups")
        .order_by("-created_at")
        .first()
    )
    proposed = with_cards(
        Match.objects.visible_to(user).in_town(municipality).filter(status=MatchStatus.PROPOSED)
    ).order_by("-household__urgency", "-score", "pk")
    return Workbench(
        run=run,
        proposals=[as_proposal(match) for match in proposed],
        left_over=_left_over(user, run.leftovers if run is not None and run.check_passed else []),
        waiting_households=waiting_households(municipality).count(),
        free_groups=free_groups(municipality).count(),
    )


def waiting_households(municipality: Municipality) -> Any:
    """Ready households with consent in force and without an open match."""
    return Household.objects.filter(
        ~Exists(Match.objects.open().filter(household=OuterRef("pk"))),
        Exists(Consent.objects.in_force().filter(household=OuterRef("pk"))),
        municipality=municipality,
        status=HouseholdStatus.READY,
    )


def free_groups(municipality: Municipality) -> Any:
    """Approved groups without an open match."""
    return SponsorGroup.objects.filter(
        ~Exists(Match.objects.open().filter(group=OuterRef("pk"))),
        municipality=municipality,
        status=GroupStatus.APPROVED,
    )


def _left_over(user: User, rows: Sequence[Mapping[str, Any]]) -> list[LeftOver]:
    households = {
        row.pk: row
        for row in Household.objects.visible_to(user).filter(
            pk__in=[row["household"] for row in rows], status=HouseholdStatus.READY
        )
    }
    nearly = {
        group.pk: group
        for group in SponsorGroup.objects.visible_to(user).filter(
            pk__in=[row["change"]["group"] for row in rows if row.get("change")]
        )
    }
    found = []
    for row in rows:
        household = households.get(UUID(row["household"]))
        if household is None:
            continue
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


@dataclass(frozen=True)
class Alternative:
    """Another group for the household of a proposal, and who would be left without by that choice."""

    group: SponsorGroup
    score: int
    without: list[Household]


def alternatives(user: User, match: Match) -> list[Alternative]:
    """The next best groups at the time of the run that are still free, scored without the bonus. Two queries."""
    bonus = sum(row["adds"] for row in match.reasons if row["criterion"] == "waiting")
    groups = {
        group.pk: group
        for group in free_groups(match.municipality)
        .filter(pk__in=[row["group"] for row in match.alternatives])
        .filter(pk__in=SponsorGroup.objects.visible_to(user).values("pk"))
    }
    households = {
        row.pk: row
        for row in Household.objects.visible_to(user).filter(
            pk__in=[pk for row in match.alternatives for pk in row["without"]]
        )
    }
    return [
        Alternative(
            group=groups[UUID(row["group"])],
            score=min(1000, max(0, row["score"] - bonus)),
            without=[households[UUID(pk)] for pk in row["without"] if UUID(pk) in households],
        )
        for row in match.alternatives
        if UUID(row["group"]) in groups
    ]


# -- matches -------------------------------------------------------------------------------------------


def matches_of(user: User, municipality: Municipality, phase: str = "now") -> Any:
    """Matches of a town that the user may see, in one phase, the newest step first."""
    return (
        Match.objects.visible_to(user)
        .in_town(municipality)
        .filter(status__in=PHASES.get(phase, PHASES["now"]))
        .select_related("household", "group", "builder")
        .order_by("-created_at", "pk")
    )


def guided_matches(user: User, municipality: Municipality) -> Any:
    """The matches that a community builder guides, those that go on first, with the number of late check-ins."""
    late = Q(check_ins__status=CheckInStatus.PLANNED, check_ins__escalated_at__isnull=False)
    return (
        Match.objects.visible_to(user)
        .in_town(municipality)
        .filter(builder=user.pk, approved_at__isnull=False)
        .select_related("household", "group")
        .annotate(late=Count("check_ins", filter=late), is_over=Q(closed_at__isnull=False))
        .order_by("is_over", "-started_on", "-created_at", "pk")
    )


def phase_counts(user: User, municipality: Municipality) -> dict[str, int]:
    """How many matches each filter shows, in one query."""
    counted: dict[str, int] = (
        Match.objects.visible_to(user)
        .in_town(municipality)
        .aggregate(**{phase: Count("pk", filter=Q(status__in=statuses)) for phase, statuses in PHASES.items()})
    )
    return counted


def answers_of(match: Match) -> dict[str, Answer | None]:
    """What each side answered, for the coordinator."""
    given = {answer.side: answer for answer in match.answers.select_related("answered_by", "recorded_by")}
    return {side.value: given.get(side.value) for side in Side}


@dataclass(frozen=True)
class CheckInRow:
    """A check-in with its state in words."""

    check_in: CheckIn
    moment: str
    state: str
    tone: str

    @property
    def wellbeing(self) -> str:
        """How it goes, in words; empty without an answer."""
        return str(dict(words.WELLBEING).get(self._report("wellbeing"), ""))

    @property
    def meetings(self) -> str:
        """How often they met, in words."""
        return str(dict(words.MEETINGS).get(self._report("meetings"), ""))

    @property
    def has_note(self) -> bool:
        """Whether there are words to read."""
        return bool(self._report("note"))

    def _report(self, field: str) -> Any:
        report = getattr(self.check_in, "report", None)
        return getattr(report, field, None)


def as_row(check_in: CheckIn, today: date | None = None) -> CheckInRow:
    """One line; with `select_related("report")` it reads no table."""
    today = today or timezone.localdate()
    state, tone = words.check_in_state(
        check_in.status, is_late=check_in.escalated_at is not None, is_due=check_in.due_on <= today
    )
    return CheckInRow(check_in=check_in, moment=words.moment_in_words(check_in.moment), state=state, tone=tone)


def check_ins_of(user: User, match: Match) -> list[CheckInRow]:
    """All check-ins of a match that the user may see, by date."""
    rows = (
        CheckIn.objects.visible_to(user).filter(match=match).select_related("report").order_by("due_on", "side")
    )
    today = timezone.localdate()
    return [as_row(row, today) for row in rows]


@dataclass(frozen=True)
class Moment:
    """Both sides of one moment of a match."""

    label: str
    due_on: date
    group: CheckInRow | None
    household: CheckInRow | None


def by_moment(rows: Iterable[CheckInRow]) -> list[Moment]:
    """The check-ins of one match, the two sides beside each other."""
    found: dict[str, dict[str, CheckInRow]] = {}
    for row in rows:
        found.setdefault(row.check_in.moment, {})[row.check_in.side] = row
    return [
        Moment(
            label=first.moment,
            due_on=first.check_in.due_on,
            group=sides.get(Side.GROUP),
            household=sides.get(Side.HOUSEHOLD),
        )
        for sides in found.values()
        for first in [next(iter(sides.values()))]
    ]


def check_ins_in_town(user: User, municipality: Municipality, which: str = "open") -> Any:
    """Check-ins of active matches: the late ones, those that wait now, or those that were answered last."""
    rows = (
        CheckIn.objects.visible_to(user)
        .filter(municipality=municipality)
        .select_related("match__household", "match__group", "report")
    )
    if which == "answered":
        return rows.filter(status=CheckInStatus.ANSWERED).order_by("-answered_at", "pk")
    waiting = rows.filter(status=CheckInStatus.PLANNED, match__status=MatchStatus.ACTIVE)
    if which == "late":
        return waiting.filter(escalated_at__isnull=False).order_by("due_on", "pk")
    if which == "coming":
        return waiting.filter(due_on__gt=timezone.localdate()).order_by("due_on", "pk")
    return waiting.filter(due_on__lte=timezone.localdate()).order_by("due_on", "pk")


def contact_requests(user: User, municipality: Municipality) -> Any:
    """Quiet requests: those that wait first, then the handled ones, the newest on top."""
    return (
        ContactRequest.objects.visible_to(user)
        .filter(municipality=municipality)
        .select_related("household", "match__group", "asked_by", "handled_by")
        .order_by("-status", "-created_at", "pk")
    )


def names_of_askers(requests: Iterable[ContactRequest]) -> dict[UUID, str]:
    """First name and group of the members who asked; a household goes by its code name."""
    people = {row.asked_by_id for row in requests if row.side == Side.GROUP and row.asked_by_id}
    members = GroupMember.objects.present().filter(user__in=people).select_related("group").order_by("responded_at")
    return {member.user_id: f"{member.name}, {member.group.name}" for member in members if member.user_id}


def timeline(match: Match, check_ins: Iterable[CheckInRow] = (), *, limit: int = 100) -> list[dict[str, Any]]:
    """What happened in this match and its check-ins, newest first, for the timeline component. Two queries.

    It names staff only: who acted for a side shows as that side.
    """
    subjects = [match.pk, *(row.check_in.pk for row in check_ins)]
    events = list(AuditEvent.objects.filter(subject_id__in=subjects).order_by("-id")[:limit])
    staff = dict(
        User.objects.filter(
            pk__in={event.actor_id for event in events if event.actor_id},
            memberships__municipality=match.municipality_id,
        ).values_list("pk", "name")
    )
    return [
        {
            "moment": event.at,
            "title": words.TRAIL.get(event.action, event.action),
            "text": _explained(event),
            "by": staff.get(event.actor_id, "") if event.actor_id else "",
            "tone": words.TRAIL_TONES.get(event.action, "neutral"),
        }
        for event in events
    ]


def _explained(event: AuditEvent) -> str:
    side = event.detail.get("side")
    said = str(Side(side).label) if side in Side.values else ""
    if event.action == "match.answered" and event.detail.get("value") in AnswerValue.values:
        return f"{said}: {AnswerValue(event.detail['value']).label}"
    if event.action == "check_in.answered":
        return said
    return event.reason


# -- the people themselves -----------------------------------------------------------------------------


def open_check_ins(user: User) -> list[CheckIn]:
    """Check-ins that this person can answer now, oldest first."""
    return list(
        CheckIn.objects.visible_to(user)
        .filter(
            _own_side(user),
            status=CheckInStatus.PLANNED,
            match__status=MatchStatus.ACTIVE,
            due_on__lte=timezone.localdate(),
        )
        .select_related("match__group")
        .order_by("due_on", "pk")
    )


def _own_side(user: User) -> Q:
    mine = GroupMember.objects.filter(user=user.pk).present().values("group_id")
    return Q(side=Side.GROUP, match__group_id__in=mine) | Q(side=Side.HOUSEHOLD, match__household__user=user.pk)


def current_match_of_household(household: Household) -> Match | None:
    """The one open match of a household."""
    return Match.objects.open().filter(household=household).select_related("group").first()


def current_matches_of_groups(groups: Iterable[SponsorGroup]) -> dict[UUID, Match]:
    """The open match of each group that has one."""
    rows = Match.objects.open().filter(group__in=list(groups)).select_related("household")
    return {match.group_id: match for match in rows}


def own_answer(match: Match, side: Side) -> Answer | None:
    """What this side answered."""
    return match.answers.filter(side=side).first()


def own_answers(matches: Iterable[Match], side: Side) -> dict[UUID, Answer]:
    """The answers of one side, by match."""
    return {answer.match_id: answer for answer in Answer.objects.filter(match__in=list(matches), side=side)}


def next_check_ins(user: User, match: Match, side: Side) -> list[CheckIn]:
    """Of this side: those that wait for an answer, and the one that comes next."""
    planned = list(
        CheckIn.objects.visible_to(user)
        .filter(match=match, side=side, status=CheckInStatus.PLANNED)
        .order_by("due_on")[:10]
    )
    today = timezone.localdate()
    return [row for row in planned if row.due_on <= today] + [row for row in planned if row.due_on > today][:1]


def open_contact_request(user: User) -> ContactRequest | None:
    """The quiet request of this person that still waits."""
    return ContactRequest.objects.filter(asked_by=user.pk, status=ContactStatus.OPEN).first()
