"""What waits for a coordinator in this room: lines of the work list."""

from collections.abc import Callable, Iterator
from datetime import datetime, time
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from municipalities.models import Municipality
from municipalities.worklist import EACH, Pressing, Waiting, addresses
from samenhier.accounts.models import User
from samenhier.core.moments import local_moment

from . import rules
from .enums import GroupStatus, MemberRole, MemberStatus, ScreeningStatus
from .models import Attendance, GroupMember, Screening, SponsorGroup, TrainingSession

#: Groups on their way to approval.
ON_THE_WAY = (GroupStatus.FORMING, GroupStatus.SUBMITTED, GroupStatus.RETURNED)
#: Nothing left to see.
VOG_SEEN = (ScreeningStatus.SEEN, ScreeningStatus.NOT_NEEDED)


def _review_of(municipality: Municipality) -> Callable[[UUID], str]:
    return addresses("groups:review", municipality, "group")


def _groups(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """Groups that ask for approval, and approved groups that became too small: those first."""
    # Counted only for the groups that stand on the list.
    people = (
        GroupMember.objects.present()
        .filter(group=OuterRef("pk"))
        .order_by()
        .values("group_id")
        .annotate(number=Count("pk"))
        .values("number")
    )
    groups = (
        SponsorGroup.objects.visible_in(municipality, user)
        .filter(status__in=[GroupStatus.ON_HOLD, GroupStatus.SUBMITTED])
        .order_by(ExpressionWrapper(Q(status=GroupStatus.SUBMITTED), BooleanField()), "submitted_at", "pk")
        .values("pk", "name", "status", "created_at", "submitted_at", "approved_at", "visit_at")
        .annotate(people=Subquery(people))[:EACH]
    )
    url = _review_of(municipality)
    for group in groups:
        number = group["people"] or 0
        who = ngettext("%(group)s, %(number)s member", "%(group)s, %(number)s members", number) % {
            "group": group["name"],
            "number": number,
        }
        if group["status"] == GroupStatus.ON_HOLD:
            yield Waiting(
                pressing=Pressing.SOON,
                what=gettext_lazy("Group became too small"),
                who=who,
                moment=group["approved_at"] or group["created_at"],
                action=gettext_lazy("Look at it together"),
                url=url(group["pk"]),
            )
        else:
            yield Waiting(
                pressing=Pressing.NORMAL,
                what=gettext_lazy("Group asks for approval"),
                who=who,
                moment=group["submitted_at"],
                action=gettext_lazy("Plan a visit") if group["visit_at"] is None else gettext_lazy("Review"),
                url=url(group["pk"]),
            )


def _without_contact(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """Groups on their way with people who said yes, whose contact person did not answer for a week."""
    members = GroupMember.objects.filter(group=OuterRef("pk"))
    groups = (
        SponsorGroup.objects.visible_in(municipality, user)
        .filter(
            ~Exists(members.filter(role=MemberRole.CONTACT, status=MemberStatus.ACCEPTED)),
            Exists(members.filter(status=MemberStatus.ACCEPTED)),
            status__in=ON_THE_WAY,
            created_at__lt=timezone.now() - rules.CONTACT_SILENT_AFTER,
        )
        .order_by("created_at", "pk")
        .values_list("pk", "name", "created_at")[:EACH]
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


def _vogs(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """Groups on their way with members who said yes and still show a VOG, the oldest groups first."""
    if not municipality.policy.vog_required:
        return
    present = GroupMember.objects.present()
    seen = Screening.objects.filter(member=OuterRef("pk"), status__in=VOG_SEEN)
    # The groups first, so that the database stops as soon as it has enough of them.
    groups = (
        SponsorGroup.objects.visible_in(municipality, user)
        .filter(Exists(present.filter(~Exists(seen), group=OuterRef("pk"))), status__in=ON_THE_WAY)
        .order_by("created_at", "pk")
    )
    rows = (
        present.filter(group__in=groups.values("pk")[:EACH])
        .order_by("group__created_at", "group_id")
        .values_list("group_id", "group__name", Coalesce("responded_at", "created_at"), "screening__status")
    )
    url = _review_of(municipality)
    without = (row[:3] for row in rows if row[3] not in VOG_SEEN)
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


def _renewals(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """VOGs in approved groups that must be shown again soon, the most urgent first."""
    if not municipality.policy.vog_required:
        return
    today = timezone.localdate()
    rows = (
        Screening.objects.visible_in(municipality, user)
        .filter(
            status=ScreeningStatus.SEEN,
            renew_after__lte=today + rules.RENEWAL_NOTICE,
            member__status=MemberStatus.ACCEPTED,
            member__group__status__in=[GroupStatus.APPROVED, GroupStatus.ON_HOLD],
        )
        .order_by("renew_after", "pk")
        .values_list("renew_after", "member__name", "member__group_id", "member__group__name")[:EACH]
    )
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


def _trainings(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """Trainings that have been, with somebody of whom nobody wrote down whether they came."""
    open_rows = Attendance.objects.filter(session=OuterRef("pk"), attended=None)
    rows = (
        TrainingSession.objects.visible_in(municipality, user)
        .filter(Exists(open_rows), starts_at__lt=timezone.now())
        .order_by("starts_at", "pk")
        .values_list("pk", "title", "starts_at")[:EACH]
    )
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
