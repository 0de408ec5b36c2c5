"""`make install`: a virtual environment from the lock. Standard library only; any Python from 3.11 runs it.

    python3 samenhier/services/install.py

A stamp file in the environment says what was installed: a second run has nothing to do. Without a whole
stamp an earlier install was interrupted, and everything is laid anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "dev.txt"
INSTALLER_LOCK = ROOT / "requirements" / "uv.txt"
VENV = ROOT / ".venv"
STAMP = VENV / ".installed"
UNFINISHED = VENV / ".installing"


class InstallError(Exception):
    """One line for a person."""


def main() -> int:
    """Install what is missing; one line on stderr and exit code 1 when it cannot."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is started by whatever Python there is
        sys.stderr.write("Samen Hier needs Python 3.11 or newer: PYTHON=/path/to/python3.11 make install\n")
        return 1
    # As root, Postgres runs these files under another account.
    os.umask(0o022)
    try:
        # Two `make`s at once: the second waits for the first, and then has nothing to do.
        with LOCK.open() as lock:
            _wait_for(lock.fileno())
            if not is_complete():
                install()
    except InstallError as error:
        sys.stderr.write(f"{error}\n")
    except OSError as error:
        sys.stderr.write(f"Cannot install: {error.filename or ROOT}: {error.strerror}\n")
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted. The next `make install` puts it right.\n")
    else:
        return 0
    return 1


def is_complete() -> bool:
    """Whether the environment holds what the lock says, as far as can be seen in some milliseconds."""
    return (
        _stamp().get("fingerprint") == fingerprint()
        and not UNFINISHED.exists()
        and os.access(python(), os.X_OK)
        and _names_are_present()
    )


def install() -> None:
    """Make the environment and put the locked packages in."""
    started = time.monotonic()
    # A stamp whose packages are gone is as bad as none.
    damaged = UNFINISHED.exists() or (STAMP.exists() and not _names_are_present())
    if not _venv_works():
        _make_venv()
    STAMP.unlink(missing_ok=True)
    UNFINISHED.touch()
    _install_uv()
    count = sum(line[:1].isalnum() for line in LOCK.read_text().splitlines())
    _say(f"installing {count} packages from the lock")
    arguments = ["pip", "sync", "--python", str(python()), "--require-hashes", str(LOCK)]
    if damaged:
        arguments.append("--reinstall")
    environment = {"UV_LINK_MODE": "copy", **os.environ, "VIRTUAL_ENV": str(VENV)}
    if _run([str(VENV / "bin" / "uv"), *arguments], environment) != 0:
        raise InstallError(
            f"Installing from {LOCK.relative_to(ROOT)} failed; the reason stands above."
            " Without a network nothing can be installed; a damaged lock: `git checkout requirements`."
        )
    packages = next((VENV / "lib").glob("python3.*/site-packages"))
    names = sorted(_names_in(packages))
    partial = STAMP.with_suffix(".partial")
    partial.write_text(json.dumps({"fingerprint": fingerprint(), "packages": str(packages), "names": names}))
    partial.replace(STAMP)
    UNFINISHED.unlink(missing_ok=True)
    _say(f"installed in {time.monotonic() - started:.0f} s")


def fingerprint() -> str:
    """Changes with the locks, and with where this clone stands: scripts in .venv name that place."""
    digest = hashlib.sha256(os.fsencode(VENV))
    for lock in (LOCK, INSTALLER_LOCK):
        digest.update(lock.read_bytes())
    return digest.hexdigest()


def python() -> Path:
    """The environment's own Python."""
    return VENV / "bin" / "python"


def _venv_works() -> bool:
    if not python().exists():
        return False
    code = "import sys, pip; sys.exit(sys.version_info < (3, 11) or sys.prefix != sys.argv[1])"
    said = subprocess.run([python(), "-I", "-c", code, str(VENV)], capture_output=True, check=False)  # noqa: S603
    return said.returncode == 0


def _make_venv() -> None:
    if VENV.is_symlink() or (VENV.exists() and not VENV.is_dir()):
        raise InstallError(f"{VENV} is not a directory. Move it away and try again.")
    version = ".".join(str(part) for part in sys.version_info[:3])
    _say(f"making .venv with Python {version}")
    shutil.rmtree(VENV, ignore_errors=True)
    said = subprocess.run(  # noqa: S603 - the Python that runs us
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if said.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        output = f"{said.stdout}\n{said.stderr}"
        if "ensurepip" in output:
            raise InstallError(
                "This Python cannot make a virtual environment: on Debian and Ubuntu first"
                f" `apt-get install python3.{sys.version_info.minor}-venv`."
            )
        raise InstallError(f"Making .venv failed: {(output.strip().splitlines() or ['no reason given'])[-1]}")


def _install_uv() -> None:
    wanted = INSTALLER_LOCK.read_text().split("==", 1)[1].split()[0]
    uv = VENV / "bin" / "uv"
    if uv.exists():
        said = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        if said.returncode == 0 and said.stdout.split()[1:2] == [wanted]:
            return
    _say(f"fetching the installer, uv {wanted}")
    arguments = ["install", "--quiet", "--disable-pip-version-check", "--force-reinstall", "--no-deps"]
    arguments += ["--require-hashes", "-r", str(INSTALLER_LOCK)]
    if _run([str(python()), "-m", "pip", *arguments], dict(os.environ)) != 0:
        raise InstallError(
            "The installer (uv) cannot be fetched; the reason stands above. Is there a network?"
        )


def _stamp() -> dict[str, Any]:
    """What the last complete install wrote; empty when there was none, or it was cut short."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _names_are_present() -> bool:
    stamp = _stamp()
    if not stamp.get("names"):
        return False
    try:
        return _names_in(Path(stamp["packages"])).issuperset(stamp["names"])
    except OSError:
        return False


def _names_in(packages: Path) -> set[str]:
    return {path.name for path in packages.iterdir() if path.name != "__pycache__"}


def _wait_for(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say("another install is under way; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


def _run(command: list[str], environment: dict[str, str]) -> int:
    # Its progress goes straight to the terminal.
    return subprocess.run(command, env=environment, check=False, stdin=subprocess.DEVNULL).returncode  # noqa: S603


def _say(text: str) -> None:
    sys.stderr.write(f"* {text}\n")


if __name__ == "__main__":
    sys.exit(main())
