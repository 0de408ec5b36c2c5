"""The ten best groups for one household among five thousand, in SQL, by the middle of many households."""

import statistics

from benchmarks.clock import Clock
from benchmarks.crowd import Crowd, settle
from benchmarks.lines import Line, ms
from matches.queries.best_groups import best_groups_for
from newcomers.models import Household

GROUPS, HOUSEHOLDS, SEED = 5000, 50, 11
TIMES = 3


def best_ten(lines: list[Line]) -> None:
    """Processor time of the server for the whole call. Each household asks a few times, and its best counts."""
    town = Crowd(SEED).town(2, HOUSEHOLDS, GROUPS)
    settle()
    clock, times, found = Clock(), [], 0
    for household in Household.objects.filter(municipality=town):
        found += len(best_groups_for(household))
        times.append(min(clock.of_server(lambda one=household: best_groups_for(one)) for _ in range(TIMES)))
    middle = statistics.median(times)
    lines.append(
        Line(
            f"best ten groups for one household among {GROUPS}, in SQL ({found / HOUSEHOLDS:.1f} found on average)",
            f"{ms(middle)} in the middle / 10 ms",
            middle / 0.010,
            1,
        )
    )
