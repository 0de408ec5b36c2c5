"""What processes take, as Linux tells it in /proc."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in task.read_text().split():
                found += family(int(child))
    except (FileNotFoundError, ProcessLookupError):
        pass  # it ended while we looked
    return found


def seconds_of(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def seconds_of_all(pid: int) -> float:
    """The same of a process and all below it, with those that ended already."""
    spent = 0.0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        spent += sum(map(int, fields[11:15])) / TICKS
    return spent


def most_memory_of(pid: int) -> float:
    """The most memory in MB that a process ever held."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmHWM") / 1024


def memory_of(pid: int) -> tuple[float, float]:
    """MB of a process now: its part of what it shares with others (PSS), and all that it can see (RSS).

    Parts add up to what the machine gives; a whole counts shared memory once for every process.
    """
    told = Path(f"/proc/{pid}/smaps_rollup")
    return _kilobytes(told, "Pss:") / 1024, _kilobytes(told, "Rss:") / 1024


def _kilobytes(file: Path, name: str) -> int:
    return int(next(line for line in file.read_text().splitlines() if line.startswith(name)).split()[1])
