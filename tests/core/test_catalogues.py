"""The catalogues: complete, and the tool that says so finds what is wrong."""

import re

import pytest
from babel.messages.catalog import Catalog, Message

from samenhier.core import catalogues


@pytest.fixture(scope="module")
def source():
    return catalogues.found()


def test_messages_are_found_in_code_and_templates(source):
    ids = {message.id for message in source if message.id}
    assert "Dutch" in ids  # Python, lazy
    assert "This waits for you" in ids  # {% translate %}
    assert any("%(name)s" in str(one) for one in ids)  # {% blocktranslate %}
    assert len(ids) > 1500


@pytest.mark.no_cover
def test_every_language_is_complete():
    assert [str(fault) for fault in catalogues.faults()] == []


#: Words that end in kaf without meaning "your": that, there, behaviour, takes part …
_NOT_YOURS = {
    "ذلك",
    "بذلك",
    "لذلك",
    "كذلك",
    "هناك",
    "وهناك",
    "تلك",
    "سلوك",
    "تشارك",
    "أشارك",
    "يشارك",
    "مشترك",
}


def test_arabic_speaks_to_people_in_the_plural():
    """As the consent texts do: “your” is كم, never ك, on every page and in every mail."""
    singular = {
        word
        for message in catalogues.read("ar")
        if message.id
        for text in catalogues._texts(message.string)
        for word in re.findall(r"[\u0621-\u0652]+", text)
        if word.endswith("ك") and word not in _NOT_YOURS
    }
    assert singular == set()


@pytest.mark.parametrize(
    ("message", "string", "fits"),
    [
        ("%(n)s days", "%(n)s dagen", True),
        ("%(n)s days", "dagen", False),
        ("%(n)s days", "%(m)s dagen", False),
        (("%(n)s day", "%(n)s days"), ("één dag", "%(n)s dagen"), True),
        (("%(n)s day", "%(n)s days"), ("één dag", "dagen"), False),
    ],
)
def test_placeholders_are_compared(message, string, fits):
    have = Catalog(locale="nl").add(message, string)
    assert catalogues._placeholders_fit(Message(message), have) is fits
