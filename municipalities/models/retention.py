"""How much was removed because its time was over: numbers only, kept when the rows themselves are gone."""

from typing import ClassVar

from django.db import models

from municipalities.enums import StaffRole
from samenhier.accounts.models import User

from .tenant import TenantModel, TenantQuerySet


class RemovalQuerySet(TenantQuerySet["Removal"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "RemovalQuerySet":
        return self.in_care_of(user, StaffRole.COORDINATOR)


class Removal(TenantModel):
    """What one rule of `municipalities.retention` removed so far in one municipality."""

    rule = models.CharField(max_length=24)
    number = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    objects: ClassVar[RemovalQuerySet] = RemovalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "rule"], name="removal_once_per_rule")]

    def __str__(self) -> str:
        return f"{self.number} by {self.rule}"
