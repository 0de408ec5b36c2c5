"""The price of one pair, as a worker computed it for a page of a large pool."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from groups.models import SponsorGroup
from matches.enums import BUSY_STATUSES, RunStatus
from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.core.db import one_of


class PairPriceQuerySet(TenantQuerySet["PairPrice"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "PairPriceQuerySet":
        return self.in_care_of(user, StaffRole.COORDINATOR)


class PairPrice(TenantModel):
    """Asked for by a coordinator, true for the data of one moment, gone after a day; see matches.domain.pricing."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(SponsorGroup, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(_("status"), max_length=8, choices=RunStatus, default=RunStatus.QUEUED)
    # matches.domain.pricing.PairPrices
    answer = models.JSONField(null=True)
    # When it was asked, then when a worker took it: one that lost its claim can no longer write.
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[PairPriceQuerySet] = PairPriceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("status", RunStatus, "pair_price_status_known"),
            models.UniqueConstraint(fields=["household", "group"], name="pair_price_once_per_pair"),
            models.CheckConstraint(
                condition=~models.Q(status="done")
                | models.Q(answer__isnull=False, finished_at__isnull=False),
                name="pair_price_done_has_answer",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-created_at"], name="pair_price_by_date")]

    def __str__(self) -> str:
        return f"price {self.pk}"

    @property
    def busy(self) -> bool:
        """It waits for a worker, or one is computing it."""
        return self.status in BUSY_STATUSES
