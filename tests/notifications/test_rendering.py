"""Every registered kind of mail, in each language that it must have."""

import re
from html.parser import HTMLParser

import pytest
from django.template import engines
from django.utils import translation

from samenhier.notifications import kinds
from samenhier.notifications.kinds import Kind
from samenhier.notifications.rendering import render

LEFT_OVER = re.compile(r"%\(\w*\)|%\w\b|\{\{|\}\}|\{%|%\}|\bNone\b")
CASES = [(kind, language) for kind in kinds.all_kinds() for language in sorted(kind.languages)]


class Links(HTMLParser):
    """What a mail client would load or open."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.hrefs: list[str] = []
        self.root: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        if tag == "html":
            self.root = values
        if tag == "a":
            self.hrefs.append(values.get("href") or "")


@pytest.mark.parametrize(
    ("kind", "language"), CASES, ids=[f"{kind.code}-{language}" for kind, language in CASES]
)
def test_a_kind_says_everything_in_each_of_its_languages(kind: Kind, language: str) -> None:
    written = render(kind, language, kind.sample_context(), "Samira <b>&")

    assert written.language == language
    assert written.subject
    assert "\n" not in written.subject
    assert len(written.subject) <= 120
    for part in (written.subject, written.text, written.html.split("</style>")[1]):
        assert not LEFT_OVER.search(part), LEFT_OVER.search(part)
    page = Links()
    page.feed(written.html)
    assert page.root == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert not {"img", "script", "iframe", "link", "form", "object"} & set(page.tags)
    assert all(href.startswith(("http://", "https://", "mailto:")) for href in page.hrefs), page.hrefs
    # Plain text does not escape, HTML does.
    assert "&amp;" not in written.text
    assert "<p" not in written.text
    if "Samira" in written.html:
        assert "Samira &lt;b&gt;&amp;" in written.html
    assert "\n\n\n" not in written.text


def test_kinds_are_registered() -> None:
    assert {kind.code for kind in kinds.all_kinds()} >= {"accounts.login_code"}


def written_with(
    source: str, context: dict, *, language: str = "nl", name: str = "", monkeypatch: pytest.MonkeyPatch
):
    """Render a mail whose template is this source."""
    template = engines["django"].from_string(source)
    monkeypatch.setattr("samenhier.notifications.rendering.get_template", lambda path: template)
    kind = Kind(code="accounts.sample", fields=frozenset(context), languages=frozenset({"nl", "en", "ar"}))
    return render(kind, language, context, name)


SAMPLE = """{% extends layout %}{% load mail %}
{% block subject %}Over {{ group }}{% endblock %}
{% block body %}{% paragraph _("Groep %(group)s wacht, 100%% zeker.") group=group %}{% filter paragraph %}Hoi {{ group }}{% endfilter %}
{% fact "Wanneer" starts_at|at_moment %}{% points "een" "" group %}{% big_code "ABC-123" %}{% endblock %}
{% block action_label %}Bekijk{% endblock %}
{% block action_url %}/mijn/groep/?a=1&b=2{% endblock %}"""
MOMENT = "2026-12-08T18:30:00+00:00"


def test_text_and_html_of_one_template(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    settings.SITE_URL = "https://hier.example"
    with translation.override("nl"):
        written = written_with(
            SAMPLE, {"group": "Jan & <i>", "starts_at": MOMENT}, monkeypatch=monkeypatch, name="Ka\nren"
        )

    assert written.subject == "Over Jan & <i>"
    assert "Groep Jan & <i> wacht, 100% zeker.\n\nHoi Jan & <i>\n\nWanneer: " in written.text
    assert "19.30" in written.text  # local time, not UTC
    assert (
        "- een\n- Jan & <i>\n\n    ABC-123\n\nBekijk:\nhttps://hier.example/mijn/groep/?a=1&b=2\n"
        in written.text
    )
    assert "Ka ren" in written.text
    assert "<p>Groep <bdi>Jan &amp; &lt;i&gt;</bdi> wacht, 100% zeker.</p>" in written.html
    assert "<p>Hoi Jan &amp; &lt;i&gt;</p>" in written.html
    assert "<li>Jan &amp; &lt;i&gt;</li>" in written.html
    assert 'class="button" href="https://hier.example/mijn/groep/?a=1&amp;b=2"' in written.html


def test_names_are_isolated_in_arabic(monkeypatch: pytest.MonkeyPatch) -> None:
    written = written_with(
        SAMPLE, {"group": "Jan", "starts_at": MOMENT}, language="ar", monkeypatch=monkeypatch
    )

    assert 'dir="rtl"' in written.html
    assert "\u2068Jan\u2069" in written.text


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@y.example", "a\nSubject: b", "a\x00b\u2028c", "\r\n"])
def test_a_subject_is_one_line(monkeypatch: pytest.MonkeyPatch, evil: str) -> None:
    written = written_with(SAMPLE, {"group": evil, "starts_at": MOMENT}, monkeypatch=monkeypatch)

    assert written.subject.startswith("Over")
    assert written.subject.isprintable()


def test_an_absent_language_becomes_dutch() -> None:
    kind = next(kind for kind in kinds.all_kinds() if "ar" in kind.languages)
    limited = Kind(code=kind.code, fields=kind.fields, sample=kind.sample)

    written = render(limited, "ar", limited.sample_context())

    assert written.language == "nl"
    assert 'lang="nl" dir="ltr"' in written.html
