"""What was removed because its time was over, and what will be: numbers only."""

from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from municipalities import retention, sweeps
from municipalities.access import Staff
from municipalities.enums import StaffRole
from samenhier.notifications.sweeps import last_success


class Retention(TemplateView):
    """Each rule with its term, what is due, and what it removed so far.

    Coordinators hold the rows themselves; for the national coordinator small numbers are masked, as everywhere.
    """

    access = Staff(StaffRole.COORDINATOR, StaffRole.NATIONAL)
    template_name = "municipalities/retention.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = self.request.municipality
        exact = StaffRole.COORDINATOR in self.request.staff_roles
        bound = 0 if exact else here.policy.masking_below

        def shown(number: int) -> str:
            return f"< {bound}" if 0 < number < bound else str(number)

        standings = retention.standings(here, timezone.now())
        return super().get_context_data(
            rows=[(one, shown(one.due_soon), shown(one.removed)) for one in standings],
            days=retention.AHEAD.days,
            last=last_success(sweeps.NAME),
            drafts=retention.in_words("draft_months", here.policy.draft_months),
            **kwargs,
        )
