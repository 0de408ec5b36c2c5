"""A what-if beside the runs: choices that somebody tries, and what they would change. Nothing follows from it."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from matches.enums import WhatIfStatus
from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .run import MatchingRun

#: The highest score of a pair without a bonus: a floor above it would leave nobody.
HIGHEST_FLOOR = 1000


class WhatIfQuerySet(TenantQuerySet["WhatIf"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "WhatIfQuerySet":
        return self.in_care_of(user, StaffRole.COORDINATOR)


def empty_list() -> list[dict[str, Any]]:
    return []


class WhatIf(TenantModel):
    """Choices of one coordinator and what they would change. No match knows of it, so none can come from it."""

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The last run when this was computed: its seed draws the same lots, so that only the choices differ.
    run = models.ForeignKey(MatchingRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(_("title"), max_length=80)
    note = models.CharField(_("why"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=WhatIfStatus, default=WhatIfStatus.DRAFT)
    # Criterion → weight 0–10, where it differs from the policy.
    weights = models.JSONField(default=dict, blank=True)
    # {"household": id, "group": id, "reason": text}: pairs that must be made, and pairs that may not.
    pins = models.JSONField(default=empty_list, blank=True)
    bans = models.JSONField(default=empty_list, blank=True)
    # Groups that do not exist; see matches.domain.imaginary.
    imaginary = models.JSONField(default=empty_list, blank=True)
    floor = models.PositiveSmallIntegerField(
        _("no pair below this score"), null=True, blank=True, validators=[MaxValueValidator(HIGHEST_FLOOR)]
    )
    seed = models.PositiveBigIntegerField(default=0)
    input_hash = models.CharField(max_length=64, blank=True)
    # What the choices give, and how that differs from the best result without them; see matches.domain.trying.
    result = models.JSONField(null=True)
    comparison = models.JSONField(null=True)
    # As for a run: a worker that lost its claim can no longer write.
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[WhatIfQuerySet] = WhatIfQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("status", WhatIfStatus, "what_if_status_known"),
            models.UniqueConstraint(
                fields=["municipality"],
                condition=models.Q(status__in=["queued", "running"]),
                name="what_if_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="done")
                | models.Q(result__isnull=False, comparison__isnull=False, finished_at__isnull=False),
                name="what_if_done_has_result",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-created_at"], name="what_if_by_date")]

    def __str__(self) -> str:
        return f"what-if {self.pk}"

    @property
    def busy(self) -> bool:
        """It waits for a worker, or one is computing it."""
        return self.status in (WhatIfStatus.QUEUED, WhatIfStatus.RUNNING)
