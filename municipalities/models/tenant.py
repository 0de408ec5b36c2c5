"""What every table of a municipality shares: the tenant, and asking who may see."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import models

from municipalities.enums import StaffRole
from samenhier.accounts.models import User
from samenhier.core.db import UuidModel

from .municipality import Municipality
from .staff import StaffMembership

M = TypeVar("M", bound=models.Model)


def remember(user: User, memberships: Iterable[StaffMembership]) -> None:
    """Keep the active memberships of a person with the object of this request, which has read them anyway."""
    user.known_roles = frozenset((one.municipality_id, one.role) for one in memberships)  # type: ignore[attr-defined]  # for this request only


def known_as(user: User, municipality_id: UUID, *roles: StaffRole) -> bool:
    """Whether the request knows (`remember`) that this person is one of these in this town; asks nothing."""
    known: frozenset[Any] = getattr(user, "known_roles", frozenset())
    return any((municipality_id, role) in known for role in roles)


def has_role(user: User, municipality: Municipality, *roles: StaffRole) -> bool:
    """Whether this person is one of these in this town: known from the request, or else asked."""
    if hasattr(user, "known_roles"):
        return known_as(user, municipality.pk, *roles)
    rows = StaffMembership.objects.active().filter(user=user.pk, municipality=municipality)
    return rows.filter(role__in=roles).exists()


class TenantQuerySet(models.QuerySet[M]):
    """Reads start from `visible_to(user)`; each model says in its own queryset what that means."""

    #: Staff who see each row of their own town, whatever else `visible_to` says.
    readers: ClassVar[frozenset[StaffRole]] = frozenset()

    def in_care_of(self, user: User, *roles: StaffRole, of: str = "municipality") -> Any:
        """Rows of the municipalities where this person has one of these roles; `of` is the field that names the town."""
        towns = (
            StaffMembership.objects.active().filter(user=user.pk, role__in=roles).values("municipality_id")
        )
        return self.filter(**{f"{of}_id__in": towns})

    def visible_to(self, user: User) -> Any:
        """The rows this person may know of; nothing unless the model says more."""
        raise NotImplementedError(f"{self.model.__name__} does not say who may see it.")

    def visible_in(self, municipality: Municipality, user: User) -> Any:
        """`visible_to(user)` within one town, for its lists.

        Of whom the request knows that they read this whole town, nothing else is asked: the query stays on the index
        that begins with the town, instead of weighing all ways in which somebody may see a row.
        """
        if known_as(user, municipality.pk, *self.readers):
            return self.filter(municipality=municipality)
        return self.visible_to(user).filter(municipality=municipality)


class TenantModel(UuidModel):
    """A row of one municipality. Indexes of its children begin with `municipality`."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
