"""Whether groups are fairly shared in the country: counted once a month by a worker, kept as it was told.

Counting goes over every household of the year, so that no page does it; and what was told of a month cannot be compared
with a later count of it.
"""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils import translation

from matches.queries.fairness_board import Board, Part, Row
from municipalities.models import Policy
from newcomers.models import Household
from reports.figures.fairness import national_board
from reports.figures.months import Month
from reports.masking import bound_of
from reports.models import CountryFairness


def close_fairness(last: Month) -> bool:
    """Count the year up to and including the last month that is over. False when that was done; safe to race."""
    if CountryFairness.objects.filter(month=last.first_day).exists():
        return False
    bounds = Policy.objects.values_list("masking_below", flat=True)
    bound = max(map(bound_of, bounds), default=bound_of(5))
    boards = {}
    for language in settings.STAFF_LANGUAGES:
        with translation.override(language):
            boards[language] = asdict(national_board(Household.objects.all(), until=last.end, bound=bound))
    row = CountryFairness(month=last.first_day, boards=boards)
    return bool(CountryFairness.objects.bulk_create([row], ignore_conflicts=True))


def latest_fairness(language: str) -> tuple[Month, Board] | None:
    """The newest month that was counted, in this language (else Dutch). One query."""
    row = CountryFairness.objects.order_by("-month").first()
    if row is None:
        return None
    return Month.of(row.month), _board(row.boards.get(language) or row.boards["nl"])


def _board(data: dict[str, Any]) -> Board:
    return Board(
        total=Row(**data["total"]) if data["total"] else None,
        parts=[Part(**{**part, "rows": [Row(**row) for row in part["rows"]]}) for part in data["parts"]],
    )
