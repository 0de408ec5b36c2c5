"""`manage.py match_nationally`: a matching run for every municipality, through the workers or here."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matches.domain.national import start_national
from matches.domain.proposing import compute_run
from matches.models import MatchingRun
from samenhier.core.errors import DomainError


class Command(BaseCommand):
    help = "Start a matching run in every municipality that has both households and groups to match."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--here", action="store_true", help="compute them in this process, not in the workers"
        )

    def handle(self, *args: Any, here: bool, **options: Any) -> None:
        try:
            national = start_national(actor=None)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{national.pools} municipalities, {national.joined} of them had a run going on already."
        )
        if not here:
            self.stdout.write(
                "The workers compute them; the page of the national coordinator shows how far they are."
            )
            return
        runs = MatchingRun.objects.filter(national=national).order_by("-household_count")
        for number, run in enumerate(runs, start=1):
            compute_run(run.pk)
            self.stdout.write(f"{number} of {national.pools}")
