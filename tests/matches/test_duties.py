"""The doors of Celery and of the command: named as in the schedule, thin, and noted in a heartbeat."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from matches import tasks
from matches.enums import MatchStatus, RunStatus, Side
from matches.mails import ANSWER_REMINDER, CHECK_IN, ENDED, INTRODUCED, NOT_NOW, PROPOSAL
from matches.models import CheckIn, Match, MatchingRun
from samenhier.celery import app
from samenhier.notifications.models import Heartbeat, OutgoingMessage
from tests import factories

from .world import mails, world

pytestmark = pytest.mark.django_db


def test_the_schedule_names_tasks_that_exist():
    app.loader.import_default_modules()
    ours = {
        entry["task"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"].startswith("matches.")
    }
    assert ours == {
        "matches.sweep_check_ins",
        "matches.sweep_outcomes",
        "matches.sweep_answers",
        "matches.sweep_rounds",
    }
    assert ours | {"matches.run_matching"} <= set(app.tasks)


def due_check_in():
    w = world("active")
    CheckIn.objects.create(
        municipality=w.town,
        match=w.match,
        side=Side.GROUP,
        moment="W2",
        due_on=timezone.localdate(),
        next_reminder_at=timezone.now() - timedelta(minutes=1),
    )
    return w


def test_the_task_reminds_and_leaves_a_heartbeat():
    w = due_check_in()
    tasks.sweep_check_ins()
    assert mails() == [("matches.check_in", w.contact.pk)]
    beat = Heartbeat.objects.get(name="check-ins")
    assert (beat.handled, beat.last_error) == (1, "")


def test_the_command_does_the_same_without_beat(capsys):
    w = due_check_in()
    w2 = world()
    w2.approve()
    OutgoingMessage.objects.all().delete()
    Match.objects.filter(pk=w2.match.pk).update(answer_due=timezone.now() - timedelta(hours=1))
    call_command("sweep", "check-ins", "answers")
    assert ("matches.check_in", w.contact.pk) in mails()
    assert w2.fresh().status == MatchStatus.LAPSED
    assert "check-ins: 1 done" in capsys.readouterr().out


def test_the_answers_sweep_finds_stuck_runs_too():
    run = MatchingRun.objects.create(municipality=factories.municipality(), status=RunStatus.RUNNING)
    MatchingRun.objects.update(claimed_at=timezone.now() - timedelta(hours=1))
    tasks.sweep_answers()
    run.refresh_from_db()
    assert run.status == RunStatus.QUEUED


def test_the_task_of_a_run_takes_an_id_and_computes():
    w = world()
    Match.objects.all().delete()
    run = MatchingRun.objects.create(municipality=w.town, seed=1)
    tasks.run_matching(str(run.pk))
    tasks.run_matching(str(run.pk))
    assert Match.objects.filter(run=run).count() == 1


# -- is it still wanted, just before sending? --------------------------------------------------------------


def wanted(kind, w, **extra):
    return kind.still_wanted({"match_id": str(w.match.pk), "side": "group", **extra})


def test_a_message_is_asked_again_before_it_leaves():
    w = world(policy={"second_approver": False})
    w.approve()
    assert wanted(PROPOSAL, w)
    assert wanted(ANSWER_REMINDER, w)
    w.answer(Side.GROUP, "yes")
    assert wanted(PROPOSAL, w)
    assert not wanted(ANSWER_REMINDER, w)
    assert not wanted(INTRODUCED, w)
    w.answer(Side.HOUSEHOLD, "yes")
    assert not wanted(PROPOSAL, w)
    assert wanted(INTRODUCED, w)
    assert wanted(NOT_NOW, w)
    assert wanted(ENDED, w)


def test_an_answered_check_in_is_not_reminded_any_more():
    due_check_in()
    row = CheckIn.objects.get()
    context = {"check_in_id": str(row.pk), "side": "group", "number": 1}
    assert CHECK_IN.still_wanted(context)
    CheckIn.objects.update(status="cancelled")
    assert not CHECK_IN.still_wanted(context)


def test_no_message_knows_anything_of_the_other_side():
    """Contexts hold ids and dates; whoever reads the queue or a mail finds no person in them."""
    assert {
        name
        for kind in (PROPOSAL, ANSWER_REMINDER, NOT_NOW, INTRODUCED, CHECK_IN, ENDED)
        for name in kind.fields
    } == {
        "match_id",
        "check_in_id",
        "side",
        "answer_by",
        "number",
        "how",
    }
