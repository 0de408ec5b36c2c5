"""A coordinator decides about a proposal: ask both sides, or set it aside."""

from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.impartial import refuse_own_group
from matches.enums import UNDECIDED_STATUSES, MatchStatus, Side
from matches.models import Match
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError
from samenhier.core.moments import END_OF_DAY, add_working_days, local_date, local_moment

from .locking import lock, policy_of
from .obstacles import obstacles
from .offering import GONE, offer, tell_answer
from .sides import tell
from .states import MATCH

REMINDING_TIME = time(9)


def approve(*, match: Match, actor: User) -> Match:
    """Ask both sides. From now on the household and the group are taken, and the answer clock runs.

    With a group of a neighbour municipality its own coordinators are asked first (`matches.domain.offering`); until
    they agree nobody is taken.

    Raises `TransitionRefused` when the proposal is no longer open, `Conflict` when one of the two has been taken in
    the meantime, and `DomainError` when a hard rule stands in the way with today's data.
    """
    try:
        with transaction.atomic():
            return _approve(match, actor)
    except IntegrityError as error:
        # The partial unique indexes have the last word, even against an act that forgot its locks.
        raise Conflict(taken()) from error


def _approve(match: Match, actor: User) -> Match:
    match = lock(match)
    MATCH.check(match.status, MatchStatus.OFFERED if match.is_across else MatchStatus.ASKING)
    refuse_unless_possible(match, actor)
    if match.is_across:
        return offer(match, actor)
    return ask_both(match, actor)


def refuse_unless_possible(match: Match, actor: User) -> None:
    """What is asked at each approval, with the data of this moment: that of the household's town and of the group's."""
    refuse_own_group(group_id=match.group_id, actor=actor)
    if match.run is not None and not match.run.check_passed:
        raise DomainError(_("The proof of this matching run failed, so it cannot be used. Start a new run."))
    if Match.objects.open().filter(Q(household=match.household_id) | Q(group=match.group_id)).exists():
        raise Conflict(taken())
    if reasons := obstacles(match.household, match.group):
        raise DomainError(
            _("These two cannot be matched now: %(reasons)s Start a new run to see what is possible.")
            % {"reasons": " ".join(reasons)}
        )


def ask_both(match: Match, actor: User, *, approved_by: User | None = None) -> Match:
    """The question goes out to both sides; the rows are locked by the caller. `approved_by`: when that was decided before."""
    now = timezone.now()
    _start_clock(match, now, policy_of(match).answer_working_days)
    match.status = MatchStatus.ASKING
    match.approved_by = approved_by or actor
    match.approved_at = now
    match.save(update_fields=["status", "approved_by", "approved_at", "answer_due", "answer_remind_at"])
    _withdraw_rivals(match, actor)
    audit.record("match.approved", actor=actor, subject=match)
    _ask(match)
    return match


@transaction.atomic
def set_aside(*, match: Match, actor: User, reason: str = "", not_again: bool = True) -> Match:
    """Drop a proposal, or take it back while the sides are answering; both are free again.

    Who had been asked hears kindly that it does not go on. `reason` is a short sentence for the trail, without names.
    With `not_again` later runs do not propose these two to each other.
    """
    match = lock(match)
    MATCH.check(match.status, MatchStatus.WITHDRAWN)
    asked = match.status not in UNDECIDED_STATUSES
    match.status = MatchStatus.WITHDRAWN
    match.closed_at = timezone.now()
    match.answer_remind_at = None
    match.not_again = not_again
    match.save(update_fields=["status", "closed_at", "answer_remind_at", "not_again"])
    audit.record("match.set_aside", actor=actor, subject=match, reason=reason)
    if asked:
        for side in Side:
            tell(match, side, "matches.not_now")
    return match


@transaction.atomic
def give_more_time(*, match: Match, actor: User) -> Match:
    """Start the answer clock again, for example after a talk. Only while the sides are answering."""
    match = lock(match)
    if match.status != MatchStatus.ASKING:
        raise DomainError(_("More time is possible only while the two sides are answering."))
    _start_clock(match, timezone.now(), policy_of(match).answer_working_days)
    match.save(update_fields=["answer_due", "answer_remind_at"])
    audit.record("match.more_time", actor=actor, subject=match)
    return match


def taken() -> str:
    return _(
        "Somebody was just before you: this household or this group has another match now. Start a new run."
    )


def _start_clock(match: Match, now: datetime, working_days: int) -> None:
    today = local_date(now)
    last_day = add_working_days(today, working_days)
    match.answer_due = local_moment(last_day, END_OF_DAY)
    reminding = local_moment(_working_day_before(last_day), REMINDING_TIME)
    match.answer_remind_at = reminding if reminding > now else None


def _working_day_before(day: date) -> date:
    day -= timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return day


def _withdraw_rivals(match: Match, actor: User) -> None:
    """Other proposals that need the same household or group are no longer possible."""
    rivals = list(
        Match.objects.select_for_update()
        .filter(Q(household=match.household_id) | Q(group=match.group_id), status__in=UNDECIDED_STATUSES)
        .exclude(pk=match.pk)
        .order_by("pk")
    )
    for rival in rivals:
        if rival.status == MatchStatus.OFFERED and rival.municipality_id != match.municipality_id:
            # A neighbour waited for a word about this group.
            tell_answer(rival, GONE)
        rival.status = MatchStatus.WITHDRAWN
        rival.closed_at = match.approved_at
        rival.save(update_fields=["status", "closed_at"])
        audit.record("match.rival_approved", actor=actor, subject=rival, by=str(match.pk))


def _ask(match: Match) -> None:
    assert match.answer_due is not None
    for side in Side:
        tell(match, side, "matches.proposal", answer_by=local_date(match.answer_due).isoformat())
