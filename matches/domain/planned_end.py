"""Moving the day on which an active match is planned to end: later or earlier, with everything that hangs on it."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.impartial import refuse_own_group
from matches.enums import CheckInStatus, MatchStatus, Side
from matches.models import CheckIn, Match, OutcomeSurvey, Trial
from municipalities.models import Policy
from municipalities.models.policy import LONGEST_MATCH_MONTHS
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError
from samenhier.core.moments import add_months, local_date

from .batches import due_at
from .checkins import due_date, plan_check_ins
from .locking import lock, policy_of
from .outcomes import plan_outcomes
from .sides import tell

REASON_LENGTH = 200
DAY = timedelta(days=1)


@transaction.atomic
def move_planned_end(*, match: Match, actor: User, to: date, reason: str, instead_of: date | None) -> Match:
    """Move the planned end of an active match. Both sides hear the new day, colleagues read the reason.

    `instead_of` is the end that the actor saw: when somebody moved it since, nothing is changed (`Conflict`). The same
    day again changes nothing. Check-ins and outcome questions that are due or answered stay as they are.
    """
    match = lock(match)
    refuse_own_group(group_id=match.group_id, actor=actor)
    if match.status != MatchStatus.ACTIVE or match.planned_end is None or match.started_on is None:
        raise DomainError(_("Only a match that goes on has a planned end."))
    before = match.planned_end
    if before == to:
        return match
    if before != instead_of:
        raise Conflict(_("Somebody moved the planned end in the meantime. Look at the new day first."))
    _check_day(match, to)
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Say in one sentence why the end moves."))
    if len(reason) > REASON_LENGTH:
        raise DomainError(_("This text is too long. Use at most 200 characters."))
    now = timezone.now()
    match.planned_end, match.end_moved_at = to, now
    match.save(update_fields=["planned_end", "end_moved_at"])
    replan(match, policy_of(match), before=before)
    audit.record(
        "match.end_moved",
        actor=actor,
        subject=match,
        reason=reason,
        before=before.isoformat(),
        to=to.isoformat(),
    )
    # `set_at`: back to an earlier day is news too.
    for side in Side:
        tell(
            match,
            side,
            "matches.end_moved",
            everybody=side == Side.GROUP,
            planned_end=to.isoformat(),
            set_at=now.isoformat(),
        )
    return match


def latest_end(started_on: date) -> date:
    """The last day that a match can be planned to end: no policy may plan longer."""
    return add_months(started_on, LONGEST_MATCH_MONTHS)


def _check_day(match: Match, to: date) -> None:
    assert match.started_on is not None, "an active match has begun"
    if to <= timezone.localdate():
        raise DomainError(_("Choose a day that lies ahead. Does it end now? Then close the match."))
    if to > latest_end(match.started_on):
        raise DomainError(
            _("A match lasts %(months)s months at most. Choose an earlier day.")
            % {"months": LONGEST_MATCH_MONTHS}
        )
    trial = Trial.objects.going_on().filter(match=match).first()
    if trial is not None and to <= (local_date(trial.choose_by) if trial.choose_by else trial.ends_on):
        raise DomainError(_("The trial is not over by then. Choose a later day."))


def replan(match: Match, policy: Policy, *, before: date) -> None:
    """Check-ins and outcome questions as they belong to the planned end of `match`, which was `before`."""
    assert match.started_on is not None
    assert match.planned_end is not None
    today = timezone.localdate()
    if match.planned_end < before:
        _leave_out(match)
        return
    first = max(today, before + DAY)
    _take_up_again(match, policy, first)
    plan_check_ins(
        match=match,
        policy=policy,
        not_before=first,
        moments=moments_until(policy.check_in_moments, match.started_on, match.planned_end),
    )
    plan_outcomes(match=match, policy=policy, not_before=first)


def moments_until(moments: Sequence[str], started_on: date, end: date) -> list[str]:
    """The moments of the policy and, when the time together lasts longer, more at the distance of its last two."""
    if not moments:
        return []
    days = sorted((due_date(started_on, moment), moment) for moment in moments)
    last = days[-1][0]
    distance = last - days[-2][0] if len(days) > 1 else last - started_on
    step = max(1, round(distance.days * 12 / 365.25))
    found = [moment for _day, moment in days]
    month = next(month for month in count(1) if add_months(started_on, month) >= last)
    while add_months(started_on, month + step) <= end:
        month += step
        found.append(f"M{month}")
    return found


def _leave_out(match: Match) -> None:
    """What lies after the new end, and so was not asked yet. Rows are locked first: an answer that comes now stays."""
    late = {"match": match, "due_on__gt": match.planned_end}
    check_ins = CheckIn.objects.planned().filter(**late).order_by("pk")
    CheckIn.objects.filter(pk__in=list(check_ins.select_for_update().values_list("pk", flat=True))).update(
        status=CheckInStatus.CANCELLED, next_reminder_at=None, escalate_at=None
    )
    surveys = OutcomeSurvey.objects.planned().filter(**late).order_by("pk")
    OutcomeSurvey.objects.filter(
        pk__in=list(surveys.select_for_update().values_list("pk", flat=True))
    ).delete()


def _take_up_again(match: Match, policy: Policy, first: date) -> None:
    """Check-ins that an earlier move left out and that lie within the planned time again."""
    rows = list(
        CheckIn.objects.select_for_update()
        .filter(match=match, status=CheckInStatus.CANCELLED, due_on__gte=first, due_on__lte=match.planned_end)
        .order_by("pk")
    )
    for row in rows:
        row.status = CheckInStatus.PLANNED
        row.next_reminder_at = due_at(row.due_on, min(policy.reminder_days)) if policy.reminder_days else None
        row.escalate_at = due_at(row.due_on, policy.escalate_after_days)
    CheckIn.objects.bulk_update(rows, ["status", "next_reminder_at", "escalate_at"])
