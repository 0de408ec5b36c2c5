"""Who did or read what. Rows are only added: a trigger refuses change and removal."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class AuditEvent(models.Model):
    """One act or one reading of sealed data. Ids and field names only, never values of people."""

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=60)
    # Plain ids instead of foreign keys: the trail outlives the person and the object.
    actor_id = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=20, blank=True)
    municipality_id = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.UUIDField(null=True)
    fields = ArrayField(models.CharField(max_length=40), default=list)
    reason = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "-id"], name="audit_subject"),
            models.Index(fields=["municipality_id", "-id"], name="audit_municipality"),
            models.Index(fields=["actor_id", "-id"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
