"""Production refuses to start half configured, and demo mode cannot be switched on in it."""

import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "samenhier.settings.prod",
    "SECRET_KEY": "k" * 60,
    "MASTER_KEYS": Fernet.generate_key().decode(),
    "ALLOWED_HOSTS": "samenhier.example",
    "SITE_URL": "https://samenhier.example",
    "DATABASE_URL": "postgres://u:p@db.example/samenhier",
    "REDIS_URL": "redis://broker.example/0",
    "EMAIL_URL": "smtp+tls://mail.example:587",
}
SHOW = (
    "import django; django.setup(); from django.conf import settings; from django.apps import apps; "
    "print(settings.DEMO, apps.is_installed('samenhier.demo'), settings.SESSION_COOKIE_SECURE)"
)


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **COMPLETE, **changes}
    environment = {name: value for name, value in environment.items() if value}
    return subprocess.run(
        [sys.executable, "-c", SHOW], env=environment, capture_output=True, text=True, timeout=60
    )


def test_complete_production_settings_start_without_the_practice_world():
    done = start()
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "False", "True"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"MASTER_KEYS": ""}, "MASTER_KEYS"),
        ({"MASTER_KEYS": "ZGVtby1vbmx5LW5vdC1hLXNlY3JldC0wMDAwMDAwMDA="}, "MASTER_KEYS"),
        ({"MASTER_KEYS": "not-a-key"}, "MASTER_KEYS"),
        ({"SITE_URL": ""}, "SITE_URL"),
        ({"DEMO": "1"}, "Demo mode"),
    ],
)
def test_a_gap_stops_it_with_one_clear_line(change, word):
    done = start(**change)
    assert done.returncode != 0
    assert word in done.stderr.strip().splitlines()[-1]


def test_a_server_without_named_settings_takes_production_and_never_the_practice_world():
    show = "import samenhier.wsgi; from django.conf import settings; print(settings.DEMO)"
    environment = {"PATH": os.environ["PATH"], **COMPLETE}
    del environment["DJANGO_SETTINGS_MODULE"]
    done = subprocess.run(
        [sys.executable, "-c", show], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"
