"""The marker and the lock of a data directory, when something broke them: a sentence, and nothing is lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from samenhier.services import ports
from samenhier.services.data_directory import MARKER, DataDirectory
from samenhier.services.errors import ServiceError
from samenhier.services.run import ROOT
from tests.services.test_run import clean_environment

LOCK = f"{MARKER}.lock"
BROKEN_MARKERS = [b"", b"not json", b"\xff\xfe\x00", b"[]", b"{}", b'"text"']
BROKEN_LOCKS = [b"", b"\x00" * 4000, b"\xff\xfe not a text", b"process 9\n\x1b[31mon another machine\n"]


@pytest.fixture
def made(tmp_path: Path) -> DataDirectory:
    """A directory that was used once, with something in it."""
    directory = DataDirectory(tmp_path / "data")
    directory.open()
    directory.close()
    (directory.path / "kept").write_text("of somebody")
    return directory


def one_line(command: str, directory: DataDirectory) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "samenhier.services", command],
        env=clean_environment(DATA_DIR=str(directory.path), PORT=str(ports.free_port())),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


@pytest.mark.parametrize("content", BROKEN_MARKERS)
def test_a_damaged_marker_is_named_and_nothing_is_removed(made: DataDirectory, content: bytes) -> None:
    assert len(made.instance) == 32
    (made.path / MARKER).write_bytes(content)
    with pytest.raises(ServiceError, match=f"{MARKER} is damaged. Remove .* yourself, or choose another"):
        _ = made.instance
    with pytest.raises(ServiceError, match="is damaged"):
        made.wipe()
    assert (made.path / "kept").read_text() == "of somebody"


@pytest.mark.parametrize("command", ["run", "reset"])
def test_starting_and_wiping_say_it_in_one_line(made: DataDirectory, command: str) -> None:
    (made.path / MARKER).write_text("{")
    said = one_line(command, made)
    assert f"{made.path / MARKER} is damaged." in said
    assert "DATA_DIR=" in said
    assert (made.path / "kept").exists()


@pytest.mark.parametrize("content", BROKEN_LOCKS)
def test_what_a_crash_left_in_the_lock_hinders_nobody(made: DataDirectory, content: bytes) -> None:
    """The kernel knows who holds it; the text is only for people."""
    (made.path / LOCK).write_bytes(content)
    made.open()
    made.announce("process 1, http://127.0.0.1:8000")
    assert (made.path / LOCK).read_text() == "process 1, http://127.0.0.1:8000"
    made.close()


@pytest.mark.parametrize("content", BROKEN_LOCKS)
def test_a_held_lock_with_a_broken_text_still_refuses_with_a_sentence(
    made: DataDirectory, content: bytes
) -> None:
    made.open()
    (made.path / LOCK).write_bytes(content)
    second = DataDirectory(made.path)
    with pytest.raises(ServiceError) as refusal:
        second.open()
    said = str(refusal.value)
    assert said.startswith(f"Samen Hier runs already in {made.path}")
    assert said.endswith("Stop that first, or start another beside it: PORT=8001 DATA_DIR=… make run")
    assert said.isprintable()
    made.close()
    second.open()
    second.close()


def test_something_else_in_the_place_of_the_lock_is_one_line(made: DataDirectory) -> None:
    (made.path / LOCK).unlink()
    (made.path / LOCK).mkdir()
    assert one_line("run", made).startswith(f"Cannot write in {made.path} (")
    assert (made.path / "kept").exists()
