"""The sender against a real SMTP server that misbehaves, and against its own death."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from samenhier.notifications import sending
from samenhier.notifications.models import OutgoingMessage, State
from samenhier.notifications.outbox import notify
from samenhier.notifications.relay import open_relay, plain_address
from samenhier.notifications.states import MESSAGE_STATES
from tests import factories
from tests.notifications.sample_kinds import CONTEXT
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
_keys = count(1)
# A Tuesday, inside the sending window and outside it.
MORNING = datetime(2030, 12, 3, 10, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
EVENING = datetime(2030, 12, 3, 20, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))


def queue(kind: str = "tests.urgent", *, to: str = "a@voorbeeld.example", **values: Any) -> OutgoingMessage:
    """One message that is due."""
    if "recipient" not in values:
        values["to"] = to
    key = f"test:{next(_keys)}"
    with transaction.atomic():
        notify(kind=kind, dedupe_key=key, **{"context": CONTEXT, "language": "nl", **values})
    return OutgoingMessage.objects.get(dedupe_key=key)


def expire_leases() -> None:
    """As if every worker that holds a row has been away too long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_outgoingmessage SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL"
        )


def test_a_message_goes_out_once_with_its_fixed_id(sink: Sink) -> None:
    row = queue(
        recipient=factories.user(email="noor@voorbeeld.example", name="Noor", language="en"), language=""
    )

    assert sending.sweep_outbox(MORNING) == 1
    assert sending.sweep_outbox(MORNING) == 0

    (mail,) = sink.received
    row.refresh_from_db()
    assert (row.state, row.sealed, row.lease_until, row.attempts) == (State.SENT, None, None, 1)
    assert row.finished_at
    assert mail["Message-ID"] == row.message_id
    assert mail["To"] == "noor@voorbeeld.example"
    assert mail["Date"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "en"
    assert mail.get_body(("plain",)).get_content().startswith("Hello Noor,")  # type: ignore[union-attr]
    assert "<html" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert sink.recipients == [["noor@voorbeeld.example"]]


def test_all_of_a_sweep_goes_over_one_line(sink: Sink) -> None:
    for _number in range(5):
        queue()

    assert sending.sweep_outbox(MORNING) == 5
    assert sink.connections == 1


def test_lines_that_start_with_a_dot_arrive_whole(sink: Sink) -> None:
    queue(recipient=factories.user(name=".x"), language="en")
    sending.sweep_outbox(MORNING)
    assert "Hello .x," in sink.received[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_the_address_is_read_at_the_moment_of_sending(sink: Sink) -> None:
    person = factories.user(email="old@voorbeeld.example")
    queue(recipient=person)
    person.email = "new@voorbeeld.example"
    person.save()

    sending.sweep_outbox(MORNING)

    assert sink.recipients == [["new@voorbeeld.example"]]


def test_a_closed_account_gets_nothing(sink: Sink) -> None:
    person = factories.user(is_active=False)
    row = queue(recipient=person)

    sending.sweep_outbox(MORNING)

    row.refresh_from_db()
    assert (row.state, row.sealed, sink.transactions) == (State.CANCELLED, None, 0)


def test_an_erased_person_takes_the_mail_along(sink: Sink) -> None:
    person = factories.user()
    queue(recipient=person)
    person.delete()
    assert sending.sweep_outbox(MORNING) == 0
    assert not OutgoingMessage.objects.exists()


def test_what_is_no_longer_wanted_is_cancelled(sink: Sink) -> None:
    wanted = queue("tests.unwanted")
    unwanted = queue("tests.unwanted", context={**CONTEXT, "event": "over"})

    assert sending.sweep_outbox(MORNING) == 1

    unwanted.refresh_from_db()
    assert unwanted.state == State.CANCELLED
    assert list(sink.copies) == [wanted.message_id]


def test_a_message_that_cannot_be_written_does_not_stop_the_others(
    sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    bad = queue("tests.unwritable")
    good = queue()

    assert sending.sweep_outbox(MORNING) == 1

    bad.refresh_from_db()
    assert (bad.state, bad.last_error) == (State.RETRY, "cannot be written: ZeroDivisionError")
    assert list(sink.copies) == [good.message_id]
    assert "outbox.unwritable" in caplog.text


def test_lost_content_and_unknown_kinds_fail_visibly(sink: Sink) -> None:
    empty, unknown, garbled = queue(), queue(), queue()
    OutgoingMessage.objects.filter(pk=empty.pk).update(sealed=None)
    OutgoingMessage.objects.filter(pk=unknown.pk).update(kind="gone.away")
    OutgoingMessage.objects.filter(pk=garbled.pk).update(sealed=b"nonsense")

    sending.sweep_outbox(MORNING)

    found = dict(OutgoingMessage.objects.values_list("pk", "last_error"))
    assert found == {
        empty.pk: "its content is gone",
        unknown.pk: "unknown kind",
        garbled.pk: "its content is gone",
    }
    assert set(OutgoingMessage.objects.values_list("state", flat=True)) == {State.FAILED}


def test_outside_the_window_only_urgent_mail_leaves(sink: Sink) -> None:
    urgent, reminder = queue(), queue("tests.reminder")

    sending.sweep_outbox(EVENING)

    assert list(sink.copies) == [urgent.message_id]
    reminder.refresh_from_db()
    assert (reminder.state, reminder.attempts) == (State.PENDING, 0)
    assert reminder.due_at == datetime(2030, 12, 4, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert sending.sweep_outbox(reminder.due_at) == 1


def test_urgent_mail_goes_before_older_reminders(sink: Sink) -> None:
    reminder, urgent = queue("tests.reminder"), queue()
    sending.sweep_outbox(MORNING)
    assert list(sink.copies) == [urgent.message_id, reminder.message_id]


def test_what_is_not_due_waits(sink: Sink) -> None:
    queue(due_at=MORNING + timedelta(minutes=1))
    assert sending.sweep_outbox(MORNING) == 0
    assert sending.sweep_outbox(MORNING + timedelta(minutes=1)) == 1


# -- a relay that refuses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["rcpt-550", "data-550"])
def test_a_refusal_for_good_fails_this_message_only(sink: Sink, word: str) -> None:
    first, second = queue(), queue()
    sink.plan.extend([word, "ok"])

    assert sending.sweep_outbox(MORNING) == 1

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.FAILED, State.SENT)
    assert first.last_error.startswith("550 ")
    assert "voorbeeld" not in first.last_error
    assert first.sealed  # a person may send it again
    assert sink.connections == 1


@pytest.mark.parametrize("word", ["rcpt-450", "data-451"])
def test_a_refusal_for_now_is_tried_again_later(sink: Sink, word: str) -> None:
    row = queue()
    sink.plan.append(word)

    assert sending.sweep_outbox(MORNING) == 0
    row.refresh_from_db()
    assert row.state == State.RETRY
    assert timedelta(seconds=48) <= row.due_at - MORNING <= timedelta(seconds=72)
    assert sending.sweep_outbox(MORNING + timedelta(seconds=40)) == 0
    assert sending.sweep_outbox(MORNING + timedelta(seconds=73)) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, sink.copies[row.message_id]) == (State.SENT, 2, 1)


def test_retries_double_up_to_six_hours_and_end_after_two_days(sink: Sink) -> None:
    row = queue()
    sink.plan.extend(["rcpt-450"] * 100)
    moment, waits = MORNING, []
    for _attempt in range(60):
        sending.sweep_outbox(moment)
        row.refresh_from_db()
        if row.state != State.RETRY:
            break
        waits.append(row.due_at - moment)
        moment = row.due_at
    assert row.state == State.FAILED
    assert row.last_error.startswith("gave up after 48 hours: 450")
    assert timedelta(hours=48) <= moment - MORNING <= timedelta(hours=48 + 7.5)
    assert max(waits) <= timedelta(hours=7.2)
    assert waits[5] > waits[3] > waits[1]


def test_a_relay_that_takes_nothing_from_us_trips_the_breaker(sink: Sink) -> None:
    for _number in range(20):
        queue()
    sink.plan.extend(["mail-550"] * 20)

    assert sending.sweep_outbox(MORNING) == 0

    assert sink.transactions == sending.BREAKER
    assert sorted(OutgoingMessage.objects.values_list("state", "attempts")) == sorted(
        [(State.RETRY, 1)] * 3 + [(State.PENDING, 0)] * 17
    )


def test_a_relay_that_is_down_fails_nothing(sink: Sink, settings: Any, free_port: int) -> None:
    for _number in range(20):
        queue()
    settings.EMAIL_PORT = free_port

    assert sending.sweep_outbox(MORNING) == 0

    states = list(OutgoingMessage.objects.values_list("state", flat=True))
    assert sorted(states) == [State.PENDING] * 19 + [State.RETRY]
    assert OutgoingMessage.objects.filter(due_at__gt=MORNING).count() == 20
    settings.EMAIL_PORT = sink.port  # type: ignore[attr-defined]
    assert sending.sweep_outbox(MORNING + timedelta(minutes=3)) == 20


def test_a_line_that_breaks_is_opened_again(sink: Sink) -> None:
    rows = [queue() for _number in range(3)]
    sink.plan.append("data-421")

    assert sending.sweep_outbox(MORNING) == 2

    assert OutgoingMessage.objects.get(state=State.RETRY) == rows[0]
    assert sink.connections == 2


def test_a_relay_that_hangs_before_the_text_leaves_no_doubt(sink: Sink) -> None:
    row = queue("tests.reminder")
    sink.plan.append("hang-at-mail")
    sending.sweep_outbox(MORNING)
    row.refresh_from_db()
    assert row.state == State.RETRY


@pytest.mark.parametrize("word", ["cut", "hang"])
def test_a_line_that_breaks_after_the_text_leaves_doubt(sink: Sink, word: str) -> None:
    sink.plan.append(word)
    reminder = queue("tests.reminder")
    sending.sweep_outbox(MORNING)
    sink.plan.append(word)
    urgent = queue()
    sending.sweep_outbox(MORNING)
    sending.sweep_outbox(MORNING + timedelta(minutes=2))

    reminder.refresh_from_db()
    urgent.refresh_from_db()
    assert (reminder.state, sink.copies[reminder.message_id]) == (State.UNCERTAIN, 1)
    assert reminder.finished_at
    assert reminder.sealed
    # A second copy with the same Message-ID does no harm here.
    assert (urgent.state, sink.copies[urgent.message_id]) == (State.SENT, 2)


# -- two workers, dead workers, frozen workers -----------------------------------------------------------------


def test_two_workers_send_each_message_once(sink: Sink) -> None:
    rows = [queue() for _number in range(60)]
    sink.pause = 0.002
    start = threading.Barrier(2)

    def work() -> int:
        start.wait()
        try:
            return sending.sweep_outbox(MORNING)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        sent = [future.result() for future in [pool.submit(work), pool.submit(work)]]

    assert sum(sent) == 60
    assert all(sent), "both workers took part"
    assert sink.copies == {row.message_id: 1 for row in rows}
    assert set(OutgoingMessage.objects.values_list("state", flat=True)) == {State.SENT}


def test_a_worker_that_froze_cannot_send(sink: Sink) -> None:
    row = queue()
    (old_claim,) = sending.claim(MORNING)
    with open_relay() as relay:
        # Frozen before it read the row again, or between reading and handing over.
        mail = sending._compose(OutgoingMessage.objects.get())
        expire_leases()
        assert sending.sweep_outbox(MORNING) == 1
        assert sending._deliver(old_claim, relay, MORNING) == 0
        assert relay.send(mail, lambda: sending.hand_over(old_claim)) is False

    row.refresh_from_db()
    assert (row.state, row.fence) == (State.SENT, 2)
    assert sink.copies == {row.message_id: 1}


def test_an_expired_lease_alone_already_stops_the_hand_over(sink: Sink) -> None:
    queue()
    (claim,) = sending.claim(MORNING)
    expire_leases()
    assert sending.hand_over(claim) is False


def test_a_slow_worker_that_succeeds_after_all_makes_it_certain(sink: Sink) -> None:
    row = queue("tests.reminder")
    (claim,) = sending.claim(MORNING)
    assert sending.hand_over(claim)
    expire_leases()
    sending.recover()
    row.refresh_from_db()
    assert row.state == State.UNCERTAIN
    sending._settle(claim, State.SENT, "")
    row.refresh_from_db()
    assert row.state == State.SENT


def killed_sender(sink: Sink, environment: dict[str, str], word: str) -> None:
    """A sender process that dies at this point of its talk with the relay."""
    sink.plan.append(word)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.notifications.sender"],
        env={
            **environment,
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",  # type: ignore[attr-defined]
            # Its window is open all day.
            "DJANGO_SETTINGS_MODULE": "samenhier.settings.dev",
        },
    )
    sink.victim = process.pid
    assert process.wait(timeout=60) == -signal.SIGKILL


@pytest.mark.parametrize("kind", ["tests.urgent", "tests.reminder"])
def test_killed_between_claim_and_text_is_sent_once(
    sink: Sink, child_environment: dict[str, str], kind: str
) -> None:
    row = queue(kind)
    killed_sender(sink, child_environment, "kill-at-mail")
    row.refresh_from_db()
    assert row.state == State.CLAIMED

    assert sending.sweep_outbox(MORNING) == 0  # its lease still runs
    expire_leases()
    assert sending.sweep_outbox(MORNING) == 1

    row.refresh_from_db()
    assert (row.state, sink.copies[row.message_id]) == (State.SENT, 1)


@pytest.mark.parametrize("word", ["kill", "kill-lost"])
def test_killed_at_the_text_a_reminder_is_listed_as_uncertain(
    sink: Sink, child_environment: dict[str, str], word: str
) -> None:
    row = queue("tests.reminder")
    killed_sender(sink, child_environment, word)
    row.refresh_from_db()
    assert row.state == State.HANDED_OVER

    expire_leases()
    assert sending.sweep_outbox(MORNING) == 0

    row.refresh_from_db()
    assert row.state == State.UNCERTAIN
    assert sink.copies[row.message_id] == (1 if word == "kill" else 0)
    assert row in OutgoingMessage.objects.in_doubt()


@pytest.mark.parametrize(("word", "copies"), [("kill", 2), ("kill-lost", 1)])
def test_killed_at_the_text_a_code_is_sent_again(
    sink: Sink, child_environment: dict[str, str], word: str, copies: int
) -> None:
    row = queue()
    killed_sender(sink, child_environment, word)
    expire_leases()

    assert sending.sweep_outbox(MORNING) == 1

    row.refresh_from_db()
    assert (row.state, sink.copies[row.message_id]) == (State.SENT, copies)


def test_a_message_that_kills_its_workers_is_parked(sink: Sink) -> None:
    row = queue()
    for _death in range(sending.MOST_ATTEMPTS):
        sending.claim(MORNING)
        expire_leases()
        sending.recover()
    row.refresh_from_db()
    assert (row.state, row.last_error) == (State.FAILED, "the worker stopped each time")


# -- hostile input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example, x@y.example",
        "Name <a@b.example>",
        "a b@c.example",
        "@b.example",
        "a@",
        "",
        "ä@b.example",
        "a@b@c.example",
        '"a"@b.example',
    ],
)
def test_a_strange_address_is_refused(sink: Sink, address: str) -> None:
    with pytest.raises(ValueError):
        plain_address(address)
    if address:
        row = queue(to=address)
        sending.sweep_outbox(MORNING)
        row.refresh_from_db()
        assert row.state == State.FAILED
        assert sink.transactions == 0


def test_names_cannot_add_headers_or_recipients(sink: Sink) -> None:
    queue(recipient=factories.user(email="a@b.example", name="Eve\r\nBcc: x@y.example\r\n\r\nInjected"))

    sending.sweep_outbox(MORNING)

    (mail,) = sink.received
    assert mail["Bcc"] is None
    assert sink.recipients == [["a@b.example"]]
    assert len(mail.get_all("To")) == len(mail.get_all("Subject")) == 1


# -- the machine of states ---------------------------------------------------------------------------------------


def test_every_state_has_its_arrows() -> None:
    assert MESSAGE_STATES.states() == set(State.values)
    assert MESSAGE_STATES.allows(State.CLAIMED, State.HANDED_OVER)
    assert not MESSAGE_STATES.allows(State.SENT, State.PENDING)
    assert not MESSAGE_STATES.allows(State.PENDING, State.SENT)


def test_the_lease_is_told_by_the_clock_of_the_database(sink: Sink) -> None:
    queue()
    (row,) = sending.claim(MORNING + timedelta(days=300))
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    assert row.lease_until is not None
    assert abs(row.lease_until - now - sending.LEASE) < timedelta(seconds=10)
    assert timezone.now() < MORNING  # the moments of these tests lie ahead
    assert os.getpid()
