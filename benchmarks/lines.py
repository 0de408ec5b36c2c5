"""Lines of a results table: what was measured, both sides, the ratio and its bar."""

import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass
class Line:
    """One line of the table: what, both sides, the ratio and its bar (None: measured to know, nothing was asked)."""

    work: str
    measured: str
    ratio: float
    bar: float | None
    at_least: bool = False

    @property
    def met(self) -> bool:
        if self.bar is None:
            return True
        return self.ratio >= self.bar if self.at_least else self.ratio <= self.bar


def best_times(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Shortest processor time of each work, taken in turns, in seconds."""
    times = [float("inf")] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            start = time.process_time()
            work()
            times[number] = min(times[number], time.process_time() - start)
    return times


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def table(lines: list[Line]) -> list[str]:
    """As Markdown."""
    rows = ["| work | measured | ratio | bar | |", "|---|---|---|---|---|"]
    for line in lines:
        bar = "" if line.bar is None else f"{'>=' if line.at_least else '<='} {line.bar:g}"
        verdict = "" if line.bar is None else "met" if line.met else "MISSED"
        rows.append(f"| {line.work} | {line.measured} | {line.ratio:.2f} | {bar} | {verdict} |")
    return rows
