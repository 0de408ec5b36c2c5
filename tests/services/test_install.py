"""`make install` and the search for a browser: when nothing needs doing, and what is said when it fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from samenhier.services import chromium, install
from samenhier.services.errors import ServiceError
from samenhier.services.run import ROOT


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A clone with an environment that is complete."""
    venv = tmp_path / ".venv"
    packages = venv / "lib" / "python3.11" / "site-packages"
    for name in ("django", "celery"):
        (packages / name).mkdir(parents=True)
    python = venv / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    lock = tmp_path / "dev.txt"
    lock.write_text("django==5.2\n")
    for name, value in {
        "VENV": venv,
        "STAMP": venv / ".installed",
        "UNFINISHED": venv / ".installing",
        "LOCK": lock,
    }.items():
        monkeypatch.setattr(install, name, value)
    stamp = {"fingerprint": install.fingerprint(), "packages": str(packages), "names": ["celery", "django"]}
    install.STAMP.write_text(json.dumps(stamp))
    assert install.is_complete()
    return tmp_path


def test_a_changed_lock_is_noticed(environment: Path) -> None:
    (environment / "dev.txt").write_text("django==5.3\n")
    assert not install.is_complete()


def test_an_interrupted_install_is_noticed(environment: Path) -> None:
    install.UNFINISHED.touch()
    assert not install.is_complete()


@pytest.mark.parametrize("stamp", ["", "[]", "{", "null", "{}"])
def test_a_damaged_stamp_is_noticed(environment: Path, stamp: str) -> None:
    install.STAMP.write_text(stamp)
    assert not install.is_complete()


def test_a_missing_package_is_noticed(environment: Path) -> None:
    shutil.rmtree(environment / ".venv/lib/python3.11/site-packages/celery")
    assert not install.is_complete()


def test_a_python_that_went_away_is_noticed(environment: Path) -> None:
    python = environment / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nonexistent/python")
    assert not install.is_complete()


def test_a_python_without_venv_is_one_line(
    environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    debian = environment / "python3"
    debian.write_text("#!/bin/sh\necho 'ensurepip is not available' >&2\nexit 1\n")
    debian.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(debian))
    shutil.rmtree(environment / ".venv")
    assert install.main() == 1
    assert (
        capsys.readouterr().err.splitlines()[-1].startswith("This Python cannot make a virtual environment")
    )
    assert not (environment / ".venv").exists()


def test_no_python_at_all_is_one_line(tmp_path: Path) -> None:
    for name in ("make", "sh"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    said = subprocess.run(
        ["make", "install"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode != 0
    assert said.stderr.startswith("There is no Python 3.11 or newer here.")


def test_make_help_names_every_target() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("run", "test", "check", "install", "lock", "reset", "screenshots", "translations"):
        assert f"make {target} " in said.stdout


def test_a_named_browser_must_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(ServiceError, match="does not start"):
        chromium.find()
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\necho Chromium 150\n")
    browser.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert chromium.find_or_install() == str(browser)


def test_a_browser_that_only_pretends_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    snap = tmp_path / "chromium-browser"
    snap.write_text("#!/bin/sh\necho 'install the snap' >&2\nexit 10\n")
    snap.chmod(0o755)
    real = tmp_path / "google-chrome"
    real.write_text("#!/bin/sh\necho Chrome 150\n")
    real.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/nonexistent")
    assert chromium.find() == str(real)
