"""Every page of the site, as somebody who may open it: in Dutch and Arabic, at 320 px and on a desktop."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.http import HttpResponseBase
from django.urls import resolve, reverse

from municipalities.enums import StaffRole
from samenhier.core.access import Role, declared, patterns
from tests import factories as make
from tests.access import world
from tests.access.test_matrix import kwargs_of, own_pages, url_of
from tests.forms.stages import STAGES, Visit, client_of, just_proved

from .stage import Visitor

pytestmark = pytest.mark.django_db

#: Pages of allauth that a person meets; the rest of its addresses only redirect.
ALLAUTH = {
    Role.ANONYMOUS: ["/account/login/", "/account/login/code/", "/account/signup/"],
    Role.COORDINATOR: ["/account/2fa/", "/account/email/"],
}
#: Not pages: files, probes.
NOT_HTML = ("text/calendar", "application/", "text/plain", "text/csv")


@pytest.fixture(scope="module")
def town(stage, module_rows):
    """One for all roles. After the stage: with a browser in the process Django takes another connection."""
    with module_rows():
        here = world.build()
        here.people[Role.VOLUNTEER] = make.user()
        here.people[Role.NATIONAL] = make.staff(StaffRole.NATIONAL)
        here.people[Role.OPERATOR] = make.staff(StaffRole.OPERATOR)
    return here


#: Who is asked first for a page that several may open: readers with the fewest pages, so that each layout is seen.
FIRST = [
    *(Role.ANONYMOUS, Role.NEWCOMER, Role.CONTACT, Role.VIEWER, Role.COORDINATOR),
    *(Role.BUILDER, Role.OPERATOR, Role.NATIONAL, Role.VOLUNTEER),
]


def pages_of(role: Role, town: world.Town) -> list[str]:
    """The pages that this role is the first to be asked for; the sides of a match each have their own."""
    found = list(ALLAUTH.get(role, []))
    for route, name, view in own_pages():
        allowed = declared(view).roles
        if not _shows(view):
            continue
        askers = {next((one for one in FIRST if one in allowed), None)}
        # Pages with two sides look different for each of them.
        if {Role.NEWCOMER, Role.CONTACT} <= allowed and Role.ANONYMOUS not in allowed:
            askers |= {Role.CONTACT}
        if role in askers:
            kwargs = kwargs_of(route, name, town)
            if role is Role.NEWCOMER and "check_in" in kwargs:
                kwargs["check_in"] = town.rows["household_check_in"]
            found.append(url_of(name, kwargs))
    return found


def _shows(view: object) -> bool:
    """Whether it answers to GET."""
    kind = getattr(view, "view_class", view)
    return hasattr(kind, "get") and "get" in getattr(kind, "http_method_names", ["get"])


@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("role", FIRST[:-1])
def test_pages_are_accessible_and_fit(role, language, town, stage):
    """Each page as it comes, then each form sent empty: it says what is wrong, in the title too, and is judged again."""
    visitor = Visitor(stage, language, None if role is Role.ANONYMOUS else town.people[role])
    with_form: list[str] = []
    seen = 0
    for address in pages_of(role, town):
        if _is_page(visitor.get(address)):
            visitor.look()
            seen += 1
            if stage.page.locator(BUTTON_OF_A_FORM).count():
                with_form.append(address)
    # Only now: what is sent may change what there is to see.
    for address in with_form:
        if _is_page(visitor.get(address)):
            _send_empty(visitor)
    assert not visitor.faults, "\n".join(visitor.faults)
    assert seen > 0


def _is_page(response: HttpResponseBase) -> bool:
    """Whether there is something to look at: no file, not what leads elsewhere or is not there now."""
    if response.status_code in (301, 302, 404, 405):
        return False
    return not response.headers.get("content-type", "").startswith(NOT_HTML)


#: The first form that asks something, and its first button.
FORM = (
    "main form[method=post]"
    ":has(input:not([type=hidden]):not([tabindex='-1']), textarea, select):has(button[type=submit])"
)
BUTTON_OF_A_FORM = f"{FORM} button[type=submit]"
TEXT = "input[type=text], input[type=email], input[type=tel], textarea"


def _send_empty(visitor: Visitor) -> None:
    """Send the first form of the page without answers, and judge it when it comes back with errors."""
    visitor.stage.show(visitor.response.content.decode())
    button = visitor.page.locator(BUTTON_OF_A_FORM)
    if not button.count():
        return
    button.first.evaluate(
        "(button, text) => button.form.querySelectorAll(text).forEach(e => { if (e.checkVisibility()) e.value = '' })",
        TEXT,
    )
    visitor.send(BUTTON_OF_A_FORM)
    html = visitor.response.content.decode()
    if 'aria-invalid="true"' not in html and "error-summary" not in html:
        return
    visitor.look(", with errors")
    if not visitor.page.title().startswith(("Fout:", "خطأ:", "Error:")):
        visitor.faults.append(f"{visitor.path} ({visitor.language}): the title does not say what is wrong")


#: What shows in some states only, by the names in tests/forms/stages.py.
IN_STATES = ("groups", "visitors", "accounts")
#: Look different in these states; with a match they only say why not now.
AGAIN = {"groups:pause", "groups:stop", "groups:end"}
#: Never shown as a page, and why.
NO_PAGE = {
    **dict.fromkeys(("health", "security_txt"), "for machines"),
    **dict.fromkeys(("groups:own_download", "newcomers:own_download", "matches:register_file"), "a file"),
    **dict.fromkeys(("reports:csv", "reports:xlsx", "reports:pdf", "groups:calendar"), "a file"),
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "for the script of the page to sign in",
    **dict.fromkeys(("groups:draft_link", "groups:invitation_link"), "leads on, so that no token stays"),
    "municipalities:mine": "leads to the page of who asks",
    **dict.fromkeys(("groups:ask_again", "groups:draft_again", "groups:invitation_sign_out"), "leads back"),
    **dict.fromkeys(("groups:sign_up", "groups:cancel_sign_up"), "leads back"),
    "groups:registered": "once, after registering: test_pages_on_the_way",
}


def visits() -> Iterator[Visit]:
    """Who opens what, one after the other: each is made when the one before has been judged."""
    for stage in IN_STATES:
        yield from STAGES[stage][0]()
    names = ("account_reset_password_done", "account_reset_password_from_key_done", "account_inactive")
    yield Visit(client_of(), [*map(reverse, names)])
    careful = make.with_second_factor(make.user())
    RecoveryCodes.activate(careful)
    Authenticator.objects.create(user=careful, type="webauthn", data={"name": "Sleutel", "credential": {}})
    names = ("mfa_view_recovery_codes", "mfa_reauthenticate_webauthn", "account_logout")
    yield Visit(just_proved(careful), [*map(reverse, names)])


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_pages_of_other_states_too_and_none_is_forgotten(language, town, stage, monkeypatch):
    """What the test above was not shown, because it is not there in a town in mid-life, or leads elsewhere."""
    # An invented key has nothing in it that a browser could be asked for.
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    judged = set()
    for role in FIRST[:-1]:
        client = client_of(town.people.get(role))
        judged |= {_name(one) for one in pages_of(role, town) if _is_shown(client.get(one))}
    visitor = Visitor(stage, language)
    for visit in visits():
        visitor.client = visit.client
        visitor.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with_form = []
        for address in visit.addresses:
            name = _name(address)
            if name in judged - AGAIN or not _is_shown(visitor.get(address)):
                continue
            visitor.look()
            judged.add(name)
            if stage.page.locator(BUTTON_OF_A_FORM).count():
                with_form.append(address)
        for address in with_form:
            if _is_shown(visitor.get(address)):
                _send_empty(visitor)
    assert not visitor.faults, "\n".join(visitor.faults)
    pages = {name for _route, name, view in patterns() if _shows(view)}
    assert sorted(pages - judged) == sorted(NO_PAGE)


def _name(address: str) -> str:
    return resolve(address.split("?")[0]).view_name


def _is_shown(response: HttpResponseBase) -> bool:
    return response.status_code == 200 and _is_page(response)
