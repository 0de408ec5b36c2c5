"""What the tables hold at the end of a month: the only place where this room reads rows of others.

Each query starts from the municipality, so that its index is used; the number of queries is fixed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, TruncDate

from groups.enums import STOPPED, GroupStatus, MemberStatus
from groups.models import GroupMember, SponsorGroup
from matches.enums import CheckInStatus, EndKind, EndReason, OutcomeStatus
from matches.models import CheckIn, Match, OutcomeSurvey
from municipalities.models import Municipality
from newcomers.enums import STOPPED_STATUSES, HouseholdStatus
from newcomers.models import Consent, Household
from samenhier.core.moments import LOCAL, add_months, local_date
from samenhier.core.reference import CHILD_BANDS

from .months import Month
from .outcomes import Filled

#: Who was ready may have stopped since: see `gone`.
WAITED = [HouseholdStatus.READY, *STOPPED_STATUSES]
#: A check-in is on time when it is answered within so many days after the day it was asked.
ON_TIME_DAYS = 7
#: Reasons of ending early, as they are counted; an empty reason counts as another reason.
EARLY_REASONS = [reason for reason in EndReason.values if reason != EndReason.COMPLETED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """One municipality at the end of one month, unmasked: never leaves the server, is never stored.

    Each group and each household stands in one phase only. `running` counts matched groups and matched households.
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
    """Count everything, in seven queries."""
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
    """Matches that are over at the end of the month. The moment of recording counts: no past month changes."""
    return Q(closed_at__lt=month.end) | Q(closed_at=None, ended_on__lte=month.last_day)


def running_of(municipality: Municipality, month: Month, side: str) -> Exists:
    """Whether a group or household is in a match that runs at the end of the month."""
    return Exists(introduced(municipality, month).exclude(over(month)).filter(**{side: OuterRef("pk")}))


def lent_of(municipality: Municipality, month: Month) -> Exists:
    """Whether a group supports a household of a neighbour then: it counts there, among the active matches."""
    lent = Match.objects.filter(group_municipality=municipality, introduced_at__lt=month.end)
    return Exists(lent.exclude(over(month)).filter(group=OuterRef("pk")))


def gone(month: Month, stopped: Sequence[str], side: str = "") -> Q:
    """Groups or households that took no part any more at the end of the month; `stopped`: their states.

    Who stopped without a moment is gone in every month.
    """
    at = f"{side}stopped_at"
    return Q(**{f"{side}status__in": stopped}) & (Q(**{at: None}) | Q(**{f"{at}__lt": month.end}))


def groups_by_phase(municipality: Municipality, month: Month) -> dict[str, int]:
    """Groups that take part and have no match, each in the furthest phase it reached; on hold is approved."""
    approved = Q(approved_at__lt=month.end)
    found = (
        SponsorGroup.objects.filter(municipality=municipality, created_at__lt=month.end)
        .exclude(gone(month, STOPPED))
        .exclude(running_of(municipality, month, "group"))
        .exclude(lent_of(municipality, month))
        .aggregate(
            all=Count("pk"),
            reviewed=Count(
                "pk", filter=approved | Q(submitted_at__lt=month.end) | Q(status=GroupStatus.RETURNED)
            ),
            approved=Count("pk", filter=approved),
        )
    )
    return {
        "groups_forming": found["all"] - found["reviewed"],
        "groups_in_review": found["reviewed"] - found["approved"],
        "groups_approved": found["approved"],
    }


def households_by_phase(municipality: Municipality, month: Month) -> dict[str, int]:
    """Households that take part and have no match, by the furthest phase; paused ones are in intake."""
    consented = Exists(
        Consent.objects.filter(household=OuterRef("pk"), created_at__lt=month.end).filter(
            Q(withdrawn_at=None) | Q(withdrawn_at__gte=month.end)
        )
    )
    waiting = Q(status__in=WAITED, ready_since__lt=month.end)
    found = (
        Household.objects.filter(municipality=municipality, created_at__lt=month.end)
        .exclude(gone(month, STOPPED_STATUSES))
        .exclude(running_of(municipality, month, "household"))
        .aggregate(
            all=Count("pk"),
            consented=Count("pk", filter=waiting | (~Q(status=HouseholdStatus.REGISTERED) & Q(consented))),
            waiting=Count("pk", filter=waiting),
        )
    )
    return {
        "households_registered": found["all"] - found["consented"],
        "households_in_intake": found["consented"] - found["waiting"],
        "households_waiting": found["waiting"],
    }


def matches_and_people(municipality: Municipality, month: Month) -> dict[str, int]:
    """Matches that run and that ended, and the newcomers in those that run."""
    ended, running = over(month), ~over(month)
    bands: list[Any] = [
        Coalesce(Cast(KeyTextTransform(band, "household__children"), IntegerField()), 0)
        for band in CHILD_BANDS.codes()
    ]
    children = bands[0]
    for band in bands[1:]:
        children = children + band
    # The household's municipality is the same one; saying so lets Postgres take that table by its index, too.
    found = (
        introduced(municipality, month)
        .filter(household__municipality=municipality)
        .aggregate(
            ended=Count("pk", filter=ended),
            all=Count("pk"),
            adults=Sum("household__adults", filter=running, default=0),
            children=Sum(children, filter=running, default=0),
        )
    )
    return {
        "running": found["all"] - found["ended"],
        "ended": found["ended"],
        "adults": found["adults"],
        "children": found["children"],
    }


def endings(municipality: Municipality, month: Month, *, after: Month | None) -> Counter[str]:
    """How matches ended after the month `after`, up to and including `month`: “completed” or a reason."""
    found = introduced(municipality, month).filter(over(month))
    if after:
        found = found.exclude(over(after) & Q(introduced_at__lt=after.end))
    tally: Counter[str] = Counter()
    for kind, reason, number in (
        found.values_list("end_kind", "end_reason").annotate(number=Count("pk")).order_by()
    ):
        planned = kind == EndKind.PLANNED
        tally["completed" if planned else reason if reason in EARLY_REASONS else EndReason.OTHER.value] += (
            number
        )
    return tally


def days_waited(municipality: Municipality, month: Month) -> tuple[int, ...]:
    """Days since "ready": of households that wait now, and of those introduced in the last twelve months.

    Who waits again after a match waits since that match ended; a second introduction is not counted.
    """
    year_ago = Month.of(add_months(month.first_day, -11)).first_day
    waiting = (
        Household.objects.filter(municipality=municipality, status__in=WAITED, ready_since__lt=month.end)
        .exclude(gone(month, STOPPED_STATUSES))
        .exclude(running_of(municipality, month, "household"))
        .annotate(
            free_since=Subquery(
                introduced(municipality, month)
                .filter(over(month), household=OuterRef("pk"))
                .order_by("-closed_at")
                .values("closed_at")[:1]
            )
        )
        .values_list("ready_since", "free_since")
    )
    met = introduced(municipality, month).filter(
        ~Exists(
            Match.objects.filter(
                municipality=municipality,
                household=OuterRef("household"),
                introduced_at__lt=OuterRef("introduced_at"),
            )
        ),
        introduced_at__date__gte=year_ago,
        household__municipality=municipality,
        household__ready_since__lte=F("introduced_at"),
    )
    spans = [
        *((max(filter(None, since)), month.end - timedelta(seconds=1)) for since in waiting),
        *met.values_list("household__ready_since", "introduced_at"),
    ]
    return tuple((local_date(until) - local_date(since)).days for since, until in spans if since and until)


def volunteers(municipality: Municipality, month: Month) -> QuerySet[GroupMember]:
    """People who said yes and had not left, in groups that take part."""
    return GroupMember.objects.filter(
        Q(status=MemberStatus.ACCEPTED) | Q(status=MemberStatus.LEFT, left_at__gte=month.end),
        municipality=municipality,
        responded_at__lt=month.end,
        group__municipality=municipality,
        group__created_at__lt=month.end,
    ).exclude(gone(month, STOPPED, "group__"))


def check_ins(municipality: Municipality, month: Month) -> Mapping[str, int]:
    """Check-ins whose days to answer ended in the month, and how many of them were answered by then."""
    days = timedelta(days=ON_TIME_DAYS)
    return (
        CheckIn.objects.filter(
            municipality=municipality, due_on__range=(month.first_day - days, month.last_day - days)
        )
        .exclude(status=CheckInStatus.CANCELLED)
        .annotate(answered_day=TruncDate("answered_at", tzinfo=LOCAL))
        .aggregate(
            check_ins=Count("pk"),
            check_ins_on_time=Count(
                "pk", filter=Q(answered_at__isnull=False) & Q(answered_day__lte=F("due_on") + days)
            ),
        )
    )


def filled_outcomes(municipality: Municipality, month: Month) -> list[Filled]:
    """The outcome questionnaires that were answered in or before the month; nothing that says by whom."""
    found = OutcomeSurvey.objects.filter(
        municipality=municipality, status=OutcomeStatus.ANSWERED, answered_on__lte=month.last_day
    ).values_list("side", "moment", "answered_on", "answers")
    return [
        Filled(side=side, moment=moment, day=day, answers=said) for side, moment, day, said in found if day
    ]
