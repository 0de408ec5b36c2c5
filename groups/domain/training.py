"""Start trainings: planning, signing up, and who was there."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.enums import MemberStatus
from groups.models import Attendance, GroupMember, TrainingSession
from municipalities.models import Municipality
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.notifications.outbox import notify


@transaction.atomic
def plan_session(
    *, municipality: Municipality, title: str, starts_at: datetime, place: str, seats: int, actor: User
) -> TrainingSession:
    """Plan one training in this town; members of all its groups can sign up."""
    if starts_at <= timezone.now():
        raise DomainError(_("This moment has passed. Choose a moment in the future."))
    session = TrainingSession.objects.create(
        municipality=municipality, title=title, starts_at=starts_at, place=place, seats=seats
    )
    audit.record("training.planned", actor=actor, subject=session)
    return session


def _lock(session: TrainingSession) -> TrainingSession:
    return TrainingSession.objects.select_for_update().get(pk=session.pk)


@transaction.atomic
def sign_up(*, session: TrainingSession, member: GroupMember, actor: User) -> Attendance:
    """Take a place. Signing up twice is one place; a full training refuses."""
    row = _lock(session)
    if member.municipality_id != row.municipality_id or member.status != MemberStatus.ACCEPTED:
        raise DomainError(_("This training is for members of groups in its own town."))
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
