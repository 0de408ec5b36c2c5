"""The directory that holds everything a run keeps: `var/`, or what DATA_DIR says."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import stat
import tempfile
import uuid
from pathlib import Path

from .errors import ServiceError
from .processes import end_leftovers

MARKER = ".samenhier"
# The kernel allows 107 bytes for a socket's path; Postgres adds its own name.
SOCKET_NAME_ROOM = 107 - len("/.s.PGSQL.5432.lock")


class DataDirectory:
    """One run's data. The marker file says that it is ours: without it nothing is started or wiped."""

    def __init__(self, path: Path) -> None:
        """Only names it; see `open`."""
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - keeps symbolic links as the person wrote them
        self._lock: int | None = None

    def open(self) -> None:
        """Create it where needed and lock it for this process."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not (self.path / MARKER).exists():
                if any(not entry.name.startswith(MARKER) for entry in self.path.iterdir()):
                    raise ServiceError(
                        f"{self.path} holds files that are not ours. Choose another: DATA_DIR=… make run"
                    )
                self._write_marker()
            self._take_lock()
            # Postgres runs as another account when we are root, and must get through.
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for directory in (self.pids, self.logs):
                directory.mkdir(mode=0o700, exist_ok=True)
        except (NotADirectoryError, FileExistsError) as error:
            raise ServiceError(
                f"{self.path} is not a directory. Choose another: DATA_DIR=… make run"
            ) from error
        except OSError as error:
            raise ServiceError(
                f"Cannot write in {self.path} ({error.strerror}). Choose another place: DATA_DIR=… make run"
            ) from error

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def instance(self) -> str:
        """An id that only this directory has."""
        try:
            return str(json.loads((self.path / MARKER).read_text())["instance"])
        except (ValueError, KeyError, TypeError) as error:
            raise ServiceError(
                f"{self.path / MARKER} is damaged. Remove {self.path} yourself, or choose another: DATA_DIR=…"
            ) from error

    @property
    def pids(self) -> Path:
        """Who runs, for the next start after a crash."""
        return self.path / "run"

    @property
    def logs(self) -> Path:
        """One log for each child."""
        return self.path / "log"

    @property
    def inbox(self) -> Path:
        """Caught mail."""
        return self.path / "inbox"

    def sockets(self) -> Path:
        """Where Postgres puts its socket."""
        return socket_directory(self.path)

    def announce(self, text: str) -> None:
        """Write into the lock who holds it, for the message of a second start."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, text.encode(), 0)

    def wipe(self) -> None:
        """Remove everything, if it is ours and nothing runs in it."""
        if not self.path.exists():
            return
        if not (self.path / MARKER).is_file() or self.path.is_symlink():
            raise ServiceError(
                f"{self.path} was not made by `make run`, so it is not wiped. Nothing has changed."
            )
        self.open()
        try:
            end_leftovers(self.pids, self.instance)
            shutil.rmtree(self.sockets(), ignore_errors=True)
            # The marker goes last: an interrupted wipe can be repeated.
            for entry in sorted(self.path.iterdir(), key=lambda entry: entry.name == MARKER):
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
            with contextlib.suppress(OSError):  # a mount point stays
                self.path.rmdir()
        except OSError as error:
            raise ServiceError(f"Cannot remove {error.filename or self.path} ({error.strerror}).") from error
        finally:
            self.close()

    def _write_marker(self) -> None:
        partial = self.path / f"{MARKER}.partial"
        partial.write_text(
            json.dumps({"instance": uuid.uuid4().hex, "what": "data of `make run`; wiped by `make reset`"})
        )
        partial.replace(self.path / MARKER)

    def _take_lock(self) -> None:
        announcement = os.open(self.path / f"{MARKER}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(announcement, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            written = os.pread(announcement, 200, 0).decode(errors="replace")
            # Whatever broke it: one line for a person.
            holder = "".join(letter for letter in written if letter.isprintable()).strip()
            os.close(announcement)
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            raise ServiceError(
                f"Samen Hier runs already in {self.path}{f': {holder}' if holder else ''}."
                " Stop that first, or start another beside it: PORT=8001 DATA_DIR=… make run"
            ) from error
        self._lock = announcement


def socket_directory(base: Path) -> Path:
    """A directory in `base` for a socket, or in the temporary one when that path is too long for it."""
    digest = hashlib.sha256(os.fsencode(base)).hexdigest()[:12]
    elsewhere = f"samenhier-socket-{os.geteuid()}-{digest}"
    wishes = [base / "socket", Path(tempfile.gettempdir()) / elsewhere]
    return next(
        (wish for wish in wishes if len(os.fsencode(wish)) <= SOCKET_NAME_ROOM),
        Path("/tmp") / elsewhere,  # noqa: S108 - `private_directory` refuses one that is not ours
    )


def private_directory(path: Path, *, owner: int | None = None) -> Path:
    """Make a directory for its owner alone; refuse one that somebody else put there before us."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700, parents=True)
    status = path.lstat()
    mine = {os.geteuid()} if owner is None else {os.geteuid(), owner}
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in mine:
        raise ServiceError(f"{path} belongs to somebody else. Remove it, or choose another place: DATA_DIR=…")
    path.chmod(0o700)
    if owner is not None and status.st_uid != owner:
        os.chown(path, owner, -1)
    return path
