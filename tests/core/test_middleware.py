"""Language, access and caching around each request."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.views import View

from samenhier.core.middleware import AccessMiddleware
from tests import factories as make

pytestmark = pytest.mark.django_db


def page_language(client, **headers) -> str:
    return client.get("/", headers=headers).headers["Content-Language"]


def test_dutch_unless_the_browser_or_the_visitor_asks_otherwise(client):
    assert page_language(client) == "nl"
    assert page_language(client, accept_language="ar-SY,ar;q=0.9,en;q=0.8") == "ar"
    assert page_language(client, accept_language="xx") == "nl"
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert page_language(client, accept_language="ar") == "en"


def test_a_persons_own_language_wins_over_the_browser(client):
    person = make.user(language="ar")
    client.force_login(person)
    assert page_language(client, accept_language="en") == "ar"
    client.post(reverse("set_language"), {"language": "nl", "next": "/"})
    person.refresh_from_db()
    assert person.language == "nl"


@pytest.mark.parametrize("target", ["https://elders.example/", "//elders.example", "javascript:alert(1)"])
def test_choosing_a_language_leads_nowhere_else(client, target):
    assert client.post(reverse("set_language"), {"language": "en", "next": target}).url == "/"


def test_an_unknown_language_changes_nothing(client):
    client.post(reverse("set_language"), {"language": "<script>", "next": "/"})
    assert page_language(client) == "nl"


def test_a_view_without_access_is_refused():
    class Forgotten(View):
        def get(self, request):
            return HttpResponse("secret")

    middleware = AccessMiddleware(lambda request: HttpResponse())
    request = RequestFactory().get("/")
    request.user = None
    with pytest.raises(ImproperlyConfigured):
        middleware.process_view(request, Forgotten.as_view(), (), {})


def test_pages_of_a_signed_in_person_are_not_kept(client):
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")
    client.force_login(make.user())
    assert "no-store" in client.get("/").headers["Cache-Control"]


def test_the_csp_allows_nothing_inline(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
