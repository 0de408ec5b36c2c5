"""Starts services, watches them, restarts those that fall over, and stops all of them in time."""

from __future__ import annotations

import contextlib
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from .data_directory import DataDirectory
from .errors import ServiceError, Stopped
from .processes import Child, Command, end_leftovers, stop_all

# Together below the promised five seconds.
APPLICATION_PATIENCE = 2.8
SERVICE_PATIENCE = 1.4
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# Having run this long, a child starts its pauses anew.
STABLE_AFTER = 60.0
LOOK_EVERY = 0.2
LARGEST_LOG = 10 * 1024 * 1024
# Lines a person must see; the rest is in the log.
IMPORTANT = re.compile(rb"\b(WARNING|ERROR|CRITICAL|FATAL|PANIC)\b|^[\w.]+(Error|Exception|Interrupt)\b|^\* ")
# Advice about the machine that a demo does not need; Postgres that we knock at while it still starts.
UNIMPORTANT = re.compile(rb"Memory overcommit must be enabled|the database system is (starting up|not yet)")
MOST_LINES = 5
LINES_WINDOW = 10.0


def say(text: str) -> None:
    """One line for the person at the terminal. A closed pipe is no reason to stop."""
    with contextlib.suppress(BrokenPipeError, ValueError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


@dataclass
class LogTail:
    """Shows the important new lines of one log; keeps the log within bounds."""

    name: str
    path: Path
    position: int = 0
    unfinished: bytes = b""
    shown: list[float] = field(default_factory=list)
    muted: bool = False

    def show_news(self, tell: Callable[[str], None]) -> None:
        """Tell what was added since the last look."""
        try:
            size = self.path.stat().st_size
            if size <= self.position:
                self.position = min(self.position, size)
                return
            with self.path.open("rb") as log:
                log.seek(self.position)
                added = log.read(1024 * 1024)
        except OSError:
            return
        self.position += len(added)
        *lines, self.unfinished = (self.unfinished + added).split(b"\n")
        for line in lines:
            if IMPORTANT.search(line) and not UNIMPORTANT.search(line):
                self._show(line.decode(errors="replace").strip()[:300], tell)
        if self.position > LARGEST_LOG:
            self._shorten()

    def _show(self, line: str, tell: Callable[[str], None]) -> None:
        now = time.monotonic()
        self.shown = [moment for moment in self.shown if now - moment < LINES_WINDOW]
        if len(self.shown) >= MOST_LINES:
            if not self.muted:
                self.muted = True
                tell(f"{self.name:<8} … more in {self.path}")
            return
        self.muted = False
        self.shown.append(now)
        tell(f"{self.name:<8} {line}")

    def _shorten(self) -> None:
        # The writer holds the file open for appending: copy it away and empty it in place.
        with contextlib.suppress(OSError):
            self.path.with_suffix(".log.1").write_bytes(self.path.read_bytes())
            with self.path.open("r+b") as log:
                log.truncate(0)
            self.position = 0


@dataclass
class Service:
    """Something that must keep running."""

    name: str
    start: Callable[[], Child]
    # Services stop after the application, which still needs them.
    foundation: bool = False
    child: Child | None = None
    pause: float = FIRST_PAUSE
    start_at: float = 0.0


class Supervisor:
    """All children of one run, in one data directory."""

    def __init__(self, directory: DataDirectory, *, tell: Callable[[str], None] = say) -> None:
        """The directory must be open: its lock is what makes us the only one."""
        self.directory = directory
        self.tell = tell
        self.services: list[Service] = []
        self.steps: list[Child] = []
        self._tails: dict[Path, LogTail] = {}
        self._stop = threading.Event()
        self._signals = 0

    # -- signals --------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def listening_for_signals(self) -> Iterator[None]:
        """Ctrl-C, SIGTERM and a closed terminal stop us; a second one does not wait."""
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # ignored means: nohup
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        self._stop.set()

    def check_stop(self) -> None:
        """Raise `Stopped` when we were asked to stop."""
        if self._stop.is_set():
            raise Stopped

    # -- starting -------------------------------------------------------------------------------------

    def end_leftovers(self) -> None:
        """End what an earlier run left behind when it was killed."""
        names = end_leftovers(self.directory.pids, self.directory.instance)
        if names:
            self.tell(f"Ended what an earlier run left: {', '.join(names)}")

    def pid_file(self, name: str) -> Path:
        """Where the id of this child stands."""
        return self.directory.pids / f"{name}.pid"

    def log(self, name: str) -> Path:
        """Where this child writes."""
        return self.directory.logs / f"{name}.log"

    def add(self, service: Service) -> Child:
        """Start a service and keep it running from now on."""
        self.check_stop()
        self._watch_log(service.name)
        service.child = service.start()
        self.services.append(service)
        return service.child

    def add_command(self, command: Command) -> Child:
        """Start a command and keep it running from now on."""
        return self.add(Service(command.name, lambda: Child(command, pid_file=self.pid_file(command.name))))

    def run_step(self, command: Command, *, patience: float) -> None:
        """Run a command to its end; `ServiceError` with its last words when it fails."""
        self.check_stop()
        self._watch_log(command.name)
        child = Child(command, pid_file=self.pid_file(command.name))
        self.steps.append(child)
        deadline = time.monotonic() + patience
        while child.exit_code is None:
            self._show_news()
            self._require_foundation()
            self.check_stop()
            if time.monotonic() > deadline:
                raise ServiceError(f"{command.name} takes longer than {patience:.0f} s: see {command.log}")
            self._stop.wait(0.05)
        self._show_news()
        child.kill()
        self.steps.remove(child)
        if child.exit_code:
            raise ServiceError(f"{command.name} failed: {child.last_words()} (all of it: {command.log})")

    def wait_until(self, ready: Callable[[], bool], child: Child, *, patience: float) -> None:
        """Wait until a child is ready to serve; `ServiceError` when it ends instead."""
        name, log = child.command.name, child.command.log
        deadline = time.monotonic() + patience
        while not ready():
            self._show_news()
            self.check_stop()
            if child.exit_code is not None:
                raise ServiceError(f"{name} does not start: {child.last_words()} (all of it: {log})")
            if time.monotonic() > deadline:
                raise ServiceError(f"{name} does not answer after {patience:.0f} s: see {log}")
            self._stop.wait(0.05)

    # -- watching -------------------------------------------------------------------------------------

    def watch(self) -> None:
        """Keep everything running until somebody asks to stop."""
        while not self._stop.wait(LOOK_EVERY):
            self._show_news()
            for service in self.services:
                self._look_after(service)

    def _look_after(self, service: Service) -> None:
        now = time.monotonic()
        child = service.child
        if child is not None and child.exit_code is not None:
            words = child.last_words()
            lived = now - child.started
            code = child.exit_code
            child.kill()  # what it started, too: a worker's children must not work on without it
            service.child = None
            service.pause = FIRST_PAUSE if lived > STABLE_AFTER else service.pause
            service.start_at = now + service.pause
            how = (
                f"was ended by {_signal_name(-code)}"
                if code < 0
                else f"ended with code {code}: {words[:200]}"
            )
            self.tell(f"{service.name:<8} {how}; again in {service.pause:.0f} s")
            service.pause = min(service.pause * 2, LONGEST_PAUSE)
        elif child is None and now >= service.start_at:
            try:
                service.child = service.start()
            except (ServiceError, OSError) as error:
                self.tell(f"{service.name:<8} {error}; again in {service.pause:.0f} s")
                service.start_at = now + service.pause
                service.pause = min(service.pause * 2, LONGEST_PAUSE)
            else:
                self.tell(f"{service.name:<8} runs again")

    def _require_foundation(self) -> None:
        for service in self.services:
            child = service.child
            if child is not None and child.exit_code is not None:
                raise ServiceError(
                    f"{service.name} stopped: {child.last_words()} (all of it: {child.command.log})"
                )

    def _watch_log(self, name: str) -> None:
        path = self.log(name)
        self._tails.setdefault(path, LogTail(name, path, path.stat().st_size if path.exists() else 0))

    def _show_news(self) -> None:
        for tail in self._tails.values():
            tail.show_news(self.tell)

    # -- stopping -------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop all children within five seconds: first the application, then what it stands on."""
        signals = self._signals
        running = [service for service in self.services if service.child is not None]
        application = [service.child for service in running if not service.foundation and service.child]
        foundation = [service.child for service in running if service.foundation and service.child]
        killed = stop_all(
            [*self.steps, *application], patience=APPLICATION_PATIENCE, hurry=lambda: self._signals > signals
        )
        killed += stop_all(foundation, patience=SERVICE_PATIENCE)
        self._show_news()
        if killed:
            names = ", ".join(child.command.name for child in killed)
            self.tell(
                f"Did not stop in time and were killed: {names}. Nothing is lost; their work is done again."
            )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
