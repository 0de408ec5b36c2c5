"""The safety flag between a household and a group: raised and lifted by a coordinator, with a sealed reason.

It keeps the pair out of every matching run and every approval. It ends nothing that goes on already: that is for the
coordinator to do, at the match. Neither side hears of it, and it is not in the data that either of them downloads.
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.domain.locks import lock_group
from groups.models import SponsorGroup
from matches.models import Match, SafetyFlag
from municipalities.models import Opening
from newcomers.domain.lifecycle import lock as lock_household
from newcomers.models import Household
from newcomers.rules import check_text
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError

from . import private_notes

REASON_AT_MOST = 500


def raise_flag(*, household: Household, group: SponsorGroup, actor: User, reason: str) -> SafetyFlag:
    """Keep these two apart from now on.

    Raises `DomainError` without a reason or for two towns, `Conflict` when a flag stands between them already.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Write in a few words why these two must stay apart."))
    if len(reason) > REASON_AT_MOST:
        raise DomainError(_("Write the reason in at most %(most)s letters.") % {"most": REASON_AT_MOST})
    check_text(reason)
    if not _within_reach(household, group):
        raise DomainError(_("The household and the group belong to different municipalities."))
    try:
        with transaction.atomic():
            # As an approval does, so that one of the two sees the other.
            lock_household(household)
            lock_group(group.pk)
            flag = SafetyFlag.objects.create(
                municipality_id=household.municipality_id,
                household=household,
                group=group,
                reason=private_notes.seal(reason),
                raised_by=actor,
            )
            audit.record("safety.flag_raised", actor=actor, subject=flag, role="coordinator")
            return flag
    except IntegrityError as error:
        if "safety_flag_once_for_pair" not in str(error):
            raise
        raise Conflict(_("There is a safety flag between these two already.")) from error


def _within_reach(household: Household, group: SponsorGroup) -> bool:
    """Whether these two could meet: of one municipality, or of two that are open to each other, or were."""
    home, there = household.municipality_id, group.municipality_id
    return (
        home == there
        or Opening.objects.open().between(home, there).exists()
        or Match.objects.filter(household=household, group=group).exists()
    )


def stands_between(household_id: UUID, group_id: UUID) -> bool:
    """Whether a flag keeps these two apart now."""
    return SafetyFlag.objects.standing().filter(household=household_id, group=group_id).exists()


@transaction.atomic
def read_reason(*, flag: SafetyFlag, reader: User) -> str:
    """The reason of a flag; that it was read is written down. Empty once the flag was lifted."""
    row = SafetyFlag.objects.get(pk=flag.pk)
    audit.record("safety.reason_read", actor=reader, subject=row, role="coordinator")
    return private_notes.unseal(row.reason)


@transaction.atomic
def lift_flag(*, flag: SafetyFlag, actor: User) -> SafetyFlag:
    """The two may be matched again. The reason is removed; that there was a flag stays. Lifting twice is one lifting."""
    row = SafetyFlag.objects.select_for_update().get(pk=flag.pk)
    if row.lifted_at is None:
        row.lifted_at = timezone.now()
        row.lifted_by = actor
        row.reason = None
        row.save(update_fields=["lifted_at", "lifted_by", "reason"])
        audit.record("safety.flag_lifted", actor=actor, subject=row, role="coordinator")
    return row


def erase(household: Household) -> None:
    """An erased household meets nobody: its flags go. In the caller's transaction."""
    SafetyFlag.objects.filter(household=household).delete()
