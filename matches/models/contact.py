"""“Please contact me”: reaches the coordinator only; the other side is never told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from matches.enums import ContactStatus, Side
from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .match import Match


class ContactRequestQuerySet(TenantQuerySet["ContactRequest"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "ContactRequestQuerySet":
        """The coordinator, and the person who asked."""
        return self.in_care_of(user, StaffRole.COORDINATOR) | self.filter(asked_by=user.pk)

    def waiting(self) -> "ContactRequestQuerySet":
        return self.filter(status=ContactStatus.OPEN)


class ContactRequest(TenantModel):
    """A quiet request. No reason is asked."""

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    side = models.CharField(max_length=9, choices=Side)
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    match = models.ForeignKey(
        Match, null=True, blank=True, on_delete=models.CASCADE, related_name="contact_requests"
    )
    status = models.CharField(max_length=4, choices=ContactStatus, default=ContactStatus.OPEN)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ContactRequestQuerySet] = ContactRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("status", ContactStatus, "contact_status_known"),
            one_of("side", Side, "contact_side_known"),
            models.UniqueConstraint(
                fields=["asked_by", "side"], condition=Q(status="open"), name="contact_one_open_request"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "status", "created_at"], name="contact_waiting")]

    def __str__(self) -> str:
        return f"contact request {self.pk}"
