"""Acts of a person on their own account."""

from django.db import transaction

from .models import User


@transaction.atomic
def choose_language(*, user: User, language: str) -> None:
    """Remember the language for pages and mail. `language` is a code of `settings.LANGUAGES`."""
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def change_profile(*, user: User, language: str, name: str | None = None) -> None:
    """Change how a person is called and in which language we write; `name` None leaves the name as it is."""
    person = User.objects.select_for_update().get(pk=user.pk)
    person.language = language
    if name is not None:
        person.name = name
    person.full_clean(exclude=["password", "email"])
    person.save(update_fields=["language", "name"])
