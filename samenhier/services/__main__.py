"""The command line of the services.

python -m samenhier.services run            everything, until Ctrl-C   (PORT, DATA_DIR, HOST)
python -m samenhier.services reset          wipe the data directory    (DATA_DIR)
python -m samenhier.services with -- CMD…   CMD with throw-away Postgres, Valkey and mail
"""

from __future__ import annotations

import argparse
import os
import sys


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; every foreseeable trouble is one line on stderr and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m samenhier.services", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("run", help="start everything, until Ctrl-C")
    commands.add_parser("reset", help="wipe the data directory")
    with_services = commands.add_parser("with", help="run a command with throw-away services")
    with_services.add_argument("command", nargs="+", metavar="CMD")
    options = parser.parse_args(arguments)

    try:
        from .data_directory import DataDirectory
        from .errors import ServiceError
        from .run import Options, run
        from .with_services import run_with_services
    except ImportError as error:
        sys.stderr.write(
            f"The installation is not complete ({error}). Run `make install`, or remove .venv first.\n"
        )
        return 1

    try:
        if options.what == "with":
            return run_with_services(options.command)
        chosen = Options.from_environment(dict(os.environ))
        if options.what == "run":
            return run(chosen)
        DataDirectory(chosen.data_directory).wipe()
        sys.stdout.write(f"{chosen.data_directory} is empty again.\n")
    except ServiceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
