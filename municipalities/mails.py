"""The mails of this room."""

from samenhier.notifications.kinds import Kind, OnDoubt, register

STAFF_INVITATION = register(
    Kind(
        code="municipalities.staff_invitation",
        fields=frozenset({"place", "role", "url", "days"}),
        on_doubt=OnDoubt.RESEND,
        urgent=True,
    )
)
