"""One matching round of the whole country: a run for each municipality, and when the last of them was done."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from matches.enums import NationalStatus
from samenhier.core.db import UuidModel, one_of


class NationalRun(UuidModel):
    """Holds no people and belongs to no municipality; its runs (`runs`) do."""

    status = models.CharField(
        _("status"), max_length=8, choices=NationalStatus, default=NationalStatus.RUNNING
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Municipalities with households and groups, and how many of them had a run of their own going on already.
    pools = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["NationalRun"]]

    class Meta:
        constraints = [
            one_of("status", NationalStatus, "national_status_known"),
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status="running"),
                name="national_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(status="running") | models.Q(finished_at__isnull=False),
                name="national_done_has_moment",
            ),
        ]
        indexes = [models.Index(fields=["-created_at"], name="national_by_date")]

    def __str__(self) -> str:
        return f"national run {self.pk}"
