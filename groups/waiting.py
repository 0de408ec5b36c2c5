"""What waits for a coordinator in this room: lines of the work list."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from municipalities.models import Municipality
from municipalities.worklist import EACH, Pressing, Waiting, addresses
from samenhier.core.moments import local_moment
from samenhier.core.prepared import Given, prepared

from . import rules
from .domain.agreements import current_version
from .enums import ON_THE_WAY, AgreementKind, GroupStatus, MemberRole, MemberStatus, ScreeningStatus
from .models import Attendance, GroupMember, MembersTogether, Screening, SponsorGroup, TrainingSession

APPROVED_ONCE = (GroupStatus.APPROVED, GroupStatus.ON_HOLD)


def _review_of(municipality: Municipality) -> Callable[[UUID], str]:
    return addresses("groups:review", municipality, "group")


@prepared(town=UUIDField(), paused_before=DateTimeField())
def _group_rows(town: Given, paused_before: Given) -> QuerySet[Any]:
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
            # A pause is the group's own; after a time somebody asks how it goes on.
            Q(paused_at=None) | Q(paused_at__lt=paused_before),
            municipality=town,
            status__in=[GroupStatus.ON_HOLD, GroupStatus.SUBMITTED],
        )
        .order_by(ExpressionWrapper(Q(status=GroupStatus.SUBMITTED), BooleanField()), "submitted_at", "pk")
        .values_list(
            "pk",
            "name",
            "status",
            Coalesce("approved_at", "created_at"),
            "submitted_at",
            "visit_at",
            "paused_at",
            Subquery(people),
        )[:EACH]
    )


def _groups(municipality: Municipality) -> Iterator[Waiting]:
    """Groups that ask for approval, and approved groups that became too small or pause long: those first."""
    url = _review_of(municipality)
    rows = _group_rows(town=municipality.pk, paused_before=timezone.now() - rules.LONG_PAUSE)
    for pk, name, status, since, submitted_at, visit_at, paused_at, people in rows:
        number = people or 0
        who = ngettext("%(group)s, %(number)s member", "%(group)s, %(number)s members", number) % {
            "group": name,
            "number": number,
        }
        if paused_at is not None:
            yield Waiting(
                pressing=Pressing.NORMAL,
                what=gettext_lazy("Group pauses for a long time"),
                who=who,
                moment=paused_at,
                action=gettext_lazy("Ask how it goes on"),
                url=url(pk),
            )
        elif status == GroupStatus.ON_HOLD:
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


def _lacking(groups: QuerySet[SponsorGroup], members: QuerySet[GroupMember]) -> QuerySet[Any]:
    """Those of these members who are in the first of these groups that have any, group by group."""
    # The groups first, so that the database stops as soon as it has enough of them. A value instead of EXISTS: for that
    # it may read the members of the whole country.
    one = members.filter(group=OuterRef("pk")).order_by().values("pk")[:1]
    return _by_group(members, groups.alias(one=Subquery(one)).filter(one__isnull=False).values("pk")[:EACH])


def _by_group(members: QuerySet[GroupMember], groups: QuerySet[Any]) -> QuerySet[Any]:
    return (
        members.filter(group__in=groups)
        .order_by("group__created_at", "group_id")
        .values_list("group_id", "group__name", Coalesce("responded_at", "created_at"))
    )


def _lines_of(
    municipality: Municipality, rows: Iterable[tuple[Any, ...]], *, what: Promise, action: Promise
) -> Iterator[Waiting]:
    """One line for each group, of the rows of its members."""
    url = _review_of(municipality)
    for (group_id, group_name), members in groupby(rows, key=lambda row: row[:2]):
        moments = [moment for _id, _name, moment in members]
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=what,
            who=ngettext("%(group)s, %(number)s member", "%(group)s, %(number)s members", len(moments))
            % {"group": group_name, "number": len(moments)},
            moment=min(moments),
            action=action,
            url=url(group_id),
        )


def _without_vog() -> QuerySet[GroupMember]:
    seen = Screening.objects.filter(member=OuterRef("pk"), status=ScreeningStatus.SEEN)
    return GroupMember.objects.present().filter(~Exists(seen))


@prepared(town=UUIDField())
def _members_with_vog(town: Given) -> QuerySet[Any]:
    groups = SponsorGroup.objects.filter(municipality=town, status__in=ON_THE_WAY)
    return _lacking(groups.order_by("created_at", "pk"), _without_vog())


@prepared(town=UUIDField())
def _approved_with_vog(town: Given) -> QuerySet[Any]:
    # `together_without_vog` knows these few groups, and in its order the database stops as soon as it has enough of them:
    # on the day that a town begins to ask, they are all that were ever approved.
    groups = MembersTogether.objects.filter(
        municipality=town, screened_until=None, present__gt=0, group__status__in=APPROVED_ONCE
    )
    return _by_group(_without_vog(), groups.order_by("group").values("group")[:EACH])


def _vogs(municipality: Municipality) -> Iterator[Waiting]:
    """Groups on their way with members who said yes and still show a VOG, the oldest groups first."""
    if municipality.policy.vog_required:
        yield from _vog_lines(municipality, _members_with_vog(town=municipality.pk))


def _approved(municipality: Municipality) -> Iterator[Waiting]:
    """Approved groups with members who still show a VOG: they came later, or the town asks it since. Matching passes
    over such a group."""
    if municipality.policy.vog_required:
        yield from _vog_lines(municipality, _approved_with_vog(town=municipality.pk))


def _vog_lines(municipality: Municipality, rows: Iterable[tuple[Any, ...]]) -> Iterator[Waiting]:
    return _lines_of(municipality, rows, what=gettext_lazy("VOG to see"), action=gettext_lazy("Record"))


@prepared(town=UUIDField(), until=DateField())
def _vogs_to_renew(town: Given, until: Given) -> QuerySet[Any]:
    return (
        Screening.objects.filter(
            municipality=town,
            status=ScreeningStatus.SEEN,
            renew_after__lte=until,
            member__status=MemberStatus.ACCEPTED,
            member__group__status__in=[*ON_THE_WAY, *APPROVED_ONCE],
        )
        .order_by("renew_after", "pk")
        .values_list("renew_after", "member__name", "member__group_id", "member__group__name")[:EACH]
    )


def _renewals(municipality: Municipality) -> Iterator[Waiting]:
    """VOGs that must be shown again soon, the most urgent first."""
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
    # The open places first: they are few, and trainings of which all is written down become ever more.
    unwritten = Attendance.objects.filter(municipality=town, attended=None).values("session")
    return (
        TrainingSession.objects.filter(
            pk__in=unwritten, municipality=town, starts_at__lt=now, cancelled_at=None
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


def _booked(now: Given) -> QuerySet[Attendance]:
    """A place of the outer query's member at a training to come."""
    return Attendance.objects.filter(
        member=OuterRef("pk"), attended=None, session__starts_at__gt=now, session__cancelled_at=None
    )


def _untrained(now: Given) -> QuerySet[GroupMember]:
    """Members who followed no start training and have no place at one."""
    came = Attendance.objects.filter(member=OuterRef("pk"), attended=True)
    return GroupMember.objects.present().filter(~Exists(came), ~Exists(_booked(now)))


@prepared(town=UUIDField(), now=DateTimeField())
def _groups_without_training(town: Given, now: Given) -> QuerySet[Any]:
    taken = (
        Attendance.objects.filter(session=OuterRef("pk"))
        .order_by()
        .values("session")
        .annotate(number=Count("pk"))
        .values("number")
    )
    to_come = TrainingSession.objects.filter(municipality=town, starts_at__gt=now, cancelled_at=None)
    members = _untrained(now).filter(group=OuterRef("pk"))
    return (
        # First whether any place is free: then nothing else is looked at.
        SponsorGroup.objects.filter(
            ~Exists(to_come.filter(seats__gt=Coalesce(Subquery(taken), 0))),
            Exists(members),
            municipality=town,
            status__in=ON_THE_WAY,
        )
        .order_by("created_at", "pk")
        .values_list("name", "created_at")[:EACH]
    )


def _training_to_plan(municipality: Municipality) -> Iterator[Waiting]:
    """One line when members on their way still follow a training and no place is free at any."""
    if not municipality.policy.training_required:
        return
    groups = _groups_without_training(town=municipality.pk, now=timezone.now())
    if groups:
        number = len(groups)
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=gettext_lazy("Training to plan"),
            who=groups[0][0]
            if number == 1
            else ngettext("%(number)s group", "%(number)s groups", number) % {"number": number},
            moment=groups[0][1],
            action=gettext_lazy("Plan a training"),
            url=reverse("groups:session_plan", kwargs={"slug": municipality.slug}),
        )


@prepared(
    town=UUIDField(), now=DateTimeField(), **{f"{kind}_text": CharField() for kind in AgreementKind.values}
)
def _newer_members(town: Given, now: Given, **texts: Given) -> QuerySet[Any]:
    # `group_joined_later` knows the few groups in which somebody came later.
    groups = SponsorGroup.objects.filter(
        municipality=town, status__in=APPROVED_ONCE, last_yes_at__gt=F("approved_at")
    )
    versions = {name.removesuffix("_text"): version for name, version in texts.items()}
    newer = GroupMember.objects.still_incomplete(**versions).filter(~Exists(_booked(now)))
    return _lacking(groups.order_by("last_yes_at", "pk"), newer)


def _joined(municipality: Municipality) -> Iterator[Waiting]:
    """Approved groups with somebody who came later and did not sign or follow a training yet. Matching passes over such
    a group."""
    texts = {f"{kind}_text": current_version(kind) for kind in AgreementKind}
    yield from _lines_of(
        municipality,
        _newer_members(town=municipality.pk, now=timezone.now(), **texts),
        what=gettext_lazy("Newer member, not ready yet"),
        action=gettext_lazy("See what is missing"),
    )


#: Each kind on its own, so that many lines of one never hide those of another.
SOURCES = (_groups, _without_contact, _vogs, _approved, _renewals, _trainings, _training_to_plan, _joined)
