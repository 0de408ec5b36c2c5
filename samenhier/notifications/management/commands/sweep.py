"""`manage.py sweep outbox check-ins`: the same sweeps that beat asks for, for cron or by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from samenhier.notifications import sweeps


class Command(BaseCommand):
    help = "Does what is due now: sends mail, plans reminders, tidies up. Without beat: run it each minute from cron."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="name", help=f"one of: {', '.join(sweeps.names())}")
        parser.add_argument("--all", action="store_true", help="every sweep")

    def handle(self, *args: Any, **options: Any) -> None:
        known = sweeps.names()
        # The outbox last, so that what the others queue leaves in the same run.
        wanted = sorted(known, key=lambda name: name == "outbox") if options["all"] else options["names"]
        if not wanted:
            raise CommandError(f"Name a sweep or give --all. There are: {', '.join(known)}.")
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise CommandError(f"Unknown sweep: {', '.join(unknown)}. There are: {', '.join(known)}.")
        for name in wanted:
            handled = sweeps.run(name)
            self.stdout.write(f"{name}: {'busy elsewhere' if handled is None else f'{handled} done'}")
