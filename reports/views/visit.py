"""What a request carries once access was given."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from municipalities.enums import StaffRole
from municipalities.models import Municipality
from samenhier.accounts.models import User

if TYPE_CHECKING:

    class StaffRequest(HttpRequest):
        user: User  # never anonymous here
        municipality: Municipality
        staff_roles: set[StaffRole]


def staff_request(request: HttpRequest) -> "StaffRequest":
    """The request of a staff page, as `municipalities.access.Staff` left it."""
    return cast("StaffRequest", request)
