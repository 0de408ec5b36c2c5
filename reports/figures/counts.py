"""What the tables hold at the end of a month: the only place where this room reads rows of others.

Each query starts from the municipality, so that its index is used; the number of queries is fixed.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, TruncDate

from groups.enums import GroupStatus, MemberStatus
from groups.models import GroupMember, SponsorGroup
from matches.enums import CheckInStatus, EndKind, EndReason
from matches.models import CheckIn, Match
from municipalities.models import Municipality
from newcomers.enums import HouseholdStatus
from newcomers.models import Consent, Household
from samenhier.core.moments import LOCAL, add_months, local_date
from samenhier.core.reference import CHILD_BANDS

from .months import Month

#: Groups and households that no longer take part.
GROUPS_GONE = [GroupStatus.DECLINED, GroupStatus.WITHDRAWN, GroupStatus.CLOSED]
HOUSEHOLDS_GONE = [HouseholdStatus.WITHDRAWN, HouseholdStatus.CLOSED]
#: A check-in is on time when it is answered within so many days after the day it was asked.
ON_TIME_DAYS = 7
#: Reasons of ending early, as they are counted; an empty reason counts as another reason.
EARLY_REASONS = [reason for reason in EndReason.values if reason != EndReason.COMPLETED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """One municipality at the end of one month, unmasked: never leaves the server, is never stored.

    Each group and each household stands in one phase only. `running` is both: matched groups and matched households.
    """

    groups_forming: int = 0
    groups_in_review: int = 0
    groups_approved: int = 0
    running: int = 0
    households_registered: int = 0
    households_in_intake: int = 0
    households_waiting: int = 0
    volunteers: int = 0
    adults: int = 0
    children: int = 0
    ended: int = 0
    wait_days: tuple[int, ...] = ()
    check_ins: int = 0
    check_ins_on_time: int = 0

    @property
    def groups(self) -> int:
        return self.groups_forming + self.groups_in_review + self.groups_approved + self.running

    @property
    def households(self) -> int:
        return self.households_registered + self.households_in_intake + self.households_waiting + self.running


def counts_of(municipality: Municipality, month: Month) -> Counts:
    """Count everything, in six queries."""
    return Counts(
        **groups_by_phase(municipality, month),
        **households_by_phase(municipality, month),
        **matches_and_people(municipality, month),
        wait_days=days_waited(municipality, month),
        volunteers=volunteers(municipality, month).aggregate(people=Count("user", distinct=True))["people"],
        **check_ins(municipality, month),
    )


def introduced(municipality: Municipality, month: Month) -> QuerySet[Match]:
    """Matches that began in or before the month."""
    return Match.objects.filter(municipality=municipality, introduced_at__lt=month.end)


def over(month: Month) -> Q:
    """Matches that are over at the end of the month. The moment it was recorded counts, so that no past month changes."""
    return Q(closed_at__lt=month.end) | Q(closed_at=None, ended_on__lte=month.last_day)


def running_of(municipality: Municipality, month: Month, side: str) -> Exists:
    """Whether a group or household is in a match that runs at the end of the month."""
    return Exists(introduced(municipality, month).exclude(over(month)).filter(**{side: OuterRef("pk")}))


def groups_by_phase(municipality: Municipality, month: Month) -> dict[str, int]:
    """Groups that take part and have no match, by the furthest phase they reached."""
    reached_review = Q(submitted_at__lt=month.end) | Q(status=GroupStatus.RETURNED)
    approved = Q(approved_at__lt=month.end)
    return (
        SponsorGroup.objects.filter(municipality=municipality, created_at__lt=month.end)
        .exclude(status__in=GROUPS_GONE)
        .exclude(running_of(municipality, month, "group"))
        .aggregate(
            groups_forming=Count("pk", filter=~reached_review & ~approved | Q(submitted_at=None, approved_at=None) & ~Q(status=GroupStatus.RETURNED)),
            groups_in_review=Count("pk", filter=reached_review & (Q(approved_at=None) | ~approved)),
            groups_approved=Count("pk", filter=approved),
        )
    )
