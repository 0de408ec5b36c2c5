"""A household and a group, from proposal to ending."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.enums import MemberStatus
from groups.models import GroupMember, SponsorGroup
from matches.enums import NAMES_OPEN, OPEN_STATUSES, AnswerValue, EndKind, EndReason, MatchStatus, Side
from municipalities.enums import StaffRole
from municipalities.models import Municipality, TenantModel, TenantQuerySet
from municipalities.models.tenant import known_as
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .run import MatchingRun


class MatchQuerySet(TenantQuerySet["Match"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "MatchQuerySet":
        """Coordinators: their municipality. Builders: the matches they guide. Both sides: their own, once asked.

        Coordinators of the group's own municipality, when that is another one: while their group is in it. What they
        see of it is the page of `matches.views.neighbours`; the household's rows stay with its own town.
        """
        mine = GroupMember.objects.filter(user=user.pk, status=MemberStatus.ACCEPTED).values("group_id")
        own = Household.objects.filter(user=user.pk).values("pk")
        both_sides = Q(group_id__in=mine) | Q(household_id__in=own)
        return (
            self.in_care_of(user, StaffRole.COORDINATOR)
            | self.in_care_of(user, StaffRole.BUILDER).filter(builder=user.pk)
            | self.filter(both_sides, approved_at__isnull=False)
            | self.visiting().in_care_of(user, StaffRole.COORDINATOR, of="group_municipality")
        )

    def visiting(self) -> "MatchQuerySet":
        """Groups of another municipality than the household's: offered to their own town, or in an open match."""
        return self.filter(group_municipality__isnull=False, status__in=[MatchStatus.OFFERED, *OPEN_STATUSES])

    def visiting_in(self, municipality: Municipality, user: User) -> "MatchQuerySet":
        """`visible_in` for the other town: those with a group of this municipality."""
        known = known_as(user, municipality.pk, StaffRole.COORDINATOR)
        rows = self if known else self.visible_to(user)
        return rows.visiting().filter(group_municipality=municipality)

    def open(self) -> "MatchQuerySet":
        """Matches that take the household and the group."""
        return self.filter(status__in=OPEN_STATUSES)

    def active(self) -> "MatchQuerySet":
        return self.filter(status=MatchStatus.ACTIVE)

    def standing(self) -> "MatchQuerySet":
        """What a new run leaves alone though nobody was asked yet: chosen by hand, or waiting for a neighbour's word."""
        return self.chosen() | self.filter(status=MatchStatus.OFFERED)

    def chosen(self) -> "MatchQuerySet":
        """Undecided proposals that a coordinator chose by hand: a new run leaves these two alone."""
        return self.filter(status=MatchStatus.PROPOSED).exclude(override_reason="")


def empty_list() -> list[dict[str, object]]:
    return []


class Match(TenantModel):
    """One pair. The database allows one open match per household and one per group."""

    run = models.ForeignKey(
        MatchingRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="matches"
    )
    # Their foreign keys hold two columns (migration 0017): the household together with `municipality`, the group together
    # with `group_municipality`, or with `municipality` where that is empty.
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="matches", db_constraint=False
    )
    group = models.ForeignKey(
        SponsorGroup, on_delete=models.PROTECT, related_name="matches", db_constraint=False
    )
    # The group's own municipality, when that is another one than the household's (`municipality`); else empty. Then
    # its coordinators agree before anybody is asked, after a coordinator of the household's town approved.
    group_municipality = models.ForeignKey(
        Municipality, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    offered_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=MatchStatus, default=MatchStatus.PROPOSED)
    score = models.PositiveIntegerField(default=0)
    # One row per criterion as the engine explains it; see matches.engine.explain_pair.
    reasons = models.JSONField(default=empty_list)
    # A coordinator set these two aside for good: later runs do not propose them to each other.
    not_again = models.BooleanField(default=False)
    # A coordinator chose this pair instead of what a run proposed: the household's proposal that it replaces (empty
    # when it was left over), why, and what that cost (matches.domain.prices.Cost).
    overrides = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="overridden_by",
        db_index=False,
    )
    override_reason = models.CharField(max_length=200, blank=True)
    override_price = models.JSONField(null=True, blank=True)
    builder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    answer_due = models.DateTimeField(null=True, blank=True)
    # The duty of the sweep: when to remind of the answer; empty means reminded, or nothing left to remind of.
    answer_remind_at = models.DateTimeField(null=True, blank=True)
    introduced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    introduced_at = models.DateTimeField(null=True, blank=True)
    first_meeting_at = models.DateTimeField(_("first meeting"), null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    planned_end = models.DateField(null=True, blank=True)
    # When a coordinator moved the planned end for the last time.
    end_moved_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_kind = models.CharField(max_length=8, choices=EndKind, blank=True)
    end_reason = models.CharField(max_length=12, choices=EndReason, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Since then only what the figures need is left; see matches.domain.retention.
    anonymised_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[MatchQuerySet] = MatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("status", MatchStatus, "match_status_known"),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(status__in=OPEN_STATUSES),
                name="match_one_open_per_household",
            ),
            models.UniqueConstraint(
                fields=["group"], condition=Q(status__in=OPEN_STATUSES), name="match_one_open_per_group"
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(status="proposed") & ~Q(override_reason=""),
                name="match_one_choice_per_household",
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(status="proposed") & ~Q(override_reason=""),
                name="match_one_choice_per_group",
            ),
            models.CheckConstraint(
                condition=Q(override_reason="", override_price__isnull=True, overrides__isnull=True)
                | (~Q(override_reason="") & Q(override_price__isnull=False)),
                name="match_choice_has_reason_and_price",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "offered", "withdrawn"]) | Q(approved_at__isnull=False),
                name="match_asked_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(group_municipality=None) | ~Q(group_municipality=models.F("municipality")),
                name="match_neighbour_is_another_town",
            ),
            models.CheckConstraint(
                condition=~Q(status="offered")
                | Q(group_municipality__isnull=False, offered_at__isnull=False),
                name="match_offered_to_a_neighbour",
            ),
            # Nobody is asked about a group of another town before that town agreed.
            models.CheckConstraint(
                condition=Q(group_municipality=None)
                | Q(status__in=["proposed", "offered", "withdrawn"])
                | Q(agreed_at__isnull=False),
                name="match_across_is_agreed",
            ),
            models.UniqueConstraint(
                fields=["household"], condition=Q(status="offered"), name="match_one_offer_per_household"
            ),
            models.UniqueConstraint(
                fields=["group"], condition=Q(status="offered"), name="match_one_offer_per_group"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=NAMES_OPEN) | Q(introduced_at__isnull=False),
                name="match_open_is_introduced",
            ),
            models.CheckConstraint(
                condition=~Q(status="ended")
                | (Q(ended_on__isnull=False) & ~Q(end_kind="") & ~Q(end_reason="")),
                name="match_ended_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "status", "created_at"], name="match_by_status"),
            models.Index(
                fields=["municipality", "answer_due"], condition=Q(status="asking"), name="match_answer_due"
            ),
            # The two sweeps go through all municipalities at once.
            models.Index(fields=["answer_due"], condition=Q(status="asking"), name="match_answer_lapses"),
            models.Index(
                fields=["answer_remind_at"],
                condition=Q(status="asking", answer_remind_at__isnull=False),
                name="match_answer_reminder",
            ),
            models.Index(
                fields=["group_municipality", "status"],
                condition=Q(group_municipality__isnull=False),
                name="match_of_neighbour",
            ),
            # Most rows are proposals that nobody took up: what they do not have yet is in no index.
            models.Index(
                fields=["municipality", "started_on"],
                condition=Q(started_on__isnull=False),
                name="match_by_start",
            ),
            models.Index(
                fields=["municipality", "planned_end", "id"],
                condition=Q(status="active"),
                name="match_by_planned_end",
            ),
            models.Index(
                fields=["municipality", "ended_on"], condition=Q(ended_on__isnull=False), name="match_by_end"
            ),
            models.Index(
                fields=["municipality", "closed_at"],
                condition=Q(anonymised_at=None, closed_at__isnull=False),
                name="match_to_anonymise",
            ),
            *(
                models.Index(
                    fields=[field], condition=Q(**{f"{field}__isnull": False}), name=f"match_{field}"
                )
                for field in (
                    "overrides",
                    "builder",
                    "approved_by",
                    "introduced_by",
                    "offered_by",
                    "agreed_by",
                )
            ),
        ]

    def __str__(self) -> str:
        return f"match {self.pk}"

    @property
    def is_across(self) -> bool:
        """Whether the group belongs to another municipality than the household."""
        return self.group_municipality_id is not None

    def town_of(self, side: Side | str) -> Municipality:
        """The municipality that knows the people of this side, and that they know."""
        return (self.group_municipality if side == Side.GROUP else None) or self.municipality

    def town_id_of(self, side: Side | str) -> UUID:
        """The same as an id, without reading."""
        return (self.group_municipality_id if side == Side.GROUP else None) or self.municipality_id

    @property
    def names_are_open(self) -> bool:
        return self.status in NAMES_OPEN

    @property
    def meets_ahead(self) -> bool:
        """Whether the first meeting is planned and lies ahead."""
        return self.first_meeting_at is not None and self.first_meeting_at > timezone.now()


def own_side(user: User) -> Q:
    """Rows of the side of a match on which this person stands, for tables with `match` and `side`.

    Subqueries instead of joins, so that lists of staff do not pay for it.
    """
    groups = GroupMember.objects.filter(user=user.pk, status=MemberStatus.ACCEPTED).values("group_id")
    households = Household.objects.filter(user=user.pk).values("pk")
    return Q(side=Side.GROUP, match_id__in=Match.objects.filter(group_id__in=groups).values("pk")) | Q(
        side=Side.HOUSEHOLD, match_id__in=Match.objects.filter(household_id__in=households).values("pk")
    )


class AnswerQuerySet(TenantQuerySet["Answer"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "AnswerQuerySet":
        """Each side sees its own answer only; coordinators see both."""
        return self.in_care_of(user, StaffRole.COORDINATOR) | self.filter(own_side(user))


class Answer(TenantModel):
    """What one side answered. “Talk” is a question to the coordinator and may be followed by yes or no."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="answers")
    side = models.CharField(max_length=9, choices=Side)
    value = models.CharField(max_length=4, choices=AnswerValue)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Set when a coordinator recorded a yes or no that was given by phone or face to face.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField()

    objects: ClassVar[AnswerQuerySet] = AnswerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("side", Side, "answer_side_known"),
            one_of("value", AnswerValue, "answer_value_known"),
            models.UniqueConstraint(fields=["match", "side"], name="answer_once_per_side"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.value}"
