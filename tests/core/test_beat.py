"""The beat schedule holds only what exists: each task is registered, and each sweep of it too."""

import pytest
from celery import current_app

from samenhier.celery import app
from samenhier.notifications import sweeps


@pytest.fixture(scope="module")
def tasks():
    app.loader.import_default_modules()
    return current_app.tasks


def test_every_entry_is_a_registered_task_without_arguments(tasks, settings):
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in tasks, f"{name}: nobody knows the task {entry['task']}"
        assert set(entry) == {"task", "schedule"}


def test_every_schedule_has_its_sweep(settings):
    assert set(settings.CELERY_BEAT_SCHEDULE) == set(sweeps.names())
