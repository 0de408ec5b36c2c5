"""What the programme asks, in words: in a town as its policy says, elsewhere as what is usual."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from municipalities.models import Policy
from municipalities.programme import months_in_words, programme
from tests import factories

OWN = {
    "group_size": 4,
    "match_months": 9,
    "trial_weeks": 6,
    "answer_working_days": 7,
    "check_in_moments": ["M2", "W3"],
    "vog_required": False,
    "training_required": False,
}


def read(url):
    visitor = Client()
    visitor.cookies["django_language"] = "en"
    return visitor.get(url).content.decode()


@pytest.mark.parametrize(
    ("months", "words"),
    [(3, "3 months"), (9, "9 months"), (12, "a year"), (18, "18 months"), (24, "2 years")],
)
def test_a_length_in_words(months, words):
    with translation.override("en"):
        assert months_in_words(months) == words


def test_without_a_town_it_is_the_default_of_the_policy():
    with translation.override("en"):
        assert programme() == programme(Policy())
        assert (programme().length, programme().trial, programme().people) == ("a year", "4 weeks", 5)


@pytest.mark.django_db
def test_the_page_of_a_town_tells_its_own_numbers():
    plain, own = factories.municipality(), factories.municipality(policy=OWN)
    there = read(reverse("public:municipality", kwargs={"slug": plain.slug}))
    here = read(reverse("public:municipality", kwargs={"slug": own.slug}))
    for default, chosen in (
        ("A group has 5 people", "A group has 4 people"),
        ("You spend a year together", "You spend 9 months together"),
        ("After 4 weeks both sides choose again", "After 6 weeks both sides choose again"),
        ("you have 5 working days", "you have 7 working days"),
        (
            "6 times how it goes, for the first time after 2 weeks",
            "2 times how it goes, for the first time after 3 weeks",
        ),
    ):
        assert default in there
        assert chosen not in there
        assert chosen in here
        assert default not in here
    for asked in ("(VOG)", "a training of one evening"):
        assert asked in there
        assert asked not in here


@pytest.mark.django_db
@pytest.mark.parametrize(("least", "fewer"), [(3, True), (5, False)])
def test_a_town_says_fewer_people_only_where_that_is_possible(least, fewer):
    town = factories.municipality(policy={"group_size_min": least})
    text = read(reverse("public:municipality", kwargs={"slug": town.slug}))
    assert "A group has 5 people" in text
    assert ("or a few less" in text) == fewer


@pytest.mark.django_db
def test_who_is_in_no_group_yet_reads_no_number_of_people():
    page = Client()
    page.cookies["django_language"] = "en"
    page.force_login(factories.user())
    text = page.get(reverse("matches:home")).content.decode()
    assert "Do you know people who want to join?" in text
    assert "four people" not in text


@pytest.mark.django_db
def test_a_town_without_a_trial_or_check_ins_promises_none():
    town = factories.municipality(policy={"trial_weeks": 0, "check_in_moments": []})
    text = read(reverse("public:municipality", kwargs={"slug": town.slug}))
    assert "choose again" not in text
    assert "how it goes," not in text


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["home", "how_it_works", "new_here"])
def test_pages_of_the_country_say_what_is_usual(name):
    factories.municipality(policy=OWN)
    text = read(reverse(f"public:{name}"))
    assert "usually" in text.lower()
    assert "9 months" not in text
    for fixed in (
        *("four weeks", "one year", "month nine", "Five people.", "spend a year"),
        *("five people you make", "group of five", "three or four"),
    ):
        assert fixed not in text


@pytest.mark.django_db
def test_the_registration_knows_the_town():
    town = factories.municipality(policy=OWN)
    start = reverse("groups:register_start")
    assert "With about 4 people you spend 9 months" in read(f"{start}?gemeente={town.slug}")
    assert "usually a year" in read(start)
