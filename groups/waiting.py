"""What waits for a coordinator in this room: lines of the work list."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from municipalities.models import Municipality
from municipalities.worklist import Pressing, Waiting
from samenhier.accounts.models import User
from samenhier.core.moments import local_moment

from . import rules
from .enums import GroupStatus, MemberStatus, ScreeningStatus
from .models import Attendance, GroupMember, Screening, SponsorGroup, TrainingSession

#: Groups on their way to approval.
ON_THE_WAY = (GroupStatus.FORMING, GroupStatus.SUBMITTED, GroupStatus.RETURNED)


def groups_to_look_at() -> QuerySet[Any]:
    """Groups that ask for approval, and approved groups that became too small."""
    return SponsorGroup.objects.filter(status__in=[GroupStatus.SUBMITTED, GroupStatus.ON_HOLD])


def members_without_vog() -> QuerySet[Any]:
    """Who said yes in a group on its way, and still shows a VOG, where the town asks for one."""
    seen = Screening.objects.filter(
        member=OuterRef("pk"), status__in=[ScreeningStatus.SEEN, ScreeningStatus.NOT_NEEDED]
    )
    return GroupMember.objects.filter(
        ~Exists(seen),
        status=MemberStatus.ACCEPTED,
        group__status__in=ON_THE_WAY,
        municipality__policy__vog_required=True,
    )


def vogs_to_renew() -> QuerySet[Any]:
    """VOGs in approved groups that must be shown again soon."""
    return Screening.objects.filter(
        status=ScreeningStatus.SEEN,
        renew_after__lte=timezone.localdate() + rules.RENEWAL_NOTICE,
        member__status=MemberStatus.ACCEPTED,
        member__group__status__in=[GroupStatus.APPROVED, GroupStatus.ON_HOLD],
        municipality__policy__vog_required=True,
    )


def trainings_to_write_up() -> QuerySet[Any]:
    """Trainings that have been, with somebody of whom nobody wrote down whether they came."""
    open_rows = Attendance.objects.filter(session=OuterRef("pk"), attended=None)
    return TrainingSession.objects.filter(Exists(open_rows), starts_at__lt=timezone.now())


def lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """The lines for a coordinator of this town."""
    yield from _groups(user, municipality)
    yield from _vogs(municipality)
    yield from _renewals(municipality)
    yield from _trainings(municipality)


def _review_url(municipality: Municipality, group_id: Any) -> str:
    return reverse("groups:review", kwargs={"slug": municipality.slug, "group": group_id})


def _groups(user: User, municipality: Municipality) -> Iterator[Waiting]:
    groups = (
        groups_to_look_at()
        .filter(municipality=municipality, pk__in=SponsorGroup.objects.visible_to(user).values("pk"))
        .annotate(people=Count("members", filter=Q(members__status=MemberStatus.ACCEPTED)))
    )
    for group in groups:
        who = ngettext("%(group)s, %(number)s member", "%(group)s, %(number)s members", group.people) % {
            "group": group.name,
            "number": group.people,
        }
        if group.status == GroupStatus.ON_HOLD:
            yield Waiting(
                pressing=Pressing.SOON,
                what=gettext_lazy("Group became too small"),
                who=who,
                moment=group.approved_at or group.created_at,
                action=gettext_lazy("Look at it together"),
                url=_review_url(municipality, group.pk),
            )
        else:
            yield Waiting(
                pressing=Pressing.NORMAL,
                what=gettext_lazy("Group asks for approval"),
                who=who,
                moment=group.submitted_at,
                action=gettext_lazy("Plan a visit") if group.visit_at is None else gettext_lazy("Review"),
                url=_review_url(municipality, group.pk),
            )


def _vogs(municipality: Municipality) -> Iterator[Waiting]:
    rows = (
        members_without_vog()
        .filter(municipality=municipality)
        .order_by()
        .values("group_id", group_name=F("group__name"))
        .annotate(people=Count("pk"), since=Min("responded_at"))
    )
    for row in rows:
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=gettext_lazy("VOG to see"),
            who=ngettext("%(group)s, %(number)s member", "%(group)s, %(number)s members", row["people"])
            % {"group": row["group_name"], "number": row["people"]},
            moment=row["since"],
            action=gettext_lazy("Record"),
            url=_review_url(municipality, row["group_id"]),
        )


def _renewals(municipality: Municipality) -> Iterator[Waiting]:
    for screening in vogs_to_renew().filter(municipality=municipality).select_related("member__group"):
        yield Waiting(
            pressing=Pressing.SOON if screening.renew_after < timezone.localdate() else Pressing.NORMAL,
            what=gettext_lazy("VOG to show again"),
            who=_("%(name)s, %(group)s")
            % {"name": screening.member.name, "group": screening.member.group.name},
            moment=_start_of(screening.renew_after),
            moment_is_deadline=True,
            action=gettext_lazy("Record"),
            url=_review_url(municipality, screening.member.group_id),
        )


def _start_of(day: Any) -> datetime:
    return local_moment(day, time(9))


def _trainings(municipality: Municipality) -> Iterator[Waiting]:
    for session in trainings_to_write_up().filter(municipality=municipality):
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=gettext_lazy("Training without attendance"),
            who=session.title,
            moment=session.starts_at,
            action=gettext_lazy("Write down who came"),
            url=reverse("groups:session", kwargs={"slug": municipality.slug, "session": session.pk}),
        )
