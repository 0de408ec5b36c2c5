"""Staff do not decide about a group in which they take part themselves."""

from uuid import UUID

from django.utils.translation import gettext as _

from groups.models import GroupMember
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError


class OwnGroup(DomainError):
    """The actor takes part in the group; a colleague decides."""


def takes_part(user: User, group_id: UUID) -> bool:
    """Whether this person said yes in the group."""
    return GroupMember.objects.present().filter(group=group_id, user=user.pk).exists()


def refuse_own_group(*, group_id: UUID, actor: User) -> None:
    """Raise `OwnGroup` when the actor takes part in the group."""
    if takes_part(actor, group_id):
        raise OwnGroup(_("You take part in this group yourself. Ask a colleague to do this."))
