"""Beat rings by itself: real beat, real broker, real worker, real SMTP, and each reminder leaves once."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from celery.beat import PersistentScheduler
from django.utils import timezone

from matches.domain.checkins import plan_check_ins
from matches.enums import CheckInStatus, MatchStatus, Side
from matches.models import CheckIn
from samenhier.celery import app
from samenhier.notifications.models import Heartbeat, OutgoingMessage, State
from samenhier.services.inbox import Inbox
from tests.matches.world import World, world
from tests.worker_fixtures import PATIENCE, ROOT, Worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


class Beat:
    """Beat as `make run` starts it, with a file in which it remembers when it rang last."""

    def __init__(self, environment: dict[str, str], directory: Path) -> None:
        self.environment = environment
        self.schedule = directory / "beat"
        self.log = directory / "beat.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start_as_if_it_was_away(self, *names: str) -> None:
        """It finds in its file that these entries rang an hour ago for the last time, and the others now."""
        remembered = PersistentScheduler(app, schedule_filename=str(self.schedule))
        for name in names:
            entry = remembered.schedule[name]
            entry.last_run_at = app.now() - timedelta(hours=1)
        remembered.close()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "--app", "samenhier.celery:app", "beat"),
                    *("--loglevel", "INFO", "--pidfile=", f"--schedule={self.schedule}"),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        """Without a last word."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


@pytest.fixture
def beat(child_environment: dict[str, str], tmp_path: Path) -> Iterator[Beat]:
    """Not started yet; stopped afterwards."""
    found = Beat({**child_environment, "DJANGO_SETTINGS_MODULE": "samenhier.settings.dev"}, tmp_path)
    yield found
    found.kill()


def until(what: Callable[[], bool], beat: Beat, worker: Worker) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, f"{beat.output()[-2000:]}\n{worker.output()[-2000:]}"
        time.sleep(0.05)


def due_since_yesterday() -> World:
    """A match of which the group alone has one check-in, of yesterday."""
    w = world(MatchStatus.ACTIVE, policy={"check_in_moments": ["M1"], "reminder_days": [0, 3]})
    yesterday = timezone.localdate() - timedelta(days=1)
    w.match.started_on = yesterday - timedelta(days=31)
    w.match.planned_end = yesterday + timedelta(days=334)
    w.match.save()
    plan_check_ins(match=w.match)
    CheckIn.objects.exclude(side=Side.GROUP).delete()
    CheckIn.objects.update(due_on=yesterday, next_reminder_at=timezone.now() - timedelta(hours=1))
    return w


def test_beat_rings_and_a_check_in_that_is_due_is_one_mail_however_often_it_rings(
    celery_worker: Worker, beat: Beat, smtp_inbox: Inbox
) -> None:
    address = due_since_yesterday().contact.email

    def rang(name: str) -> datetime | None:
        return Heartbeat.objects.filter(name=name).values_list("last_success", flat=True).first()

    assert rang("check-ins") is None
    beat.start_as_if_it_was_away("check-ins")
    smtp_inbox.wait_for(to=address)
    until(lambda: OutgoingMessage.objects.filter(state=State.SENT).count() == 1, beat, celery_worker)
    until(lambda: bool(rang("check-ins") and rang("outbox")), beat, celery_worker)
    before = {name: rang(name) for name in ("check-ins", "outbox")}

    # Killed and started again, it rings once more, also for what waits in the outbox.
    beat.kill()
    beat.start_as_if_it_was_away(*before)
    until(lambda: all(rang(name) != moment for name, moment in before.items()), beat, celery_worker)
    assert beat.output().count("Scheduler: Sending due task check-ins") == 2
    assert len(smtp_inbox.messages()) == 1
    assert OutgoingMessage.objects.count() == 1
    row = CheckIn.objects.get()
    assert (row.status, row.reminders_sent) == (CheckInStatus.PLANNED, 1)
    assert row.next_reminder_at is not None
    assert row.next_reminder_at > timezone.now()
