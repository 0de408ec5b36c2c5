"""Two municipalities that open their groups to each other's households: it stands only when both said yes."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Least

from municipalities.enums import STANDING, OpeningStatus, StaffRole
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .municipality import Municipality
from .tenant import TenantModel, TenantQuerySet, known_as


class OpeningQuerySet(TenantQuerySet["Opening"]):
    def visible_to(self, user: User) -> "OpeningQuerySet":
        """Coordinators of either municipality."""
        return self.in_care_of(user, StaffRole.COORDINATOR) | self.in_care_of(
            user, StaffRole.COORDINATOR, of="neighbour"
        )

    def visible_in(self, municipality: Municipality, user: User) -> "OpeningQuerySet":
        """Those of one town, whichever of the two asked."""
        known = known_as(user, municipality.pk, StaffRole.COORDINATOR)
        rows = self if known else self.visible_to(user)
        return rows.of(municipality.pk)

    def of(self, municipality_id: UUID | OuterRef) -> "OpeningQuerySet":
        """Those in which this town is one of the two."""
        return self.filter(Q(municipality=municipality_id) | Q(neighbour=municipality_id))

    def between(self, one: UUID | Combinable, other: UUID | Combinable) -> "OpeningQuerySet":
        """Those of exactly these two towns, whichever asked."""
        return self.filter(Q(municipality=one, neighbour=other) | Q(municipality=other, neighbour=one))

    def names_beside(self, municipality_id: UUID) -> list[str]:
        """The towns across, by name. One query."""
        rows = self.of(municipality_id).values_list("municipality", "municipality__name", "neighbour__name")
        return sorted(other if asker == municipality_id else name for asker, name, other in rows)

    def standing(self) -> "OpeningQuerySet":
        """Asked or open: what was closed is history."""
        return self.filter(status__in=STANDING)

    def open(self) -> "OpeningQuerySet":
        """Both said yes, and neither closed it."""
        return self.filter(status=OpeningStatus.OPEN)


class Opening(TenantModel):
    """`municipality` asked, `neighbour` was asked. Closed rows stay as history; a new yes is a new row."""

    neighbour = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=6, choices=OpeningStatus, default=OpeningStatus.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OpeningQuerySet] = OpeningQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("status", OpeningStatus, "opening_status_known"),
            models.CheckConstraint(condition=~Q(municipality=F("neighbour")), name="opening_of_two_towns"),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(accepted_at__isnull=False), name="opening_open_was_accepted"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
                name="opening_closed_has_moment",
            ),
            models.UniqueConstraint(
                Least("municipality", "neighbour"),
                Greatest("municipality", "neighbour"),
                condition=Q(status__in=STANDING),
                name="opening_one_standing_per_pair",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "status"], name="opening_by_asker"),
            models.Index(fields=["neighbour", "status"], name="opening_by_neighbour"),
        ]

    def __str__(self) -> str:
        return f"opening {self.pk}"

    def other(self, municipality_id: UUID) -> Municipality:
        """The town across."""
        return self.neighbour if self.municipality_id == municipality_id else self.municipality
