"""Finds a Chromium for the browser tests, or installs one.

python -m samenhier.services.chromium      prints the path
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .errors import ServiceError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ADVICE = (
    "Install Chromium and try again, name one in CHROMIUM, or leave the browser out: `make test BROWSER=no`."
)


def find() -> str | None:
    """The path of a Chromium that starts, or None. `ServiceError` when CHROMIUM names one that does not."""
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if path is None or not _starts(path):
            raise ServiceError(f"CHROMIUM names {named!r}, and that does not start.")
        return path
    return next((path for path in _candidates() if _starts(path)), None)


def find_or_install() -> str:
    """The path of a Chromium; installs Debian's when we may, Playwright's otherwise."""
    found = find()
    if found is not None:
        return found
    if os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get"):
        _say("No Chromium here; installing Debian's (some 100 MB)…")
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        if _run(install, noninteractive=True) != 0:
            _run(["apt-get", "update", "-qq"], noninteractive=True)
            _run(install, noninteractive=True)
    found = find()
    if found is None:
        _say("No Chromium here; installing Playwright's (some 150 MB)…")
        _run([sys.executable, "-m", "playwright", "install", "chromium"])
        found = find()
    if found is None:
        raise ServiceError(f"There is no Chromium here and none could be installed. {ADVICE}")
    return found


def _candidates() -> Iterator[str]:
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            yield path
    home = Path.home()
    folders = [home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright"]
    if "PLAYWRIGHT_BROWSERS_PATH" in os.environ:
        folders.insert(0, Path(os.environ["PLAYWRIGHT_BROWSERS_PATH"]))
    for folder in folders:
        for inside in ("chrome-linux*/chrome", "chrome-mac*/Chromium.app/Contents/MacOS/Chromium"):
            yield from (str(path) for path in sorted(folder.glob(f"chromium-*/{inside}"), reverse=True))
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    if mac.exists():
        yield str(mac)


def _starts(path: str) -> bool:
    # Ubuntu's `chromium-browser` without snap is only a script that says so.
    try:
        said = subprocess.run(  # noqa: S603 - a browser that we found
            [path, "--version"], capture_output=True, check=False, timeout=30, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0


def _run(command: list[str], *, noninteractive: bool = False) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"} if noninteractive else None
    # What it says belongs on the terminal; standard output is for the path alone.
    done = subprocess.run(  # noqa: S603 - the commands above
        command, env=environment, check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno()
    )
    return done.returncode


def _say(text: str) -> None:
    sys.stderr.write(f"* {text}\n")


def main() -> int:
    """Print the path; one line on stderr and exit code 1 when there is none."""
    try:
        sys.stdout.write(f"{find_or_install()}\n")
    except ServiceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
