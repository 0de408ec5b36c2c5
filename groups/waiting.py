"""What waits for a coordinator in this room: lines of the work list."""

from collections.abc import Callable, Iterator
from datetime import datetime, time
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from municipalities.models import Municipality
from municipalities.worklist import EACH, Pressing, Waiting, addresses
from samenhier.core.moments import local_moment
from samenhier.core.prepared import Given, prepared

from . import rules
from .enums import GroupStatus, MemberRole, MemberStatus, ScreeningStatus
from .models import Attendance, GroupMember, Screening, SponsorGroup, TrainingSession

#: Groups on their way to approval.
ON_THE_WAY = (GroupStatus.FORMING, GroupStatus.SUBMITTED, GroupStatus.RETURNED)
#: Nothing left to see.
VOG_SEEN = (ScreeningStatus.SEEN, ScreeningStatus.NOT_NEEDED)


def _review_of(municipality: Municipality) -> Callable[[UUID], str]:
    return addresses("groups:review", municipality, "group")


@prepared(town=UUIDField())
def _group_rows(town: Given) -> QuerySet[Any]:
    # Counted only for the groups that stand on the list.
    people = (
        GroupMember.objects.present()
        .filter(group=OuterRef("pk"))
        .order_by()
        .values("group_id")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        SponsorGroup.objects.filter(
            municipality=town, status__in=[GroupStatus.ON_HOLD, GroupStatus.SUBMITTED]
        )
        .order_by(ExpressionWrapper(Q(status=GroupStatus.SUBMITTED), BooleanField()), "submitted_at", "pk")
        .values_list(
            "pk",
            "name",
            "status",
            Coalesce("approved_at", "created_at"),
            "submitted_at",
            "visit_at",
            Subquery(people),
        )[:EACH]
    )


def _groups(municipality: Municipality) -> Iterator[Waiting]:
    """Groups that ask for approval, and approved groups that became too small: those first."""
    url = _review_of(municipality)
    for pk, name, status, since, submitted_at, visit_at, people in _group_rows(town=municipality.pk):
        number = people or 0
        who = ngettext("%(group)s, %(number)s member", "%(group)s, %(number)s members", number) % {
            "group": name,
            "number": number,
        }
        if status == GroupStatus.ON_HOLD:
            yield Waiting(
                pressing=Pressing.SOON,
                what=gettext_lazy("Group became too small"),
                who=who,
                moment=since,
                action=gettext_lazy("Look at it together"),
                url=url(pk),
            )
        else:
            yield Waiting(
                pressing=Pressing.NORMAL,
                what=gettext_lazy("Group asks for approval"),
                who=who,
                moment=submitted_at,
                action=gettext_lazy("Plan a visit") if visit_at is None else gettext_lazy("Review"),
                url=url(pk),
            )


@prepared(town=UUIDField(), silent_since=DateTimeField())
def _contactless_groups(town: Given, silent_since: Given) -> QuerySet[Any]:
    members = GroupMember.objects.filter(group=OuterRef("pk"))
    return (
        SponsorGroup.objects.filter(
            ~Exists(members.filter(role=MemberRole.CONTACT, status=MemberStatus.ACCEPTED)),
            Exists(members.filter(status=MemberStatus.ACCEPTED)),
            municipality=town,
            status__in=ON_THE_WAY,
            created_at__lt=silent_since,
        )
        .order_by("created_at", "pk")
        .values_list("pk", "name", "created_at")[:EACH]
    )


def _without_contact(municipality: Municipality) -> Iterator[Waiting]:
    """Groups on their way with people who said yes, whose contact person did not answer for a week."""
    groups = _contactless_groups(
        town=municipality.pk, silent_since=timezone.now() - rules.CONTACT_SILENT_AFTER
    )
    url = addresses("groups:contact", municipality, "group")
    for pk, name, moment in groups:
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=gettext_lazy("Group without a contact person"),
            who=name,
            moment=moment,
            action=gettext_lazy("Choose another contact person"),
            url=url(pk),
        )


@prepared(town=UUIDField())
def _members_with_vog(town: Given) -> QuerySet[Any]:
    present = GroupMember.objects.present()
    seen = Screening.objects.filter(member=OuterRef("pk"), status__in=VOG_SEEN)
    # The groups first, so that the database stops as soon as it has enough of them.
    groups = SponsorGroup.objects.filter(
        Exists(present.filter(~Exists(seen), group=OuterRef("pk"))), municipality=town, status__in=ON_THE_WAY
    ).order_by("created_at", "pk")
    return (
        present.filter(group__in=groups.values("pk")[:EACH])
        .order_by("group__created_at", "group_id")
        .values_list("group_id", "group__name", Coalesce("responded_at", "created_at"), "screening__status")
    )


def _vogs(municipality: Municipality) -> Iterator[Waiting]:
    """Groups on their way with members who said yes and still show a VOG, the oldest groups first."""
    if not municipality.policy.vog_required:
        return
    url = _review_of(municipality)
    without = (row[:3] for row in _members_with_vog(town=municipality.pk) if row[3] not in VOG_SEEN)
    for (group_id, group_name), members in groupby(without, key=lambda row: row[:2]):
        moments = [moment for _id, _name, moment in members]
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=gettext_lazy("VOG to see"),
            who=ngettext("%(group)s, %(number)s member", "%(group)s, %(number)s members", len(moments))
            % {"group": group_name, "number": len(moments)},
            moment=min(moments),
            action=gettext_lazy("Record"),
            url=url(group_id),
        )


@prepared(town=UUIDField(), until=DateField())
def _vogs_to_renew(town: Given, until: Given) -> QuerySet[Any]:
    return (
        Screening.objects.filter(
            municipality=town,
            status=ScreeningStatus.SEEN,
            renew_after__lte=until,
            member__status=MemberStatus.ACCEPTED,
            member__group__status__in=[GroupStatus.APPROVED, GroupStatus.ON_HOLD],
        )
        .order_by("renew_after", "pk")
        .values_list("renew_after", "member__name", "member__group_id", "member__group__name")[:EACH]
    )


def _renewals(municipality: Municipality) -> Iterator[Waiting]:
    """VOGs in approved groups that must be shown again soon, the most urgent first."""
    if not municipality.policy.vog_required:
        return
    today = timezone.localdate()
    rows = _vogs_to_renew(town=municipality.pk, until=today + rules.RENEWAL_NOTICE)
    url = _review_of(municipality)
    for renew_after, name, group_id, group_name in rows:
        yield Waiting(
            pressing=Pressing.SOON if renew_after < today else Pressing.NORMAL,
            what=gettext_lazy("VOG to show again"),
            who=_("%(name)s, %(group)s") % {"name": name, "group": group_name},
            moment=_start_of(renew_after),
            moment_is_deadline=True,
            action=gettext_lazy("Record"),
            url=url(group_id),
        )


def _start_of(day: Any) -> datetime:
    return local_moment(day, time(9))


@prepared(town=UUIDField(), now=DateTimeField())
def _unwritten_trainings(town: Given, now: Given) -> QuerySet[Any]:
    open_rows = Attendance.objects.filter(session=OuterRef("pk"), attended=None)
    return (
        TrainingSession.objects.filter(
            Exists(open_rows), municipality=town, starts_at__lt=now, cancelled_at=None
        )
        .order_by("starts_at", "pk")
        .values_list("pk", "title", "starts_at")[:EACH]
    )


def _trainings(municipality: Municipality) -> Iterator[Waiting]:
    """Trainings that have been, with somebody of whom nobody wrote down whether they came."""
    rows = _unwritten_trainings(town=municipality.pk, now=timezone.now())
    url = addresses("groups:session", municipality, "session")
    for pk, title, starts_at in rows:
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=gettext_lazy("Training without attendance"),
            who=title,
            moment=starts_at,
            action=gettext_lazy("Write down who came"),
            url=url(pk),
        )


#: Each kind on its own, so that many lines of one never hide those of another.
SOURCES = (_groups, _without_contact, _vogs, _renewals, _trainings)
