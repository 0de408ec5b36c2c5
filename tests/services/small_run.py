"""The real supervisor on real services, with small scripts instead of the application: starts in a second.

Run as a script by `test_run.py`; PORT and DATA_DIR as for `make run`.
"""

import os
import sys

from samenhier.services.errors import ServiceError
from samenhier.services.processes import Command, base_environment
from samenhier.services.run import ROOT, Application, Environment, Options, run
from samenhier.services.supervisor import Supervisor

STEP = "print('* prepared', flush=True)"
# Like a Celery worker that is busy: has a child, and does not hear SIGTERM.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
CHILD = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", CHILD])
print("ready", flush=True)
time.sleep(600)
"""
POLITE = STUBBORN.replace("SIG_IGN", "SIG_DFL")


def _command(supervisor: Supervisor, environment: Environment, name: str, *arguments: str) -> Command:
    return Command(
        name=name,
        arguments=[sys.executable, *arguments],
        log=supervisor.log(name),
        environment=base_environment(environment),
        directory=ROOT / "docs",
    )


def main() -> int:
    """As `python -m samenhier.services run`."""
    web_arguments = ["-m", "http.server", "--bind", "127.0.0.1"]
    application = Application(
        prepare=lambda s, e: _command(s, e, "prepare", "-c", os.environ.get("STEP", STEP)),
        web=lambda s, e, o: _command(s, e, "web", *web_arguments, str(o.port)),
        others=(lambda s, e: _command(s, e, "worker", "-c", STUBBORN if "BUSY" in os.environ else POLITE),),
    )
    try:
        return run(Options.from_environment(dict(os.environ)), application)
    except ServiceError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
