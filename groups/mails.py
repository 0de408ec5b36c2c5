"""The mails of this room. Each is a template in templates/mail/groups/."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from samenhier.notifications.kinds import Kind, OnDoubt, register

INVITED = frozenset({"member_id", "link_hash", "group_name", "contact_name", "town", "days", "url"})
ABOUT_GROUP = frozenset({"group_id", "group_name", "url"})


def _link_is_newest(context: Mapping[str, Any]) -> bool:
    """The person still has to answer, no newer link went out, and the group has not stopped."""
    from .enums import STOPPED, MemberStatus
    from .models import GroupMember

    invited = GroupMember.objects.filter(
        pk=context["member_id"], invitation_hash=context["link_hash"], status=MemberStatus.INVITED
    )
    return invited.exclude(group__status__in=STOPPED).exists()


def _draft_is_open(context: Mapping[str, Any]) -> bool:
    from .models import RegistrationDraft

    return RegistrationDraft.objects.filter(pk=context["draft_id"], token_hash=context["link_hash"]).exists()


def _in_state(*states: str) -> Callable[[Mapping[str, Any]], bool]:
    """The group is still in the state that the mail tells about."""

    def wanted(context: Mapping[str, Any]) -> bool:
        from .models import SponsorGroup

        return SponsorGroup.objects.filter(pk=context["group_id"], status__in=states).exists()

    return wanted


def _still_signed_up(context: Mapping[str, Any]) -> bool:
    from .models import Attendance

    return (
        Attendance.objects.to_come()
        .filter(member_id=context["member_id"], session_id=context["session_id"])
        .exists()
    )


def _booked_as_told(context: Mapping[str, Any]) -> bool:
    """Not changed since: of that another mail tells."""
    from .models import TrainingSession

    same = TrainingSession.objects.filter(
        pk=context["session_id"], starts_at=context["starts_at"], place=context["place"]
    ).exists()
    return same and _still_signed_up(context)


def _still_this_change(context: Mapping[str, Any]) -> bool:
    """No newer mail tells what is true of the training."""
    from .models import TrainingSession

    newest = TrainingSession.objects.filter(pk=context["session_id"], revision=context["revision"]).exists()
    return newest and _still_signed_up(context)


def _would_have_come(context: Mapping[str, Any]) -> bool:
    from .models import GroupMember

    return (
        GroupMember.objects.present()
        .filter(pk=context["member_id"], attendances__session=context["session_id"])
        .exists()
    )


def _still_contact(context: Mapping[str, Any]) -> bool:
    from .enums import MemberRole
    from .models import GroupMember

    return GroupMember.objects.present().filter(pk=context["member_id"], role=MemberRole.CONTACT).exists()


def _visit_still_then(context: Mapping[str, Any]) -> bool:
    from .models import SponsorGroup

    return SponsorGroup.objects.filter(pk=context["group_id"], visit_at=context["visit_at"]).exists()


DRAFT_LINK = register(
    Kind(
        code="groups.draft_link",
        label=_("link to a registration that was kept"),
        fields=frozenset({"draft_id", "link_hash", "url"}),
        on_doubt=OnDoubt.RESEND,
        urgent=True,
        still_wanted=_draft_is_open,
    )
)
INVITATION = register(
    Kind(
        code="groups.invitation",
        label=_("invitation to a group"),
        fields=INVITED,
        on_doubt=OnDoubt.RESEND,
        urgent=True,
        still_wanted=_link_is_newest,
    )
)
# To the contact person of a new group: confirm that it was you.
CONFIRM = register(
    Kind(
        code="groups.confirm",
        label=_("question to the contact person to confirm"),
        fields=INVITED,
        on_doubt=OnDoubt.RESEND,
        urgent=True,
        still_wanted=_link_is_newest,
    )
)
MEMBER_ANSWERED = register(
    Kind(
        code="groups.member_answered",
        label=_("answer of a member"),
        fields=frozenset({"group_id", "group_name", "member_name", "url"}),
    )
)
RETURNED = register(
    Kind(
        code="groups.returned",
        label=_("question about a registration"),
        fields=ABOUT_GROUP,
        still_wanted=_in_state("returned"),
    )
)
APPROVED = register(
    Kind(
        code="groups.approved",
        label=_("approval of a group"),
        fields=ABOUT_GROUP,
        on_doubt=OnDoubt.RESEND,
        still_wanted=_in_state("approved"),
    )
)
DECLINED = register(
    Kind(
        code="groups.declined",
        label=_("decline of a group"),
        fields=ABOUT_GROUP,
        on_doubt=OnDoubt.RESEND,
        still_wanted=_in_state("declined"),
    )
)
STOPPED = register(
    Kind(
        code="groups.stopped",
        label=_("a group that stopped"),
        fields=ABOUT_GROUP,
        on_doubt=OnDoubt.RESEND,
        still_wanted=_in_state("withdrawn", "closed"),
    )
)
# To the coordinators of its town: an approved group stopped, and no coordinator had a hand in it.
STOPPED_ITSELF = register(
    Kind(
        code="groups.stopped_itself",
        label=_("a group that stopped by itself"),
        fields=ABOUT_GROUP,
        on_doubt=OnDoubt.RESEND,
        still_wanted=_in_state("withdrawn", "closed"),
    )
)
VISIT_PLANNED = register(
    Kind(
        code="groups.visit_planned",
        label=_("appointment for a visit"),
        fields=ABOUT_GROUP | {"visit_at"},
        still_wanted=_visit_still_then,
    )
)
TRAINING_CONFIRMED = register(
    Kind(
        code="groups.training_confirmed",
        label=_("confirmation of a training"),
        fields=frozenset({"member_id", "session_id", "training", "starts_at", "place", "url"}),
        urgent=True,
        on_doubt=OnDoubt.RESEND,
        still_wanted=_booked_as_told,
    )
)
# A change of today's training cannot wait for tomorrow's post.
TRAINING_CHANGED = register(
    Kind(
        code="groups.training_changed",
        label=_("a training that changed"),
        fields=frozenset({"member_id", "session_id", "training", "starts_at", "place", "revision", "url"}),
        urgent=True,
        on_doubt=OnDoubt.RESEND,
        still_wanted=_still_this_change,
    )
)
TRAINING_CALLED_OFF = register(
    Kind(
        code="groups.training_called_off",
        label=_("a training that does not take place"),
        fields=frozenset({"member_id", "session_id", "training", "starts_at", "reason", "url"}),
        urgent=True,
        on_doubt=OnDoubt.RESEND,
        still_wanted=_would_have_come,
    )
)
NOW_CONTACT = register(
    Kind(
        code="groups.now_contact",
        label=_("a coordinator made somebody the contact person"),
        fields=ABOUT_GROUP | {"member_id"},
        still_wanted=_still_contact,
        sample={"group_name": "De Lindebuurt"},
    )
)
