"""Sweeps: heartbeats, one at a time, the command, forgetting."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from samenhier.notifications import sweeps, upkeep
from samenhier.notifications.models import Heartbeat, OutgoingMessage, State


@pytest.fixture
def registered() -> Iterator[Any]:
    """Register sweeps for this test only."""
    before = dict(sweeps._sweeps)
    yield sweeps.register
    sweeps._sweeps.clear()
    sweeps._sweeps.update(before)


@pytest.mark.django_db
def test_a_sweep_leaves_a_heartbeat(registered: Any) -> None:
    seen = []
    registered("test", lambda now: seen.append(now) or 7)
    moment = timezone.now()

    assert sweeps.run("test", moment) == 7

    beat = Heartbeat.objects.get(name="test")
    assert seen == [moment]
    assert beat.handled == 7
    assert beat.last_success
    assert beat.last_started
    assert beat.last_success >= beat.last_started
    assert beat.last_error == ""


@pytest.mark.django_db
def test_a_fault_is_noted_without_its_text_and_raised(registered: Any) -> None:
    def work(now: datetime) -> int:
        raise ValueError("somebody@voorbeeld.example")

    registered("test", work)
    with pytest.raises(ValueError, match="somebody"):
        sweeps.run("test")
    beat = Heartbeat.objects.get(name="test")
    assert beat.last_success is None
    assert beat.last_error.endswith("ValueError")


@pytest.mark.django_db
def test_the_next_good_run_clears_the_error(registered: Any) -> None:
    outcomes = [ValueError(), None]

    def work(now: datetime) -> int:
        if fault := outcomes.pop(0):
            raise fault
        return 0

    registered("test", work)
    with pytest.raises(ValueError):
        sweeps.run("test")
    sweeps.run("test")
    assert Heartbeat.objects.get(name="test").last_error == ""


def test_a_name_is_used_once(registered: Any) -> None:
    registered("test", lambda now: 0)
    with pytest.raises(ValueError, match="twice"):
        registered("test", lambda now: 0)
    with pytest.raises(KeyError):
        sweeps.run("unheard of")


@pytest.mark.django_db(transaction=True)
def test_an_exclusive_sweep_never_runs_twice_at_once(registered: Any) -> None:
    inside, leave = threading.Event(), threading.Event()

    def work(now: datetime) -> int:
        inside.set()
        assert leave.wait(20)
        return 1

    def thread() -> int | None:
        try:
            return sweeps.run("slow")
        finally:
            connections.close_all()

    registered("slow", work)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(thread)
        assert inside.wait(20)
        second = sweeps.run("slow")
        leave.set()
        assert (first.result(), second) == (1, None)
    # The lock is free again.
    assert sweeps.run("slow") == 1


@pytest.mark.django_db(transaction=True)
def test_a_lock_dies_with_its_session(registered: Any) -> None:
    def thread() -> None:
        with sweeps._lock("slow") as ours:
            assert ours
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(thread).result()
    # Postgres hears a moment later that the session is gone.
    deadline = time.monotonic() + 10
    ours = False
    while not ours and time.monotonic() < deadline:
        with sweeps._lock("slow") as ours:
            pass
    assert ours


@pytest.mark.django_db
def test_upkeep_runs_each_piece_even_when_one_fails(registered: Any) -> None:
    done = []

    def broken(now: datetime) -> int:
        raise ValueError

    registered("upkeep.a-broken", broken)
    registered("upkeep.b-whole", lambda now: done.append("b") or 2)
    with pytest.raises(ValueError):
        sweeps.run("upkeep")
    assert done == ["b"]
    assert Heartbeat.objects.get(name="upkeep.b-whole").handled == 2
    assert Heartbeat.objects.get(name="upkeep").last_success is None


@pytest.mark.django_db
def test_the_command_runs_what_it_is_asked(registered: Any) -> None:
    registered("test", lambda now: 3)
    out = StringIO()
    call_command("sweep", "test", "upkeep", stdout=out)
    assert out.getvalue() == "test: 3 done\nupkeep: 0 done\n"
    with pytest.raises(CommandError, match="Unknown sweep: nothing"):
        call_command("sweep", "nothing")
    with pytest.raises(CommandError, match="Name a sweep or give --all"):
        call_command("sweep")


@pytest.mark.django_db
def test_the_schedule_and_the_register_agree(settings: Any) -> None:
    assert {"outbox", "upkeep"} <= set(sweeps.names())
    assert not set(sweeps.names()) - set(settings.CELERY_BEAT_SCHEDULE)


@pytest.mark.django_db
def test_old_content_and_old_rows_are_forgotten() -> None:
    now = timezone.now()

    def row(key: str, state: State, age: timedelta) -> None:
        OutgoingMessage.objects.create(
            kind="tests.urgent",
            language="nl",
            sealed=b"x",
            dedupe_key=key,
            message_id=f"<{key}@x>",
            due_at=now - age,
            state=state,
            finished_at=now - age,
        )

    row("young", State.FAILED, timedelta(days=6))
    row("week", State.UNCERTAIN, timedelta(days=8))
    row("old", State.SENT, timedelta(days=91))
    OutgoingMessage.objects.create(
        kind="tests.urgent",
        language="nl",
        sealed=b"x",
        dedupe_key="waiting",
        message_id="<w@x>",
        due_at=now - timedelta(days=400),
    )

    assert upkeep.forget_messages(now) == 3  # two emptied, one of them removed as well

    left = dict(OutgoingMessage.objects.values_list("dedupe_key", "sealed"))
    assert {key: value is not None for key, value in left.items()} == {
        "young": True,
        "week": False,
        "waiting": True,
    }


@pytest.mark.django_db
def test_ended_sessions_are_forgotten() -> None:
    now = timezone.now()
    Session.objects.create(session_key="a", session_data="x", expire_date=now - timedelta(minutes=1))
    Session.objects.create(session_key="b", session_data="x", expire_date=now + timedelta(minutes=1))
    assert upkeep.forget_sessions(now) == 1
    assert Session.objects.get().session_key == "b"
