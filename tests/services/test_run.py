"""`make run` as a person meets it: starts, stops, is killed, is started again, stands beside another."""

from __future__ import annotations

import json
import os
import pwd
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import pytest
import redis

from samenhier.services import ports
from samenhier.services.data_directory import MARKER, DataDirectory, socket_directory
from samenhier.services.inbox import Inbox
from samenhier.services.postgres import Postgres
from samenhier.services.processes import INSTANCE_VARIABLE, LAUNCHER, stop_all
from samenhier.services.run import ROOT

SMALL_RUN = Path(__file__).with_name("small_run.py")
RUNS = "Samen Hier runs"


class Run:
    """One `make run` in the background."""

    def __init__(self, data: Path, port: int, output: Path, **environment: str) -> None:
        self.data = data
        self.port = port
        self.output = output
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(SMALL_RUN)],
                env=clean_environment(DATA_DIR=str(data), PORT=str(port), **environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str, timeout: float = 60.0) -> Run:
        deadline = time.monotonic() + timeout
        while text not in self.said:
            assert time.monotonic() < deadline, f"never said {text!r}: {self.said}"
            assert self.process.poll() is None or text in self.said, f"ended: {self.said}"
            time.sleep(0.02)
        return self

    def wait_for_worker(self) -> Run:
        log = self.data / "log" / "worker.log"
        deadline = time.monotonic() + 60
        while not log.exists() or b"ready" not in log.read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return self

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Ask it to stop; seconds until it was gone."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(timeout=10)
        return time.monotonic() - started

    def fails(self) -> str:
        """What it said, once it ended with code 1."""
        assert self.process.wait(timeout=60) == 1
        return self.said.strip()

    def database(self) -> psycopg.Connection[tuple[object, ...]]:
        host = quote(str(self.data / "socket"), safe="")
        return psycopg.connect(f"postgresql://samenhier@/samenhier?host={host}", autocommit=True)

    def environment_of(self, name: str) -> dict[str, str]:
        return psutil.Process(self.pid_of(name)).environ()

    def pid_of(self, name: str) -> int:
        return int(json.loads((self.data / "run" / f"{name}.pid").read_text())["pid"])


def clean_environment(**extra: str) -> dict[str, str]:
    left_out = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DEMO_INBOX_DIR", "SITE_URL", "HOST", "MAKELEVEL"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PYTHONPATH": str(ROOT), **extra}


def processes_of(data: Path) -> list[psutil.Process]:
    """What still runs and belongs to this directory. Postgres hides its environment, not its arguments."""
    instance = json.loads((data / MARKER).read_text())["instance"]
    found = []
    for process in psutil.process_iter():
        try:
            mine = (
                process.environ().get(INSTANCE_VARIABLE) == instance
                or str(data / "postgres") in process.cmdline()
            )
            if mine and alive(process):
                found.append(process)
        except psutil.Error:
            continue
    return found


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def services(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "samenhier.services", *arguments],
        env=clean_environment(**environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


Start = Callable[..., Run]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh database, made once: making it is what takes long."""
    base = tmp_path_factory.mktemp("cluster")
    postgres = Postgres(base / "postgres", socket_directory(base), base / "postgres.log")
    child = postgres.start()
    postgres.wait(child)
    stop_all([child], patience=20)
    return postgres.data


@pytest.fixture
def start(tmp_path: Path, cluster: Path) -> Iterator[Start]:
    runs: list[Run] = []

    def begin(name: str = "data", port: int | None = None, *, fresh: bool = False, **environment: str) -> Run:
        data = tmp_path / name
        if not fresh and not data.exists() and data.parent.is_dir():
            directory = DataDirectory(data)
            directory.open()
            directory.close()
            subprocess.run(["cp", "-a", cluster, data / "postgres"], check=True)
        output = tmp_path / f"said-{len(runs)}"
        run = Run(tmp_path / name, port or ports.free_port(), output, **environment)
        runs.append(run)
        return run

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.stop()
    for run in runs:
        if (run.data / MARKER).exists():
            for process in processes_of(run.data):
                process.kill()


def test_it_stops_within_five_seconds_leaves_nothing_and_keeps_the_data(start: Start) -> None:
    run = start(fresh=True, BUSY="1").wait_for(RUNS).wait_for_worker()
    with run.database() as database:
        database.execute("CREATE TABLE kept (what text)")
        database.execute("INSERT INTO kept VALUES ('tea')")
    urls = run.environment_of("web")
    broker = redis.Redis.from_url(urls["REDIS_URL"])
    broker.rpush("queue", "a task")
    broker.close()
    with smtplib.SMTP("127.0.0.1", int(urls["EMAIL_URL"].rpartition(":")[2])) as smtp:
        smtp.sendmail("a@example.org", ["zoe@example.org"], b"Subject: Welkom\r\n\r\nHallo")
    assert urls["DEMO_INBOX_DIR"] == str(run.data / "inbox")

    assert run.stop(signal.SIGINT) < 5
    assert run.process.returncode == 0
    assert "were killed: worker" in run.said  # it does not listen, and its child neither
    assert processes_of(run.data) == []
    assert not ports.answers(run.port)

    again = start().wait_for(RUNS)
    with again.database() as database:
        assert database.execute("SELECT what FROM kept").fetchall() == [("tea",)]
    broker = redis.Redis.from_url(again.environment_of("web")["REDIS_URL"])
    assert broker.lrange("queue", 0, -1) == [b"a task"]
    broker.close()
    assert [str(mail["Subject"]) for mail in Inbox(again.data / "inbox").messages()] == ["Welkom"]


def test_after_kill_9_the_next_start_works_at_once_and_keeps_the_data(start: Start) -> None:
    run = start(BUSY="1").wait_for(RUNS).wait_for_worker()
    with run.database() as database:
        database.execute("CREATE TABLE kept AS SELECT 'tea' AS what")
    stubborn = run.pid_of("worker")
    old = processes_of(run.data)
    run.process.kill()
    run.process.wait()

    again = start(port=run.port).wait_for(RUNS)
    assert "Ended what an earlier run left" in again.said
    assert str(stubborn) in again.said
    psutil.wait_procs(old, timeout=3)
    assert [process for process in old if alive(process)] == []
    with again.database() as database:
        assert database.execute("SELECT what FROM kept").fetchall() == [("tea",)]
    assert again.stop() < 5


def test_two_stand_beside_each_other(start: Start) -> None:
    one, other = start("one"), start("other")
    one.wait_for(RUNS)
    other.wait_for(RUNS)
    with one.database() as mine, other.database() as theirs:
        mine.execute("CREATE TABLE only_here ()")
        assert theirs.execute("SELECT to_regclass('only_here')").fetchone() == (None,)
    assert one.environment_of("web")["REDIS_URL"] != other.environment_of("web")["REDIS_URL"]
    assert one.stop() < 5
    assert ports.answers(other.port)
    assert other.stop() < 5


def test_the_same_directory_twice_is_refused_and_named(start: Start) -> None:
    run = start().wait_for(RUNS)
    said = start(port=ports.free_port()).fails()
    assert said.startswith(f"Samen Hier runs already in {run.data}: process {run.process.pid}")
    assert f"127.0.0.1:{run.port}" in said
    assert "\n" not in said
    refused = services("reset", DATA_DIR=str(run.data))
    assert refused.returncode == 1
    assert "runs already" in refused.stderr
    assert ports.answers(run.port)


def test_stale_files_that_name_a_stranger_hinder_nobody_and_hurt_nobody(start: Start) -> None:
    run = start().wait_for(RUNS)
    run.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        record = json.dumps({"pid": stranger.pid, "started": 1.0, "signal": int(signal.SIGTERM)})
        (run.data / "run" / "web.pid").write_text(record)
        (run.data / "run" / "worker.pid").write_text("{half")
        lines = [
            str(stranger.pid),
            str(run.data / "postgres"),
            "1",
            "5432",
            str(run.data / "socket"),
            "",
            "",
            "ready",
        ]
        (run.data / "postgres" / "postmaster.pid").write_text("\n".join(lines))
        (run.data / "socket" / ".s.PGSQL.5432").touch()
        (run.data / "socket" / ".s.PGSQL.5432.lock").write_text("\n".join(lines))
        (run.data / "postgres.partial").mkdir()
        again = start().wait_for(RUNS)
        assert "earlier run" not in again.said
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_taken_port_is_one_line(start: Start) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        said = start(port=port).fails()
    assert said == f"Port {port} is taken (Address already in use). Choose another: PORT={port + 1} make run"


@pytest.mark.parametrize("port", ["0", "70000", "abc", "-1", "8000 "])
def test_a_port_that_is_none_is_one_line(port: str, tmp_path: Path) -> None:
    said = services("run", PORT=port, DATA_DIR=str(tmp_path / "data"))
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == f"PORT must be a number from 1 to 65535, not {port!r}.\n"


def test_a_directory_that_cannot_be_written_is_one_line(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "is not a directory" in start("file/data").fails()
    said = services("run", DATA_DIR="/proc/samenhier", PORT=str(ports.free_port()))
    assert said.returncode == 1
    assert said.stderr.startswith("Cannot write in /proc/samenhier (")
    assert said.stderr.count("\n") == 1


def test_data_of_another_postgres_is_one_line(start: Start) -> None:
    run = start().wait_for(RUNS)
    run.stop()
    (run.data / "postgres" / "PG_VERSION").write_text("15\n")
    said = start().fails()
    assert "was made by PostgreSQL 15, and this is 18" in said
    assert "make reset" in said


def test_a_failing_step_is_one_line_with_its_last_words(start: Start) -> None:
    run = start(STEP="raise ImportError('No module named django')")
    said = run.fails().splitlines()[-1]
    assert said.startswith("prepare failed: ImportError: No module named django")
    assert str(run.data / "log" / "prepare.log") in said
    assert processes_of(run.data) == []


def test_stopping_while_it_starts_is_quick_too(start: Start) -> None:
    run = start(STEP="import time; print('* slow', flush=True); time.sleep(60)").wait_for("* slow")
    assert run.stop() < 5
    assert run.process.returncode == 0
    assert processes_of(run.data) == []


def test_what_falls_over_is_started_again(start: Start) -> None:
    run = start().wait_for(RUNS).wait_for_worker()
    os.kill(run.pid_of("web"), signal.SIGKILL)
    run.wait_for("was ended by SIGKILL; again in 1 s")
    worker = run.pid_of("worker")
    grandchildren = [child for child in psutil.Process(worker).children() if child.pid != worker]
    os.kill(worker, signal.SIGKILL)
    run.wait_for("web      runs again").wait_for("worker   runs again")
    assert grandchildren
    assert not any(alive(child) for child in grandchildren)
    os.kill(run.pid_of("postgres"), signal.SIGQUIT)
    run.wait_for("postgres runs again")
    assert run.stop() < 5


def test_a_long_path_is_no_trouble(start: Start, tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 90) / "b c"
    deep.mkdir(parents=True)
    run = start(f"{'a' * 90}/b c/data").wait_for(RUNS)
    assert "host=%2Ftmp" in run.environment_of("web")["DATABASE_URL"]
    assert run.stop() < 5
    assert services("reset", DATA_DIR=str(run.data)).returncode == 0


def test_given_services_are_used_instead(start: Start, tmp_path: Path) -> None:
    run = start(
        fresh=True, DATABASE_URL="postgres://x@db.example/x", EMAIL_URL="smtp://mail.example"
    ).wait_for(RUNS)
    environment = run.environment_of("web")
    assert environment["DATABASE_URL"] == "postgres://x@db.example/x"
    assert environment["EMAIL_URL"] == "smtp://mail.example"
    assert environment["REDIS_URL"].startswith("redis://:")
    assert not (run.data / "postgres").exists()
    assert "relay in EMAIL_URL" in run.said


def test_reset_wipes_ours_and_only_ours(start: Start, tmp_path: Path) -> None:
    run = start().wait_for(RUNS)
    run.stop()
    assert services("reset", DATA_DIR=str(run.data)).returncode == 0
    assert not run.data.exists()
    assert services("reset", DATA_DIR=str(run.data)).returncode == 0  # nothing to do

    foreign = tmp_path / "holiday"
    foreign.mkdir()
    (foreign / "photo.jpg").touch()
    refused = services("reset", DATA_DIR=str(foreign))
    assert refused.returncode == 1
    assert "was not made by `make run`" in refused.stderr
    assert (foreign / "photo.jpg").exists()
    assert "holds files that are not ours" in start("holiday").fails()


def test_an_ordinary_user_can_run_it_too(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("we are an ordinary user: every other test shows it")
    nobody = pwd.getpwnam("nobody")
    base = Path(f"/tmp/samenhier-nobody-{os.getpid()}")
    base.mkdir()
    try:
        os.chown(base, nobody.pw_uid, nobody.pw_gid)
        code = (
            "import os, psycopg; c = psycopg.connect(os.environ['DATABASE_URL']);"
            "print(os.geteuid(), c.execute('SELECT 6 * 7').fetchone()[0])"
        )
        command = [sys.executable, str(LAUNCHER), "--parent", str(os.getpid()), "--signal", "15"]
        # With its reach kept: a clone, or a Python, in /root is closed to other accounts.
        command += ["--account", "nobody", "--keep-reach", "--", sys.executable, "-m", "samenhier.services"]
        command += ["with", "--", "/usr/bin/env", sys.executable, "-c", code]
        said = subprocess.run(
            command,
            env=clean_environment(TMPDIR=str(base), HOME=str(base), PYTHONDONTWRITEBYTECODE="1"),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert said.stdout == f"{nobody.pw_uid} 42\n", said.stderr
        assert list(base.iterdir()) == []
    finally:
        base.rmdir()


def test_an_incomplete_installation_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "psutil.py").write_text("raise ImportError('No module named psutil')")
    said = subprocess.run(
        [sys.executable, "-m", "samenhier.services", "run"],
        env=clean_environment(PYTHONPATH=str(tmp_path)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 1
    assert said.stderr.startswith("The installation is not complete (No module named ")
    assert said.stderr.count("\n") == 1
