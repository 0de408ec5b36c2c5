"""`manage.py load_demo`: the practice world, once."""

from typing import Any

from django.core.management.base import BaseCommand

from samenhier.demo import load


class Command(BaseCommand):
    help = "Load the practice world of invented people. Does nothing when it is there already."

    def handle(self, *args: Any, **options: Any) -> None:
        if load.is_loaded():
            self.stdout.write("The practice world is there already.")
            return
        load.load()
        self.stdout.write(f"The practice world is loaded, with {load.propose()} proposals to look at.")
