"""The mails of this room."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from samenhier.notifications.kinds import Kind, OnDoubt, register


def _still_asked(context: Mapping[str, Any]) -> bool:
    from .enums import OpeningStatus
    from .models import Opening

    return Opening.objects.filter(pk=context["opening_id"], status=OpeningStatus.ASKED).exists()


STAFF_INVITATION = register(
    Kind(
        code="municipalities.staff_invitation",
        label=_("invitation to a colleague"),
        fields=frozenset({"inviter", "place", "role", "url", "days"}),
        on_doubt=OnDoubt.RESEND,
        urgent=True,
        sample={"inviter": "Samira", "place": "Lindestad", "role": "coordinator"},
    )
)
#: To the coordinators of the town that was asked to open its groups to a neighbour's households.
NEIGHBOUR_ASKED = register(
    Kind(
        code="municipalities.neighbour_asked",
        label=_("question of a neighbour municipality"),
        fields=frozenset({"opening_id", "place", "own_place", "url"}),
        on_doubt=OnDoubt.RESEND,
        still_wanted=_still_asked,
    )
)
