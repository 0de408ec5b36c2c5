"""Check-ins: one for each side at each moment, independent of each other."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matches.enums import CheckInStatus, Side
from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from municipalities.moment_words import moment_in_words
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .match import Match, own_side


class CheckInQuerySet(TenantQuerySet["CheckIn"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "CheckInQuerySet":
        """Each side its own; the coordinator and the guiding builder both.

        Of a group that supports a household of another municipality, its own coordinators see the group's side.
        """
        guided = Match.objects.filter(builder=user.pk).values("pk")
        lent = Match.objects.visiting().in_care_of(user, StaffRole.COORDINATOR, of="group_municipality")
        return (
            self.in_care_of(user, StaffRole.COORDINATOR)
            | self.in_care_of(user, StaffRole.BUILDER).filter(match_id__in=guided)
            | self.filter(own_side(user))
            | self.filter(side=Side.GROUP, match_id__in=lent.values("pk"))
        )

    def planned(self) -> "CheckInQuerySet":
        return self.filter(status=CheckInStatus.PLANNED)


class CheckIn(TenantModel):
    """A short question how it goes, due on a date. `next_reminder_at` is the duty of the sweep; empty means none left."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="check_ins")
    side = models.CharField(max_length=9, choices=Side)
    moment = models.CharField(_("moment"), max_length=3)  # W2, M1, …; see Policy.check_in_moments
    due_on = models.DateField(_("due on"))
    status = models.CharField(max_length=9, choices=CheckInStatus, default=CheckInStatus.PLANNED)
    next_reminder_at = models.DateTimeField(null=True, blank=True)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    escalate_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CheckInQuerySet] = CheckInQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("side", Side, "check_in_side_known"),
            one_of("status", CheckInStatus, "check_in_status_known"),
            models.UniqueConstraint(fields=["match", "side", "moment"], name="check_in_once"),
            models.CheckConstraint(
                condition=~Q(status="answered") | Q(answered_at__isnull=False),
                name="check_in_answered_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_reminder_at"],
                condition=Q(status="planned", next_reminder_at__isnull=False),
                name="check_in_reminder_due",
            ),
            models.Index(
                fields=["escalate_at"],
                condition=Q(status="planned", escalated_at=None),
                name="check_in_escalation_due",
            ),
            models.Index(
                fields=["municipality", "escalated_at"],
                condition=Q(status="planned", escalated_at__isnull=False),
                name="check_in_late",
            ),
            models.Index(fields=["municipality", "due_on"], name="check_in_by_date"),
            models.Index(
                fields=["municipality", "due_on"], condition=Q(status="planned"), name="check_in_open_by_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moment} {self.side}"

    @property
    def when_in_words(self) -> str:
        """Which one it is, such as “after 2 weeks”."""
        return moment_in_words(self.moment)


class CheckInReportQuerySet(TenantQuerySet["CheckInReport"]):
    def visible_to(self, user: User) -> "CheckInReportQuerySet":
        """Who may see the check-in."""
        return self.filter(check_in_id__in=CheckIn.objects.visible_to(user).values("pk"))


class CheckInReport(TenantModel):
    """The answers to one check-in. The text is sealed: only its author, the coordinator and the builder read it."""

    check_in = models.OneToOneField(CheckIn, on_delete=models.CASCADE, related_name="report")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # 1 (not well) … 5 (very well); empty is "no answer".
    wellbeing = models.PositiveSmallIntegerField(_("how it goes"), null=True, blank=True)
    # Times the two met since the last check-in: 0, 1, 2, 3 (three or more); empty is "no answer".
    meetings = models.PositiveSmallIntegerField(_("how often you met"), null=True, blank=True)
    note = models.BinaryField(null=True, blank=True)
    wants_contact = models.BooleanField(_("please contact me"), default=False)

    objects: ClassVar[CheckInReportQuerySet] = CheckInReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(wellbeing=None) | Q(wellbeing__range=(1, 5)), name="report_wellbeing_range"
            ),
            models.CheckConstraint(
                condition=Q(meetings=None) | Q(meetings__range=(0, 3)), name="report_meetings_range"
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"
