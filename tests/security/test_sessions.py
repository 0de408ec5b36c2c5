"""Sessions: who is still in, after something changed."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from municipalities.domain import staff
from municipalities.enums import StaffRole
from municipalities.models import StaffInvitation
from samenhier.core.access import patterns
from samenhier.core.crypto import unseal_json
from samenhier.core.errors import DomainError
from samenhier.notifications.models import OutgoingMessage
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def newest(kind: str) -> dict:
    row = OutgoingMessage.objects.filter(kind=kind).latest("created_at")
    return unseal_json(row.sealed)["context"]


def sign_in_by_code(email: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": email})
    client.post(reverse("account_confirm_login_code"), {"code": newest("accounts.login_code")["code"]})
    return client


def enrol(client: Client, committing: Any) -> None:
    """Add a sign-in app, as a person does."""
    page = reverse("mfa_activate_totp")
    client.get(page)
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    with committing(execute=True):
        assert client.post(page, {"code": code}).status_code == 302


def test_enrolling_ends_the_sessions_that_began_without_a_second_step(django_capture_on_commit_callbacks):
    """Whoever read the mailbox before and signed in with a code must not wait inside until the second step is there."""
    town = make.municipality()
    person = make.user()
    staff.StaffMembership.objects.create(user=person, role=StaffRole.COORDINATOR, municipality=town)
    page = reverse("municipalities:worklist", kwargs={"slug": town.slug})
    somebody_else, own = sign_in_by_code(person.email), sign_in_by_code(person.email)
    assert somebody_else.get(page).url == reverse("mfa_index")
    bystander = sign_in_by_code(make.user().email)
    enrol(own, django_capture_on_commit_callbacks)
    assert somebody_else.get(page).url.startswith(reverse("account_login"))
    # The person who enrolled goes on, and so does everybody else.
    assert own.get(page).status_code == 200
    assert bystander.get(reverse("account_profile")).status_code == 200


def test_a_code_by_mail_alone_brings_staff_nowhere():
    town = make.municipality()
    boss = make.staff(StaffRole.COORDINATOR, town)
    client = sign_in_by_code(boss.email)
    page = reverse("municipalities:worklist", kwargs={"slug": town.slug})
    assert "_auth_user_id" not in client.session
    assert client.get(page).url.startswith(reverse("account_login"))


@pytest.mark.no_cover
def test_the_gate_holds_for_every_method_and_page():
    town = make.municipality()
    person = make.user()
    staff.StaffMembership.objects.create(user=person, role=StaffRole.COORDINATOR, municipality=town)
    client = Client()
    client.force_login(person)
    open_before = ("account/", "inloggen/", "uitloggen/", "taal/")
    faults = []
    for route, _name, _view in patterns():
        address = route.replace("<slug:slug>", town.slug)
        if any(sign in address for sign in "<^(") or address.startswith(open_before):
            continue
        for method in ("get", "head", "options", "put", "delete"):
            response = getattr(client, method)(f"/{address}")
            if (response.status_code, response.get("Location")) != (302, reverse("mfa_index")):
                faults.append((method, address, response.status_code))
    assert faults == []


def test_a_colleague_who_stopped_sees_nothing_in_the_tab_that_is_still_open():
    town = make.municipality()
    boss, gone = make.staff(StaffRole.COORDINATOR, town), make.staff(StaffRole.COORDINATOR, town)
    household = make.household(town)
    pages = [
        reverse("municipalities:worklist", kwargs={"slug": town.slug}),
        reverse("newcomers:detail", kwargs={"slug": town.slug, "household": household.pk}),
        reverse("newcomers:reveal", kwargs={"slug": town.slug, "household": household.pk}),
    ]
    client = Client()
    client.force_login(gone)
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    staff.end_membership(membership=gone.memberships.get(), actor=boss)
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    assert client.post(pages[2], {"reason": "contact"}).status_code == 404


def test_a_colleague_who_stopped_cannot_come_back_by_an_invitation_kept_in_the_drawer():
    town = make.municipality()
    boss, gone = make.staff(StaffRole.COORDINATOR, town), make.staff(StaffRole.COORDINATOR, town)
    staff.invite(email=gone.email, role=StaffRole.BUILDER, municipality=town, actor=gone)
    drawer = newest("municipalities.staff_invitation")["url"].rstrip("/").rsplit("/", 1)[1]
    other = StaffInvitation.objects.exclude(email=gone.email)
    staff.invite(email="ander@voorbeeld.example", role=StaffRole.BUILDER, municipality=town, actor=boss)
    staff.end_membership(membership=gone.memberships.get(), actor=boss)
    with pytest.raises(DomainError):
        staff.accept(token=drawer, name="Gone")
    assert not gone.memberships.filter(ended_at=None).exists()
    # Invitations of others stay, and a new one, sent afterwards, works.
    assert other.count() == 1
    staff.invite(email=gone.email, role=StaffRole.BUILDER, municipality=town, actor=boss)
    staff.accept(
        token=newest("municipalities.staff_invitation")["url"].rstrip("/").rsplit("/", 1)[1], name="Back"
    )
    assert gone.memberships.filter(ended_at=None).count() == 1


def test_an_invitation_of_somebody_who_no_longer_works_here_is_worth_nothing():
    """Before leaving, a colleague could invite a second address of their own."""
    town = make.municipality()
    boss, gone = make.staff(StaffRole.COORDINATOR, town), make.staff(StaffRole.COORDINATOR, town)
    staff.invite(email="tweede@voorbeeld.example", role=StaffRole.COORDINATOR, municipality=town, actor=gone)
    second = newest("municipalities.staff_invitation")["url"].rstrip("/").rsplit("/", 1)[1]
    staff.invite(email="nieuw@voorbeeld.example", role=StaffRole.COORDINATOR, municipality=town, actor=boss)
    honest = newest("municipalities.staff_invitation")["url"].rstrip("/").rsplit("/", 1)[1]
    staff.end_membership(membership=gone.memberships.get(), actor=boss)
    with pytest.raises(DomainError):
        staff.accept(token=second, name="Second")
    assert staff.accept(token=honest, name="Honest").role == StaffRole.COORDINATOR


def test_a_session_gets_a_new_name_at_signing_in():
    person = make.user()
    client = Client()
    client.post(reverse("account_login"), {"login": person.email})
    before = client.cookies["samenhier"].value
    client.post(reverse("account_confirm_login_code"), {"code": newest("accounts.login_code")["code"]})
    assert client.get(reverse("account_profile")).status_code == 200
    assert client.cookies["samenhier"].value != before
    stolen = Client()
    stolen.cookies["samenhier"] = before
    assert stolen.get(reverse("account_profile")).status_code == 302


def test_a_closed_account_is_out_at_once():
    person = make.user()
    client = Client()
    client.force_login(person)
    assert client.get(reverse("account_profile")).status_code == 200
    person.is_active = False
    person.save()
    assert client.get(reverse("account_profile")).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://kwaad.example/",
        "//kwaad.example/",
        "/\\kwaad.example",
        "https:kwaad.example",
        "javascript:alert(1)",
        "/%09/kwaad.example",
        "\t//kwaad.example",
        "http:///kwaad.example",
        "@kwaad.example",
        "https://testserver@kwaad.example/",
    ],
)
def test_nobody_is_led_away_from_here(target):
    person = make.user()
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "next": target})
    done = client.post(
        reverse("account_confirm_login_code"), {"code": newest("accounts.login_code")["code"], "next": target}
    )
    language = client.post(reverse("set_language"), {"language": "en", "next": target})
    out = client.post(reverse("account_logout"), {"next": target})
    for response in (done, language, out):
        place = urlsplit(urljoin("http://testserver/x/", response.get("Location", "/").replace("\\", "/")))
        assert (place.scheme, place.netloc) == ("http", "testserver"), (target, place)


def test_a_page_of_ours_is_reached_again_after_signing_in():
    person = make.user()
    client = Client()
    wanted = reverse("account_profile")
    sign_in = client.get(wanted).url
    assert sign_in.endswith(f"next={wanted}")
    step = client.post(sign_in, {"login": person.email, "next": wanted})
    done = client.post(step.url, {"code": newest("accounts.login_code")["code"], "next": wanted})
    assert done.url == wanted


def test_somebody_invited_at_a_second_address_keeps_one_role():
    town = make.municipality()
    person = make.staff(StaffRole.VIEWER, town)
    staff.invite(
        email="tweede@voorbeeld.example", role=StaffRole.VIEWER, municipality=town, actor=make.user()
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    EmailAddress.objects.create(user=person, email="tweede@voorbeeld.example", verified=True)
    first = person.email
    link = "/" + newest("municipalities.staff_invitation")["url"].split("/", 3)[3]
    assert Client().post(link, {"name": "Noor"}).status_code == 302
    assert person.memberships.filter(ended_at=None).count() == 1
    person.refresh_from_db()
    assert person.email == first
    assert set(EmailAddress.objects.filter(user=person).values_list("email", "primary")) == {
        (first, True),
        ("tweede@voorbeeld.example", False),
    }
