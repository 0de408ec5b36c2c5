"""Layouts and public pages: outline, language, help in its place, weight."""

import gzip
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db

PAGES = ["home", "how_it_works", "new_here", "municipalities", "help", "privacy", "accessibility"]
LANGUAGES = ["nl", "en", "ar"]


class Outline(HTMLParser):
    """Heading levels, ids and landmarks of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.landmarks: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag in ("header", "main", "footer"):
            self.landmarks.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]


@pytest.fixture
def town(db):
    return factories.municipality(
        "Súdwest-Fryslân", contact_name="Wies", confidential_name="Bo", confidential_phone="0900"
    )


def page(client, name, language, **kwargs):
    response = client.get(reverse(name, kwargs=kwargs), headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*(f"public:{page}" for page in PAGES), "styleguide"])
def test_page_is_well_built(client, town, name, language):
    html = page(client, name, language)
    outline = Outline(html)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert outline.levels.count(1) == 1
    assert outline.levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(outline.levels, outline.levels[1:], strict=False))
    assert outline.landmarks == ["header", "main", "footer"]
    assert len(outline.ids) == len(set(outline.ids))
    assert re.search(r'<body[^>]*>\s*<a class="[^"]*skip-link" href="#content">', html)
    assert 'id="content"' in html
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert "onclick" not in html


def test_titles_are_unique(client, town):
    titles = [
        re.search(r"<title>(.*?)</title>", page(client, f"public:{name}", "nl"), re.DOTALL) for name in PAGES
    ]
    texts = [found.group(1) for found in titles if found]
    assert len(set(texts)) == len(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_help_privacy_and_accessibility_stand_in_the_same_place(client, town, name):
    html = page(client, f"public:{name}", "nl")
    foot = html[html.index("<footer") :]
    links = re.findall(r'href="([^"]*)"', foot)
    assert links == [reverse("public:help"), reverse("public:privacy"), reverse("public:accessibility")]


def test_languages_switch_without_javascript(client, town):
    html = page(client, "public:new_here", "nl")
    form = re.search(r'<form class="languages" method="post" action="([^"]+)">(.*?)</form>', html, re.DOTALL)
    assert form
    assert form.group(1) == reverse("set_language")
    assert f'name="next" value="{reverse("public:new_here")}"' in form.group(2)
    assert re.search(r'<button type="submit" name="language" value="ar" lang="ar" dir="rtl">', form.group(2))
    assert re.search(r'value="nl" lang="nl" dir="ltr" aria-current="true"', form.group(2))
    client.post(form.group(1), {"language": "ar", "next": reverse("public:new_here")})
    assert '<html lang="ar" dir="rtl">' in page(client, "public:new_here", "nl")


def test_home_leads_to_a_town_and_a_town_to_its_people(client, town):
    assert reverse("public:municipality", kwargs={"slug": town.slug}) in page(client, "public:home", "nl")
    html = page(client, "public:municipality", "nl", slug=town.slug)
    assert f'href="{reverse("groups:register_start")}?gemeente={town.slug}"' in html
    assert f'href="{reverse("groups:register_start")}"' in page(client, "public:home", "nl")
    assert "<bdi>Wies</bdi>" in html
    assert f"mailto:{town.contact_email}" in html
    assert 'href="tel:0900"' in html


def test_a_closed_town_is_kind_and_not_on_the_home_page(client, town):
    town.is_open = False
    town.save()
    assert town.name not in page(client, "public:home", "nl")
    html = page(client, "public:municipality", "nl", slug=town.slug)
    assert "notice--info" in html
    assert "nl-button--big" not in html
    assert client.get(reverse("public:municipality", kwargs={"slug": "nergens"})).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_empty_country_says_what_comes(client, db, name):
    assert 'class="empty"' in page(client, f"public:{name}", "nl") or name not in (
        "home",
        "municipalities",
        "help",
        "new_here",
    )


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html", "base/print.html"]
)
def test_error_pages_need_no_request(name):
    html = render_to_string(name)
    assert html.count("<h1>") == 1
    assert "Samen Hier" in html


def test_first_view_weighs_at_most_150_kb(client, town):
    """The page, its sheet, its icon and the fonts that a Latin page loads, compressed."""
    static = settings.BASE_DIR / "static"
    html = page(client, "public:home", "nl")
    loaded = re.findall(r'(?:href|src)="/static/([^"]+)"', html)
    assert set(loaded) == {"images/icon.svg", "fonts/atkinson-latin.woff2", "css/samenhier.css"}
    fonts = ["fonts/atkinson-latin-ext.woff2"]
    weight = len(gzip.compress(html.encode()))
    for name in {*loaded, *fonts}:
        data = (static / name).read_bytes()
        weight += len(data) if name.endswith("woff2") else len(gzip.compress(data))
    assert weight <= 150_000 / 2, weight
    arabic = weight + (static / "fonts/noto-arabic.woff2").stat().st_size
    assert arabic <= 150_000, arabic


def test_no_page_asks_another_host(client, town):
    for name in PAGES:
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page(client, f"public:{name}", "nl"))


def test_error_title_and_summary_come_by_themselves(rf):
    from samenhier.core.styleguide import ExampleForm

    form = ExampleForm({"email": "x"})
    html = render_to_string("base/own.html", {"form": form}, request=None)
    assert re.search(r"<title>(?:Fout|Error):", html)
    assert 'class="error-summary' in html
    assert "<title>Fout" not in render_to_string("base/own.html", {"form": ExampleForm()})


@pytest.mark.parametrize(
    "name",
    [
        "public:home",
        "public:help",
        "matches:home",
        "account_login",
        "account_logout",
        "account_profile",
        "set_language",
        "demo:try",
    ],
)
def test_addresses_in_the_layouts_exist(name):
    """The layouts ask for them with `as`, so a wrong name would only leave a hole."""
    assert reverse(name)


def test_staff_see_the_town_its_menu_and_two_languages(client, town):
    from municipalities.enums import StaffRole

    person = factories.staff(StaffRole.COORDINATOR, town)
    client.force_login(person)
    html = page(client, "municipalities:worklist", "nl", slug=town.slug)
    assert f"<bdi>{town.name}</bdi>" in html
    assert '<nav class="menu"' in html
    assert 'aria-current="page"' in html
    assert 'value="ar"' not in html
    assert reverse("account_logout") in html


def test_staff_brand_leads_to_the_work_list(client, town):
    from municipalities.enums import StaffRole

    client.force_login(factories.staff(StaffRole.COORDINATOR, town))
    html = page(client, "municipalities:worklist", "nl", slug=town.slug)
    assert re.search(
        rf'<a class="brand" href="{reverse("municipalities:worklist", kwargs={"slug": town.slug})}">', html
    )
