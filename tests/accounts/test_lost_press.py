"""A button that was pressed after the session was over: where the visitor is led, and what they are told."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make

from .pages import read
from .test_sign_in import Codes, ask, confirm

pytestmark = pytest.mark.django_db

BUTTON = "/mijn/neem-contact-op/"
OURS = "http://testserver"


def next_of(response) -> str:
    assert response.status_code == 302
    there = urlsplit(response["Location"])
    assert there.path == "/inloggen/"
    return parse_qs(there.query)["next"][0]


@pytest.mark.parametrize(
    ("came_from", "expected"),
    [
        (f"{OURS}/mijn/huishouden/kaart/?a=1", "/mijn/huishouden/kaart/?a=1"),
        ("", "/mijn/account/"),
        ("https://elders.example/mijn/huishouden/kaart/", "/mijn/account/"),
        (f"{OURS}/mijn/pauze/bestaat-niet/", "/mijn/account/"),
        (f"{OURS}{BUTTON}", "/mijn/account/"),
    ],
)
def test_a_button_leads_back_to_the_page_it_stood_on(client: Client, came_from, expected) -> None:
    assert next_of(client.post(BUTTON, headers={"referer": came_from})) == expected


def test_a_form_leads_back_to_its_own_page_and_reading_too(client: Client) -> None:
    elsewhere = {"referer": f"{OURS}/mijn/huishouden/kaart/"}
    assert next_of(client.post("/mijn/account/", headers=elsewhere)) == "/mijn/account/"
    assert next_of(client.get("/mijn/account/?a=1", headers=elsewhere)) == "/mijn/account/?a=1"


def test_who_signs_in_after_it_reads_that_nothing_was_saved(client: Client, code: Codes) -> None:
    person = make.user(email="noor@voorbeeld.example", language="nl")
    there = client.post(BUTTON, headers={"referer": f"{OURS}/mijn/account/"})
    assert 'class="notice notice--warning"' in client.get(there["Location"]).content.decode()
    ask(client, person.email, QUERY_STRING=urlsplit(there["Location"]).query)
    page = client.get(confirm(client, code())["Location"])
    assert page.wsgi_request.path == "/mijn/account/"
    assert 'class="notice notice--warning"' in page.content.decode()


def test_who_only_opened_a_page_reads_no_such_thing(client: Client, code: Codes) -> None:
    person = make.user(email="noor@voorbeeld.example", language="nl")
    there = client.get("/mijn/account/")
    ask(client, person.email, QUERY_STRING=urlsplit(there["Location"]).query)
    page = client.get(confirm(client, code())["Location"])
    assert page.wsgi_request.path == "/mijn/account/"
    assert "notice--warning" not in page.content.decode()


def test_opening_the_address_of_a_button_gives_a_page(client: Client) -> None:
    response = client.get(reverse("set_language"))
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    read(response)
    assert client.put(reverse("set_language")).content == b""
