"""A match of the practice world that lasts longer than planned at first."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from matches.domain.planned_end import replan
from matches.enums import MatchStatus
from matches.models import Match
from samenhier.accounts.models import User
from samenhier.core.moments import add_months

from . import history

#: So long ago the end moved, of a match that had been going on for so long by then.
MOVED = timedelta(days=6)
HALFWAY = timedelta(days=120)
LATER = 3


def lasts_longer(made: Sequence[Match], coordinator: User) -> None:
    """Somebody's course lasts longer: the end of the first match that is halfway moved by a few months."""
    moved_at = timezone.now() - MOVED
    for match in made:
        if match.status != MatchStatus.ACTIVE or match.started_on is None or match.planned_end is None:
            continue
        if match.started_on + HALFWAY < moved_at.date() < match.planned_end - HALFWAY:
            before = match.planned_end
            match.planned_end, match.end_moved_at = add_months(before, LATER), moved_at
            match.save(update_fields=["planned_end", "end_moved_at"])
            replan(match, match.municipality.policy, before=before)
            history.tell(
                "match.end_moved",
                subject=match,
                at=moved_at,
                actor=coordinator,
                role="coordinator",
                reason="De opleiding duurt langer dan we dachten.",
                before=before.isoformat(),
                to=match.planned_end.isoformat(),
            )
            return
