"""Registering a group with the keyboard alone: each stop is visible, has a focus mark, and nothing covers it."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page

from groups.models import SponsorGroup
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)

#: More stops than any page of the registration has.
MOST_STOPS = 80

WHERE = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const r = e.getClientRects()[0], style = getComputedStyle(e);
    const x = r ? r.x + r.width / 2 : -1, y = r ? r.y + r.height / 2 : -1;
    const top = document.elementFromPoint(x, y);
    return {
        what: e.outerHTML.slice(0, 160),
        marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        onTop: !!top && (e === top || e.contains(top) || top.closest('label')?.control === e),
    };
}"""


class Keyboard:
    """Hands without a mouse. Judges every place that the focus comes to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []

    def tab_to(self, selector: str) -> None:
        """Press Tab until this has the focus."""
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            self._judge()
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"Tab does not reach {selector} on {self.page.url}")

    def type_into(self, name: str, text: str) -> None:
        self.tab_to(f"[name='{name}']")
        self.page.keyboard.type(text)

    def press(self, key: str, selector: str = "") -> None:
        """Press a key where the focus is, or where Tab brings it."""
        if selector:
            self.tab_to(selector)
        self.page.keyboard.press(key)

    def enter(self, selector: str) -> None:
        """Go to a link or button and press Enter; wait for the page that it leads to."""
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def go_on(self) -> None:
        """The main button of the page."""
        self.enter("main form button.nl-button--primary")

    def _judge(self) -> None:
        found = self.page.evaluate(WHERE)
        if found is None:  # between the last stop and the first one
            return
        if not found["marked"]:
            self.faults.append(f"{self.page.url} shows no focus mark on {found['what']}")
        if not found["onTop"]:
            self.faults.append(f"{self.page.url} covers {found['what']}")


@pytest.mark.parametrize("width", [1280, 320])
def test_a_group_registers_with_the_keyboard_alone(visit, width):
    cache.clear()
    town = make.municipality("Lindestad")
    make.municipality("Berkenveen")
    page = visit(width=width).new_page()
    page.goto(reverse("groups:register_start"))
    hands = Keyboard(page)

    hands.press("Enter", ".skip-link")
    hands.enter("main a.nl-button--primary, main a.nl-button")
    # Two towns in order of name: the first gets the focus, the arrow goes to the second.
    hands.tab_to("[name=municipality]")
    hands.press("Space")
    hands.press("ArrowDown")
    assert page.is_checked(f"[name=municipality][value={town.slug}]")
    hands.go_on()
    hands.type_into("name", "De Lindebuurt")
    hands.tab_to("[name=kind]")
    hands.press("ArrowDown")
    hands.press("ArrowUp")
    hands.go_on()
    hands.type_into("contact_name", "Marieke")
    hands.type_into("contact_email", "marieke@voorbeeld.example")
    hands.go_on()
    hands.type_into("leden-0-name", "Bram")
    hands.type_into("leden-0-email", "bram@voorbeeld.example")
    hands.go_on()
    hands.press("Space", "[name=offers][value=dutch]")
    hands.press("Space", "[name=offers][value=people]")
    hands.go_on()
    hands.press("Space", "[name=child_bands]")
    hands.go_on()
    hands.press("Space", "[name=promises]")
    hands.go_on()
    hands.type_into("motivation", "Omdat een stad pas thuis is met mensen.")
    hands.go_on()
    assert page.url.endswith(reverse("groups:register_check"))
    hands.go_on()
    assert page.url.endswith(reverse("groups:registered"))

    assert not hands.faults, "\n".join(dict.fromkeys(hands.faults))
    group = SponsorGroup.objects.get()
    assert (group.name, group.municipality, group.kind) == ("De Lindebuurt", town, "welcome")
    assert group.offers == ["dutch", "people"]
