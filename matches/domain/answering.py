"""Both sides answer for themselves, in private; two yeses open the way, any no frees both without blame."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.impartial import refuse_own_group
from matches.enums import AnswerValue, MatchStatus, Side
from matches.models import Answer, Match
from municipalities.enums import StaffRole
from newcomers.domain.lifecycle import in_touch
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.core.moments import local_date

from .introduction import open_names, why_not_now
from .locking import lock, policy_of
from .sides import other, side_of, speaks_for_group, tell
from .states import MATCH

BATCH = 200


@transaction.atomic
def answer(
    *, match: Match, side: Side, value: AnswerValue, actor: User | None, recorded_by: User | None = None
) -> Match:
    """Record the yes, no or “talk first” of one side.

    `actor` answers: the newcomer, or the group's contact person. With `recorded_by` a coordinator writes down a yes
    or no that was given by phone or face to face; then `actor` may be None (a household without an account).
    The same answer twice changes nothing. A yes may become a no until the names are open. A no is final.
    """
    match = lock(match)
    side, value = Side(side), AnswerValue(value)
    _may_answer(match, side, value, actor, recorded_by)
    if match.status not in (MatchStatus.ASKING, MatchStatus.AGREED):
        raise DomainError(_("This question is no longer open. Your coordinator knows how it goes on."))
    given = Answer.objects.filter(match=match, side=side).first()
    if given is not None and given.value == value:
        return match
    if given is not None and given.value == AnswerValue.YES and value == AnswerValue.TALK:
        # The same words whether or not the other side said yes: that is not theirs to know.
        raise DomainError(_("You said yes already. Do you want to talk first? Ask us to contact you."))
    Answer.objects.update_or_create(
        match=match,
        side=side,
        defaults={
            "municipality_id": match.municipality_id,
            "value": value,
            "answered_by": actor,
            "recorded_by": recorded_by,
            "answered_at": timezone.now(),
        },
    )
    if side == Side.HOUSEHOLD:
        in_touch(match.household)
    audit.record(
        "match.answered", actor=recorded_by or actor, subject=match, side=side.value, value=value.value
    )
    if recorded_by is not None:
        # Nobody says yes or no for somebody else without that person hearing of it.
        tell(match, side, "matches.answer_recorded", value=value.value)
    if value == AnswerValue.NO:
        _decline(match, side)
    elif value == AnswerValue.YES:
        _agree_when_both(match)
    return match


def _may_answer(
    match: Match, side: Side, value: AnswerValue, actor: User | None, recorded_by: User | None
) -> None:
    if recorded_by is not None:
        refuse_own_group(group_id=match.group_id, actor=recorded_by)
        if not Match.objects.filter(pk=match.pk).in_care_of(recorded_by, StaffRole.COORDINATOR).exists():
            raise DomainError(
                _("Only a coordinator of this municipality writes down an answer for somebody else.")
            )
        if value == AnswerValue.TALK:
            raise DomainError(_("Write down a yes or a no. After a talk the answer follows."))
        return
    if actor is None or side_of(match, actor) != side:
        raise DomainError(_("Only the people of this side can answer."))
    if side == Side.GROUP and not speaks_for_group(match, actor):
        raise DomainError(_("Your contact person answers for the group. Talk about it together first."))


def _decline(match: Match, side: Side) -> None:
    MATCH.check(match.status, MatchStatus.DECLINED)
    match.status = MatchStatus.DECLINED
    match.closed_at = timezone.now()
    match.answer_remind_at = None
    match.save(update_fields=["status", "closed_at", "answer_remind_at"])
    # Both were asked at the approval. No reason, no blame; whoever said no needs no message.
    tell(match, other(side), "matches.not_now")


def _agree_when_both(match: Match) -> None:
    answers = dict(Answer.objects.filter(match=match).values_list("side", "value"))
    if [answers.get(side.value) for side in Side] != [AnswerValue.YES, AnswerValue.YES]:
        return
    if match.status != MatchStatus.AGREED:
        MATCH.check(match.status, MatchStatus.AGREED)
        match.status = MatchStatus.AGREED
        match.answer_remind_at = None
        match.save(update_fields=["status", "answer_remind_at"])
        audit.record("match.agreed", actor=None, subject=match)
    if policy_of(match).second_approver or why_not_now(match):
        # A person of staff introduces them; “both said yes” stands on the work list. Whoever answered just now
        # must not learn that the other side paused, so nothing is refused here.
        return
    # The approval of the proposal was the decision of staff; nobody has to decide again.
    open_names(match, match.approved_by)


@dataclass(frozen=True)
class AnswersSwept:
    """What one sweep did."""

    reminded: int
    lapsed: int


def sweep_answers(now: datetime) -> AnswersSwept:
    """Remind of answers one working day before the clock ends, and close the clocks that ended. Safe to repeat."""
    return AnswersSwept(reminded=_remind(now), lapsed=_lapse(now))


def _remind(now: datetime) -> int:
    """Each side that has not chosen yet gets one reminder."""
    reminded = 0
    while True:
        with transaction.atomic():
            due = list(
                Match.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("household__user")
                .filter(status=MatchStatus.ASKING, answer_remind_at__lte=now)
                .order_by("answer_remind_at")[:BATCH]
            )
            chosen = set(
                Answer.objects.filter(match__in=due, value=AnswerValue.YES).values_list("match_id", "side")
            )
            for match in due:
                assert match.answer_due is not None
                for side in Side:
                    # When the sweep was away past the deadline, a reminder would be a lie.
                    if (match.pk, side.value) not in chosen and match.answer_due > now:
                        answer_by = local_date(match.answer_due).isoformat()
                        tell(match, side, "matches.answer_reminder", answer_by=answer_by)
                        reminded += 1
            Match.objects.filter(pk__in=[match.pk for match in due]).update(answer_remind_at=None)
        if len(due) < BATCH:
            return reminded


def _lapse(now: datetime) -> int:
    lapsed = 0
    due = Match.objects.filter(status=MatchStatus.ASKING, answer_due__lt=now).order_by("answer_due")
    for found in due.iterator(chunk_size=BATCH):
        with transaction.atomic():
            match = lock(found)
            # An answer or more time may have come between the look and the lock.
            if match.status != MatchStatus.ASKING or match.answer_due is None or match.answer_due >= now:
                continue
            MATCH.check(match.status, MatchStatus.LAPSED)
            match.status = MatchStatus.LAPSED
            match.closed_at = now
            match.answer_remind_at = None
            match.save(update_fields=["status", "closed_at", "answer_remind_at"])
            audit.record("match.lapsed", actor=None, subject=match)
            for side in Side:
                tell(match, side, "matches.not_now")
            lapsed += 1
    return lapsed
