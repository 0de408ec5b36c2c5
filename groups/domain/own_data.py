"""A member's own data as JSON: what they told, signed and did. Other members appear in no line of it."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from groups.models import Agreement, Attendance, GroupMember, Screening

#: What rooms above know of this member, by the name of its part.
others: dict[str, Callable[[GroupMember], Any]] = {}


def download(*, member: GroupMember) -> dict[str, Any]:
    """Everything about one member in one group.

    Moments are ISO 8601 in UTC; codes are those of the reference lists.
    """
    account = member.user
    screening = Screening.objects.filter(member=member).first()
    return {
        "format": "samenhier.member/1",
        "made_at": timezone.now(),
        "municipality": member.group.municipality.name,
        "group": member.group.name,
        "account": {"email": account.email, "language": account.language, "since": account.created_at}
        if account
        else None,
        "member": {
            name: getattr(member, name)
            for name in (
                *("name", "email", "phone", "role", "status", "is_adult", "dutch", "languages", "interests"),
                *("availability", "invited_at", "invitations_sent", "responded_at", "left_at", "erased_at"),
            )
        },
        "signed": list(
            Agreement.objects.filter(member=member)
            .order_by("created_at")
            .values("kind", "version", "text_sha256", "language", "created_at")
        ),
        "vog": {"seen_on": screening.seen_on, "renew_after": screening.renew_after} if screening else None,
        "trainings": [
            {
                "title": row.session.title,
                "starts_at": row.session.starts_at,
                "cancelled_at": row.session.cancelled_at,
                "attended": row.attended,
            }
            for row in Attendance.objects.filter(member=member).select_related("session")
        ],
        **{name: source(member) for name, source in sorted(others.items())},
    }
