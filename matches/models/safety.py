"""A safety flag: these two must not be brought together. A coordinator's act; neither side ever hears of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from groups.models import SponsorGroup
from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from newcomers.models import Household
from samenhier.accounts.models import User


class SafetyFlagQuerySet(TenantQuerySet["SafetyFlag"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "SafetyFlagQuerySet":
        """Coordinators of the municipality, nobody else."""
        return self.in_care_of(user, StaffRole.COORDINATOR)

    def standing(self) -> "SafetyFlagQuerySet":
        """Those that keep a pair apart now."""
        return self.filter(lifted_at__isnull=True)


class SafetyFlag(TenantModel):
    """Between one household and one group. The reason is sealed; what was lifted stays as a fact without its reason."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(SponsorGroup, on_delete=models.CASCADE, related_name="+")
    reason = models.BinaryField(null=True)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar[SafetyFlagQuerySet] = SafetyFlagQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "group"],
                condition=Q(lifted_at__isnull=True),
                name="safety_flag_once_for_pair",
            ),
            models.CheckConstraint(
                condition=Q(reason__isnull=False) | Q(lifted_at__isnull=False),
                name="safety_flag_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "-created_at"], name="safety_flag_by_date"),
        ]

    def __str__(self) -> str:
        return f"safety flag {self.pk}"
