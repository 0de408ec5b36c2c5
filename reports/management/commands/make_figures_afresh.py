"""After an import of a municipality's past: forget its closed months and make them again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from municipalities.models import Municipality
from reports.domain.closing import start_afresh


class Command(BaseCommand):
    """Old reports and files stay with who has them: use this only when the past itself was filled in later."""

    help = "Forget the closed months of a municipality and make them again, after an import of its past."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the municipality as in its address")
        parser.add_argument("--reason", required=True, help="stands in the audit trail")

    def handle(self, *args: Any, slug: str, reason: str, **options: Any) -> None:
        municipality = Municipality.objects.filter(slug=slug).first()
        if municipality is None:
            raise CommandError(f"There is no municipality “{slug}”.")
        made = start_afresh(municipality=municipality, now=timezone.now(), reason=reason)
        self.stdout.write(f"{made} months made.")
