"""One matching run of one municipality: what went in, what came out, and the proof."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from matches.enums import RunStatus
from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .national import NationalRun


class MatchingRunQuerySet(TenantQuerySet["MatchingRun"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "MatchingRunQuerySet":
        return self.in_care_of(user, StaffRole.COORDINATOR)


class MatchingRun(TenantModel):
    """Reproducible: the same input hash, versions and seed give the same result."""

    status = models.CharField(_("status"), max_length=8, choices=RunStatus, default=RunStatus.QUEUED)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The round of the whole country that this run is part of.
    national = models.ForeignKey(
        NationalRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="runs", db_index=False
    )
    # The moment of the town's rhythm that started it; empty when a person did.
    scheduled_for = models.DateTimeField(null=True, blank=True)
    seed = models.PositiveBigIntegerField(default=0)
    # No pair below this score; chosen on the page that shows its price. 0 is no floor.
    floor = models.PositiveSmallIntegerField(default=0)
    input_hash = models.CharField(max_length=64, blank=True)
    rules_version = models.CharField(max_length=20, blank=True)
    solver_version = models.CharField(max_length=60, blank=True)
    weights = models.JSONField(default=dict)
    # Ids in pool order, the engine's result, its certificate, and who is left over and why.
    households = models.JSONField(default=list)
    groups = models.JSONField(default=list)
    result = models.JSONField(null=True)
    leftovers = models.JSONField(default=list)
    # Choices by hand that were no longer possible and that it set aside; see matches.domain.choices.
    ended_choices = models.JSONField(default=list)
    check_passed = models.BooleanField(null=True)
    # Counted once, so that lists need no result: who was in the pool, who has a group in it, what was proposed.
    household_count = models.PositiveIntegerField(null=True)
    group_count = models.PositiveIntegerField(null=True)
    placed = models.PositiveIntegerField(null=True)
    proposals = models.PositiveIntegerField(null=True)
    duration_ms = models.PositiveIntegerField(null=True)
    # When a worker took it. A worker that lost its claim (the sweep gave it to another) can no longer write.
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[MatchingRunQuerySet] = MatchingRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("status", RunStatus, "run_status_known"),
            models.UniqueConstraint(
                fields=["municipality"],
                condition=models.Q(status__in=["queued", "running"]),
                name="run_one_at_a_time",
            ),
            models.UniqueConstraint(fields=["municipality", "scheduled_for"], name="run_once_a_round"),
        ]
        indexes = [
            models.Index(fields=["municipality", "-created_at"], name="run_by_date"),
            models.Index(
                fields=["national", "status"],
                condition=models.Q(national__isnull=False),
                name="run_of_nation",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"


class RunInputQuerySet(TenantQuerySet["RunInput"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "RunInputQuerySet":
        return self.in_care_of(user, StaffRole.COORDINATOR)


class RunInput(TenantModel):
    """Everything the engine looked at in one run, packed (`matches.domain.snapshot`); for a replay.

    A table of its own: large, read by nobody else, and forgotten before the run itself is.
    """

    run = models.OneToOneField(MatchingRun, on_delete=models.CASCADE, related_name="input")
    packed = models.BinaryField()

    objects: ClassVar[RunInputQuerySet] = RunInputQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["municipality", "created_at"], name="run_input_by_date")]

    def __str__(self) -> str:
        return f"input of {self.run_id}"
