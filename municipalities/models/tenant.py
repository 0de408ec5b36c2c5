"""What every table of a municipality shares: the tenant, and asking who may see."""

from typing import Any, TypeVar

from django.db import models

from municipalities.enums import StaffRole
from samenhier.accounts.models import User
from samenhier.core.db import UuidModel

from .municipality import Municipality
from .staff import StaffMembership

M = TypeVar("M", bound=models.Model)


class TenantQuerySet(models.QuerySet[M]):
    """Reads start from `visible_to(user)`; each model says in its own queryset what that means."""

    def in_care_of(self, user: User, *roles: StaffRole) -> Any:
        """Rows of the municipalities where this person has one of these roles."""
        return self.filter(
            municipality_id__in=StaffMembership.objects.active()
            .filter(user=user.pk, role__in=roles)
            .values("municipality_id")
        )

    def visible_to(self, user: User) -> Any:
        """The rows this person may know of; nothing unless the model says more."""
        raise NotImplementedError(f"{self.model.__name__} does not say who may see it.")


class TenantModel(UuidModel):
    """A row of one municipality. Indexes of its children begin with `municipality`."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
