"""Brings the data up to date before the application starts. One process of its own: Django loads once.

python -m samenhier.services.prepare
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path


def main() -> None:
    """Migrate, compile translations, collect static files, load the demo world. All may be repeated."""
    import django
    from django.core.management import call_command, get_commands

    django.setup()
    known = get_commands()

    _step("database up to date", lambda: call_command("migrate", interactive=False, verbosity=0))
    # Two instances share this clone's files: one at a time.
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if "translations" in known:
            _step("translations compiled", lambda: call_command("translations", "compile"))
        _step("files for the browser", lambda: call_command("collectstatic", interactive=False, verbosity=0))
    if "load_demo" in known:
        _step("demo world in place", lambda: call_command("load_demo"))


def _step(name: str, act: Callable[[], object]) -> None:
    started = time.monotonic()
    act()
    # The supervisor shows lines that begin with an asterisk.
    sys.stdout.write(f"* {name} ({time.monotonic() - started:.1f} s)\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samenhier.settings.dev")
    main()
