"""Each component renders, refuses unknown words, and stands on the style guide and in the docs."""

import datetime as dt
import inspect
import re
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone, translation

from samenhier.core.templatetags.components import register

#: Used inside layouts and the form pack, not by pages.
INNER = {"capture", "field_facts", "control", "choices_of", "parts_of"}
NOON = dt.datetime(2026, 12, 1, 11, 0, tzinfo=dt.UTC)

#: A use of each component and what must be in its output.
EXAMPLES: dict[str, tuple[str, str]] = {
    "mark": ("{% mark size=64 label='Samen Hier' %}", 'role="img" aria-label="Samen Hier"'),
    "dots": ("{% dots filled=3 total=5 %}", 'aria-label="3 of 5"'),
    "icon": ("{% icon name='done' %}", 'aria-hidden="true"'),
    "picture": ("{% picture label='Five' %}", 'aria-label="Five"'),
    "tag": ("{% tag text='Ready' tone='ok' %}", '<span class="tag tag--ok">Ready</span>'),
    "person": ("{% person name=hostile %}", "<bdi>&lt;b&gt;</bdi>"),
    "language_tag": ("{% language_tag name='Tigrinya' level='a little' %}", ", a little"),
    "progress": ("{% progress step=2 total=5 %}", "Step 2 of 5"),
    "when": (
        "{% when value=moment %}",
        '<time datetime="2026-12-01T12:00+01:00">Tuesday 1 December, 12:00</time>',
    ),
    "button": ("{% button text='Go on' name='a' value='b' %}", 'name="a" value="b">Go on</button>'),
    "link_button": ("{% link_button text='Go' url='/x/' tone='danger' %}", "nl-button--negative"),
    "back_link": ("{% back_link url='/x/' %}", "<span>Back</span></a>"),
    "card": (
        "{% card heading='Now' level=3 %}<p>x</p>{% endcard %}",
        '<h3 class="card-heading">Now</h3><p>x</p>',
    ),
    "notice": ("{% notice tone='attention' %}<p>x</p>{% endnotice %}", "utrecht-alert--warning"),
    "pair": ("{% pair %}x{% endpair %}", '<div class="pair">x</div>'),
    "pair_join": ("{% pair_join score=812 %}", "out of 1000"),
    "disclosure": ("{% disclosure summary='More' %}<p>x</p>{% enddisclosure %}", "<summary>More</summary>"),
    "empty_state": ("{% empty_state title='None' next_step='They come.' %}", "<p>They come.</p>"),
    "checklist": ("{% checklist %}<li>x</li>{% endchecklist %}", '<ul class="checklist"><li>x</li></ul>'),
    "checklist_item": ("{% checklist_item state='busy' title='VOG' %}", "Busy"),
    "steps": ("{% steps %}<li>x</li>{% endsteps %}", '<ol class="steps"><li>x</li></ol>'),
    "step": ("{% step title='One' text='Two' %}", "<h3>One</h3><p>Two</p>"),
    "summary_list": ("{% summary_list %}x{% endsummary_list %}", '<dl class="summary-list">x</dl>'),
    "summary_row": (
        "{% summary_row label='Name' value='' change_url='/x/' %}",
        'Change<span class="only-heard"> Name',
    ),
    "timeline": ("{% timeline items=items %}", "Approved"),
    "data_table": (
        "{% data_table caption='Groups' %}<tbody></tbody>{% enddata_table %}",
        "<caption>Groups</caption>",
    ),
    "td": (
        "{% td label='Who' number=True %}5{% endtd %}",
        '<td data-label="Who" class="number"><div>5</div></td>',
    ),
    "kpi": ("{% kpi value=hostile label='stopped' %}", '<p class="kpi-value"><bdi>&lt;b&gt;</bdi></p>'),
    "reasons": ("{% reasons %}x{% endreasons %}", '<ul class="reasons">x</ul>'),
    "points": ("{% points value=640 %}", 'width="64.0%"'),
    "bar": ("{% bar label='Dutch' value=670 %}", 'width="67.0%"'),
    "chart_bars": ("{% chart_bars title='Funnel' rows=rows %}", "Funnel: A 4, B &lt; 5"),
    "chart_series": ("{% chart_series title='Months' points=rows %}", "Months: A 4, B &lt; 5"),
    "navigation": (
        "{% navigation items=links label='Menu' %}",
        'aria-current="page"><span>List</span> <span class="count">3</span>',
    ),
    "language_switch": ("{% language_switch %}", 'lang="ar" dir="rtl"'),
    "pagination": ("{% pagination page=page %}", 'href="?q=a&amp;page=3" aria-current="page"'),
    "error_summary": ("{% error_summary form=None %}", ""),
}


def rendered(source: str) -> str:
    context = Context(
        {
            "request": RequestFactory().get("/list/", {"q": "a"}),
            "languages": [{"code": "ar", "name": "العربيّة", "direction": "rtl"}],
            "moment": NOON,
            "hostile": "<b>",
            "items": [{"moment": NOON, "title": "Approved", "by": "Samira"}],
            "rows": [("A", 4), ("B", None, "< 5")],
            "links": [{"url": "/list/", "label": "List", "count": 3, "current": True}],
            "page": Paginator(range(100), 10).page(3),
        }
    )
    return Template(source).render(context)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"), time_machine.travel(NOON, tick=False):
        yield


def test_every_component_has_an_example():
    assert set(EXAMPLES) == set(register.tags) - INNER


@pytest.mark.parametrize("name", EXAMPLES)
def test_renders(name):
    source, expected = EXAMPLES[name]
    html = rendered(source)
    assert expected in html
    assert "style=" not in html
    assert "<script" not in html


@pytest.mark.parametrize("name", EXAMPLES)
def test_unknown_argument_is_an_error(name):
    source = EXAMPLES[name][0].replace(f"{{% {name} ", f"{{% {name} colour='red' ", 1)
    if "colour" not in source:
        source = EXAMPLES[name][0].replace(f"{{% {name} %}}", f"{{% {name} colour='red' %}}", 1)
    assert "colour" in source
    with pytest.raises(TemplateSyntaxError, match="colour"):
        Template(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% tag text='x' tone='red' %}",
        "{% icon name='cat' %}",
        "{% dots filled=6 total=5 %}",
        "{% dots filled=1 total=9 %}",
        "{% bar label='x' value=1001 %}",
        "{% button text='x' tone='huge' %}",
        "{% checklist_item state='late' title='x' %}",
        "{% card level=1 %}{% endcard %}",
        "{% when value=moment style='iso' %}",
    ],
)
def test_unknown_word_is_an_error(source):
    with pytest.raises(ValueError, match=r"must be|not"):
        rendered(source)


@pytest.mark.parametrize("name", EXAMPLES)
def test_documented_in_its_place(name):
    function = register.tags[name]
    documentation = inspect.getdoc(inspect.unwrap(function)) or ""
    if name != "language_switch":
        assert re.search(r"^Usage: .+^Required: .+^Optional: ", documentation, re.DOTALL | re.MULTILINE), name
    assert f"**{name}**" in (settings.BASE_DIR / "docs/look.md").read_text(encoding="utf-8")
    if name not in {"navigation", "language_switch", "picture", "error_summary", "back_link"}:
        assert f"{{% {name}" in Path(settings.BASE_DIR / "templates/styleguide.html").read_text(
            encoding="utf-8"
        )


@pytest.mark.parametrize(
    ("language", "style", "days", "expected"),
    [
        ("nl", "moment", 7, "dinsdag 8 december, 12.00 uur"),
        ("nl", "day", 400, "woensdag 5 januari 2028"),
        ("en", "near", 0, "today"),
        ("en", "near", -1, "yesterday"),
        ("en", "near", 3, "in 3 days"),
        ("en", "near", -1 * 14, "14 days ago"),
        ("en", "near", 15, "Wednesday 16 December"),
        ("ar", "moment", 7, "الثلاثاء 8 ديسمبر، 12:00"),
    ],
)
def test_when_speaks_as_people_do(language, style, days, expected):
    with translation.override(language):
        html = Template("{% when value=value style=style %}").render(
            Context({"value": NOON + dt.timedelta(days=days), "style": style})
        )
    assert re.sub(r"<[^>]+>", "", html) == expected


def test_when_takes_a_plain_date_and_nothing():
    source = Template("{% when value=value %}")
    assert (
        source.render(Context({"value": timezone.localdate()}))
        == '<time datetime="2026-12-01">Tuesday 1 December</time>'
    )
    assert source.render(Context({"value": None})) == ""


def test_charts_start_at_the_right_in_arabic():
    source = "{% chart_bars title='x' rows=rows %}"
    assert 'x="0" y="24" width="84.00%"' in rendered(source)
    with translation.override("ar"):
        assert 'x="16.00%" y="24" width="84.00%"' in rendered(source)


def test_numbers_in_svg_never_follow_the_language():
    with translation.override("nl"):
        html = rendered(
            "{% dots filled=2 total=7 %}{% bar label='x' value=333 %}"
            "{% chart_series title='x' points=rows compared=rows %}"
        )
    assert not re.search(r'(?:cx|cy|x\d?|y\d?|width|height)="[^"]*,', html)


def test_a_masked_value_draws_no_point():
    html = rendered("{% chart_series title='x' points=rows %}")
    assert html.count('class="chart-dot"') == 1
    assert "<td" in html
    assert "&lt; 5" in html


@pytest.mark.parametrize(
    ("mail", "written"),
    [
        ("an.ne@voorbeeld.example", "an.<wbr>ne@<wbr>voorbeeld.<wbr>example"),
        ("<b>@x.nl", "&lt;b&gt;@<wbr>x.<wbr>nl"),
        ("o'n@x.nl", "o&#x27;n@<wbr>x.<wbr>nl"),
        ("0612345678", "0612345678"),
        ("", ""),
    ],
)
def test_a_mail_address_breaks_after_its_at_and_dots_only(mail, written):
    assert Template("{{ mail|address }}").render(Context({"mail": mail})) == written


def test_each_mail_address_on_a_page_may_break():
    """Not in mails: what reads them breaks lines by itself."""
    shown = re.compile(
        r'(?<![":])\{\{ ((?!label_)[\w.]*email) \}\}|summary_row [^%]*value=([\w.]*(?:email|identity\.contact))[ %]'
    )
    told = re.compile(r"\{% blocktranslate[^%]* with [^%]*\b(?:email|mine|theirs)=([\w.]+)[ %]")
    root = Path(settings.BASE_DIR) / "templates"
    forgotten = []
    for path in sorted(root.rglob("*.html")):
        if path.is_relative_to(root / "mail"):
            continue
        text = path.read_text()
        forgotten += [(path.name, found) for found in told.findall(text)]
        # What a translated sentence shows is given to it ready made.
        outside = re.sub(r"(?s)\{% blocktranslate.*?\{% endblocktranslate %\}", "", text)
        forgotten += [(path.name, found) for found in shown.findall(outside)]
    assert forgotten == []


def test_a_name_stays_whole_in_either_direction():
    written = Template("{{ name|whole }}").render(Context({"name": "<b>-6"}))
    assert written == '<bdi class="nowrap">&lt;b&gt;-6</bdi>'
