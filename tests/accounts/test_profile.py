"""Name and language of oneself."""

from typing import Any

import pytest
from django.test import Client

from samenhier.accounts.domain import change_profile
from tests import factories

from .pages import read

pytestmark = pytest.mark.django_db
URL = "/mijn/account/"


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get(URL)["Location"] == "/inloggen/?next=/mijn/account/"


def test_name_and_language_change(client: Client) -> None:
    person = factories.user(name="Noor", language="nl")
    client.force_login(person)
    read(client.get(URL))

    response = client.post(URL, {"name": "Noor de Wit", "language": "en"})

    assert response["Location"] == URL
    person.refresh_from_db()
    assert (person.name, person.language) == ("Noor de Wit", "en")
    page = client.get(URL)
    assert '<html lang="en"' in page.content.decode()
    assert "Your changes are saved." in page.content.decode()


def test_who_has_no_name_here_is_not_asked_for_one(client: Client) -> None:
    person = factories.user(name="")
    client.force_login(person)
    assert 'name="name"' not in client.get(URL).content.decode()
    client.post(URL, {"name": "Typed anyway", "language": "ar"})
    person.refresh_from_db()
    assert (person.name, person.language) == ("", "ar")


@pytest.mark.parametrize(
    "data",
    [
        {"name": "", "language": "nl"},
        {"name": "x" * 121, "language": "nl"},
        {"name": "Noor", "language": "xx"},
        {"name": "Noor", "language": ""},
        {"name": "Noor\x00", "language": "nl"},
        {"name": "\u202eNoor", "language": "nl"},
        {},
    ],
)
def test_bad_input_is_answered_and_kept(client: Client, data: dict[str, str]) -> None:
    person = factories.user(name="Noor", language="nl")
    client.force_login(person)
    page = client.post(URL, data)
    assert page.status_code == 200
    read(page)
    person.refresh_from_db()
    assert (person.name, person.language) == ("Noor", "nl")
    if len(data.get("name", "")) > 120:
        assert "x" * 121 in page.content.decode()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "سميرة", "O'Brien & Zn", "ሰላም"])
def test_names_of_all_kinds_are_kept_and_shown_safely(client: Client, name: str) -> None:
    person = factories.user(name="Noor")
    client.force_login(person)
    client.post(URL, {"name": name, "language": "nl"})
    person.refresh_from_db()
    assert person.name == name
    read(client.get(URL))


def test_a_language_that_we_do_not_speak_is_refused_by_the_act() -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        change_profile(user=factories.user(), language="xx")


def test_changing_the_address_takes_a_code_to_the_new_one(client: Client, mails: Any) -> None:
    from allauth.account.models import EmailAddress
    from django.urls import reverse

    person = factories.user(email="old@voorbeeld.example")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client.force_login(person)

    client.post(reverse("account_email"), {"email": "New@Voorbeeld.example", "action_add": "1"})
    person.refresh_from_db()
    assert person.email == "old@voorbeeld.example"
    (letter,) = mails("confirm_email")
    assert letter["to"] == "new@voorbeeld.example"
    read(client.get(reverse("account_email_verification_sent")))

    client.post(reverse("account_email_verification_sent"), {"code": letter["code"]})
    person.refresh_from_db()
    assert person.email == "new@voorbeeld.example"
    assert [(mail["event"], mail["to"]) for mail in mails("security_notice")] == [
        ("email_changed", "old@voorbeeld.example")
    ]


def test_an_address_of_somebody_else_is_not_taken_over(client: Client, mails: Any) -> None:
    from allauth.account.models import EmailAddress
    from django.urls import reverse

    other = factories.user(email="taken@voorbeeld.example")
    person = factories.user(email="mine@voorbeeld.example")
    for one in (person, other):
        EmailAddress.objects.create(user=one, email=one.email, verified=True, primary=True)
    client.force_login(person)

    client.post(reverse("account_email"), {"email": other.email, "action_add": "1"})
    letters = mails("confirm_email")
    if letters:
        client.post(reverse("account_email_verification_sent"), {"code": letters[0]["code"]})
    person.refresh_from_db()
    assert person.email == "mine@voorbeeld.example"
