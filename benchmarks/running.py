"""`make run` itself: how soon it serves a page, what it takes at rest, and how fast it stops.

    .venv/bin/python -m benchmarks.running              (about two minutes)
    .venv/bin/python -m benchmarks.running --write      also writes benchmarks/running-results.md

Starts what `make run` starts, in a directory of its own and on a free port: once to load the practice world, then again. The
second start is timed until the home page answers. A few people sign in with one click and look around, all is left alone
for half a minute, and then the memory of every process is read. Linux only, because that is where the memory stands (/proc).
Exit code 1 when a bar is missed.
"""

import argparse
import contextlib
import html
import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.lines import Line, table
from benchmarks.processes import family, memory_of, seconds_of_all
from benchmarks.results import machine, publish

FIRST_PAGE_S, STOP_S, WEB_WORKER_MB, ALL_MB = 10.0, 5.0, 250, 900
COLD_PATIENCE, WARM_PATIENCE = 900.0, 60.0
PEOPLE, PAGES_EACH = 8, 10
REST = 30.0
TRY_IT = "/probeer/"
FORM = re.compile(r'<form method="post" action="(?P<action>[^"]+)".*?</form>', re.DOTALL)
FIELD = re.compile(r'name="(csrfmiddlewaretoken|next|person)" value="([^"]+)"')
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')


class Running:
    """Everything of `make run`, in one data directory and on one port."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.address = f"http://127.0.0.1:{port}"
        self.stopping: list[float] = []

    @contextlib.contextmanager
    def started(self, patience: float) -> Iterator[tuple[int, float, float]]:
        """The id of the supervisor, the seconds until the home page answered, and the processor time so far.

        Stops it as Ctrl-C does.
        """
        own = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE", "SITE_URL", "HOST"}
        environment = {name: value for name, value in os.environ.items() if name not in own}
        environment |= {"DATA_DIR": str(self.data), "PORT": str(self.port)}
        began = time.perf_counter()
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "samenhier.services", "run"], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            while not self._answers():
                if supervisor.poll() is not None or time.perf_counter() - began > patience:
                    raise SystemExit(f"It does not start; its logs are in {self.data / 'log'}.")
                time.sleep(0.05)
            took = time.perf_counter() - began
            yield supervisor.pid, took, seconds_of_all(supervisor.pid)
        finally:
            began = time.perf_counter()
            supervisor.send_signal(signal.SIGINT)
            supervisor.wait(timeout=30)
            self.stopping.append(time.perf_counter() - began)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/", timeout=10) as response:
                return response.status == 200
        except OSError:
            return False

    def child(self, name: str) -> int:
        """The id of one child of the supervisor."""
        return json.loads((self.data / "run" / f"{name}.pid").read_text())["pid"]


def look_around(address: str) -> int:
    """Several people sign in on the page to try it, and each opens what their first page links to. Returns the pages seen."""
    seen = 0
    for number in range(PEOPLE):
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        browser = urllib.request.build_opener(cookies)

        def opened(path: str, fields: list[tuple[str, str]] | None = None, browser=browser) -> str:
            data = urllib.parse.urlencode(fields).encode() if fields else None
            with browser.open(f"{address}{path}", data, timeout=60) as response:
                return response.read().decode(errors="replace")

        forms = list(FORM.finditer(opened(TRY_IT)))
        one = forms[number * len(forms) // PEOPLE]
        fields = [(name, html.unescape(value)) for name, value in FIELD.findall(one[0])]
        links = dict.fromkeys(LINK.findall(opened(html.unescape(one["action"]), fields)))
        seen += 2
        for link in [html.unescape(link) for link in links if not link.startswith(TRY_IT)][:PAGES_EACH]:
            with contextlib.suppress(urllib.error.HTTPError):
                opened(link)
            seen += 1
    return seen


@dataclass
class Kind:
    """Processes of one kind: parts of each (they add up), and the whole of the largest."""

    name: str
    parts: list[float]
    largest: float

    @property
    def row(self) -> str:
        return f"| {self.name} | {len(self.parts)} | {sum(self.parts):.0f} | {max(self.parts):.0f} | {self.largest:.0f} |"


def memory(running: Running, supervisor: int) -> list[Kind]:
    """Each process of `make run` belongs to one kind."""
    web = running.child("web")
    pids = {
        "web, master": [web],
        "web, workers": family(web)[1:],
        "worker (master and one process)": family(running.child("worker")),
        "beat": family(running.child("beat")),
        "postgres": family(running.child("postgres")),
        "valkey": family(running.child("valkey")),
        "mail catcher": family(running.child("mail")),
    }
    known = {pid for some in pids.values() for pid in some}
    pids["supervisor"] = [pid for pid in family(supervisor) if pid not in known]
    kinds = []
    for name, some in pids.items():
        told = [memory_of(pid) for pid in some]
        kinds.append(Kind(name, [part for part, _whole in told], max(whole for _part, whole in told)))
    return kinds


def main() -> int:
    """Start, stop, start, look around, rest, measure. Exit code 1 when a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write benchmarks/running-results.md")
    options = parser.parse_args()
    if sys.platform != "linux":
        sys.exit("This reads the memory of processes in /proc, which only Linux has: run it there.")
    from samenhier.services.ports import free_port
    from samenhier.services.throwaway import throwaway_directory

    with throwaway_directory() as directory:
        running = Running(directory / "data", free_port())
        with running.started(COLD_PATIENCE) as (_supervisor, cold, cold_work):
            pass
        load = os.getloadavg()[0]
        with running.started(WARM_PATIENCE) as (supervisor, warm, warm_work):
            seen = look_around(running.address)
            time.sleep(REST)
            kinds = memory(running, supervisor)
    worker = next(max(kind.parts) for kind in kinds if kind.name == "web, workers")
    everything = sum(sum(kind.parts) for kind in kinds)
    slowest = max(running.stopping)
    lines = [
        Line("warm start: first page", f"{warm:.1f} s / {FIRST_PAGE_S:.0f} s", warm / FIRST_PAGE_S, 1),
        Line("stop, the slower of two", f"{slowest:.1f} s / {STOP_S:.0f} s", slowest / STOP_S, 1),
        Line(
            "largest web worker at rest", f"{worker:.0f} MB / {WEB_WORKER_MB} MB", worker / WEB_WORKER_MB, 1
        ),
        Line("everything at rest", f"{everything:.0f} MB / {ALL_MB} MB", everything / ALL_MB, 1),
    ]
    report = [
        "# What `make run` takes",
        "",
        f"{machine('Django', 'gunicorn', 'celery')}. The load average at the warm start was {load:.1f}, our own first start in it.",
        "",
        "    .venv/bin/python -m benchmarks.running --write",
        "",
        *table(lines),
        "",
        f"The warm start needed {warm_work:.1f} s of processor time until the first page. The first start, which makes the database and",
        f"loads the practice world, took {cold:.1f} s, {cold_work:.1f} s of processor time.",
        f"At rest: {REST:.0f} s after {PEOPLE} people signed in and {seen} pages were shown. *Part* is what a process has with its part",
        "of what it shares (PSS); parts add up. *Whole* counts what is shared in full (RSS).",
        "",
        "| processes | number | parts together, MB | largest part, MB | largest whole, MB |",
        "|---|---|---|---|---|",
        *(kind.row for kind in kinds),
        f"| all | {sum(len(kind.parts) for kind in kinds)} | {everything:.0f} | | |",
        "",
    ]
    publish(report, "running", write=options.write)
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
