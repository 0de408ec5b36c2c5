"""Start trainings and who was there."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from samenhier.accounts.models import User

from .member import GroupMember, MemberRowQuerySet


class TrainingSessionQuerySet(TenantQuerySet["TrainingSession"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "TrainingSessionQuerySet":
        """Coordinators of the municipality, and members of its groups."""
        mine = GroupMember.objects.filter(user=user.pk).present().values("municipality_id")
        return self.in_care_of(user, StaffRole.COORDINATOR) | self.filter(municipality_id__in=mine)


class TrainingSession(TenantModel):
    """One evening or afternoon."""

    title = models.CharField(_("title"), max_length=80)
    starts_at = models.DateTimeField(_("starts at"))
    place = models.CharField(_("place"), max_length=120)
    seats = models.PositiveSmallIntegerField(_("places"), default=20)

    objects: ClassVar[TrainingSessionQuerySet] = TrainingSessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["municipality", "starts_at"], name="training_by_date")]

    def __str__(self) -> str:
        return self.title


class Attendance(TenantModel):
    """One member at one training: signed up, and whether they came."""

    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(GroupMember, on_delete=models.CASCADE, related_name="attendances")
    attended = models.BooleanField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = MemberRowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="attendance_once")]

    def __str__(self) -> str:
        return f"attendance {self.pk}"
