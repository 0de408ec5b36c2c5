"""What a newcomer agreed to. Rows are only added; withdrawing sets a moment, once."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from newcomers.enums import ConsentHow, ConsentPurpose
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .household import Household


class ConsentQuerySet(TenantQuerySet["Consent"]):
    def visible_to(self, user: User) -> "ConsentQuerySet":
        return self.in_care_of(user, StaffRole.COORDINATOR) | self.filter(household__user=user.pk)

    def in_force(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)


class Consent(TenantModel):
    """One yes: which text, in which language, how, and recorded by whom."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=16, choices=ConsentPurpose)
    version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    how = models.CharField(max_length=12, choices=ConsentHow)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ConsentQuerySet] = ConsentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("purpose", ConsentPurpose, "consent_purpose_known"),
            one_of("how", ConsentHow, "consent_how_known"),
            models.UniqueConstraint(
                fields=["household", "purpose"], condition=Q(withdrawn_at=None), name="consent_once_in_force"
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "household"], condition=Q(withdrawn_at=None), name="consent_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"
