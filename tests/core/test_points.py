"""The budget of points: what is kept, what is refused, and that the engine has the same budget."""

import pytest
from django.utils.translation import override

from matches.engine.profiles import BUDGET as ENGINE_BUDGET
from matches.engine.profiles import CRITERION_CODES
from samenhier.core.errors import DomainError
from samenhier.core.forms import PointsForm
from samenhier.core.points import BUDGET, MOST_ON_ONE, in_words, tidy_points
from samenhier.core.reference import CRITERIA

pytestmark = pytest.mark.usefixtures("english")
LINES = dict(CRITERIA.choices())


@pytest.fixture
def english():
    with override("en"):
        yield


def test_the_engine_knows_the_same_criteria_and_the_same_budget():
    assert CRITERIA.codes() == CRITERION_CODES
    assert BUDGET == ENGINE_BUDGET
    assert 0 < MOST_ON_ONE < BUDGET


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {}),
        ({"place": 0}, {}),
        ({"wishes": 1, "languages": 5}, {"languages": 5, "wishes": 1}),
        ({"goals": 5, "place": 5}, {"goals": 5, "place": 5}),
    ],
)
def test_points_are_kept_without_zeros_in_the_order_of_the_list(given, kept):
    assert list(tidy_points(given).items()) == list(kept.items())


@pytest.mark.parametrize(
    "given", [{"religion": 1}, {"place": -1}, {"place": 6}, {"place": "3"}, {"place": True}, {"place": 1.0}]
)
def test_what_no_form_can_give_is_an_error(given):
    with pytest.raises(ValueError, match="not "):
        tidy_points(given)


def test_more_than_the_budget_is_refused_with_what_to_do():
    tidy_points({"goals": 5, "place": 5})
    with pytest.raises(DomainError, match=r"You gave 12 points\. Give 2 fewer\."):
        tidy_points({"goals": 5, "place": 5, "wishes": 2})


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ({}, {}),
        ({"languages": "", "goals": "0"}, {}),
        ({"languages": "5", "goals": "5"}, {"languages": 5, "goals": 5}),
        ({"languages": "5", "goals": "5", "place": "1"}, None),
        ({"languages": "-1"}, None),
        ({"languages": "6"}, None),
        ({"languages": "5 or 1"}, None),
        ({"languages": "٣"}, None),
        ({"languages": "1e0"}, None),
        ({"religion": "5", "place": "2"}, {"place": 2}),
    ],
)
def test_the_form_takes_its_choices_and_nothing_else(typed, points):
    form = PointsForm(typed, lines=LINES)
    assert form.is_valid() == (points is not None)
    if points is not None:
        assert form.points() == points


def test_points_in_words_begin_with_the_most():
    assert in_words({"languages": 1, "goals": 4}) == [
        "what they would like and what the group can do: 4 points",
        "speaking the same language: 1 point",
    ]
    assert in_words({"goals": 2}, {"goals": "Help"}) == ["Help: 2 points"]
