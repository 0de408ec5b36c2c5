"""The judges can fail: a page without faults, and the same page with one."""

import pytest
from django.http import HttpResponse
from django.test import Client

from .stage import Visitor

pytestmark = pytest.mark.django_db

PAGE = "/toegankelijkheid/"

#: What is put at the end of the page, and what the judges say of it.
FAULTS = {
    "no label": ("<p><input name='x'></p>", "label: "),
    "too little contrast": ("<p><font color='#dddddd'>Hallo</font></p>", "color-contrast: "),
    "too wide for a phone": ("<hr width='600'>", "sticks out at"),
    "too small to press": ("<p><a href='/'>a</a><a href='/x'>b</a></p>", "target-size: "),
    "tags out of order": ("<p><b><i>x</b></i></p>", "html: "),
    "an id twice": ("<p id='twice'></p><p id='twice'></p>", "id used 2 times: twice"),
    "a reference to nothing": ("<p aria-describedby='nowhere'>x</p>", "aria-describedby points to nothing"),
    "a second heading": ("<h1>Nog een</h1>", "2 h1 headings"),
    "a value that is not there": ("<p>None</p>", "shows None"),
    "inline style": ("<p style='color: red'>x</p>", "inline: p style"),
    "inline style, for the browser": ("<p style='color: red'>x</p>", "csp: "),
    "inline script, for the browser": ("<script>document.title = 'x'</script>", "csp: "),
    "a picture from elsewhere": ("<p><img alt='' src='http://127.0.0.2/x.png'></p>", "csp: "),
}


@pytest.fixture
def page() -> HttpResponse:
    return Client().get(PAGE, headers={"accept-language": "nl"})


def with_more(page: HttpResponse, more: str) -> HttpResponse:
    page.content = page.content.decode().replace("</main>", f"{more}</main>").encode()
    return page


def test_a_good_page_has_no_faults(stage, page):
    assert stage.judge(page, "nl") == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_forgotten_with_the_next_page(stage, page, fault):
    more, said = FAULTS[fault]
    assert any(said in one for one in stage.judge(with_more(page, more), "nl"))
    assert stage.judge(Client().get(PAGE, headers={"accept-language": "nl"}), "nl") == []


def test_what_is_there_for_lack_of_javascript_is_judged(stage, page):
    without = with_more(page, "<noscript><p><input name='x'></p></noscript>")
    assert any(one.startswith("label: ") for one in stage.judge(without, "nl"))


def test_a_page_that_brings_scripts_is_judged_with_them_too(stage, page):
    passkeys = "<script src='/static/mfa/js/webauthn-json.js' defer></script>"
    passkeys += "<script src='/static/js/passkeys.js' defer></script>"
    assert stage.judge(with_more(page, passkeys), "nl") == []
    broken = with_more(page, "<script src='/static/css/samenhier.css' defer></script>")
    assert any(one.startswith("script error") for one in stage.judge(broken, "nl"))


def test_a_page_with_another_policy_is_found(stage, page):
    page["Content-Security-Policy"] = "default-src *"
    assert stage.judge(page, "nl") == ["comes with another Content Security Policy than the rest of the site"]


def test_the_direction_of_the_language_is_judged(stage, page):
    assert stage.judge(page, "ar") == ["has the wrong direction for ar"]


def test_a_form_is_sent_as_the_browser_would(stage):
    """With the token of its page and the button that was pressed; not when the browser itself would refuse."""
    visitor = Visitor(stage, "nl")
    visitor.go("/account/login/")
    visitor.send("main form button[type=submit]")
    visitor.look()
    assert visitor.response.status_code == 200
    assert visitor.page.locator(".error-summary").count() == 1
    stage.show("<main><form action='/'><input name='x' required><button>Go</button></form></main>")
    with pytest.raises(AssertionError, match="would not send it"):
        visitor.send("button")
