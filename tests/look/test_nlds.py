"""The form pack: order, names, errors, nothing dangling, no asterisks."""

import re
from html.parser import HTMLParser

import pytest
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout, Row, Submit
from django import forms
from django.template import Context, Template
from django.utils import translation

from samenhier.core.forms import NldsFormMixin, SplitDateField
from samenhier.core.styleguide import ExampleForm, LineFormSet, QuestionForm

WRONG = {"email": "bram@", "members": "1", "date_0": "31", "date_1": "2", "date_2": "2026"}


class Tree(HTMLParser):
    """Ids, references and controls of a piece of HTML, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.elements if tag in tags]

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _tag, attrs in self.elements if attrs.get("id")]


class PlainForm(forms.Form):
    """Not ours: as a library would bring it."""

    login = forms.EmailField(help_text="We know it.")
    moment = forms.SplitDateTimeField(label="Moment")
    day = forms.DateField(widget=forms.SelectDateWidget, required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    slots = forms.MultipleChoiceField(
        choices=[("Monday", [("mo", "morning"), ("me", "evening")]), ("Tuesday", [("to", "morning")])],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    secret = forms.CharField(widget=forms.HiddenInput, required=False)
    file = forms.FileField(required=False)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def crispy(form, source="{% crispy form %}"):
    return Template("{% load crispy_forms_tags %}" + source).render(Context({"form": form}))


FORMS = {
    "layout, empty": lambda: crispy(ExampleForm()),
    "layout, wrong": lambda: crispy(ExampleForm(WRONG)),
    "filter, empty": lambda: crispy(ExampleForm(), "{{ form|crispy }}"),
    "filter, wrong": lambda: crispy(ExampleForm(WRONG), "{{ form|crispy }}"),
    "plain, empty": lambda: crispy(PlainForm(), "{{ form|crispy }}"),
    "plain, wrong": lambda: crispy(PlainForm({"login": "x", "slots": ["no"]}), "{{ form|crispy }}"),
    "question": lambda: crispy(QuestionForm({})),
    "formset": lambda: crispy(
        LineFormSet({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-language": "x"}),
        "{{ form|crispy }}",
    ),
    "formset, crispy": lambda: crispy(LineFormSet()),
}


@pytest.mark.parametrize("name", FORMS)
def test_references_point_somewhere(name):
    tree = Tree(FORMS[name]())
    ids = tree.ids
    assert len(ids) == len(set(ids))
    for _tag, attrs in tree.elements:
        for reference in ("aria-describedby", "for", "aria-labelledby"):
            for target in (attrs.get(reference) or "").split():
                assert target in ids, (reference, target)
    for link in tree.all("a"):
        assert (link["href"] or "").removeprefix("#") in ids


@pytest.mark.parametrize("name", FORMS)
def test_every_control_has_a_label_and_no_bubbles(name):
    html = FORMS[name]()
    tree = Tree(html)
    labelled = {attrs.get("for") for attrs in tree.all("label")}
    for attrs in tree.all("input", "select", "textarea"):
        if attrs.get("type") in ("hidden", "submit"):
            continue
        assert attrs.get("id") in labelled, attrs
        assert "required" not in attrs
        assert "placeholder" not in attrs
    assert "*" not in re.sub(r"<[^>]*>", "", html)


@pytest.mark.parametrize("source", ["{% crispy form %}", "{{ form|crispy }}"])
def test_order_is_label_hint_error_input(source):
    html = crispy(ExampleForm(WRONG), source)
    for name in ("email", "dutch", "date"):
        part = html[html.index(f'id="div_id_{name}"') :]
        first = "<legend" if name != "email" else "<label"
        places = [
            part.index(first),
            part.index('class="hint'),
            part.index('class="error'),
            part.index("<input"),
        ]
        assert places == sorted(places), name


def test_described_by_names_hint_and_error_in_that_order():
    tree = Tree(crispy(ExampleForm(WRONG)))
    email = next(attrs for attrs in tree.all("input") if attrs.get("name") == "email")
    assert email["aria-describedby"] == "id_email_helptext id_email_error"
    assert email["aria-invalid"] == "true"
    assert email["aria-required"] == "true"
    assert email["autocomplete"] == "email"
    assert "utrecht-textbox--invalid" in (email["class"] or "")
    phone = next(attrs for attrs in tree.all("input") if attrs.get("name") == "phone")
    assert "aria-describedby" not in phone
    assert "aria-invalid" not in phone
    assert "aria-required" not in phone


def test_optional_is_said_in_words_unless_switched_off():
    assert crispy(ExampleForm()).count("(not required)") == 3

    class Filter(NldsFormMixin, forms.Form):
        show_optional = False
        q = forms.CharField(required=False)

    assert "(not required)" not in crispy(Filter())

    class Fields(forms.Form):
        said_before = frozenset({"level"})
        code = forms.CharField(required=False)
        level = forms.CharField(required=False)

    class Row(NldsFormMixin, Fields):
        pass

    assert crispy(Row()).count("(not required)") == 1


def test_error_summary_links_each_error_once_and_takes_the_focus():
    html = crispy(ExampleForm(WRONG))
    assert html.count('class="error-summary ') == 1
    tree = Tree(html)
    heading = next(attrs for attrs in tree.all("h2") if attrs.get("id") == "error-summary-title")
    assert heading["tabindex"] == "-1"
    assert "autofocus" in heading
    assert [link["href"] for link in tree.all("a")] == [
        "#id_name",
        "#id_email",
        "#id_members",
        "#id_town",
        "#id_dutch_0",
        "#id_date_0",
        "#id_time",
        "#id_agree",
    ]


def test_a_summary_shown_by_the_layout_is_not_repeated():
    form = ExampleForm(WRONG)
    html = crispy(form, "{% error_summary form=form %}{% crispy form %}")
    assert html.count('class="error-summary ') == 1


def test_errors_of_the_whole_form_stand_in_the_summary():
    class Strict(NldsFormMixin, forms.Form):
        name = forms.CharField(required=False)

        def clean(self):
            raise forms.ValidationError("Choose one of the two.")

    assert "<li>Choose one of the two.</li>" in crispy(Strict({"name": ""}))


def test_values_are_kept_after_an_error():
    tree = Tree(crispy(ExampleForm(WRONG)))
    values = {attrs.get("name"): attrs.get("value") for attrs in tree.all("input")}
    assert values["email"] == "bram@"
    assert [values[f"date_{number}"] for number in range(3)] == ["31", "2", "2026"]


def test_one_question_is_the_heading_of_its_page():
    html = crispy(QuestionForm())
    assert html.count("<h1") == 1
    assert re.search(r"<legend[^>]*><h1[^>]*>How many people", html)

    class Name(NldsFormMixin, forms.Form):
        question = True
        name = forms.CharField(label="What is your name?")

    tight = re.sub(r"\s+</", "</", crispy(Name(prefix="x")))
    assert '<h1 class="field-question"><label for="id_x-name">What is your name?</label></h1>' in tight


def test_layout_objects_of_crispy():
    class Free(NldsFormMixin, forms.Form):
        a = forms.CharField()
        b = forms.CharField(required=False)
        c = forms.CharField(widget=forms.HiddenInput, required=False)

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.helper.layout = Layout(
                Fieldset("Group of {{ 1 }}", Field("a", autocomplete="name")),
                Row(Div("b", css_class="half")),
                HTML("<p>And {{ 2 }}</p>"),
                Submit("go", "Go on"),
            )

    html = crispy(Free())
    assert "<legend>Group of 1</legend>" in html
    assert 'autocomplete="name"' in html
    assert '<div class="half"' in html
    assert "<p>And 2</p>" in html
    assert re.search(r'<button type="submit" name="go"[^>]*nl-button--primary[^>]*>Go on</button>', html)
    assert 'type="hidden" name="c"' in html
    assert "<form" not in html
    assert "csrfmiddlewaretoken" not in html


def test_form_tag_when_asked_for():
    form = ExampleForm()
    form.helper.form_tag = True
    assert re.search(r'<form\s+method="post" novalidate>', crispy(form))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["8", "12", "2026"], "2026-12-08"),
        ([" 8 ", "dec", "2026"], "2026-12-08"),
        (["8", "December", "2026"], "2026-12-08"),
        (["٨", "١٢", "٢٠٢٦"], "2026-12-08"),
        (["۸", "۱۲", "۲۰۲۶"], "2026-12-08"),
    ],
)
def test_split_date_reads_what_people_type(parts, expected):
    assert str(SplitDateField().clean(parts)) == expected


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (["", "", ""], "required"),
        (["8", "", "2026"], "incomplete"),
        (["31", "2", "2026"], "invalid"),
        (["8", "smarch", "2026"], "invalid"),
        (["²", "12", "2026"], "invalid"),
        (["-8", "12", "2026"], "invalid"),
        (["8", "12", "26"], "year"),
        (["8", "12", "0000"], "invalid"),
        (["8" * 5000, "12", "2026"], "invalid"),
    ],
)
def test_split_date_says_what_is_wrong(parts, code):
    with pytest.raises(forms.ValidationError) as caught:
        SplitDateField().clean(parts)
    assert caught.value.code == code


def test_split_date_month_names_follow_the_language():
    with translation.override("nl"):
        assert str(SplitDateField().clean(["1", "maart", "2027"])) == "2027-03-01"
    assert SplitDateField(required=False).clean(["", "", ""]) is None
    assert SplitDateField(required=False).clean(None) is None


def test_has_changed_compares_dates():
    import datetime as dt

    field = SplitDateField()
    assert not field.has_changed(dt.date(2026, 12, 8), ["8", "dec", "2026"])
    assert field.has_changed(dt.date(2026, 12, 8), ["9", "12", "2026"])
    assert field.has_changed(None, ["x", "", ""])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("my number is 111222333", "bsn"),
        ("111.222.333", "bsn"),
        ("١١١٢٢٢٣٣٣", "bsn"),
        ("a\x00b", "control_characters"),
        ("a\x07b", "control_characters"),
        ("a\u202eb", "control_characters"),
    ],
)
def test_careful_text_refuses(text, code):
    class Note(NldsFormMixin, forms.Form):
        text = forms.CharField(widget=forms.Textarea)

    form = Note({"text": text})
    assert not form.is_valid()
    assert any(error.code == code or "\x00" in text for error in form.errors.as_data()["text"])


@pytest.mark.parametrize(
    "text",
    [
        "06 12345678",
        "06-1234 5678",
        "+31 6 12345678",
        "+31612345678",
        "123456789",
        "000000000",
        "line\nline\ttab",
        "می‌خواهم",
        "O'Brien-El Idrissi",
        "1112223334",
    ],
)
def test_careful_text_lets_ordinary_text_pass(text):
    class Note(NldsFormMixin, forms.Form):
        text = forms.CharField(widget=forms.Textarea)

    assert Note({"text": text}).is_valid()


def test_phone_fields_may_hold_nine_digits():
    class Phone(NldsFormMixin, forms.Form):
        phone = forms.CharField(widget=forms.TextInput({"type": "tel"}))

    assert Phone({"phone": "111222333"}).is_valid()


def test_messages_say_what_to_do_and_the_form_has_the_last_word():
    class Mixed(NldsFormMixin, forms.Form):
        name = forms.CharField(label="Your name")
        town = forms.CharField(error_messages={"required": "Fill in your town."})
        day = SplitDateField()
        size = forms.IntegerField(max_value=12)

    errors = Mixed({"size": "13"}).errors
    assert errors["name"] == ["Fill in “Your name”."]
    assert errors["town"] == ["Fill in your town."]
    assert errors["day"] == ["Fill in a day, a month and a year, for example 8 12 2026."]
    assert errors["size"] == ["Fill in a number of 12 or less."]
    assert "This field is required." not in str(errors)


def test_works_for_model_forms_and_keeps_class_fields_clean():
    class Note(NldsFormMixin, forms.Form):
        text = forms.CharField()

    before = len(Note.base_fields["text"].validators)
    Note()
    Note()
    assert len(Note.base_fields["text"].validators) == before


def test_choices_in_groups_say_their_group():
    html = crispy(PlainForm(), "{{ form|crispy }}")
    assert 'role="group" aria-labelledby="id_slots_group_0"' in html
    assert '<p class="choice-group" id="id_slots_group_1">Tuesday</p>' in html
    assert html.count('name="slots"') == 3
