"""Mails to newcomers, in their own language. They hold no data, only that something waits."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from samenhier.notifications.kinds import Kind, OnDoubt, register

from .models import Household

LANGUAGES = frozenset({"nl", "en", "ar"})


def _still_silent(context: Mapping[str, Any]) -> bool:
    return Household.objects.filter(
        pk=context["household_id"], erased_at=None, warned_at=context["warned_at"]
    ).exists()


#: An account was made: how to sign in.
WELCOME = register(
    Kind(
        code="newcomers.welcome",
        label=_("welcome to a newcomer"),
        fields=frozenset(),
        on_doubt=OnDoubt.RESEND,
        urgent=True,
        languages=LANGUAGES,
    )
)
#: Somebody else wrote down a yes of the newcomer: they can read it, and undo it.
CONSENT_RECORDED = register(
    Kind(
        code="newcomers.consent_recorded",
        label=_("message about consent"),
        fields=frozenset(),
        on_doubt=OnDoubt.RESEND,
        languages=LANGUAGES,
    )
)
#: Taking part was stopped, by the newcomer or on their word.
STOPPED = register(
    Kind(
        code="newcomers.stopped",
        label=_("message about stopping"),
        fields=frozenset(),
        on_doubt=OnDoubt.RESEND,
        languages=LANGUAGES,
    )
)
#: Nobody has heard of them since the year with a group ended: they can still say that they want to stay.
ERASED_SOON = register(
    Kind(
        code="newcomers.erased_soon",
        label=_("message before erasing"),
        fields=frozenset({"household_id", "warned_at"}),
        still_wanted=_still_silent,
        languages=LANGUAGES,
    )
)
