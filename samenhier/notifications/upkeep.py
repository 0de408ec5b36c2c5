"""Forgetting: what a mail said after a week, that it existed after three months, sessions when they ended."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from .models import OutgoingMessage, State

CONTENT_KEPT = timedelta(days=7)
MESSAGE_KEPT = timedelta(days=90)
ENDED = [State.SENT, State.FAILED, State.UNCERTAIN, State.CANCELLED]


def forget_messages(now: datetime) -> int:
    """Remove old contents and old rows."""
    ended = OutgoingMessage.objects.filter(state__in=ENDED)
    emptied = ended.filter(finished_at__lt=now - CONTENT_KEPT, sealed__isnull=False).update(sealed=None)
    removed, _per_model = ended.filter(finished_at__lt=now - MESSAGE_KEPT).delete()
    return emptied + removed


def forget_sessions(now: datetime) -> int:
    """Remove sessions that have ended."""
    removed, _per_model = Session.objects.filter(expire_date__lt=now).delete()
    return removed
