"""A matching round of the whole country with everything real: Postgres, broker, and Celery workers that take the pools.

    .venv/bin/python -m benchmarks.national                          (a country: about ten minutes on two cores)
    .venv/bin/python -m benchmarks.national --share 0.05             (a twentieth of its people in as many municipalities)

Invents the people of 342 municipalities (skewed like real ones), starts a worker with two processes as `make run` does, and
asks for a national round. Told are: how long until the last pool was stored, the processor time of the workers beside that of
the bare loop "score and solve" over the same pools, and the most memory that any worker process ever held. The workers do more
than that loop: they load, prove, explain and store each pool. Which groups each town looks for comes after the round. So only the
memory has a bar here, 1 GB for each process; the bar of the loop itself stands in `benchmarks/matching.py`.
"""

import argparse
import os
import subprocess
import sys
import time

from benchmarks.processes import family, most_memory_of, seconds_of

MUNICIPALITIES, HOUSEHOLDS, GROUPS, SEED = 342, 100_000, 50_000, 5
PROCESSES = 2
MEMORY_BAR_MB = 1024


class Watch:
    """Looks at the processes of a worker now and then; those that ended keep what was seen last."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.seconds: dict[int, float] = {}
        self.memory: dict[int, float] = {}

    def look(self) -> None:
        for pid in family(self.pid):
            try:
                self.seconds[pid], self.memory[pid] = seconds_of(pid), most_memory_of(pid)
            except (FileNotFoundError, ProcessLookupError, StopIteration):
                continue  # it ended between two looks


def bare_loop() -> float:
    """Processor seconds of scoring and solving every pool, one after the other, from profiles that are loaded already."""
    import numpy as np
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    from benchmarks.bare import bare_matrix
    from matches.domain.pool import sides_of_run
    from matches.engine.scoring import score_matrix
    from municipalities.models import Municipality

    seconds = 0.0
    for town in Municipality.objects.order_by("pk"):
        sides = sides_of_run(town.pk)
        start = time.process_time()
        allowed = sides.rulebook().allowed()
        scores = score_matrix(sides.households, sides.groups, sides.weights, allowed)
        if np.any(allowed):
            min_weight_full_bipartite_matching(bare_matrix(scores, allowed))
        seconds += time.process_time() - start
    return seconds


def a_round(patience: float) -> tuple[float, Watch]:
    """Wall seconds of a national round with a fresh worker, and what its processes took."""
    from matches.domain.national import start_national
    from matches.enums import NationalStatus
    from matches.models import NationalRun

    command = [sys.executable, "-m", "celery", "--app", "samenhier.celery:app", "worker", "--pool", "prefork"]
    worker = subprocess.Popen(
        [*command, "-c", str(PROCESSES), "-l", "ERROR", "--without-gossip", "--without-mingle"],
        stdout=subprocess.DEVNULL,
    )
    watch = Watch(worker.pid)
    try:
        began = time.perf_counter()
        national = start_national(actor=None)
        while NationalRun.objects.get(pk=national.pk).status != NationalStatus.DONE:
            if time.perf_counter() - began > patience:
                raise RuntimeError("the workers did not get through the country in time")
            watch.look()
            time.sleep(0.25)
        watch.look()
        return time.perf_counter() - began, watch
    finally:
        worker.terminate()
        worker.wait(timeout=60)


def main() -> int:
    """Invent the country, measure both sides, print what they took. Exit code 1 when a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--share", type=float, default=1.0, help="how much of the country's people (1)")
    parser.add_argument("--pools", type=int, default=MUNICIPALITIES)
    options = parser.parse_args()
    from benchmarks.reminders import durable_services

    with durable_services() as environment:
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="samenhier.settings.dev")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db.models import Count, Sum

        from benchmarks.crowd import Crowd, settle
        from matches.engine.invented import invented_sizes
        from matches.models import MatchingRun

        call_command("migrate", verbosity=0)
        crowd = Crowd(SEED)
        sizes = invented_sizes(
            options.pools, int(HOUSEHOLDS * options.share), int(GROUPS * options.share), SEED
        )
        for number, (households, groups) in enumerate(sizes, start=1):
            crowd.town(number, households, groups)
        settle()
        bare = bare_loop()
        wall, watch = a_round(patience=3600 * options.share + 300)
        told = MatchingRun.objects.filter(check_passed=True).aggregate(Count("pk"), Sum("placed"))
    work, memory = sum(watch.seconds.values()), max(watch.memory.values())
    print(
        f"pools stored and proved        {told['pk__count']:8,}   households with a group {told['placed__sum']:,}"
    )
    print(f"until the last one was stored  {wall:8.1f} s wall, {PROCESSES} worker processes")
    print(f"processor time of the workers  {work:8.1f} s   ({work / bare:.2f} x the bare loop: {bare:.1f} s)")
    print(f"most memory of one process     {memory:8.0f} MB  (bar {MEMORY_BAR_MB})")
    return 0 if memory <= MEMORY_BAR_MB else 1


if __name__ == "__main__":
    sys.exit(main())
