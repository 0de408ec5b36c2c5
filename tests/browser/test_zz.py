import pytest
from tests import factories as make
@pytest.mark.django_db(transaction=True)
def test_x(visit):
    make.municipality()
    p = visit().new_page()
    p.goto("/groep-aanmelden/groep/")
    for i in range(30):
        p.keyboard.press("Tab")
        if p.evaluate("document.activeElement.name")=="name": break
    js="(() => {const s=getComputedStyle(document.activeElement); return [s.outline, s.boxShadow, s.border, document.activeElement.matches(':focus-visible'), s.transition]})()"
    print(p.evaluate(js)); p.wait_for_timeout(800); print(p.evaluate(js))
    p.screenshot(path="/tmp/focus.png")
