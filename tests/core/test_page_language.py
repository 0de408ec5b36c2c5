"""A page that is not written in the visitor's language is wholly in Dutch and says so; a button's address has a page."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from municipalities.enums import StaffRole
from tests import factories

pytestmark = pytest.mark.django_db


def arab(user=None) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    if user is not None:
        client.force_login(user)
    return client


def start_of(html: str) -> tuple[str, str]:
    found = re.search(r'<html lang="(\w+)" dir="(\w+)"', html)
    assert found
    return found.group(1), found.group(2)


def test_a_page_for_groups_is_dutch_from_left_to_right_and_says_so_in_arabic():
    html = arab().get(reverse("groups:register_start")).content.decode()
    assert start_of(html) == ("nl", "ltr")
    assert '<div class="notice" lang="ar" dir="rtl">' in html


def test_a_staff_page_too_and_a_page_for_everybody_stays_arabic():
    town = factories.municipality()
    client = arab(factories.staff(StaffRole.COORDINATOR, town))
    html = client.get(reverse("municipalities:worklist", kwargs={"slug": town.slug})).content.decode()
    assert start_of(html) == ("nl", "ltr")
    html = arab().get(reverse("public:home")).content.decode()
    assert start_of(html) == ("ar", "rtl")
    assert 'dir="rtl">' in html
    assert '<div class="notice" lang="ar"' not in html


def test_the_visitor_keeps_the_own_language():
    client = arab()
    client.get(reverse("groups:register_start"))
    assert start_of(client.get(reverse("public:home")).content.decode()) == ("ar", "rtl")


def test_english_stays_english():
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    html = client.get(reverse("groups:register_start")).content.decode()
    assert start_of(html) == ("en", "ltr")
    assert "not in your language" not in html


def test_the_address_of_a_button_has_a_page_that_says_what_it_is():
    town = factories.municipality()
    household = factories.household(town)
    client = Client()
    client.force_login(factories.staff(StaffRole.COORDINATOR, town))
    address = reverse("newcomers:ready", kwargs={"slug": town.slug, "household": household.pk})
    answer = client.get(address)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Dit adres hoort bij een knop" in answer.content.decode()
