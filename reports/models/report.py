"""Reports that were made, and who wants them by mail."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from reports.enums import Frequency, ReportStatus
from samenhier.accounts.models import User
from samenhier.core.db import one_of

READERS = (StaffRole.COORDINATOR, StaffRole.VIEWER)


class ReportQuerySet(TenantQuerySet["ReportRun"]):
    def visible_to(self, user: User) -> "ReportQuerySet":
        return self.in_care_of(user, *READERS)


class ReportRun(TenantModel):
    """One report over one period, as PDF. Masked figures only, so the file holds no person."""

    first_day = models.DateField()
    last_day = models.DateField()
    language = models.CharField(max_length=5)
    status = models.CharField(max_length=6, choices=ReportStatus, default=ReportStatus.QUEUED)
    # In Postgres, so that web and worker need no shared disk; about 60 kB each.
    pdf = models.BinaryField(null=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("status", ReportStatus, "report_status_known"),
            models.UniqueConstraint(
                fields=["municipality", "first_day", "last_day", "language"], name="report_once_per_period"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-last_day"], name="report_by_period")]

    def __str__(self) -> str:
        return f"report {self.first_day}–{self.last_day}"


class SubscriptionQuerySet(TenantQuerySet["ReportSubscription"]):
    def visible_to(self, user: User) -> "SubscriptionQuerySet":
        return self.filter(user=user.pk)


class ReportSubscription(TenantModel):
    """A staff member who wants the report by mail, as a link."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_subscriptions"
    )
    frequency = models.CharField(_("how often"), max_length=9, choices=Frequency, default=Frequency.MONTHLY)

    objects: ClassVar[SubscriptionQuerySet] = SubscriptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("frequency", Frequency, "subscription_frequency_known"),
            models.UniqueConstraint(fields=["municipality", "user"], name="subscription_once"),
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"
