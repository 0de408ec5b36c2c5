"""`manage.py appoint national nora@example.nl`: the first person on an empty installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from municipalities.domain import staff
from municipalities.enums import LOCAL_ROLES, StaffRole
from samenhier.core.errors import DomainError

CENTRAL = [role.value for role in StaffRole if role not in LOCAL_ROLES]


class Command(BaseCommand):
    help = "Invite a national coordinator or an operator by mail. Coordinators are invited in the pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", choices=CENTRAL)
        parser.add_argument("email")

    def handle(self, *args: Any, role: str, email: str, **options: Any) -> None:
        try:
            staff.invite(email=email, role=StaffRole(role), municipality=None, actor=None)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("The invitation is in the outbox; the worker sends it.")
