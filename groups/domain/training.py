"""Start trainings: planning, changing, cancelling, signing up, and who was there."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.enums import MemberStatus
from groups.models import Attendance, GroupMember, TrainingSession
from municipalities.models import Municipality
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.notifications.outbox import Notice, notify, notify_many

from .locks import lock_group, refuse_stopped

#: What whoever signed up hears of when it changes.
TOLD = ("title", "starts_at", "place")


class TooFewSeats(DomainError):
    """More people signed up than there would be places."""


@transaction.atomic
def plan_session(
    *, municipality: Municipality, title: str, starts_at: datetime, place: str, seats: int, actor: User
) -> TrainingSession:
    """Plan one training in this town; members of all its groups can sign up."""
    _refuse_the_past(starts_at)
    session = TrainingSession.objects.create(
        municipality=municipality, title=title, starts_at=starts_at, place=place, seats=seats
    )
    audit.record("training.planned", actor=actor, subject=session)
    return session


@transaction.atomic
def change_session(
    *, session: TrainingSession, title: str, starts_at: datetime, place: str, seats: int, actor: User
) -> tuple[TrainingSession, int]:
    """Change a training that is still to come. Whoever signed up hears of another title, moment or place.

    Gives the training and how many people get a mail.
    """
    row = _lock(session)
    _refuse_unless_to_come(row)
    _refuse_the_past(starts_at)
    taken = row.attendances.count()
    if seats < taken:
        raise TooFewSeats(
            ngettext(
                "%(number)s person signed up. Keep at least that many places.",
                "%(number)s people signed up. Keep at least that many places.",
                taken,
            )
            % {"number": taken}
        )
    wanted = {"title": title, "starts_at": starts_at, "place": place, "seats": seats}
    changed = [field for field, value in wanted.items() if getattr(row, field) != value]
    if not changed:
        return row, 0
    for field in changed:
        setattr(row, field, wanted[field])
    tell = any(field in TOLD for field in changed)
    row.revision += tell
    row.save(update_fields=[*changed, "revision"])
    audit.record("training.changed", actor=actor, subject=row, fields=changed)
    if not tell:
        return row, 0
    return row, _tell_signed_up(
        row,
        kind="groups.training_changed",
        training=row.title,
        starts_at=row.starts_at.isoformat(),
        place=row.place,
        revision=row.revision,
    )


@transaction.atomic
def cancel_session(*, session: TrainingSession, reason: str, actor: User) -> tuple[TrainingSession, int]:
    """Let a training that is still to come not take place. Whoever signed up hears of it, with the reason.

    Gives the training and how many people get a mail.
    """
    row = _lock(session)
    _refuse_unless_to_come(row)
    if not reason.strip():
        raise DomainError(_("Write why the training does not take place. Whoever signed up reads it."))
    row.cancelled_at = timezone.now()
    row.cancel_reason = reason.strip()
    row.save(update_fields=["cancelled_at", "cancel_reason"])
    audit.record("training.called_off", actor=actor, subject=row)
    return row, _tell_signed_up(
        row,
        kind="groups.training_called_off",
        training=row.title,
        starts_at=row.starts_at.isoformat(),
        reason=row.cancel_reason,
    )


def _refuse_the_past(starts_at: datetime) -> None:
    if starts_at <= timezone.now():
        raise DomainError(_("This moment has passed. Choose a moment in the future."))


def _refuse_cancelled(session: TrainingSession) -> None:
    if session.cancelled_at is not None:
        raise DomainError(_("This training was cancelled. Choose another one, or plan a new one."))


def _refuse_unless_to_come(session: TrainingSession) -> None:
    _refuse_cancelled(session)
    if session.starts_at <= timezone.now():
        raise DomainError(_("This training has begun and can no longer be changed. You can plan a new one."))


def _tell_signed_up(session: TrainingSession, *, kind: str, **extra: str | int) -> int:
    """One mail for each member with a place; the key holds the revision, so that each change is told once."""
    places = session.attendances.filter(
        member__status=MemberStatus.ACCEPTED, member__user__isnull=False
    ).select_related("member__user")
    return notify_many(
        Notice(
            kind=kind,
            dedupe_key=f"{kind}:{session.pk}:{session.revision}:{place.member_id}",
            recipient=place.member.user,
            municipality_id=session.municipality_id,
            context={
                "member_id": str(place.member_id),
                "session_id": str(session.pk),
                "url": reverse("groups:training", kwargs={"group": place.member.group_id}),
                **extra,
            },
        )
        for place in places
    )


def _lock(session: TrainingSession) -> TrainingSession:
    return TrainingSession.objects.select_for_update().get(pk=session.pk)


@transaction.atomic
def sign_up(*, session: TrainingSession, member: GroupMember, actor: User) -> Attendance:
    """Take a place. Signing up twice is one place; a full training and a group that stopped refuse."""
    # The group first: whoever stops it takes the places back.
    group = lock_group(member.group_id)
    row = _lock(session)
    if member.municipality_id != row.municipality_id or member.status != MemberStatus.ACCEPTED:
        raise DomainError(_("This training is for members of groups in its own town."))
    refuse_stopped(group)
    _refuse_cancelled(row)
    existing = Attendance.objects.filter(session=row, member=member).first()
    if existing is not None:
        return existing
    if row.starts_at <= timezone.now():
        raise DomainError(_("This training has begun. Choose another one."))
    if row.attendances.count() >= row.seats:
        raise DomainError(
            _("This training is full. Choose another one, or ask your coordinator for a new one.")
        )
    attendance = Attendance.objects.create(municipality_id=row.municipality_id, session=row, member=member)
    audit.record("training.signed_up", actor=actor, subject=member, session=str(row.pk))
    if member.user is not None:
        notify(
            kind="groups.training_confirmed",
            dedupe_key=f"groups.training_confirmed:{attendance.pk}",
            recipient=member.user,
            municipality_id=row.municipality_id,
            context={
                "member_id": str(member.pk),
                "session_id": str(row.pk),
                "training": row.title,
                "starts_at": row.starts_at.isoformat(),
                "place": row.place,
                "url": reverse("groups:training", kwargs={"group": member.group_id}),
            },
        )
    return attendance


@transaction.atomic
def cancel_sign_up(*, session: TrainingSession, member: GroupMember, actor: User) -> None:
    """Give the place back; nothing happens when there was none."""
    row = _lock(session)
    if row.starts_at <= timezone.now():
        raise DomainError(_("This training has begun. Ask your coordinator to change it."))
    gone, _kinds = Attendance.objects.filter(session=row, member=member, attended=None).delete()
    if gone:
        audit.record("training.cancelled", actor=actor, subject=member, session=str(row.pk))


@transaction.atomic
def record_attendance(*, session: TrainingSession, present: Collection[UUID], actor: User) -> None:
    """Record who was there, by id of the member: also people who had not signed up. Everyone else was not."""
    row = _lock(session)
    if row.cancelled_at is not None:
        raise DomainError(_("This training was cancelled: nobody was there. Plan a new one."))
    if row.starts_at > timezone.now():
        raise DomainError(_("This training is still to come. Record who was there afterwards."))
    wanted = set(present)
    known = {attendance.member_id: attendance for attendance in row.attendances.all()}
    changed = []
    for member_id, attendance in known.items():
        came = member_id in wanted
        if attendance.attended is not came:
            attendance.attended = came
            attendance.recorded_by = actor
            changed.append(attendance)
    Attendance.objects.bulk_update(changed, ["attended", "recorded_by"])
    walk_ins = GroupMember.objects.present().filter(
        pk__in=wanted - set(known), municipality_id=row.municipality_id
    )
    added = Attendance.objects.bulk_create(
        Attendance(
            municipality_id=row.municipality_id, session=row, member=member, attended=True, recorded_by=actor
        )
        for member in walk_ins
    )
    if changed or added:
        audit.record(
            "training.attendance_recorded", actor=actor, subject=row, number=len(changed) + len(added)
        )
