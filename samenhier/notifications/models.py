"""The outbox: each message is a row first, and what happened to it can be read."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from samenhier.core.db import UuidModel, one_of


class State(models.TextChoices):
    PENDING = "pending", _("waiting")
    CLAIMED = "claimed", _("being prepared")
    HANDED_OVER = "handed_over", _("being handed over")
    SENT = "sent", _("sent")
    RETRY = "retry", _("will be tried again")
    FAILED = "failed", _("failed")
    UNCERTAIN = "uncertain", _("uncertain")
    CANCELLED = "cancelled", _("cancelled")


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    def waiting(self) -> "OutgoingMessageQuerySet":
        """Rows that still have to leave."""
        return self.filter(state__in=[State.PENDING, State.RETRY])

    def in_doubt(self) -> "OutgoingMessageQuerySet":
        """Rows that a person has to decide about."""
        return self.filter(state__in=[State.UNCERTAIN, State.FAILED])


class OutgoingMessage(UuidModel):
    """One mail to one person. What it says and to whom is sealed until it is sent, then removed."""

    kind = models.CharField(max_length=60)
    # A plain id: the platform knows no municipalities.
    municipality_id = models.UUIDField(null=True, blank=True)
    # The address is read from the person at the moment of sending; `sealed` holds it for people without an account.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(max_length=5)
    sealed = models.BinaryField(null=True)
    dedupe_key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=120, unique=True)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Retries end two days after this.
    first_tried_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # Raised at each claim: a worker that froze holds an old number and can no longer send.
    fence = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OutgoingMessageQuerySet] = OutgoingMessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [one_of("state", State, "message_state_known")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["pending", "retry"]), name="message_due"),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "handed_over"]),
                name="message_leased",
            ),
            models.Index(
                fields=["municipality_id", "finished_at"],
                condition=Q(state__in=["uncertain", "failed"]),
                name="message_in_doubt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Heartbeat(models.Model):
    """When each schedule last ran well; the operations page shows it."""

    name = models.CharField(max_length=60, primary_key=True)
    last_started = models.DateTimeField(null=True)
    last_success = models.DateTimeField(null=True)
    handled = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
