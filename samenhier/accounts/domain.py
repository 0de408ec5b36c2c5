"""Acts of a person on their own account."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from .models import User

#: Rows about the account itself; they go with it.
_OF_THE_ACCOUNT = {"account", "mfa", "usersessions", "socialaccount"}


def has_a_place(user: User) -> bool:
    """Whether this person is anything here: staff, in a group, or a newcomer."""
    relations = user._meta.related_objects
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: user.pk}).exists()
        for relation in relations
        if not relation.hidden and relation.related_model._meta.app_label not in _OF_THE_ACCOUNT
    )


def account_for(email: str, **fields: Any) -> User:
    """The account with this address as its login, made with `fields` when there is none.

    In the caller's transaction. Two acts that make it at the same moment get the same one. Raises `ValidationError` for
    what is no address.
    """
    address = User.objects.normalize_email(email)
    try:
        with transaction.atomic():
            return User.objects.filter(email=address).first() or User.objects.create_user(address, **fields)
    except (IntegrityError, ValidationError):
        found = User.objects.filter(email=address).first()
        if found is None:
            raise
        return found


@transaction.atomic
def erase_if_unused(*, user: User) -> bool:
    """Erase an account of which nothing else is left. Returns whether it went."""
    if has_a_place(user):
        return False
    user.delete()
    return True


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
