"""Who may read which sealed fields, from when to when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from municipalities.models import TenantModel, TenantQuerySet
from samenhier.accounts.models import User
from samenhier.core.db import codes_field

from .household import Household


class DisclosureGrantQuerySet(TenantQuerySet["DisclosureGrant"]):
    def visible_to(self, user: User) -> "DisclosureGrantQuerySet":
        """The newcomer sees who may read; a reader sees the own grant."""
        return self.filter(Q(household__user=user.pk) | Q(reader=user.pk))

    def open(self) -> "DisclosureGrantQuerySet":
        return self.filter(closed_at=None)


class DisclosureGrant(TenantModel):
    """Opened when both sides said yes and a coordinator approved; closed at once at the end or at leaving."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="grants")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fields = codes_field()
    # The match it rests on, as a plain id: matches lie above newcomers.
    match_id = models.UUIDField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=40, blank=True)

    objects: ClassVar[DisclosureGrantQuerySet] = DisclosureGrantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "reader"], condition=Q(closed_at=None), name="grant_once_open"
            )
        ]
        indexes = [
            models.Index(fields=["match_id"], name="grant_by_match"),
            models.Index(
                fields=["municipality", "household"], condition=Q(closed_at=None), name="grant_open"
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"
