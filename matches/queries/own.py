"""What one person has open: check-ins, matches, answers, a quiet request."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from groups.models import GroupMember, SponsorGroup
from matches.enums import CheckInStatus, ContactStatus, MatchStatus, Side
from matches.models import Answer, CheckIn, ContactRequest, Match
from newcomers.models import Household
from samenhier.accounts.models import User


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
    return Q(side=Side.GROUP, match__group_id__in=mine) | Q(
        side=Side.HOUSEHOLD, match__household__user=user.pk
    )


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
    return [row for row in planned if row.due_on <= today] + [row for row in planned if row.due_on > today][
        :1
    ]


def open_contact_request(user: User) -> ContactRequest | None:
    """The quiet request of this person that still waits."""
    return ContactRequest.objects.filter(asked_by=user.pk, status=ContactStatus.OPEN).first()
