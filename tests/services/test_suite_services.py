"""The suite's own footing: a real database, broker and mail for each test process."""

import os
import smtplib
import subprocess
import sys

import pytest
import redis
from django.core.mail import send_mail
from django.db import connection

from samenhier.services.inbox import Inbox, text_of


@pytest.mark.django_db
def test_the_database_is_postgres_and_a_test_database() -> None:
    assert connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), version()")
        name, version = cursor.fetchone()
    assert name.startswith("test_")
    assert version.startswith("PostgreSQL")


def test_each_worker_has_its_own_broker_database() -> None:
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    assert client.ping()
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker.startswith("gw"):
        assert client.connection_pool.connection_kwargs["db"] >= 1
    client.close()


def test_mail_goes_over_smtp_into_the_inbox(smtp_inbox: Inbox) -> None:
    send_mail("Een afspraak", "Kom je ook?\nZoë", "a@example.org", ["zoe@example.org"])
    message = smtp_inbox.wait_for(to="ZOE@example.org", subject_contains="afspraak")
    assert text_of(message).strip() == "Kom je ook?\nZoë"
    assert len(smtp_inbox.messages()) == 1
    with pytest.raises(TimeoutError, match="Een afspraak"):
        smtp_inbox.wait_for(to="nobody@example.org", timeout=0)


def test_a_child_process_sees_this_tests_database(child_environment: dict[str, str]) -> None:
    code = (
        "import django; django.setup(); from django.db import connection as c; k = c.cursor();"
        "k.execute('SELECT current_database()'); print(k.fetchone()[0])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env=child_environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == connection.settings_dict["NAME"]


def test_nothing_else_is_reachable() -> None:
    with pytest.raises(Exception, match=r"192\.0\.2\.1"):
        smtplib.SMTP("192.0.2.1", 25, timeout=1)
