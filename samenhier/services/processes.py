"""Child processes: started so that they die with us, stopped within a deadline, recognised after a crash."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from .errors import ServiceError

# In the environment of every child: which data directory it belongs to.
INSTANCE_VARIABLE = "SAMENHIER_INSTANCE"
LAUNCHER = Path(__file__).with_name("launch.py")
# A start time is told from the boot time, and that moves when the clock is set.
START_TIME_SLACK = 2.0


@dataclass(frozen=True)
class Command:
    """How to start a child, and how to ask it to stop."""

    name: str
    arguments: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    account: str = ""
    keep_reach: bool = False
    directory: Path | None = None


class Child:
    """One running child: leader of its own session, so that its children can be ended with it."""

    def __init__(self, command: Command, *, pid_file: Path | None = None) -> None:
        """Start it. Its output goes to the end of its log."""
        self.command = command
        self.pid_file = pid_file
        launcher = [sys.executable, "-I", "-S", str(LAUNCHER)]
        launcher += ["--parent", str(os.getpid()), "--signal", str(int(command.stop_signal))]
        if command.account:
            launcher += ["--account", command.account]
        if command.keep_reach:
            launcher += ["--keep-reach"]
        command.log.parent.mkdir(parents=True, exist_ok=True)
        self.log_start = command.log.stat().st_size if command.log.exists() else 0
        with command.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                [*launcher, "--", *command.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(command.environment),
                cwd=command.directory,
                start_new_session=True,
            )
        self.started = time.monotonic()
        if pid_file is not None:
            _write_pid_file(pid_file, self.process.pid, command.stop_signal)

    @property
    def pid(self) -> int:
        """Process id, which is also its session's."""
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        """None as long as it runs; negative means ended by that signal."""
        return self.process.poll()

    def output(self, limit: int = 2000) -> str:
        """What it wrote since it started, the last part."""
        with self.command.log.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(self.log_start, log.tell() - limit))
            return log.read().decode(errors="replace").strip()

    def last_words(self) -> str:
        """The last line it wrote."""
        return (self.output().splitlines() or ["it said nothing"])[-1].strip()

    def ask_to_stop(self) -> None:
        """Send its stop signal."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                self.process.send_signal(self.command.stop_signal)

    def kill(self) -> None:
        """End it and whatever it started, now."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.pid_file is not None:
            self.pid_file.unlink(missing_ok=True)


def stop_all(
    children: Iterable[Child], *, patience: float, hurry: Callable[[], bool] = lambda: False
) -> list[Child]:
    """Ask all to stop, wait at most `patience` seconds together, kill the rest; returns those killed.

    When `hurry` turns true nobody waits any longer.
    """
    remaining = list(children)
    stopping = list(remaining)
    for child in remaining:
        child.ask_to_stop()
    deadline = time.monotonic() + patience
    while remaining and time.monotonic() < deadline and not hurry():
        remaining = [child for child in remaining if child.exit_code is None]
        if remaining:
            time.sleep(0.02)
    for child in stopping:
        child.kill()  # also sweeps up what it started and its pid file
    return remaining


def base_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Our own environment plus this; output of Python children is not held back."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **extra}


# -- after a crash ------------------------------------------------------------------------------------


def _write_pid_file(path: Path, pid: int, stop_signal: signal.Signals) -> None:
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:  # it was gone at once; whoever waits for it will say so
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({"pid": pid, "started": started, "signal": int(stop_signal)}))
    partial.replace(path)


def leftovers(pid_directory: Path, instance: str) -> list[tuple[psutil.Process, signal.Signals]]:
    """Processes of an earlier supervisor of this data directory that still run. Ours, and only ours.

    A leader is ours when both its id and its start time are on file. What it started is ours when it sits in
    that session and carries this directory's mark.
    """
    found: list[tuple[psutil.Process, signal.Signals]] = []
    for path in sorted(pid_directory.glob("*.pid")):
        try:
            record = json.loads(path.read_text())
            pid, started, stop_signal = (
                int(record["pid"]),
                float(record["started"]),
                signal.Signals(record["signal"]),
            )
        except (ValueError, KeyError, TypeError):
            path.unlink(missing_ok=True)  # half written, or not ours: names nobody
            continue
        leader = _process(pid)
        if leader is not None and abs(leader.create_time() - started) > START_TIME_SLACK:
            continue  # the number was given to somebody else
        if leader is not None:
            found.append((leader, stop_signal))
        found += [(process, stop_signal) for process in _session(pid, instance) if process.pid != pid]
    return found


def end_leftovers(pid_directory: Path, instance: str, *, patience: float = 3.0) -> list[str]:
    """End what an earlier supervisor left; returns what it was, for a message."""
    found = leftovers(pid_directory, instance)
    names = []
    for process, stop_signal in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            names.append(f"{process.name()} ({process.pid})")
            process.send_signal(stop_signal)
    alive = _wait_for_end([process for process, _ in found], patience)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    alive = _wait_for_end(alive, 2.0)
    if alive:
        raise ServiceError(
            f"A process of an earlier run does not end: kill -9 {alive[0].pid}, then try again."
        )
    for path in pid_directory.glob("*.pid"):
        path.unlink(missing_ok=True)
    return names


def _wait_for_end(processes: list[psutil.Process], patience: float) -> list[psutil.Process]:
    """Wait at most so many seconds; returns those that still run."""
    deadline = time.monotonic() + patience
    while (alive := [process for process in processes if _runs(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return alive


def _runs(process: psutil.Process) -> bool:
    # What ended but was not yet collected by its parent (in some containers: never) holds nothing any more.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _process(pid: int) -> psutil.Process | None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return process if _runs(process) else None
    return None


def _session(session: int, instance: str) -> list[psutil.Process]:
    members = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if os.getsid(process.pid) == session and process.environ().get(INSTANCE_VARIABLE) == instance:
                members.append(process)
    return members
