"""From the outbox to the relay. Each step is committed, so that after any crash it is known what can have left.

claim (commit) → read again → hand over (commit, just before DATA) → DATA → sent (commit)

Two workers never send the same message: a claim skips locked rows and raises the fence, and the hand-over asks
for that fence. Between the end of DATA and our commit nobody can know; see `OnDoubt`.
"""

import logging
import random
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from samenhier.core.crypto import Unreadable, unseal_json
from samenhier.core.moments import in_sending_window, next_sending_moment

from . import kinds
from .kinds import OnDoubt
from .models import OutgoingMessage, State
from .outbox import ring_the_bell
from .relay import InDoubt, Refused, Relay, Unreachable, open_relay, plain_address
from .rendering import render

log = logging.getLogger(__name__)

BATCH = 50
# How long a worker may hold a claimed row, and how long the exchange of one text may take.
LEASE = timedelta(minutes=5)
HAND_OVER_LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(hours=48)
# A row whose worker dies this often is not tried again: it may be what kills them.
MOST_ATTEMPTS = 25
# So many broken lines in a row, and the rest waits: the relay is down.
BREAKER = 3
# After this a sweep hands on to the next one, well within Celery's time limit.
LONGEST_SWEEP = 5 * 60


class _Stop(Exception):
    """The relay is down: leave the rest for later."""


class _NotNow(Exception):
    """This message ends here; carries its end state."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state = state


def sweep_outbox(now: datetime) -> int:
    """Send everything that is due. Returns how many messages reached the relay."""
    started = time.monotonic()
    recover()
    put_off(now)
    sent = broken = 0
    with open_relay() as relay:
        while rows := claim(now):
            for number, row in enumerate(rows):
                try:
                    sent += _deliver(row, relay, now)
                    broken = 0
                except _Stop:
                    broken += 1
                    if broken >= BREAKER or not relay.answers():
                        log.warning(
                            "outbox.breaker the relay does not answer; %s rows wait", len(rows) - number - 1
                        )
                        _put_back(rows[number + 1 :], now)
                        return sent
            if time.monotonic() - started > LONGEST_SWEEP:
                ring_the_bell()
                break
    return sent


def claim(now: datetime, limit: int = BATCH) -> list[OutgoingMessage]:
    """Take due rows for this worker, urgent kinds first. Committed on return."""
    urgent = [kind.code for kind in kinds.all_kinds() if kind.urgent]
    with transaction.atomic():
        due = OutgoingMessage.objects.waiting().filter(due_at__lte=now)
        if not in_sending_window(now):
            due = due.filter(kind__in=urgent)
        ids = list(
            due.order_by(Case(When(kind__in=urgent, then=Value(0)), default=Value(1)), "due_at")
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[:limit]
        )
        if not ids:
            return []
        OutgoingMessage.objects.filter(pk__in=ids).update(
            state=State.CLAIMED,
            lease_until=Now() + LEASE,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
            first_tried_at=Coalesce("first_tried_at", Value(now)),
        )
        found = OutgoingMessage.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def recover() -> int:
    """Take back what a worker left when it died or froze. Returns how many rows that were."""
    left = OutgoingMessage.objects.filter(lease_until__lt=Now())
    end = {"finished_at": Now(), "lease_until": None}
    claimed = left.filter(state=State.CLAIMED)
    count = claimed.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED, last_error="the worker stopped each time", **end
    )
    # Nothing left yet: it waits as before.
    count += claimed.update(state=State.PENDING, lease_until=None)
    # Its text may have left: a second copy, or a person decides.
    handed = left.filter(state=State.HANDED_OVER)
    resent = [kind.code for kind in kinds.all_kinds() if kind.on_doubt == OnDoubt.RESEND]
    count += handed.filter(kind__in=resent, attempts__lt=MOST_ATTEMPTS).update(
        state=State.RETRY, lease_until=None, last_error="the worker stopped while sending"
    )
    count += handed.update(state=State.UNCERTAIN, last_error="the worker stopped while sending", **end)
    if count:
        log.warning("outbox.recovered rows=%s", count)
    return count


def put_off(now: datetime) -> int:
    """Outside the sending window: what is not urgent becomes due when the window opens."""
    if in_sending_window(now):
        return 0
    urgent = [kind.code for kind in kinds.all_kinds() if kind.urgent]
    late = OutgoingMessage.objects.waiting().filter(due_at__lte=now).exclude(kind__in=urgent)
    return late.update(due_at=next_sending_moment(now))


def hand_over(row: OutgoingMessage) -> bool:
    """Commit "the relay gets the text now". False when the row is no longer ours: then nothing may be sent."""
    return bool(
        OutgoingMessage.objects.filter(
            pk=row.pk, fence=row.fence, state=State.CLAIMED, lease_until__gt=Now()
        ).update(state=State.HANDED_OVER, lease_until=Now() + HAND_OVER_LEASE)
    )


def wait_before(attempt: int) -> timedelta:
    """How long to wait after this many attempts: one minute, doubling up to six hours, spread by a fifth."""
    plain = min(FIRST_WAIT * 2 ** min(max(attempt, 1) - 1, 16), LONGEST_WAIT)
    return plain * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, keeps no secret


def _deliver(row: OutgoingMessage, relay: Relay, now: datetime) -> int:
    """One message: 1 when the relay took it. Raises `_Stop` when the line is broken."""
    fresh = (
        OutgoingMessage.objects.select_related("recipient")
        .filter(pk=row.pk, fence=row.fence, state=State.CLAIMED)
        .first()
    )
    if fresh is None:
        return 0
    try:
        mail = _compose(fresh)
    except _NotNow as end:
        _settle(fresh, end.state, str(end))
        return 0
    except Exception as fault:
        # One message that cannot be written must not keep the others from leaving.
        log.exception("outbox.unwritable message=%s kind=%s", fresh.pk, fresh.kind)
        _retry(fresh, f"cannot be written: {type(fault).__name__}", now)
        return 0
    try:
        if not relay.send(mail, lambda: hand_over(fresh)):
            log.warning("outbox.lost_claim message=%s", fresh.pk)
            return 0
    except Refused as refusal:
        if refusal.permanent:
            _settle(fresh, State.FAILED, str(refusal))
        else:
            _retry(fresh, str(refusal), now)
        return 0
    except Unreachable as fault:
        _retry(fresh, str(fault), now)
        raise _Stop from fault
    except InDoubt as fault:
        if kinds.get(fresh.kind).on_doubt == OnDoubt.RESEND:
            _retry(fresh, f"in doubt: {fault}", now)
        else:
            _settle(fresh, State.UNCERTAIN, f"the line broke after the text: {fault}")
        raise _Stop from fault
    _settle(fresh, State.SENT, "")
    return 1


def _compose(row: OutgoingMessage) -> EmailMultiAlternatives:
    """Read everything again and write the mail. Raises `_NotNow` when it should not leave."""
    try:
        kind = kinds.get(row.kind)
    except KeyError:
        raise _NotNow(State.FAILED, "unknown kind") from None
    try:
        content = unseal_json(row.sealed) if row.sealed is not None else None
    except Unreadable:
        content = None
    if content is None:
        raise _NotNow(State.FAILED, "its content is gone")
    if row.recipient is not None and not row.recipient.is_active:
        raise _NotNow(State.CANCELLED, "the account is closed")
    address = row.recipient.email if row.recipient is not None else content["to"]
    if not address:
        raise _NotNow(State.CANCELLED, "there is no address")
    try:
        address = plain_address(address)
    except ValueError:
        raise _NotNow(State.FAILED, "the address cannot be used") from None
    context = content["context"]
    if not kind.still_wanted(context):
        raise _NotNow(State.CANCELLED, "no longer wanted")
    written = render(kind, row.language, context, row.recipient.name if row.recipient else "")
    mail = EmailMultiAlternatives(
        subject=written.subject,
        body=written.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers={
            "Message-ID": row.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": written.language,
        },
    )
    mail.attach_alternative(written.html, "text/html")
    return mail


def _settle(row: OutgoingMessage, state: State, reason: str) -> None:
    """Commit an end state, if the row is still in our hands."""
    ours = [State.CLAIMED, State.HANDED_OVER]
    values: dict[str, object] = {
        "state": state,
        "lease_until": None,
        "last_error": reason[:200],
        "finished_at": timezone.now(),
    }
    if state == State.SENT:
        # Slow, and put on the list meanwhile: now it is certain.
        ours.append(State.UNCERTAIN)
    if state in (State.SENT, State.CANCELLED):
        values["sealed"] = None
    OutgoingMessage.objects.filter(pk=row.pk, fence=row.fence, state__in=ours).update(**values)
    log.info("outbox.%s message=%s kind=%s attempt=%s %s", state, row.pk, row.kind, row.attempts, reason)


def _retry(row: OutgoingMessage, reason: str, now: datetime) -> None:
    """Try again later, or give up after two days."""
    if row.first_tried_at and now - row.first_tried_at >= GIVE_UP_AFTER:
        _settle(row, State.FAILED, f"gave up after 48 hours: {reason}")
        return
    OutgoingMessage.objects.filter(
        pk=row.pk, fence=row.fence, state__in=[State.CLAIMED, State.HANDED_OVER]
    ).update(
        state=State.RETRY, lease_until=None, last_error=reason[:200], due_at=now + wait_before(row.attempts)
    )
    log.info("outbox.retry message=%s kind=%s attempt=%s %s", row.pk, row.kind, row.attempts, reason)


def _put_back(rows: Iterable[OutgoingMessage], now: datetime) -> None:
    """Untouched rows of a broken batch wait a minute; it does not count as an attempt of theirs."""
    for row in rows:
        OutgoingMessage.objects.filter(pk=row.pk, fence=row.fence, state=State.CLAIMED).update(
            state=State.RETRY if row.attempts > 1 else State.PENDING,
            lease_until=None,
            attempts=F("attempts") - 1,
            due_at=now + wait_before(1),
        )
