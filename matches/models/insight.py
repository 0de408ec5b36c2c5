"""What a town's pool says about itself: which groups are wanted, and what a floor under the pairs would cost."""

from typing import ClassVar

from django.db import models

from municipalities.enums import StaffRole
from municipalities.models import Municipality, TenantModel, TenantQuerySet
from samenhier.accounts.models import User


class PoolInsightQuerySet(TenantQuerySet["PoolInsight"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "PoolInsightQuerySet":
        return self.in_care_of(user, StaffRole.COORDINATOR)

    def counted_for(self, user: User) -> "PoolInsightQuerySet":
        """For staff of a town, and for the country: towns of which the month was counted. They read `counts` alone."""
        return self.filter(municipality__in=Municipality.objects.visible_to(user), month__isnull=False).only(
            "municipality_id", "month", "counts"
        )


class PoolInsight(TenantModel):
    """One row per town, made by a worker after each run and once a day. Pages read it; none computes it."""

    requested_at = models.DateTimeField(null=True, blank=True)
    # When a worker took it; a worker that lost its claim can no longer write.
    claimed_at = models.DateTimeField(null=True, blank=True)
    computed_at = models.DateTimeField(null=True, blank=True)
    # The optimum it was compared with.
    households = models.PositiveIntegerField(default=0)
    groups = models.PositiveIntegerField(default=0)
    placed = models.PositiveIntegerField(default=0)
    # “wanted”: matches.domain.recruitment.Signal; “languages”: how many of who is left over speak each.
    signals = models.JSONField(default=dict)
    # matches.domain.floors.Floor
    floors = models.JSONField(default=list)
    # What readers who may not see people are told from: frozen at the first count of a month, with the bound of
    # that moment, so that two looks cannot be compared. Masked when read (reports.wanted).
    month = models.DateField(null=True, blank=True)
    counts = models.JSONField(default=dict)

    objects: ClassVar[PoolInsightQuerySet] = PoolInsightQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality"], name="insight_one_per_town")]

    def __str__(self) -> str:
        return f"insight of {self.municipality_id}"

    @property
    def is_busy(self) -> bool:
        """Whether a worker was asked and has not answered yet."""
        return self.requested_at is not None and (
            self.computed_at is None or self.computed_at < self.requested_at
        )
