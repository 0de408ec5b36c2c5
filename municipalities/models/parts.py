"""Parts of town as a coordinator lists them, and how far they lie from each other."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from municipalities.enums import Distance, StaffRole
from samenhier.accounts.models import User

from .tenant import TenantModel, TenantQuerySet

NAME_LENGTH = 80


class PartOfTownQuerySet(TenantQuerySet["PartOfTown"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "PartOfTownQuerySet":
        return self.in_care_of(user, StaffRole.COORDINATOR)


class PartOfTown(TenantModel):
    """`meant` is the name as municipalities.parts.plain gives it: what people write is compared with that."""

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    meant = models.CharField(max_length=NAME_LENGTH * 3)

    objects: ClassVar[PartOfTownQuerySet] = PartOfTownQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "meant"], name="part_of_town_once"),
            models.CheckConstraint(condition=~Q(meant=""), name="part_of_town_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PartDistanceQuerySet(TenantQuerySet["PartDistance"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "PartDistanceQuerySet":
        return self.in_care_of(user, StaffRole.COORDINATOR)

    def between(self, part: UUID) -> "PartDistanceQuerySet":
        """From this part to any other, on whichever side of the row it stands."""
        return self.filter(Q(one=part) | Q(other=part))


class PartDistance(TenantModel):
    """Between two parts, the same in both directions: one row, the smaller id first. No row: not known."""

    one = models.ForeignKey(PartOfTown, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(PartOfTown, on_delete=models.CASCADE, related_name="+")
    band = models.PositiveSmallIntegerField(_("distance"), choices=Distance)

    objects: ClassVar[PartDistanceQuerySet] = PartDistanceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="part_distance_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="part_distance_smaller_id_first"),
            models.CheckConstraint(condition=Q(band__in=Distance.values), name="part_distance_known"),
        ]
        indexes = [models.Index(fields=["municipality"], name="part_distance_of_town")]

    def __str__(self) -> str:
        return f"distance {self.pk}"

    def other_of(self, part: UUID) -> UUID:
        """The part across."""
        return self.other_id if self.one_id == part else self.one_id
