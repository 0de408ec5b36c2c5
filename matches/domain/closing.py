"""What happens whenever a match ends, in whatever way: names and check-ins close at once."""

from datetime import date

from django.utils import timezone

from matches.enums import CheckInStatus, EndKind, EndReason, MatchStatus, TrialOutcome
from matches.models import CheckIn, Match, Trial
from newcomers.domain import disclosure
from newcomers.domain.lifecycle import in_touch
from samenhier import audit
from samenhier.accounts.models import User

from .outcomes import close_outcomes_of_match


def close(match: Match, actor: User | None, *, kind: EndKind, reason: EndReason, ended_on: date) -> None:
    """Close a match. The rows are locked and the transition is checked by the caller."""
    match.status = MatchStatus.ENDED
    match.end_kind = kind
    match.end_reason = reason
    match.ended_on = ended_on
    match.closed_at = timezone.now()
    match.save(update_fields=["status", "end_kind", "end_reason", "ended_on", "closed_at"])
    in_touch(match.household)
    disclosure.close_grants(because="ended", match_id=match.pk, actor=actor)
    cancelled = (
        CheckIn.objects.planned()
        .filter(match=match)
        .update(status=CheckInStatus.CANCELLED, next_reminder_at=None, escalate_at=None)
    )
    Trial.objects.filter(match=match, outcome="").update(
        outcome=TrialOutcome.STOPPED if reason == EndReason.TRIAL else TrialOutcome.ENDED,
        decided_at=match.closed_at,
        remind_at=None,
    )
    if kind == EndKind.EARLY:
        # After a whole year the last questions may still come; after an early end nobody is asked.
        close_outcomes_of_match(match)
    audit.record(
        "match.ended",
        actor=actor,
        subject=match,
        kind=kind.value,
        end_reason=reason.value,
        check_ins_cancelled=cancelled,
    )
