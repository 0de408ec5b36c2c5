"""Every page of the site, as somebody who may open it: in Dutch and Arabic, at 320 px and on a desktop."""

import pytest
from playwright.sync_api import Page

from municipalities.enums import StaffRole
from samenhier.core.access import Role, declared
from tests import factories as make
from tests.access import world
from tests.access.test_matrix import kwargs_of, own_pages, url_of

from .judges import axe, markup, too_wide

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


def pages_of(role: Role, town: world.Town) -> list[str]:
    """The pages that this role is the first to be asked for; the sides of a match each have their own."""
    order = [Role.ANONYMOUS, Role.NEWCOMER, Role.CONTACT, Role.COORDINATOR, Role.VIEWER, Role.BUILDER, Role.NATIONAL, Role.OPERATOR, Role.VOLUNTEER]  # fmt: skip
    found = list(ALLAUTH.get(role, []))
    for route, name, view in own_pages():
        methods = getattr(getattr(view, "view_class", None), "http_method_names", ["get"])
        allowed = declared(view).roles
        if "get" not in methods or not hasattr(getattr(view, "view_class", view), "get"):
            continue
        # Pages with two sides look different for each of them.
        askers = {next((r for r in order if r in allowed), None)}
        if {Role.NEWCOMER, Role.CONTACT} <= allowed and Role.ANONYMOUS not in allowed:
            askers |= {Role.CONTACT}
        if role in askers:
            kwargs = kwargs_of(route, name, town)
            if role is Role.NEWCOMER and "check_in" in kwargs:
                kwargs["check_in"] = town.rows["household_check_in"]
            found.append(url_of(name, kwargs))
    return found


@pytest.mark.parametrize(
    "role", [Role.ANONYMOUS, Role.NEWCOMER, Role.CONTACT, Role.COORDINATOR, Role.VIEWER, Role.BUILDER, Role.NATIONAL, Role.OPERATOR]
)
def test_pages_are_accessible_and_fit(role, town, visit):
    faults: list[str] = []
    seen = 0
    for language in ("nl", "ar"):
        context = visit(user=None if role is Role.ANONYMOUS else town.people[role], language=language)
        page = context.new_page()
        page.on("console", lambda message: _complain(message, faults))
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        for address in pages_of(role, town):
            seen += _judge(page, address, language, faults)
    assert faults == [], "\n".join(faults)
    assert seen > 0


def _complain(message, faults: list[str]) -> None:
    if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
        faults.append(f"csp: {message.text[:200]}")


def _judge(page: Page, address: str, language: str, faults: list[str]) -> int:
    """Judge one page; 1 when it was a page, 0 when it was a file or led elsewhere."""
    head = page.request.get(address, max_redirects=0)
    if head.status in (301, 302, 404, 405, 410) or head.headers.get("content-type", "").startswith(NOT_HTML):
        return 0
    response = page.goto(address)
    assert response is not None
    if response.status != 200:
        faults.append(f"{address} ({language}) answers {response.status}")
        return 1
    found = markup(response.text())
    found += axe(page)
    page.set_viewport_size({"width": 320, "height": 800})
    found += too_wide(page)
    found += axe(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    expected = "rtl" if language == "ar" else "ltr"
    if page.get_attribute("html", "dir") != expected:
        found.append(f"is not {expected}")
    faults += [f"{address} ({language}): {fault}" for fault in dict.fromkeys(found)]
    return 1


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.NEWCOMER, Role.CONTACT, Role.COORDINATOR, Role.NATIONAL])
def test_a_form_with_errors_is_accessible(role, town, visit):
    """Each form sent empty: the summary has the focus, and axe has no complaint."""
    faults: list[str] = []
    seen = 0
    for language in ("nl", "ar"):
        context = visit(user=None if role is Role.ANONYMOUS else town.people[role], language=language)
        page = context.new_page()
        for address in pages_of(role, town):
            head = page.request.get(address, max_redirects=0)
            if head.status != 200 or head.headers.get("content-type", "").startswith(NOT_HTML):
                continue
            page.goto(address)
            form = page.locator("main form[method=post]").filter(
                has=page.locator("input:not([type=hidden]), textarea, select")
            )
            if not form.count():
                continue
            for field in form.first.locator("input[type=text], input[type=email], input[type=tel], textarea").all():
                field.fill("")
            form.first.locator("button[type=submit]").first.click()
            page.wait_for_load_state()
            if not page.locator("[aria-invalid=true], .error-summary, .utrecht-alert--error").count():
                continue
            seen += 1
            found = axe(page) + markup(page.content())
            faults += [f"{address} ({language}), with errors: {fault}" for fault in dict.fromkeys(found)]
            if not page.title().startswith(("Fout:", "خطأ:", "Error:")):
                faults.append(f"{address} ({language}): the title does not say that something is wrong")
    assert faults == [], "\n".join(faults)
    if role in (Role.ANONYMOUS, Role.COORDINATOR, Role.NATIONAL):
        assert seen > 0
