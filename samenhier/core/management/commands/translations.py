"""`manage.py translations update | check | compile`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from samenhier.core import catalogues


class Command(BaseCommand):
    help = "Translation catalogues: update from the code, check that they are complete, compile for Django."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["update", "check", "compile"])
        parser.add_argument(
            "--take", action="append", default=[], help="CODE=FILE.po: fill gaps from this file."
        )

    def handle(self, *args: Any, action: str, take: list[str], **options: Any) -> None:
        getattr(self, f"_{action}")(take)

    def _update(self, take: list[str]) -> None:
        for language, _name in settings.LANGUAGES:
            extra = [Path(name.split("=", 1)[1]) for name in take if name.startswith(f"{language}=")]
            catalogue = catalogues.update(language, extra)
            empty = sum(1 for message in catalogue if message.id and not message.string)
            self.stdout.write(f"{language}: {len(catalogue)} messages, {empty} not translated")
        catalogues.compile_all()

    def _check(self, take: list[str]) -> None:
        if faults := catalogues.faults():
            for fault in faults[:60]:
                self.stderr.write(str(fault))
            raise CommandError(f"{len(faults)} messages need work.")
        self.stdout.write("All catalogues are complete.")

    def _compile(self, take: list[str]) -> None:
        for path in catalogues.compile_all():
            self.stdout.write(str(path.relative_to(settings.BASE_DIR)))
