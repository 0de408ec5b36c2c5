"""Acts of a person on their own account."""

from django.db import transaction

from .models import User


@transaction.atomic
def choose_language(*, user: User, language: str) -> None:
    """Remember the language for pages and mail. `language` is a code of `settings.LANGUAGES`."""
    User.objects.filter(pk=user.pk).update(language=language)
