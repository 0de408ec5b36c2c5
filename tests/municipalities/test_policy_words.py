"""The policy page in words, and what a wrong moment says."""

import pytest
from django.test import Client
from django.urls import reverse

from municipalities.enums import StaffRole
from tests import factories

pytestmark = pytest.mark.django_db


def national() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(factories.staff(StaffRole.NATIONAL))
    return client


def test_moments_stand_there_in_words():
    town = factories.municipality()
    html = national().get(reverse("municipalities:policy", kwargs={"slug": town.slug})).content.decode()
    assert "after 2 weeks" in html
    assert "at the start" in html
    assert "W2, M1" not in html


def test_a_wrong_moment_is_named_and_what_was_typed_stays():
    town = factories.municipality()
    client, page = national(), reverse("municipalities:edit_policy", kwargs={"slug": town.slug})
    form = client.get(page).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)} | {
        "check_in_moments": "W2, X9"
    }
    html = client.post(page, typed).content.decode()
    assert "Moment 2 is not right." in html
    assert "matrix" not in html
    assert 'value="W2, X9"' in html
