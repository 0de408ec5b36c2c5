"""Signing in with a code, with a password, with a second step; and out again."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import allauth
import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from municipalities.enums import StaffRole
from samenhier.accounts import adapter
from samenhier.accounts.models import User
from samenhier.notifications import kinds
from samenhier.notifications.models import OutgoingMessage
from samenhier.notifications.rendering import render
from tests import factories

from .pages import read

pytestmark = pytest.mark.django_db
Codes = Callable[[], str]
Mails = Callable[..., list[dict]]
SECRET = "JBSWY3DPEHPK3PXP"


def totp(secret: str = SECRET) -> str:
    """What a sign-in app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def ask(client: Client, email: str, **extra: Any) -> Any:
    return client.post("/inloggen/", {"login": email}, **extra)


def confirm(client: Client, code: str, **extra: Any) -> Any:
    return client.post("/account/login/code/confirm/", {"code": code, "action": "verify"}, **extra)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_with_a_code_by_mail_and_nothing_else(client: Client, code: Codes, mails: Mails) -> None:
    person = factories.user(email="noor@voorbeeld.example", language="nl")

    response = ask(client, " Noor@Voorbeeld.Example ")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/code/confirm/")
    read(client.get(response["Location"]))
    response = confirm(client, code())

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    # One mail: the code showed that the address is theirs.
    assert [mail["kind"] for mail in mails()] == ["accounts.login_code"]
    assert re.fullmatch(r"\d{6}", code())
    assert EmailAddress.objects.get(user=person).verified


def test_the_code_may_be_typed_in_another_script_and_with_spaces(client: Client, code: Codes) -> None:
    ask(client, factories.user().email)
    arabic = code().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    confirm(client, f"{arabic[:3]} {arabic[3:]}")
    assert signed_in(client)


def test_the_person_comes_where_they_wanted(client: Client, code: Codes) -> None:
    ask(client, factories.user().email, query_params={"next": "/mijn/account/"})
    response = confirm(client, code(), query_params={"next": "/mijn/account/"})
    assert response["Location"] == "/mijn/account/"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(client: Client, code: Codes, target: str) -> None:
    ask(client, factories.user().email, query_params={"next": target})
    response = confirm(client, code(), query_params={"next": target})
    assert "elsewhere" not in response["Location"]
    assert "javascript" not in response["Location"]


def test_three_wrong_codes_end_it(client: Client, code: Codes) -> None:
    ask(client, factories.user().email)
    wrong = str((int(code()) + 1) % 1_000_000).zfill(6)
    for _attempt in range(2):
        page = confirm(client, wrong)
        assert page.status_code == 200
        assert "is-invalid" in page.content.decode() or "error" in page.content.decode()
    assert confirm(client, wrong)["Location"].startswith("/account/login/code/")
    confirm(client, code())
    assert not signed_in(client)


def test_an_old_code_does_not_work(client: Client, code: Codes) -> None:

    ask(client, factories.user().email)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        confirm(client, code())
    assert not signed_in(client)


def test_a_code_works_once(client: Client, code: Codes) -> None:
    ask(client, factories.user().email)
    confirm(client, code())
    other = Client()
    confirm(other, code())
    assert not signed_in(other)


def test_a_new_code_can_be_asked_for(client: Client, code: Codes, mails: Mails) -> None:
    ask(client, factories.user().email)
    first = code()
    client.post("/account/login/code/confirm/", {"action": "resend"})
    assert len(mails("login_code")) == 2
    if code() != first:
        confirm(client, first)
        assert not signed_in(client)
    confirm(client, code())
    assert signed_in(client)


def test_starting_over_with_another_address(client: Client) -> None:
    ask(client, "wrong@voorbeeld.example")
    response = client.post("/uitloggen/", {"next": "/inloggen/"})
    assert response["Location"] == "/inloggen/"
    assert client.get("/inloggen/").status_code == 200


def test_an_unknown_address_sees_the_same_page_and_gets_another_mail(client: Client, mails: Mails) -> None:
    known, other = factories.user(), Client()
    responses = [ask(client, known.email), ask(other, "nobody@voorbeeld.example")]
    assert len({(r.status_code, r["Location"]) for r in responses}) == 1
    pages = [c.get(responses[0]["Location"]).content.decode().replace("<wbr>", "") for c in (client, other)]
    same = [
        re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page).replace(email, "X")
        for page, email in zip(pages, [known.email, "nobody@voorbeeld.example"], strict=True)
    ]
    assert same[0] == same[1]
    assert [(mail["kind"], mail["to"]) for mail in mails()] == [
        ("accounts.login_code", known.email),
        ("accounts.unknown_account", "nobody@voorbeeld.example"),
    ]
    # And no second one in the same hour.
    ask(Client(), "nobody@voorbeeld.example")
    assert len(mails("unknown_account")) == 1


def test_a_closed_account_gets_no_code(client: Client, mails: Mails) -> None:
    ask(client, factories.user(is_active=False).email)
    assert not mails("login_code")


def test_the_mail_speaks_the_language_of_the_page(client: Client, mails: Mails) -> None:
    person = factories.user(language="nl")
    ask(client, person.email, headers={"Accept-Language": "ar"})
    assert mails("login_code")[0]["language"] == "ar"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "no address",
        "a@b",
        "x" * 300 + "@voorbeeld.example",
        "a@b.example\r\nBcc: c@d.example",
        "\x00@b.example",
        "ﷺ@b.example",
    ],
)
def test_what_is_no_address_gets_a_clear_answer(client: Client, mails: Mails, value: str) -> None:
    response = ask(client, value)
    assert response.status_code == 200
    read(response)
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("value", ["", "12", "abc", "9" * 400, "<b>", "١٢٣", "\x00", "123456\r\n"])
def test_what_is_no_code_gets_a_clear_answer(client: Client, value: str) -> None:
    ask(client, factories.user().email)
    response = confirm(client, value)
    assert response.status_code == 200
    read(response)


# -- passwords: possible, never needed ---------------------------------------------------------------------------


def test_with_a_password_by_choice(client: Client, mails: Mails) -> None:
    person = factories.user()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client.force_login(person)
    response = client.post(
        reverse("account_set_password"),
        {"password1": "paard batterij nietje", "password2": "paard batterij nietje"},
    )
    assert response.status_code == 302
    assert [mail["event"] for mail in mails("security_notice")] == ["password_set"]
    client.post("/uitloggen/")

    read(client.get("/inloggen/wachtwoord/"))
    wrong = client.post("/inloggen/wachtwoord/", {"login": person.email, "password": "nope"})
    assert wrong.status_code == 200
    client.post("/inloggen/wachtwoord/", {"login": person.email, "password": "paard batterij nietje"})
    assert signed_in(client)


@pytest.mark.parametrize("password", ["kort", "passwordpassword1", "noor@voorbeeld.example"])
def test_a_weak_password_is_refused_with_a_reason(client: Client, password: str) -> None:
    client.force_login(factories.user(email="noor@voorbeeld.example"))
    response = client.post(reverse("account_set_password"), {"password1": password, "password2": password})
    if password != "passwordpassword1":
        assert response.status_code == 200
        read(response)


def test_a_forgotten_password_is_replaced_through_our_own_address(
    client: Client, mails: Mails, settings: Any
) -> None:
    person = factories.user()
    person.set_password("paard batterij nietje")
    person.save()
    response = client.post(
        reverse("account_reset_password"), {"email": person.email}, headers={"Host": "localhost"}
    )
    read(client.get(response["Location"]))
    url = mails("password_reset")[0]["url"]
    assert url.startswith("/account/password/reset/key/")

    page = client.get(url, follow=True)
    read(page)
    target = page.redirect_chain[-1][0]
    response = client.post(target, {"password1": "fiets lamp gordijn", "password2": "fiets lamp gordijn"})
    read(client.get(response["Location"]))
    person.refresh_from_db()
    assert person.check_password("fiets lamp gordijn")
    assert "password_reset" in [mail["event"] for mail in mails("security_notice")]
    # The link works once.
    again = Client().get(url, follow=True)
    assert again.status_code == 200
    read(again)


# -- the second step ---------------------------------------------------------------------------------------------


def test_staff_give_the_code_of_their_app_too(client: Client, code: Codes) -> None:
    person = factories.staff(StaffRole.COORDINATOR, factories.municipality())
    ask(client, person.email)
    response = confirm(client, code())
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert not signed_in(client)
    read(client.get(response["Location"]))

    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000" if totp() != "000000" else "000001"})
    assert wrong.status_code == 200
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": totp()})
    assert signed_in(client)


def test_a_code_of_the_app_works_once(client: Client, code: Codes) -> None:
    person = factories.staff(StaffRole.COORDINATOR, factories.municipality())
    value = totp()
    for browser, expected in ((client, True), (Client(), False)):
        ask(browser, person.email)
        confirm(browser, code())
        browser.post(reverse("mfa_authenticate"), {"code": value})
        assert signed_in(browser) is expected


@pytest.mark.django_db(transaction=True)
def test_enrolling_an_app_from_nothing(client: Client, mails: Mails) -> None:
    person = factories.user()
    client.force_login(person)
    page = client.get(reverse("mfa_activate_totp"))
    read(page)
    assert '<svg role="img"' in page.content.decode()
    secret = page.context["form"].secret

    assert (
        client.post(
            reverse("mfa_activate_totp"), {"code": "000000" if totp(secret) != "000000" else "1"}
        ).status_code
        == 200
    )
    response = client.post(reverse("mfa_activate_totp"), {"code": f"{totp(secret)[:3]} {totp(secret)[3:]}"})

    assert response["Location"] == reverse("mfa_view_recovery_codes")
    read(client.get(response["Location"]))
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert {"totp_activated"} <= {mail["event"] for mail in mails("security_notice")}
    download = client.get(reverse("mfa_download_recovery_codes")).content.decode()
    assert len(download.split()) == 10


@pytest.mark.django_db(transaction=True)
def test_a_recovery_code_stands_in_for_the_app(client: Client, code: Codes) -> None:
    person = factories.user()
    browser = Client()
    browser.force_login(person)
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    browser.post(reverse("mfa_activate_totp"), {"code": totp(secret)})
    recovery = browser.get(reverse("mfa_download_recovery_codes")).content.decode().split()[0]

    ask(client, person.email)
    confirm(client, code())
    client.post(reverse("mfa_authenticate"), {"code": recovery})
    assert signed_in(client)


# -- out -----------------------------------------------------------------------------------------------------------


def test_signing_out_asks_the_browser_to_forget(client: Client) -> None:
    client.force_login(factories.user())
    page = client.get("/uitloggen/")
    read(page)
    assert signed_in(client)
    assert "Clear-Site-Data" not in page
    response = client.post("/uitloggen/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not signed_in(client)


def test_staff_without_a_second_step_can_sign_out(client: Client) -> None:
    person = factories.user()
    from municipalities.models import StaffMembership

    StaffMembership.objects.create(
        user=person, role=StaffRole.COORDINATOR, municipality=factories.municipality()
    )
    client.force_login(person)
    client.post(reverse("account_logout"))
    assert not signed_in(client)


# -- closed sign-up, and completeness --------------------------------------------------------------------------------


def test_nobody_signs_up_alone(client: Client) -> None:
    page = client.get(reverse("account_signup"))
    read(page)
    client.post(reverse("account_signup"), {"email": "new@voorbeeld.example"})
    assert not User.objects.filter(email="new@voorbeeld.example").exists()
    assert "/gemeenten" in page.content.decode() or "href" in page.content.decode()


def test_each_mail_of_allauth_has_its_letter() -> None:
    root = Path(allauth.__file__).parent
    sources = "\n".join(
        path.read_text()
        for app in ("account", "mfa")
        for path in (root / app).rglob("*.py")
        if "tests" not in path.parts
    )
    used = set(re.findall(r'"((?:account|mfa)/email/\w+)"', sources))
    # Only with codes for a password reset, which we do by link.
    unused = {"account/email/password_reset_code"}
    assert used - unused <= set(adapter._LETTERS) | set(adapter.SECURITY_EVENTS)


@pytest.mark.parametrize("event", sorted(set(adapter.SECURITY_EVENTS.values())))
def test_each_security_notice_has_its_sentence(event: str) -> None:
    kind = kinds.get("accounts.security_notice")
    context = {**kind.sample_context(), "event": event}
    nothing = render(kind, "en", {**context, "event": "?"}).text
    assert len(render(kind, "en", context).text) > len(nothing)


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_login_password",
        "account_request_login_code",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_inactive",
        "account_reset_password_from_key_done",
    ],
)
def test_pages_for_visitors_in_each_language(client: Client, name: str, language: str) -> None:
    response = client.get(reverse(name), headers={"Accept-Language": language})
    assert response.status_code == 200
    read(response)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in response.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "account_profile",
        "account_email",
        "account_set_password",
        "account_logout",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
    ],
)
def test_pages_for_people_who_are_signed_in(client: Client, name: str) -> None:
    client.force_login(factories.user())
    response = client.get(reverse(name))
    assert response.status_code == 200
    read(response)
