"""Figures of closed months, as they were shown. A closed month never changes: it cannot be compared with itself."""

from typing import ClassVar

from django.db import models

from municipalities.enums import StaffRole
from municipalities.models import StaffMembership, TenantModel, TenantQuerySet
from samenhier.accounts.models import User
from samenhier.core.db import UuidModel


class MonthFiguresQuerySet(TenantQuerySet["MonthFigures"]):
    def visible_to(self, user: User) -> "MonthFiguresQuerySet":
        """Coordinators and municipality staff: their own. A national coordinator: everybody's."""
        national = StaffMembership.objects.active().filter(user=user.pk, role=StaffRole.NATIONAL)
        if national.exists():
            return self
        return self.in_care_of(user, StaffRole.COORDINATOR, StaffRole.VIEWER)


class MonthFigures(TenantModel):
    """What was said of one municipality and one month, after masking; see `reports.figures.publication`."""

    month = models.DateField()
    published = models.JSONField()

    objects: ClassVar[MonthFiguresQuerySet] = MonthFiguresQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "month"], name="figures_once_per_month"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="figures_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"figures of {self.month:%Y-%m}"


class CountryFigures(UuidModel):
    """What stands beside them: averages over what municipalities show; see `reports.figures.country`."""

    month = models.DateField(unique=True)
    published = models.JSONField()

    def __str__(self) -> str:
        return f"country figures of {self.month:%Y-%m}"


class CountryFairness(UuidModel):
    """Who got a group in the year up to and including a month, masked, for each language; see `reports.domain.fairness`."""

    month = models.DateField(unique=True)
    boards = models.JSONField()

    def __str__(self) -> str:
        return f"country fairness of {self.month:%Y-%m}"
