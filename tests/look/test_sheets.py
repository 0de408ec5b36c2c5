"""The style sheets: joined, light, with enough contrast, for both writing directions."""

import importlib.machinery
import importlib.util
import re

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "static" / "css"
OWN = ["tokens", "fonts", "base", "layout", "components", "figures", "forms", "print"]


def own_css() -> str:
    text = "\n".join((CSS / f"{name}.css").read_text(encoding="utf-8") for name in OWN)
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def tokens() -> dict[str, str]:
    return dict(re.findall(r"^\s*--([a-z-]+): (#[0-9a-f]{6});", own_css(), re.MULTILINE))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "mint"),
    ("ink", "sun-soft"),
    ("ink", "clay-soft"),
    ("ink", "sky"),
    ("ink-soft", "paper"),
    ("ink-soft", "card"),
    ("ink-soft", "mint"),
    ("pine", "paper"),
    ("pine", "card"),
    ("pine", "mint"),
    ("pine", "sky"),
    ("pine", "sun-soft"),
    ("pine", "clay-soft"),
    ("pine-deep", "mint"),
    ("on-pine", "pine"),
    ("on-pine", "pine-deep"),
    ("on-pine", "clay"),
    ("on-pine", "clay-ink"),
    ("clay", "paper"),
    ("clay", "card"),
    ("clay-ink", "clay-soft"),
    ("sun-ink", "sun-soft"),
    ("sky-ink", "sky"),
]
SIGNS = [
    ("line-strong", "card"),
    ("line-strong", "paper"),
    ("pine", "paper"),
    ("pine", "card"),
    ("clay", "paper"),
    ("clay", "card"),
    ("focus", "paper"),
    ("focus", "card"),
    ("focus", "mint"),
    ("focus-glow", "pine"),
    ("focus-glow", "clay"),
    ("sky-ink", "sky"),
    ("pine", "bar-ground"),
]


@pytest.mark.parametrize(("front", "ground"), TEXT)
def test_text_has_contrast(front, ground):
    assert contrast(tokens()[front], tokens()[ground]) >= 4.5


@pytest.mark.parametrize(("front", "ground"), SIGNS)
def test_borders_and_signs_have_contrast(front, ground):
    assert contrast(tokens()[front], tokens()[ground]) >= 3


def test_sun_is_never_text():
    assert not re.search(r"(?<![-\w])color:\s*var\(--sun\)", own_css())


def test_the_joined_sheet_is_up_to_date():
    loader = importlib.machinery.SourceFileLoader("vendor", str(settings.BASE_DIR / "scripts" / "vendor"))
    spec = importlib.util.spec_from_loader("vendor", loader)
    assert spec
    vendor = importlib.util.module_from_spec(spec)
    loader.exec_module(vendor)
    assert (CSS / "samenhier.css").read_text(encoding="utf-8") == vendor.joined(), "Run: scripts/vendor css"


def test_only_logical_css():
    found = re.findall(
        r"(?<![-\w])((?:margin|padding|border)-(?:left|right|top|bottom)[-\w]*|left|right|top|bottom|width|height|min-width|max-width|min-height|max-height)\s*:",
        re.sub(r"@media[^{]*\{", "", own_css()),
    )
    assert found == []
    assert not re.search(r"(?:text-align|float|clear):\s*(?:left|right)", own_css())


def test_flat_and_still():
    css = own_css()
    assert "gradient" not in css
    shadows = set(re.findall(r"box-shadow:(?!\s*none)\s*([^;]+)", css))
    assert shadows == {"0 0 0 5px var(--focus-glow)"}, "only the second ring of the focus"
    assert not re.findall(r"(?:transition|animation):(?!\s*none)", css)
    assert "!important" not in css.replace("none !important", "").replace("auto !important", "")


def test_colours_come_from_tokens():
    rest = own_css().replace((CSS / "tokens.css").read_text(encoding="utf-8"), "")
    without_tokens = re.sub(r"^\s*--[\w-]+:.*$", "", rest, flags=re.MULTILINE)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)", without_tokens) == []


def test_nothing_from_elsewhere():
    for path in (settings.BASE_DIR / "static").rglob("*"):
        if path.suffix == ".css":
            for target in re.findall(r"url\(([^)]*)\)", path.read_text(encoding="utf-8")):
                assert target.strip("\"'").startswith(("../fonts/", "../images/")), (path, target)


@pytest.mark.parametrize("name", ["atkinson-latin", "atkinson-latin-ext", "noto-arabic", "noto-ethiopic"])
def test_fonts_hold_the_letters_they_promise(name):
    from fontTools.ttLib import TTFont

    font = TTFont(settings.BASE_DIR / "static" / "fonts" / f"{name}.woff2")
    letters = font.getBestCmap()
    samples = {
        "atkinson-latin": "Aa Zz 0-9 é ë ï ö ü ç ñ ’ “ ” … – — € ı",
        "atkinson-latin-ext": "ğ ş İ ł ą ė š ž ő",
        "noto-arabic": "العربية فارسی پچژگ كتاب، ٠١٢ ۰۱۲",
        "noto-ethiopic": "ትግርኛ",
    }
    assert [letter for letter in samples[name].replace(" ", "") if ord(letter) not in letters] == []
    assert "fvar" in font, "one file for all weights"
