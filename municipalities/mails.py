"""The mails of this room."""

from django.utils.translation import gettext_lazy as _

from samenhier.notifications.kinds import Kind, OnDoubt, register

STAFF_INVITATION = register(
    Kind(
        code="municipalities.staff_invitation",
        label=_("invitation to a colleague"),
        fields=frozenset({"place", "role", "url", "days"}),
        on_doubt=OnDoubt.RESEND,
        urgent=True,
    )
)
