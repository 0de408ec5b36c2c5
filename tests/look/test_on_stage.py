"""The style guide before the judges, and room for text that grows."""

import pytest

from tests import factories
from tests.browser.judges import too_wide
from tests.browser.stage import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

GUIDE = "/stijlgids/"
WRONG = "/stijlgids/?fouten=1"
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"
# WCAG 1.4.12
SPACED = """document.querySelectorAll('body *').forEach(e => {
  e.style.lineHeight = '1.5'; e.style.letterSpacing = '.12em'; e.style.wordSpacing = '.16em';
  if (e.matches('p')) e.style.marginBlockEnd = '2em' })"""


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
@pytest.mark.parametrize("address", [GUIDE, WRONG])
def test_style_guide_has_no_faults(stage, language, address):
    visitor = Visitor(stage, language)
    visitor.go(address)
    assert visitor.faults == []
    visitor.page.set_viewport_size({"width": 390, "height": 800})
    assert too_wide(visitor.page) == []


@pytest.mark.parametrize("address", ["/", "/gemeenten/", "/nieuw-in-nederland/", GUIDE, WRONG])
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_text_may_grow_and_spread(stage, address, language):
    factories.municipality(
        "'s-Hertogenbosch", partner_organisation="Stichting Welkom in de Meierij en Omstreken"
    )
    visitor = Visitor(stage, language)
    html = visitor.get(address).content.decode()
    for width, change in ((640, LARGE_TEXT), (390, SPACED)):
        stage.show(html)
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.page.evaluate(change)
        visitor.page.evaluate("document.fonts.ready.then(() => true)")
        assert too_wide(visitor.page) == []
