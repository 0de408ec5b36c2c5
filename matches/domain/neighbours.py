"""A household and a group of two municipalities that are open to each other.

A coordinator of the household's town approves (`approval.approve`, `offering.offer`); then the group's own town agrees or
refuses here, seeing the household's thin card only; then both sides are asked as always.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.impartial import refuse_own_group
from matches.enums import AnswerValue, MatchStatus
from matches.models import Match
from municipalities.enums import StaffRole
from newcomers.rules import check_text
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError, TransitionRefused

from .approval import ask_both, refuse_unless_possible, taken
from .locking import lock
from .offering import record, tell_answer, withdraw


def agree(*, match: Match, actor: User) -> Match:
    """A coordinator of the group's own municipality agrees: now both sides are asked.

    Everything that an approval asks is asked again, so also whether the two towns are still open to each other. Raises
    as `approval.approve` does.
    """
    try:
        with transaction.atomic():
            match = _waiting_for(match, actor)
            refuse_unless_possible(match, actor)
            match.agreed_by = actor
            match.agreed_at = timezone.now()
            match.save(update_fields=["agreed_by", "agreed_at"])
            record("match.town_agreed", match, actor)
            ask_both(match, actor, approved_by=match.offered_by)
            tell_answer(match, AnswerValue.YES.value)
            return match
    except IntegrityError as error:
        raise Conflict(taken()) from error


@transaction.atomic
def refuse(*, match: Match, actor: User, reason: str = "") -> Match:
    """A coordinator of the group's own municipality does not agree. These two are not proposed to each other again.

    Neither side was asked, so neither hears of it. `reason` is a short sentence for the colleagues of both towns.
    """
    check_text(reason)
    match = _waiting_for(match, actor)
    refuse_own_group(group_id=match.group_id, actor=actor)
    withdraw(match, not_again=True)
    record("match.town_refused", match, actor, reason=reason.strip())
    tell_answer(match, AnswerValue.NO.value)
    return match


def _waiting_for(match: Match, actor: User) -> Match:
    """The match, locked, when it waits for the town of this coordinator."""
    match = lock(match)
    mine = Match.objects.filter(pk=match.pk).in_care_of(actor, StaffRole.COORDINATOR, of="group_municipality")
    if not mine.exists():
        raise DomainError(_("A coordinator of the group's own municipality decides about this."))
    if match.status != MatchStatus.OFFERED:
        raise TransitionRefused(
            _("This proposal no longer waits for your municipality. Reload the page to see the latest.")
        )
    return match
