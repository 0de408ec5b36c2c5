"""The first weeks of a match: after them both sides choose again, in private and with an equal veto."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from matches.enums import MatchStatus, Side, TrialOutcome, TrialValue
from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .match import Match, own_side


class TrialQuerySet(TenantQuerySet["Trial"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "TrialQuerySet":
        """Whoever may see the match."""
        return self.filter(match__in=Match.objects.visible_to(user).values("pk"))

    def going_on(self) -> "TrialQuerySet":
        """Not decided yet, of a match that goes on."""
        return self.filter(outcome="", match__status=MatchStatus.ACTIVE)

    def choosing(self) -> "TrialQuerySet":
        """Both sides were asked and can choose now."""
        return self.going_on().filter(asked_at__isnull=False)


class Trial(TenantModel):
    """One for each match that began while the municipality had trial weeks."""

    match = models.OneToOneField(Match, on_delete=models.CASCADE, related_name="trial")
    ends_on = models.DateField()
    # Since then both sides can choose; after `choose_by` it stands on the coordinator's work list.
    asked_at = models.DateTimeField(null=True, blank=True)
    choose_by = models.DateTimeField(null=True, blank=True)
    # The duty of the sweep: when to remind who has not chosen; empty means reminded, or nothing left to remind of.
    remind_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=7, choices=TrialOutcome, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[TrialQuerySet] = TrialQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_at=None, choose_by=None)
                | Q(asked_at__isnull=False, choose_by__isnull=False),
                name="trial_asked_has_clock",
            ),
            models.CheckConstraint(
                condition=Q(remind_at=None) | Q(asked_at__isnull=False, outcome=""),
                name="trial_reminds_who_chooses",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None)
                | (Q(outcome__in=TrialOutcome.values) & Q(decided_at__isnull=False)),
                name="trial_outcome_known",
            ),
        ]
        indexes = [
            # The sweep goes through all municipalities at once.
            models.Index(fields=["ends_on"], condition=Q(asked_at=None, outcome=""), name="trial_to_ask"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="trial_to_remind"),
            models.Index(
                fields=["municipality", "choose_by"],
                condition=Q(asked_at__isnull=False, outcome=""),
                name="trial_choosing",
            ),
        ]

    def __str__(self) -> str:
        return f"trial of {self.match_id}"

    @property
    def is_choosing(self) -> bool:
        """Whether both sides can choose now. The match goes on."""
        return self.asked_at is not None and not self.outcome

    @property
    def is_in_time(self) -> bool:
        """Whether the time to choose still runs; after it one can still choose."""
        return self.is_in_time_at(timezone.now())

    def is_in_time_at(self, now: datetime) -> bool:
        """The same at some moment."""
        return self.choose_by is not None and self.choose_by > now


class TrialChoiceQuerySet(TenantQuerySet["TrialChoice"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "TrialChoiceQuerySet":
        """Each side sees its own choice only; coordinators see both."""
        return self.in_care_of(user, StaffRole.COORDINATOR) | self.filter(own_side(user))


class TrialChoice(TenantModel):
    """What one side chose. “Talk” is a question to the coordinator and may be followed by another choice."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="trial_choices")
    side = models.CharField(max_length=9, choices=Side)
    value = models.CharField(max_length=5, choices=TrialValue)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Set when a coordinator recorded what was said by phone or face to face.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    chosen_at = models.DateTimeField()

    objects: ClassVar[TrialChoiceQuerySet] = TrialChoiceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("side", Side, "trial_side_known"),
            one_of("value", TrialValue, "trial_value_known"),
            models.UniqueConstraint(fields=["match", "side"], name="trial_choice_once_per_side"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.value}"
