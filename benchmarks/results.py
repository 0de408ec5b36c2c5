"""Where results go: on the screen, and with `--write` into a file beside the benchmark."""

import datetime as dt
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def machine(*packages: str) -> str:
    """When and on what it was measured, with the versions of these packages."""
    today = dt.datetime.now(dt.UTC).date().isoformat()
    versions = [
        f"Python {platform.python_version()}",
        *(f"{package} {version(package)}" for package in packages),
    ]
    return f"{today}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {', '.join(versions)}"


def publish(report: Sequence[str], name: str, *, write: bool) -> None:
    """Print a report; with `write` it also becomes benchmarks/<name>-results.md."""
    text = "\n".join(report)
    print(text)
    if write:
        Path(__file__).with_name(f"{name}-results.md").write_text(text)
