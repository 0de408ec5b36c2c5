"""Start trainings and who was there."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
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

    def to_come(self) -> "TrainingSessionQuerySet":
        """Not begun, and not cancelled."""
        return self.filter(starts_at__gt=timezone.now(), cancelled_at=None)


class TrainingSession(TenantModel):
    """One evening or afternoon. A cancelled one is kept, so that whoever signed up can read why."""

    title = models.CharField(_("title"), max_length=80)
    starts_at = models.DateTimeField(_("starts at"))
    place = models.CharField(_("place"), max_length=120)
    seats = models.PositiveSmallIntegerField(_("places"), default=20)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.CharField(_("why it does not take place"), max_length=300, blank=True)
    #: Goes up with each change that people hear of; a mail about an older one is not sent any more.
    revision = models.PositiveSmallIntegerField(default=0, editable=False)

    objects: ClassVar[TrainingSessionQuerySet] = TrainingSessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""), name="training_cancelled_with_reason"
            )
        ]
        indexes = [models.Index(fields=["municipality", "starts_at"], name="training_by_date")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_to_come(self) -> bool:
        """It can still be changed: not begun, and not cancelled."""
        return self.cancelled_at is None and self.starts_at > timezone.now()


class AttendanceQuerySet(MemberRowQuerySet):
    """Places at trainings."""

    def to_come(self) -> "AttendanceQuerySet":
        """Places at a training that is not begun and not cancelled."""
        return self.filter(attended=None, session__starts_at__gt=timezone.now(), session__cancelled_at=None)


class Attendance(TenantModel):
    """One member at one training: signed up, and whether they came."""

    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(GroupMember, on_delete=models.CASCADE, related_name="attendances")
    attended = models.BooleanField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar[AttendanceQuerySet] = AttendanceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="attendance_once")]
        indexes = [
            models.Index(
                fields=["municipality", "session"], condition=Q(attended=None), name="attendance_unwritten"
            )
        ]

    def __str__(self) -> str:
        return f"attendance {self.pk}"
