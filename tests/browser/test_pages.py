"""Every page of the site, as somebody who may open it: in Dutch and Arabic, at 320 px and on a desktop."""

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response

from municipalities.enums import StaffRole
from samenhier.core.access import Role, declared
from tests import factories as make
from tests.access import world
from tests.access.test_matrix import kwargs_of, own_pages, url_of

from .judges import axe, judge, markup

pytestmark = pytest.mark.django_db(transaction=True)

#: Pages of allauth that a person meets; the rest of its addresses only redirect.
ALLAUTH = {
    Role.ANONYMOUS: ["/account/login/", "/account/login/code/", "/account/signup/"],
    Role.COORDINATOR: ["/account/2fa/", "/account/email/"],
}
#: Not pages: files, probes.
NOT_HTML = ("text/calendar", "application/", "text/plain", "text/csv")


@pytest.fixture
def town():
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
        if not hasattr(getattr(view, "view_class", view), "get") or "get" not in _methods(view):
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


def _methods(view: object) -> list[str]:
    return getattr(getattr(view, "view_class", None), "http_method_names", ["get"])


def _opened(page: Page, address: str, faults: list[str]) -> Response | None:
    """The answer when it is a page to look at; None for a file, for what leads elsewhere or is not there now."""
    head = page.request.get(address, max_redirects=0)
    if head.status in (301, 302, 404, 405) or head.headers.get("content-type", "").startswith(NOT_HTML):
        return None
    response = page.goto(address)
    assert response is not None
    # 410: a link that is no longer open says so, on a page.
    if response.status not in (200, 410):
        faults.append(f"{address} answers {response.status}")
        return None
    return response


@pytest.mark.parametrize("role", FIRST[:-1])
def test_pages_are_accessible_and_fit(role, town, visit):
    faults: list[str] = []
    seen = 0
    for language in ("nl", "ar"):
        context = visit(user=None if role is Role.ANONYMOUS else town.people[role], language=language)
        page = context.new_page()
        page.on("console", lambda message: _complain(message, faults))
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        for address in pages_of(role, town):
            if (response := _opened(page, address, faults)) is not None:
                seen += 1
                found = judge(page, response.text(), language)
                faults.extend(f"{address} ({language}): {one}" for one in found)
    assert not faults, "\n".join(faults)
    assert seen > 0


def _complain(message: ConsoleMessage, faults: list[str]) -> None:
    if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
        faults.append(f"csp: {message.text[:200]}")


@pytest.mark.parametrize(
    "role", [Role.ANONYMOUS, Role.NEWCOMER, Role.CONTACT, Role.COORDINATOR, Role.NATIONAL]
)
def test_a_form_with_errors_is_accessible(role, town, visit):
    """Each form sent empty: axe has no complaint, and the title says that something is wrong."""
    faults: list[str] = []
    seen = 0
    for language in ("nl", "ar"):
        context = visit(user=None if role is Role.ANONYMOUS else town.people[role], language=language)
        page = context.new_page()
        for address in pages_of(role, town):
            if _opened(page, address, faults) is None or not _send_empty(page):
                continue
            seen += 1
            found = axe(page) + markup(page.content())
            if not page.title().startswith(("Fout:", "خطأ:", "Error:")):
                found.append("the title does not say that something is wrong")
            faults += [f"{address} ({language}), with errors: {fault}" for fault in dict.fromkeys(found)]
    assert not faults, "\n".join(faults)
    assert seen > 0


def _send_empty(page: Page) -> bool:
    """Send the first form of the page without answers; True when it comes back with errors."""
    form = page.locator("main form[method=post]").filter(
        has=page.locator("input:not([type=hidden]):not([tabindex='-1']), textarea, select")
    )
    if not form.count():
        return False
    fields = "input[type=text]:visible, input[type=email]:visible, input[type=tel]:visible, textarea:visible"
    for field in form.first.locator(fields).all():
        field.fill("")
    with page.expect_navigation():
        form.first.locator("button[type=submit]").first.click()
    return bool(page.locator("[aria-invalid=true], .error-summary").count())
