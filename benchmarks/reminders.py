"""Reminders of check-ins: claimed and queued in batches, beside one Celery task for each row, in one run.

    .venv/bin/python -m benchmarks.reminders              (about a minute)
    .venv/bin/python -m benchmarks.reminders --rows 5000 --tasks 200
    .venv/bin/python -m benchmarks.reminders --write      also writes benchmarks/reminders-results.md

Both sides do the same work for each row: lock it, see that it is still due, put one message into the outbox, plan the next
duty, and commit; both against a Postgres that writes to disk as it would in earnest. The task side uses the project's own
Celery settings, a real worker with two processes and a real broker; the messages are queued before the clock starts. Half of the
batches run before the tasks and half after them, so that other work on the machine weighs on both sides. Bar: the batches do
at least 50 times as many rows in a second. Exit code 1 when they do not.
"""

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from benchmarks.lines import Line, table
from benchmarks.results import machine, publish

BAR = 50.0
ROWS, TASKS = 20_000, 600
QUEUE = "benchmark-reminders"
DUE = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
LATER = DUE + timedelta(hours=1)


@contextlib.contextmanager
def durable_services() -> Iterator[dict[str, str]]:
    """A Postgres that flushes what it commits, and a broker; gone afterwards."""
    from samenhier.services.data_directory import socket_directory
    from samenhier.services.postgres import Postgres
    from samenhier.services.processes import stop_all
    from samenhier.services.throwaway import throwaway_directory
    from samenhier.services.valkey import Valkey

    with throwaway_directory() as directory:
        database = Postgres(directory / "postgres", socket_directory(directory), directory / "postgres.log")
        broker = Valkey(directory / "valkey", directory / "valkey.log", fleeting=True)
        children = []
        try:
            children.append(database.start())
            database.wait(children[-1])
            children.append(broker.start())
            broker.wait(children[-1])
            yield {"DATABASE_URL": database.url, "REDIS_URL": broker.url}
        finally:
            stop_all(children, patience=3.0)


def make_rows(count: int) -> None:
    """Active matches with two check-ins each that are due, one for each side."""
    from groups.models import GroupMember, SponsorGroup
    from matches.models import CheckIn, Match
    from municipalities.models import Municipality, Policy
    from newcomers.models import Household
    from samenhier.accounts.models import User

    town = Municipality.objects.create(
        name="Meetstad",
        slug="meetstad",
        cbs_code="GM9999",
        province="OV",
        partner_organisation="Meten",
        contact_email="meet@meetstad.example",
    )
    Policy.objects.create(municipality=town)
    numbers = range(count // 2)

    def people(kind: str) -> list[User]:
        rows = [User(email=f"{kind}{n}@meetstad.example", language="nl", password="!") for n in numbers]
        return User.objects.bulk_create(rows, batch_size=2000)

    groups = SponsorGroup.objects.bulk_create(
        [
            SponsorGroup(municipality=town, name=f"Groep {n}", status="approved", approved_at=DUE)
            for n in numbers
        ],
        batch_size=2000,
    )
    GroupMember.objects.bulk_create(
        [
            GroupMember(
                municipality=town,
                group=group,
                user=user,
                role="contact",
                status="accepted",
                name="Lid",
                email=user.email,
                is_adult=True,
                responded_at=DUE,
            )
            for group, user in zip(groups, people("lid"), strict=True)
        ],
        batch_size=2000,
    )
    households = Household.objects.bulk_create(
        [
            Household(municipality=town, code_name=f"Linde-{n}", status="ready", ready_since=DUE, user=user)
            for n, user in zip(numbers, people("nieuw"), strict=True)
        ],
        batch_size=2000,
    )
    matches = Match.objects.bulk_create(
        [
            Match(
                municipality=town,
                group=group,
                household=household,
                status="active",
                approved_at=DUE,
                introduced_at=DUE,
                started_on=date(2026, 10, 2),
                planned_end=date(2027, 10, 2),
            )
            for group, household in zip(groups, households, strict=True)
        ],
        batch_size=2000,
    )
    CheckIn.objects.bulk_create(
        [
            CheckIn(
                municipality=town,
                match=match,
                side=side,
                moment="M1",
                due_on=DUE.date(),
                next_reminder_at=DUE if number % 2 else LATER,
                escalate_at=DUE + timedelta(days=8),
            )
            for number, match in enumerate(matches)
            for side in ("group", "household")
        ],
        batch_size=2000,
    )


def analyse() -> None:
    """Fresh statistics, as autovacuum would have made them by the time this many rows exist."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def by_tasks(limit: int) -> float:
    """Rows in a second with one Celery task for each; sets them back afterwards."""
    import subprocess

    from benchmarks.reminders_task import remind_one
    from matches.models import CheckIn
    from samenhier.celery import app
    from samenhier.notifications.models import OutgoingMessage

    ids = [
        str(pk)
        for pk in CheckIn.objects.filter(next_reminder_at=LATER).values_list("pk", flat=True)[: limit + 20]
    ]
    command = [sys.executable, "-m", "celery", "-A", "benchmarks.reminders_task", "worker", "-Q", QUEUE]
    worker = subprocess.Popen(
        [*command, "-c", "2", "-l", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        # The first rows warm both processes up: connections, imports.
        for pk in ids[:20]:
            remind_one.apply_async(args=(pk,), queue=QUEUE)
        wait_for(lambda: OutgoingMessage.objects.count() == 20, seconds=60)
        app.control.cancel_consumer(QUEUE, reply=True)
        for pk in ids[20:]:
            remind_one.apply_async(args=(pk,), queue=QUEUE)
        began = time.perf_counter()
        app.control.add_consumer(QUEUE, reply=False)
        wait_for(lambda: OutgoingMessage.objects.count() == len(ids), seconds=300)
        took = time.perf_counter() - began
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    CheckIn.objects.filter(pk__in=ids).update(next_reminder_at=LATER, reminders_sent=0)
    OutgoingMessage.objects.all().delete()
    return (len(ids) - 20) / took


def wait_for(true, *, seconds: float) -> None:
    """Look now and then until `true()`; RuntimeError when it takes too long."""
    deadline = time.perf_counter() + seconds
    while not true():
        if time.perf_counter() > deadline:
            raise RuntimeError("the worker did not get through its tasks in time")
        time.sleep(0.1)


def by_batches(now: datetime) -> tuple[int, float]:
    """Rows and seconds of a sweep over all that is due at `now`."""
    from matches.domain.checkins import sweep_due

    began = time.perf_counter()
    swept = sweep_due(now)
    return swept.reminded, time.perf_counter() - began


def main() -> int:
    """Measure both sides and print the ratio."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rows", type=int, default=ROWS)
    arguments.add_argument("--tasks", type=int, default=TASKS)
    arguments.add_argument("--write", action="store_true", help="write benchmarks/reminders-results.md")
    options = arguments.parse_args()
    with durable_services() as environment:
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="samenhier.settings.dev")
        import django

        django.setup()
        from django.core.management import call_command

        from samenhier.notifications.models import OutgoingMessage

        call_command("migrate", verbosity=0)
        make_rows(options.rows)
        analyse()
        before = by_batches(DUE)
        OutgoingMessage.objects.all().delete()
        tasks = by_tasks(options.tasks)
        after = by_batches(LATER)
        batches = (before[0] + after[0]) / (before[1] + after[1])
    line = Line(
        f"reminders of check-ins: batches of the sweep ({options.rows:,} rows, one process)"
        f" beside one Celery task for each row ({options.tasks:,} rows, two processes)",
        f"{batches:,.0f} / {tasks:,.0f} rows a second",
        batches / tasks,
        BAR,
        at_least=True,
    )
    report = [
        "# Reminders in batches, beside one task for each",
        "",
        f"{machine('Django', 'celery')}, a Postgres that flushes each commit to disk. Other work ran on the machine at the same time.",
        "",
        "    .venv/bin/python -m benchmarks.reminders --write",
        "",
        *table([line]),
        "",
        "Both sides lock a row, see that it is still due, put a message into the outbox and plan the next duty.",
        "",
    ]
    publish(report, "reminders", write=options.write)
    return 0 if line.met else 1


if __name__ == "__main__":
    sys.exit(main())
