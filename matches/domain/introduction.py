"""The moment names open: both said yes, and staff approved."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.impartial import refuse_own_group
from groups.enums import GroupStatus
from matches.enums import MatchStatus, Side
from matches.models import Match
from newcomers.domain import disclosure
from newcomers.enums import HouseholdStatus
from newcomers.models import Consent
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError

from .locking import lock, policy_of
from .outcomes import plan_outcomes
from .safety import stands_between
from .sides import present_people, tell, works_as_builder
from .states import MATCH


@transaction.atomic
def introduce(*, match: Match, actor: User) -> Match:
    """Approve the introduction after two yeses. Where the policy asks a second person, not by who approved first."""
    match = lock(match)
    MATCH.check(match.status, MatchStatus.INTRODUCED)
    refuse_own_group(group_id=match.group_id, actor=actor)
    if policy_of(match).second_approver and match.approved_by_id == actor.pk:
        raise DomainError(
            _("You approved this proposal yourself. Here a second colleague approves the introduction.")
        )
    return open_names(match, actor)


def why_not_now(match: Match) -> str:
    """Why names cannot open at this moment, for staff only: neither side may read this of the other. Empty when they can."""
    if match.household.status != HouseholdStatus.READY or not (
        Consent.objects.in_force().filter(household=match.household_id).exists()
    ):
        return _("The household has paused or took back its consent. Talk with them first.")
    if match.group.status != GroupStatus.APPROVED:
        return _("The group is not approved at this moment. Talk with them first.")
    if stands_between(match.household_id, match.group_id):
        return _("A safety flag stands between these two. Take the proposal back, or lift the flag first.")
    return ""


def open_names(match: Match, actor: User | None) -> Match:
    """Open the calling name and the one contact channel to the present members. The rows are locked by the caller."""
    MATCH.check(match.status, MatchStatus.INTRODUCED)
    if reason := why_not_now(match):
        raise DomainError(reason)
    readers = present_people(match.group_id)
    if match.builder is not None and works_as_builder(match.builder, match.municipality_id):
        readers.append(match.builder)
    match.status = MatchStatus.INTRODUCED
    match.introduced_by = actor
    match.introduced_at = timezone.now()
    match.save(update_fields=["status", "introduced_by", "introduced_at"])
    disclosure.open_grants(household=match.household, readers=readers, match_id=match.pk, actor=actor)
    audit.record("match.introduced", actor=actor, subject=match)
    tell(match, Side.HOUSEHOLD, "matches.introduced")
    tell(match, Side.GROUP, "matches.introduced", everybody=True)
    return match


@transaction.atomic
def open_to_new_members(*, match: Match, actor: User) -> Match:
    """Let members who joined after the introduction open the name too. A coordinator saw that they are ready for it."""
    match = lock(match)
    if not match.names_are_open:
        raise DomainError(_("Names open at the introduction. That has not been, or the match is over."))
    opened = disclosure.open_grants(
        household=match.household, readers=present_people(match.group_id), match_id=match.pk, actor=actor
    )
    if opened:
        audit.record("match.opened_to_members", actor=actor, subject=match, count=len(opened))
        if match.started_on is not None:
            plan_outcomes(match=match, not_before=timezone.localdate())
    return match
