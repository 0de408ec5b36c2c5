"""`python -m samenhier.services with -- CMD`: a command and services that live as long as it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from samenhier.services.run import ROOT
from tests.services.test_run import clean_environment

PROGRAM = """
import os, smtplib, sys, psycopg, redis
print(psycopg.connect(os.environ["DATABASE_URL"]).execute("SHOW fsync").fetchone()[0])
print(redis.Redis.from_url(os.environ["REDIS_URL"]).ping())
port = int(os.environ["EMAIL_URL"].rpartition(":")[2])
with smtplib.SMTP("127.0.0.1", port) as smtp:
    smtp.sendmail("a@example.org", ["b@example.org"], b"Subject: x")
print(len(os.listdir(os.environ["DEMO_INBOX_DIR"])), os.environ.get("DJANGO_SETTINGS_MODULE"))
sys.exit(7)
"""


def run_with(tmp_path: Path, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "samenhier.services", "with", "--", *command],
        env={
            k: v for k, v in clean_environment(TMPDIR=str(tmp_path)).items() if k != "DJANGO_SETTINGS_MODULE"
        },
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_finds_services_and_its_exit_code_counts(tmp_path: Path) -> None:
    with run_with(tmp_path, sys.executable, "-c", PROGRAM) as process:
        out, err = process.communicate(timeout=30)
    assert (out, err) == ("off\nTrue\n1 None\n", "")
    assert process.returncode == 7
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with run_with(tmp_path, "no-such-command") as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (1, "", "There is no command 'no-such-command'.\n")


def test_a_signal_reaches_the_command_and_everything_is_cleared_away(tmp_path: Path) -> None:
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with run_with(tmp_path, sys.executable, "-c", code) as process:
        assert process.stdout is not None
        command = int(process.stdout.readline())
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 128 + signal.SIGTERM
        assert time.monotonic() - started < 5
    assert not Path(f"/proc/{command}").exists() or os.name != "posix"
    assert list(tmp_path.iterdir()) == []
