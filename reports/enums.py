from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    MONTHLY = "monthly", _("each month")
    QUARTERLY = "quarterly", _("each quarter")


class ReportStatus(models.TextChoices):
    QUEUED = "queued", _("waiting")
    DONE = "done", _("ready")
    FAILED = "failed", _("failed")
