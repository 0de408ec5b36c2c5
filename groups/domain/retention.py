"""How long we know who was in a group."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from groups.enums import STOPPED, MemberStatus
from groups.models import GroupMember, Screening, SponsorGroup
from municipalities.retention import Rule, before
from samenhier import audit

from .erasure import erase, erase_former_member

STOPPED_GROUP = "stopped_group"
FORMER_MEMBER = "former_member"
VOG = "vog"

#: Each says for which groups (`OuterRef("pk")`) something at that moment still needs to know who they are. A room above,
#: such as matches, adds its own.
needed_by: list[Callable[[datetime], Exists]] = []


def stopped_groups(now: datetime) -> QuerySet[SponsorGroup]:
    """Groups that were declined or stopped, longer ago than their town keeps them, and that nothing needs any more."""
    due = SponsorGroup.objects.filter(
        status__in=STOPPED, erased_at=None, stopped_at__lt=before(now, "declined_group_weeks")
    )
    for needed in needed_by:
        due = due.exclude(needed(now))
    return due


def former_members(now: datetime) -> QuerySet[GroupMember]:
    """Who left a group, longer ago than the term."""
    return GroupMember.objects.filter(
        status=MemberStatus.LEFT, erased_at=None, left_at__lt=before(now, "vog_after_leaving_months")
    )


def old_screenings(now: datetime) -> QuerySet[Screening]:
    """What was written down of a VOG, of who left or whose group stopped, longer ago than the term."""
    moment = before(now, "vog_after_leaving_months")
    return Screening.objects.filter(
        Q(member__status=MemberStatus.LEFT, member__left_at__lt=moment)
        | Q(member__group__status__in=STOPPED, member__group__stopped_at__lt=moment)
    )


def note_when_stopped(now: datetime) -> None:
    """A group that stopped along a way that forgot to say when: its term begins now."""
    SponsorGroup.objects.filter(status__in=STOPPED, stopped_at=None).update(stopped_at=now)


@transaction.atomic
def forget_screening(screening: Screening) -> None:
    """Remove what was written down of one VOG."""
    audit.record("vog.forgotten", actor=None, subject=screening, member=str(screening.member_id), rule=VOG)
    screening.delete()


RULES = (
    Rule(
        code=STOPPED_GROUP,
        order=20,
        what=_("Groups that were declined or stopped"),
        then=_("Names, addresses, answers and texts go, and accounts of which nothing else is left."),
        term="declined_group_weeks",
        due=stopped_groups,
        remove=lambda group: erase(group=group, rule=STOPPED_GROUP),
        first=note_when_stopped,
    ),
    Rule(
        code=VOG,
        order=40,
        what=_("VOG of members who left"),
        then=_("That it was seen, when and by whom goes."),
        term="vog_after_leaving_months",
        due=old_screenings,
        remove=forget_screening,
    ),
    Rule(
        code=FORMER_MEMBER,
        order=50,
        what=_("Members who left"),
        then=_("Name, addresses and answers go, and the account when nothing else is left of it."),
        term="vog_after_leaving_months",
        due=former_members,
        remove=lambda member: erase_former_member(member=member, rule=FORMER_MEMBER),
    ),
)
