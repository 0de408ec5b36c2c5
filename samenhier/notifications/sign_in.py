"""Carries the letters of `accounts` into the outbox."""

from django.db import transaction

from samenhier.accounts.post import Letter

from .outbox import notify


@transaction.atomic
def carry(letter: Letter) -> None:
    """Queue one letter. To the person when the address is theirs, so that it follows the person; else to the address."""
    own = letter.user is not None and letter.user.email == letter.email.lower()
    notify(
        kind=letter.kind,
        recipient=letter.user if own else None,
        to="" if own else letter.email,
        language=letter.language,
        dedupe_key=letter.dedupe_key,
        context=letter.context,
    )
