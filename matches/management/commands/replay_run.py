"""`manage.py replay_run <id>`: does a stored matching run come out again, byte for byte?"""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matches.domain.replay import drift, replay
from matches.enums import BUSY_STATUSES
from matches.models import MatchingRun


class Command(BaseCommand):
    help = (
        "Compute a stored matching run again from its stored input, check its proof, and compare with today's data. "
        "Writes nothing. Exit code 1 when the run is not reproduced."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=UUID, help="the id of the run; it stands on the page of the run")
        parser.add_argument(
            "--no-today", action="store_true", help="without the comparison with today's data"
        )

    def handle(self, *args: Any, run: UUID, no_today: bool, **options: Any) -> None:
        row = MatchingRun.objects.filter(pk=run).first()
        if row is None:
            raise CommandError("There is no run with this id.")
        if row.status in BUSY_STATUSES:
            raise CommandError("This run is still going on.")
        outcome = replay(row)
        self.stdout.write(f"run {row.pk}, seed {row.seed}, input {row.input_hash or 'none'}")
        for note in outcome.notes:
            self.stdout.write(f"note: {note}")
        for problem in outcome.problems:
            self.stdout.write(self.style.ERROR(f"not as stored: {problem}"))
        if outcome.reproduced:
            self.stdout.write(
                self.style.SUCCESS(
                    f"reproduced byte for byte: {outcome.pairs} pairs, and the stored proof holds"
                )
            )
        if not no_today:
            self._today(row)
        if not outcome.reproduced:
            raise CommandError("The run is not reproduced.")

    def _today(self, row: MatchingRun) -> None:
        try:
            changes = drift(row)
        except ValueError:
            changes = None
        if changes is None:
            return
        self.stdout.write(f"since then, by today's data: {len(changes) or 'no'} changes")
        for one in changes:
            fields = f": {', '.join(one.fields)}" if one.fields else ""
            self.stdout.write(f"  {one.kind} {one.name} {one.change}{fields}")
