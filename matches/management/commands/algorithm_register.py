"""`manage.py algorithm_register --to DIR`: the record of the algorithm register, nl and en, from the code's own objects."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matches import register


class Command(BaseCommand):
    help = "Write the record of the matching for the Dutch algorithm register, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", choices=register.LANGUAGES, help="one language only")
        parser.add_argument("--to", type=Path, help="a folder for the files; without it they are printed")

    def handle(self, *args: Any, language: str | None, to: Path | None, **options: Any) -> None:
        try:
            files = {one: register.as_file(one) for one in ([language] if language else register.LANGUAGES)}
        except register.RegisterError as error:
            raise CommandError(str(error)) from error
        for one, text in files.items():
            if to is None:
                self.stdout.write(text, ending="")
                continue
            to.mkdir(parents=True, exist_ok=True)
            path = to / register.file_name(one)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(str(path))
