"""What only a browser knows: focus, fonts, size, room for larger text, forced colours, print."""

from itertools import pairwise

import pytest

from tests import factories
from tests.browser.judges import axe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.timeout(280)]

GUIDE = "/stijlgids/"
WRONG = "/stijlgids/?fouten=1"


@pytest.fixture
def page_of(visit):
    def opened(address, **options):
        page = visit(**options).new_page()
        response = page.goto(address)
        assert response.status == 200
        return page

    return opened


@pytest.mark.parametrize("javascript", [True, False])
def test_error_summary_takes_the_focus(page_of, javascript):
    page = page_of(WRONG, javascript=javascript)
    assert page.locator("#error-summary-title:focus").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab") if page.locator("#id_name:focus").count() == 0 else None
    assert page.locator("#id_name:focus").count() == 1


def test_keyboard_starts_at_the_skip_link_and_shows_where_it_is(page_of):
    page = page_of("/")
    page.keyboard.press("Tab")
    box = page.locator(".skip-link:focus").bounding_box()
    assert box["y"] >= 0
    for _stop in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate(
            """() => { const s = getComputedStyle(document.activeElement);
            return [s.outlineStyle, parseFloat(s.outlineWidth)] }"""
        )
        assert style[0] == "solid"
        assert style[1] >= 3


def test_keyboard_goes_in_reading_order_in_both_directions(page_of):
    for language in ("nl", "ar"):
        page = page_of("/", language=language)
        places = page.evaluate(
            """() => [...document.querySelectorAll('a[href], button')]
            .filter(e => !e.classList.contains('skip-link'))
            .map(e => { const r = e.getBoundingClientRect(); return [Math.round(r.top / 30), r.left] })"""
        )
        for (row, left), (next_row, next_left) in pairwise(places):
            if row == next_row:
                assert left < next_left if language == "nl" else left > next_left, (language, row)


def test_a_page_loads_only_the_letters_it_shows(visit):
    for language, expected in (("nl", {"atkinson-latin"}), ("ar", {"atkinson-latin", "noto-arabic"})):
        page = visit(language=language).new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto("/nieuw-in-nederland/")
        page.wait_for_load_state("networkidle")
        fonts = {url.rsplit("/", 1)[1].split(".")[0] for url in asked if ".woff2" in url}
        assert fonts == expected
        assert len({url for url in asked if url.split("?")[0].endswith(".css")}) == 1
        assert all(url.startswith(asked[0]) or url.split("/")[2] == asked[0].split("/")[2] for url in asked)


def test_things_to_press_are_large_enough(page_of):
    factories.municipality("Zwolle")
    page = page_of("/", width=390)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, summary, input')]
        .filter(e => !e.matches('.skip-link, [type=hidden]'))
        .map(e => [e.getBoundingClientRect().height, e.outerHTML.slice(0, 100)])
        .filter(([height]) => height < 44)"""
    )
    assert small == []


def test_nothing_moves_and_forced_colours_and_print_keep_the_words(page_of):
    page = page_of(GUIDE)
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(forced_colors="active")
    assert axe(page) == []
    page.emulate_media(media="print", forced_colors="none")
    assert page.locator("header.top").is_hidden()
    assert page.locator("h1").is_visible()
