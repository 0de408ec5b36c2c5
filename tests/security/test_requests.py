"""Requests as no browser sends them: without a token, too large, too many, with other methods; and what a GET may do."""

import time

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from groups.domain.membership import invite
from municipalities.enums import StaffRole
from samenhier.core.access import Public, Role, declared, patterns
from samenhier.core.crypto import unseal_json
from samenhier.notifications.models import OutgoingMessage
from tests import factories as make
from tests.access import world
from tests.access.test_matrix import kwargs_of, own_pages, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def town():
    here = world.build()
    here.people[Role.VOLUNTEER] = make.user()
    here.people[Role.NATIONAL] = make.staff(StaffRole.NATIONAL)
    here.people[Role.OPERATOR] = make.staff(StaffRole.OPERATOR)
    return here


def addresses(town, role=None) -> dict[str, str]:
    """Every page of ours, or those of a role."""
    return {
        name: url_of(name, kwargs_of(route, name, town))
        for route, name, view in own_pages()
        if role is None or role in declared(view).roles
    }


# -- tokens of forms -----------------------------------------------------------------------------------------


@pytest.mark.no_cover
def test_every_post_needs_the_token_of_a_form(town):
    assert [name for _route, name, view in patterns() if getattr(view, "csrf_exempt", False)] == []
    faults = []
    for role in (Role.ANONYMOUS, Role.COORDINATOR):
        client = Client(enforce_csrf_checks=True)
        if role is not Role.ANONYMOUS:
            client.force_login(town.people[role])
        for number, (name, address) in enumerate(addresses(town).items()):
            method = ("post", "put", "delete", "patch")[number % 4 if role is Role.ANONYMOUS else 0]
            status = getattr(client, method)(address).status_code
            if status != 403:
                faults.append((role, method, name, status))
    assert faults == []


def test_the_same_post_with_a_token_is_heard():
    client = Client(enforce_csrf_checks=True)
    page = client.get(reverse("public:home")).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = client.post(
        reverse("set_language"), {"language": "en", "next": "/", "csrfmiddlewaretoken": token}
    )
    assert answer.status_code == 302


# -- GET changes nothing ---------------------------------------------------------------------------------------

#: Rows that reading may add: that somebody read, sessions, counters, and figures of months that are over.
MAY_GROW = {"audit.auditevent", "sessions.session", "reports.monthfigures", "reports.countryfigures"}


def everything() -> dict[str, str]:
    """Each table as a hash of all its rows."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.label_lower in MAY_GROW:
                continue
            cursor.execute(
                f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{model._meta.db_table}" t'
            )
            found[model._meta.label_lower] = cursor.fetchone()[0]
    return found


@pytest.mark.no_cover
def test_reading_every_page_in_every_role_changes_no_row_and_is_not_kept(town):
    invite(
        group=(group := make.group(make.municipality(), status="forming")),
        name="Nieuw",
        email="n@voorbeeld.example",
        actor=None,
    )
    link = unseal_json(OutgoingMessage.objects.filter(kind="groups.invitation").latest("created_at").sealed)[
        "context"
    ]["url"]
    clients = {Role.ANONYMOUS: Client()}
    for role, person in town.people.items():
        clients[role] = Client()
        clients[role].force_login(person)
    public = {name for _route, name, view in own_pages() if isinstance(declared(view), Public)}
    kept = []
    before = everything()
    for number, (role, client) in enumerate(clients.items()):
        for name, address in addresses(town, role).items():
            if role is not Role.ANONYMOUS and name in public:
                continue
            response = (client.head if number % 3 == 2 else client.get)(address)
            if role is not Role.ANONYMOUS and "no-store" not in response.get("Cache-Control", ""):
                kept.append((role, name))
        # A mail scanner follows links; only a press on a button is an answer.
        client.get(link, follow=True)
        for step in ("leeftijd", "telefoon"):
            client.get(reverse("groups:answer", kwargs={"step": step}))
        client.get(reverse("groups:invitation_no"))
        client.get(reverse("groups:answer_check"), follow=True)
    after = everything()
    assert {table for table in before if before[table] != after[table]} == set()
    # And none of them stays in a cache, or behind the back button.
    assert kept == []
    assert group.members.filter(status="invited").count() == 1


# -- size and speed -----------------------------------------------------------------------------------------------


def timed(act) -> tuple[float, int]:
    """Processor seconds, and the status of the answer."""
    start = time.process_time()
    status = act().status_code
    return time.process_time() - start, status


def test_big_bodies_are_refused_before_they_are_read(town):
    client = Client(raise_request_exception=False)
    page = reverse("groups:register", kwargs={"step": "groep"})
    from django.core.files.uploadedfile import SimpleUploadedFile

    bodies = {
        "text": lambda: client.post(
            page, "name=" + "a" * 2_000_000, content_type="application/x-www-form-urlencoded"
        ),
        "fields": lambda: client.post(page, {f"a{number}": "1" for number in range(1_001)}),
        "file": lambda: client.post(
            page, {"name": "x", "file": SimpleUploadedFile("a.bin", b"0" * 3_000_000)}
        ),
    }
    for name, send in bodies.items():
        seconds, status = timed(send)
        assert status == 400, name
        assert seconds < 1, name
    assert client.post(page, {"name": "De Straat", "kind": "welcome"}).status_code == 302


def test_a_registration_keeps_no_more_than_somebody_types():
    from django.utils.datastructures import MultiValueDict

    from groups.models import RegistrationDraft
    from groups.views.question_pages import typed

    client = Client()
    page = reverse("groups:register", kwargs={"step": "waarom"})
    assert client.post(page, {f"f{number}": "a" * 9_000 for number in range(100)}).status_code in (200, 302)
    assert len(RegistrationDraft.objects.get().sealed) < 200_000
    assert typed(MultiValueDict({"motivation": ["b" * 1_500]})) == {"motivation": ["b" * 1_500]}


@pytest.mark.parametrize("step", ["groep", "over-jou", "leden", "huishouden", "waarom"])
@pytest.mark.parametrize(
    "text", ["a-" * 10_000, "a" * 20_000, "1 " * 10_000, "12345678" * 2_500, " " * 20_000, "٣" * 4_000]
)
def test_no_text_makes_a_public_page_slow(step, text):
    client = Client()
    fields = {
        "name": text,
        "contact_name": text,
        "motivation": text,
        "part_of_town": text,
        "max_household": text,
    }
    for number in range(11):
        fields |= {f"leden-{number}-name": text, f"leden-{number}-email": text}
    fields |= {"leden-TOTAL_FORMS": "11", "leden-INITIAL_FORMS": "0", "kind": "welcome"}
    page = reverse("groups:register", kwargs={"step": step})
    client.get(page)
    seconds, status = timed(lambda: client.post(page, fields))
    assert status in (200, 302)
    assert seconds < 2


def test_security_headers_stand_on_every_kind_of_answer(town):
    client = Client(raise_request_exception=False)
    some = [
        "/",
        "/bestaat-niet/",
        reverse("account_login"),
        reverse("matches:home"),
        "/team/" + "a" * 32 + "/",
    ]
    for address in some:
        headers = client.get(address).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy


def test_the_page_of_a_secret_link_stays_in_no_cache_either():
    from municipalities.domain import staff

    staff.invite(
        email="c@voorbeeld.example",
        role=StaffRole.VIEWER,
        municipality=make.municipality(),
        actor=make.user(),
    )
    link = unseal_json(OutgoingMessage.objects.latest("created_at").sealed)["context"]["url"].split("/", 3)[3]
    for address in (
        "/" + link,
        "/uitnodiging/" + "a" * 43 + "/",
        "/groep-aanmelden/verder/" + "a" * 43 + "/",
    ):
        response = Client().get(address)
        assert "no-store" in response.get("Cache-Control", ""), address
        assert response["Referrer-Policy"] == "same-origin"
    # A page that is the same for everybody may be kept.
    assert "no-store" not in Client().get("/").get("Cache-Control", "")


def test_a_download_of_own_data_is_a_file_and_not_a_page(town):
    client = Client()
    client.force_login(town.people[Role.NEWCOMER])
    response = client.get(reverse("newcomers:own_download"))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_public_is_said_only_of_pages_that_ask_no_rows(town):
    """Pages for everybody are few, and each is known here."""
    # The algorithm register is made of code and settings alone.
    alone = {"matches:register", "matches:register_file"}
    public = {
        name.partition(":")[0]
        for _route, name, view in own_pages()
        if isinstance(declared(view), Public) and name not in alone
    }
    assert public <= {
        "public",
        "groups",
        "municipalities",
        "demo",
        "health",
        "security_txt",
        "styleguide",
        "set_language",
        "account_login",
        "account_login_password",
        "account_logout",
        "newcomers",
    }
