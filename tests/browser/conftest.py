"""Everything here drives a real browser; the fixtures are in tests/browser_fixtures.py."""

from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.browser.acts", "tests.browser.people")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(280))


@pytest.fixture(autouse=True)
def every_page_in_every_direction(settings):
    """Staff pages are not written in Arabic yet, and show Dutch instead; their layout is judged from right to left too."""
    settings.STAFF_LANGUAGES = [code for code, _name in settings.LANGUAGES]
