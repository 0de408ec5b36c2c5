"""What a person decides about a message that failed, or of which nobody knows whether it left."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError

from .models import OutgoingMessage, State
from .outbox import ring_the_bell
from .states import DECISIONS


def _locked(message: OutgoingMessage) -> OutgoingMessage:
    return OutgoingMessage.objects.select_for_update().get(pk=message.pk)


def _record(action: str, message: OutgoingMessage, actor: User) -> None:
    audit.record(
        action, actor=actor, subject=message, municipality_id=message.municipality_id, kind=message.kind
    )


@transaction.atomic
def count_as_sent(*, message: OutgoingMessage, actor: User) -> None:
    """The mail did arrive, or need not arrive any more: it leaves the list. Raises `TransitionRefused`."""
    row = _locked(message)
    DECISIONS.check(row.state, State.SENT)
    _end(row, State.SENT)
    _record("mail.counted_as_sent", row, actor)


@transaction.atomic
def let_go(*, message: OutgoingMessage, actor: User) -> None:
    """Do not try a failed mail again: it leaves the list. Raises `TransitionRefused`."""
    row = _locked(message)
    DECISIONS.check(row.state, State.CANCELLED)
    _end(row, State.CANCELLED)
    _record("mail.let_go", row, actor)


@transaction.atomic
def send_again(*, message: OutgoingMessage, actor: User) -> None:
    """Queue the same mail once more, with the same Message-ID.

    Raises `TransitionRefused`, or `DomainError` when its text was removed after a week.
    """
    row = _locked(message)
    DECISIONS.check(row.state, State.PENDING)
    if row.sealed is None:
        if row.state == State.UNCERTAIN:
            raise DomainError(
                _(
                    "The text of this mail is no longer kept. Count it as sent, and contact the person yourself."
                )
            )
        raise DomainError(
            _("The text of this mail is no longer kept. Leave it, and contact the person yourself.")
        )
    row.state = State.PENDING
    row.due_at = timezone.now()
    row.attempts = 0
    row.first_tried_at = row.finished_at = None
    row.save(update_fields=["state", "due_at", "attempts", "first_tried_at", "finished_at"])
    _record("mail.sent_again", row, actor)
    transaction.on_commit(ring_the_bell)


def _end(row: OutgoingMessage, state: State) -> None:
    row.state = state
    row.sealed = None
    row.finished_at = timezone.now()
    row.save(update_fields=["state", "sealed", "finished_at"])
