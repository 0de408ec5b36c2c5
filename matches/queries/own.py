"""What one person has open: check-ins, matches, answers, a quiet request."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from groups.models import GroupMember, SponsorGroup
from matches.enums import CheckInStatus, ContactStatus, Side
from matches.models import Answer, CheckIn, ContactRequest, Match, OutcomeSurvey
from matches.models.match import own_side
from newcomers.models import DisclosureGrant, Household
from samenhier.accounts.models import User


def open_check_ins(user: User) -> list[CheckIn]:
    """Check-ins that this person can answer now, oldest first. Two queries: first the few matches, then their rows."""
    groups = GroupMember.objects.filter(user=user.pk).present().values("group_id")
    households = Household.objects.filter(user=user.pk).values("pk")
    active = Match.objects.active()
    of_groups = active.filter(group_id__in=groups).values_list("pk")
    of_households = active.filter(household_id__in=households).values_list("pk")
    mine = [pk for (pk,) in of_groups.union(of_households)]
    return list(
        CheckIn.objects.visible_to(user)
        .filter(
            own_side(user), match__in=mine, status=CheckInStatus.PLANNED, due_on__lte=timezone.localdate()
        )
        .select_related("match__group")
        .order_by("due_on", "pk")
    )


def open_outcomes(user: User) -> list[OutcomeSurvey]:
    """Outcome questions that this person can answer now, oldest first."""
    today = timezone.localdate()
    return list(
        OutcomeSurvey.objects.visible_to(user)
        .planned()
        .filter(due_on__lte=today, closes_on__gte=today)
        .select_related("match__group")
        .order_by("due_on", "pk")
    )


def current_match_of_household(household: Household) -> Match | None:
    """The one open match of a household."""
    return Match.objects.open().filter(household=household).select_related("group", "trial").first()


def current_matches_of_groups(groups: Iterable[SponsorGroup]) -> dict[UUID, Match]:
    """The open match of each group that has one."""
    rows = Match.objects.open().filter(group__in=list(groups)).select_related("household", "trial")
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
    return [row for row in planned if row.due_on <= today] + [row for row in planned if row.due_on > today][
        :1
    ]


def may_open(user: User, match: Match) -> bool:
    """Whether this member can open the household's name: not yet when they joined after the introduction."""
    return DisclosureGrant.objects.open().filter(household=match.household_id, reader=user.pk).exists()


def open_contact_request(user: User) -> ContactRequest | None:
    """The quiet request of this person that still waits."""
    return ContactRequest.objects.filter(asked_by=user.pk, status=ContactStatus.OPEN).first()
