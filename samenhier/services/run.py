"""`make run`: the demo world on this machine, complete, from one command."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .data_directory import DataDirectory
from .errors import ServiceError, Stopped
from .launch import die_with_parent
from .mail import MailCatcher
from .ports import LOOPBACK, require_free
from .postgres import Postgres
from .processes import INSTANCE_VARIABLE, Command, base_environment
from .supervisor import Service, Supervisor, say
from .valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
# Pages of the demo app, as `samenhier.demo.urls` has them.
TRY_IT_PATH = "/probeer/"
INBOX_PATH = "/probeer/post/"
HEALTH_PATH = "/gezond/"

Environment = dict[str, str]


@dataclass(frozen=True)
class Options:
    """What the environment asks for."""

    data_directory: Path = ROOT / "var"
    host: str = LOOPBACK
    port: int = 8000

    @classmethod
    def from_environment(cls, environment: Environment) -> Options:
        """Read DATA_DIR, HOST and PORT; `ServiceError` for a port that is none."""
        port = environment.get("PORT") or "8000"
        if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
            raise ServiceError(f"PORT must be a number from 1 to 65535, not {port!r}.")
        return cls(
            data_directory=Path(environment.get("DATA_DIR") or ROOT / "var"),
            host=environment.get("HOST") or LOOPBACK,
            port=int(port),
        )

    @property
    def address(self) -> str:
        """The address to open in a browser."""
        host = LOOPBACK if self.host in {"0.0.0.0", "::", ""} else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


@dataclass(frozen=True)
class Application:
    """What runs on the services. A test puts small scripts in its place."""

    prepare: Callable[[Supervisor, Environment], Command | None]
    web: Callable[[Supervisor, Environment, Options], Command]
    others: Sequence[Callable[[Supervisor, Environment], Command]] = field(default_factory=tuple)


def _python(supervisor: Supervisor, environment: Environment, name: str, *arguments: str) -> Command:
    return Command(
        name=name,
        arguments=[sys.executable, *arguments],
        log=supervisor.log(name),
        environment=base_environment(environment),
        directory=ROOT,
    )


def _prepare(supervisor: Supervisor, environment: Environment) -> Command:
    return _python(supervisor, environment, "prepare", "-m", "samenhier.services.prepare")


def _web(supervisor: Supervisor, environment: Environment, options: Options) -> Command:
    host = f"[{options.host}]" if ":" in options.host else options.host
    arguments = ["-m", "gunicorn", "samenhier.wsgi:application", "--bind", f"{host}:{options.port}"]
    arguments += ["--worker-class", "gthread", "--threads", "4"]
    arguments += ["--workers", os.environ.get("WEB_CONCURRENCY") or "2"]
    arguments += ["--graceful-timeout", "2", "--timeout", "60", "--no-control-socket"]
    if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn makes a private file there; a slow disk would look like a hang
        arguments += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return _python(supervisor, environment, "web", *arguments)


def _worker(supervisor: Supervisor, environment: Environment) -> Command:
    arguments = ["-m", "celery", "--app", "samenhier.celery:app", "worker", "--loglevel", "INFO"]
    arguments += ["--pool", "prefork", "--concurrency", os.environ.get("WORKER_CONCURRENCY") or "1"]
    arguments += ["--without-gossip", "--without-mingle", "--hostname", f"samenhier-{os.getpid()}@%h"]
    return _python(supervisor, environment, "worker", *arguments)


def _beat(supervisor: Supervisor, environment: Environment) -> Command:
    schedule = supervisor.directory.path / "beat"
    schedule.mkdir(mode=0o700, exist_ok=True)
    arguments = ["-m", "celery", "--app", "samenhier.celery:app", "beat", "--loglevel", "INFO"]
    arguments += ["--schedule", str(schedule / "schedule"), "--pidfile", ""]
    return _python(supervisor, environment, "beat", *arguments)


SAMEN_HIER = Application(prepare=_prepare, web=_web, others=(_worker, _beat))


def run(options: Options, application: Application = SAMEN_HIER) -> int:
    """Start everything, watch it until somebody asks to stop, stop everything. Returns the exit code."""
    if os.environ.get("MAKELEVEL"):
        # Started by make: when make is killed, nobody could stop us any more with Ctrl-C.
        die_with_parent(os.getppid(), signal.SIGTERM)
    directory = DataDirectory(options.data_directory)
    directory.open()
    supervisor = Supervisor(directory)
    with supervisor.listening_for_signals(), contextlib.closing(directory):
        try:
            _start(supervisor, options, application)
            supervisor.watch()
        except Stopped:
            pass
        except ServiceError:
            supervisor.stop()
            raise
        started = time.monotonic()
        say("Stopping…")
        supervisor.stop()
        say(f"Stopped in {time.monotonic() - started:.1f} s. The data stays in {directory.path}.")
    return 0


def _start(supervisor: Supervisor, options: Options, application: Application) -> None:
    started = time.monotonic()
    directory = supervisor.directory
    directory.announce(f"process {os.getpid()}, {options.address}")
    supervisor.end_leftovers()
    require_free(options.host, options.port)

    environment = {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or "samenhier.settings.dev",
        "SITE_URL": os.environ.get("SITE_URL") or options.address,
        INSTANCE_VARIABLE: directory.instance,
    }
    os.environ[INSTANCE_VARIABLE] = directory.instance
    environment |= _start_foundation(supervisor)
    say(f"* services ready ({time.monotonic() - started:.1f} s)")

    prepare = application.prepare(supervisor, environment)
    if prepare is not None:
        supervisor.run_step(prepare, patience=15 * 60)
    web = supervisor.add_command(application.web(supervisor, environment, options))
    supervisor.wait_until(lambda: _serves(options), web, patience=60)
    for other in application.others:
        supervisor.add_command(other(supervisor, environment))
    _greet(options, directory, environment, time.monotonic() - started)


def _start_foundation(supervisor: Supervisor) -> Environment:
    """Start the services that the environment does not name; returns their URLs."""
    directory = supervisor.directory
    environment: Environment = {}
    ready: list[Callable[[], None]] = []

    if not os.environ.get("REDIS_URL"):
        valkey = Valkey(directory.path / "valkey", supervisor.log("valkey"))
        valkey_child = supervisor.add(
            Service("valkey", lambda: valkey.start(pid_file=supervisor.pid_file("valkey")), foundation=True)
        )
        environment["REDIS_URL"] = valkey.url
        ready.append(lambda: valkey.wait(valkey_child))
    if not os.environ.get("EMAIL_URL"):
        catcher = MailCatcher(
            directory.inbox, supervisor.log("mail"), {INSTANCE_VARIABLE: directory.instance}
        )
        mail_child = supervisor.add(
            Service("mail", lambda: catcher.start(pid_file=supervisor.pid_file("mail")), foundation=True)
        )
        environment["EMAIL_URL"] = catcher.url
        environment["DEMO_INBOX_DIR"] = str(catcher.inbox)
        ready.append(lambda: catcher.wait(mail_child))
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres(directory.path / "postgres", directory.sockets(), supervisor.log("postgres"))
        if not postgres.data.exists():
            say("* making a database…")
        postgres_child = supervisor.add(
            Service(
                "postgres", lambda: postgres.start(pid_file=supervisor.pid_file("postgres")), foundation=True
            )
        )
        environment["DATABASE_URL"] = postgres.url
        ready.append(lambda: postgres.wait(postgres_child))
    for wait in ready:
        supervisor.check_stop()
        wait()
    return environment


def _serves(options: Options) -> bool:
    """Whether the web server answers; with what, is the health page's own business."""
    host = LOOPBACK if options.host in {"0.0.0.0", ""} else options.host  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, options.port, timeout=10)
    try:
        connection.request("GET", HEALTH_PATH)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def _greet(options: Options, directory: DataDirectory, environment: Environment, took: float) -> None:
    lines = [
        "",
        f"  Samen Hier runs, after {took:.1f} s:   {options.address}/",
        f"  Sign in with one click at:       {options.address}{TRY_IT_PATH}",
    ]
    if "DEMO_INBOX_DIR" in environment:
        lines += [f"  Mail it sends lands at:          {options.address}{INBOX_PATH}"]
    else:
        lines += ["  Mail goes to:                    the relay in EMAIL_URL"]
    lines += [
        f"  Data and logs:                   {directory.path}",
        "  Stop with:                       Ctrl-C",
        "",
    ]
    for line in lines:
        say(line)
