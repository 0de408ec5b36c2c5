"""The health checks of the containers, against the real thing."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from samenhier.services import probe
from samenhier.services.ports import free_port


def test_mail_answers_while_the_catcher_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "MAIL_PORT", int(os.environ["EMAIL_URL"].rpartition(":")[2]))
    probe.mail()
    monkeypatch.setattr(probe, "MAIL_PORT", free_port())
    with pytest.raises(OSError, match="refused"):
        probe.mail()


def test_beat_is_ill_after_ten_silent_minutes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(probe, "BEAT_SCHEDULE", tmp_path / "schedule")
    with pytest.raises(OSError, match="not rung"):
        probe.beat()
    schedule = tmp_path / "schedule.db"
    schedule.touch()
    probe.beat()
    long_ago = time.time() - 11 * 60
    os.utime(schedule, (long_ago, long_ago))
    with pytest.raises(OSError, match="not rung"):
        probe.beat()


def test_a_worker_that_is_not_there_is_ill() -> None:
    with pytest.raises(OSError, match="does not answer"):
        probe.worker()


def test_the_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["probe", "nothing"])
    assert probe.main() == 2
    monkeypatch.setattr(probe, "WEB_PORT", free_port())
    monkeypatch.setattr("sys.argv", ["probe", "web"])
    assert probe.main() == 1
    assert capsys.readouterr().err.count("\n") == 2
