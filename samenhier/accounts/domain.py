"""Acts of a person on their own account."""

from typing import Any

from allauth.account.models import EmailAddress
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


def account_of(email: str) -> User | None:
    """The person who has this address: who proved it, else whose login it is.

    An address that somebody added and never proved says nothing.
    """
    address = User.objects.normalize_email(email)
    proved = EmailAddress.objects.filter(email=address, verified=True).select_related("user").first()
    return proved.user if proved is not None else User.objects.filter(email=address).first()


def addresses_of(user: User) -> set[str]:
    """The addresses at which `account_of` finds this person, by login or by proof."""
    proved = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {user.email, *proved}


def account_for(email: str, **fields: Any) -> User:
    """The account of the person with this address, made with `fields` when there is none.

    In the caller's transaction. Two acts that make it at the same moment get the same one. Raises `ValidationError` for
    what is no address.
    """
    address = User.objects.normalize_email(email)
    try:
        with transaction.atomic():
            return account_of(address) or User.objects.create_user(address, **fields)
    except (IntegrityError, ValidationError):
        found = account_of(address)
        if found is None:
            raise
        return found


def confirm_address(user: User, email: str) -> None:
    """This person proved to have this address, as with a link we mailed there. Their first address stays the first.

    In the caller's transaction.
    """
    address, _made = EmailAddress.objects.get_or_create(user=user, email=User.objects.normalize_email(email))
    address.set_verified(commit=False)
    if address.email == user.email and not EmailAddress.objects.filter(user=user, primary=True).exists():
        address.primary = True
    address.save(update_fields=["verified", "primary"])


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
