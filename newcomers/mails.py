"""Mails to newcomers, in their own language. They hold no data, only that something waits."""

from django.utils.translation import gettext_lazy as _

from samenhier.notifications.kinds import Kind, OnDoubt, register

LANGUAGES = frozenset({"nl", "en", "ar"})

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
