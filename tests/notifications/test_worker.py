"""notify → commit → bell → real worker → real SMTP."""

import time

import pytest
from django.conf import settings
from django.db import transaction

from samenhier.notifications.models import Heartbeat, OutgoingMessage, State
from samenhier.notifications.outbox import notify
from samenhier.services.inbox import Inbox
from tests import factories
from tests.notifications.sample_kinds import CONTEXT
from tests.worker_fixtures import Worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def wait_until_sent(count: int, patience: float = 20.0) -> None:
    """Until so many rows are sent; the relay has them a moment earlier."""
    deadline = time.monotonic() + patience
    while OutgoingMessage.objects.filter(state=State.SENT).count() < count:
        assert time.monotonic() < deadline, list(OutgoingMessage.objects.values_list("state", "last_error"))
        time.sleep(0.05)


def queue(key: str, email: str) -> None:
    with transaction.atomic():
        notify(
            kind="accounts.security_notice",
            dedupe_key=key,
            context=CONTEXT,
            recipient=factories.user(email=email, language="en"),
        )


def test_a_real_worker_sends_what_was_queued(celery_worker: Worker, smtp_inbox: Inbox) -> None:
    queue("worker:1", "first@voorbeeld.example")

    mail = smtp_inbox.wait_for(to="first@voorbeeld.example")

    wait_until_sent(1)
    row = OutgoingMessage.objects.get()
    assert mail["Message-ID"] == row.message_id
    assert row.sealed is None
    beat = Heartbeat.objects.get(name="outbox")
    assert beat.last_started
    assert "first@voorbeeld.example" not in celery_worker.output()


def test_a_killed_worker_loses_nothing(celery_worker: Worker, smtp_inbox: Inbox) -> None:
    celery_worker.kill()
    queue("worker:2", "second@voorbeeld.example")
    celery_worker.restart()

    smtp_inbox.wait_for(to="second@voorbeeld.example")
    wait_until_sent(1)
    assert len(smtp_inbox.messages()) == 1


def test_a_rolled_back_act_sends_nothing(celery_worker: Worker, smtp_inbox: Inbox) -> None:
    class Halt(Exception):
        pass

    with pytest.raises(Halt), transaction.atomic():
        queue("worker:3", "never@voorbeeld.example")
        raise Halt
    queue("worker:4", "always@voorbeeld.example")

    smtp_inbox.wait_for(to="always@voorbeeld.example")
    assert not smtp_inbox.find(to="never@voorbeeld.example")


def test_an_idle_worker_still_hears_the_bell(celery_worker: Worker, smtp_inbox: Inbox) -> None:
    # Longer than the broker's socket timeout, which is there for pages.
    time.sleep(settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"] + 2)
    queue("worker:5", "late@voorbeeld.example")
    smtp_inbox.wait_for(to="late@voorbeeld.example", timeout=10)
    assert "Traceback" not in celery_worker.output()
    assert "ERROR" not in celery_worker.output()
