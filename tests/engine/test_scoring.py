"""Criteria: many at once equals one by one; the parts of an explanation add up to the score."""

import numpy as np
import pytest

from matches.engine import (
    CRITERIA,
    CRITERION_CODES,
    NEUTRAL,
    GroupProfiles,
    HouseholdProfiles,
    Weights,
    explain_pair,
    explain_pairs,
    mask,
    score_matrix,
)

from .test_rules import random_sides

H, G = HouseholdProfiles, GroupProfiles


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.code)
def test_many_at_once_equals_one_by_one(criterion):
    rng = np.random.default_rng(61)
    seen = set()
    for _ in range(5):
        h, g = random_sides(rng, 25, 20)
        rows, columns = np.indices((25, 20)).reshape(2, -1)
        household, group = criterion.points(h, rows, g, columns)
        expected = [
            criterion.points_of(h, i, g, j) for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        ]
        assert list(zip(household.tolist(), group.tolist(), strict=True)) == expected
        seen.update(household.tolist())
        seen.update(group.tolist())
    assert min(seen) >= 0
    assert max(seen) == 1000
    assert NEUTRAL in seen


def test_the_matrix_equals_the_explanation():
    rng = np.random.default_rng(62)
    for number in range(6):
        h, g = random_sides(rng, 20, 15)
        weights = Weights(
            *rng.integers(1 if number else 0, 11, 8).tolist(),
            waiting_per_week=number,
            waiting_cap=50 * number,
        )
        scores = score_matrix(h, g, weights)
        allowed = rng.random((20, 15)) < 0.4
        assert scores.dtype == np.int32
        assert (score_matrix(h, g, weights, allowed) == np.where(allowed, scores, 0)).all()
        for i, j in np.ndindex(20, 15):
            found = explain_pair(h, i, g, j, weights)
            assert found.score == scores[i, j]
            assert sum(part.combined for part in found.parts) == found.score
            assert all(part.combined >= 0 for part in found.parts)
            weaker, stronger = sorted((found.household, found.group))
            assert found.score == (2 * weaker + stronger) // 3 + found.bonus
            assert found.bonus <= weights.waiting_cap


def test_nothing_stated_is_neutral():
    h, g = HouseholdProfiles(2, languages=[1, 1]), GroupProfiles(1, languages=[1])
    found = explain_pair(h, 0, g, 0, Weights(languages=0))
    assert found.score == NEUTRAL
    assert [part.code for part in found.parts] == [code for code in CRITERION_CODES if code != "languages"]
    assert {part.reason.code.split(".")[1] for part in found.parts} == {"unknown", "open"}


def test_the_weaker_side_counts_double():
    # The household gets all it asks for; the group sees a quarter of what it offers used.
    h = HouseholdProfiles(1, goals=[mask(0)])
    g = GroupProfiles(1, offers=[mask(0, 1, 2, 3)])
    only = Weights(**dict.fromkeys(CRITERION_CODES, 0) | {"goals": 1})
    found = explain_pair(h, 0, g, 0, only)
    assert (found.household, found.group) == (1000, 250)
    assert found.score == (2 * 250 + 1000) // 3


def test_points_spread_count_for_the_own_side_only():
    spread = [[0, 10, 0, 0, 0, 0, 0, 0]]
    h = HouseholdProfiles(1, interests=[mask(0)], emphasis=spread)
    g = GroupProfiles(1, interests=[mask(0)])
    found = explain_pair(h, 0, g, 0)
    part = next(part for part in found.parts if part.code == "interests")
    assert part.household_weight > 2 * part.group_weight
    assert found.household > found.group


def test_waiting_adds_a_capped_bonus():
    h, g = HouseholdProfiles(4, waiting_days=[0, 6, 7, 9999]), GroupProfiles(1)
    weights = Weights(waiting_per_week=5, waiting_cap=60)
    scores = score_matrix(h, g, weights)[:, 0]
    assert (scores - scores[0]).tolist() == [0, 0, 5, 60]
    assert explain_pair(h, 2, g, 0, weights).parts[-1].reason.data == {"weeks": 1}


@pytest.mark.parametrize(
    ("code", "sides", "points"),
    [
        ("languages", (H(1, languages=[mask(1, 2)]), G(1, languages=[mask(1)])), (600, 600)),
        (
            "languages",
            (H(1, languages=[mask(1, 2)], languages_well=[2]), G(1, languages=[mask(1)], languages_well=[2])),
            (900, 900),
        ),
        ("languages", (H(1, languages=[mask(1, 2)]), G(1, languages=[mask(1, 2)])), (700, 700)),
        ("languages", (H(1, languages=[mask(1)]), G(1, languages=[mask(2)])), (0, 0)),
        ("interests", (H(1, interests=[mask(1)]), G(1, interests=[mask(1, 2, 3, 4)])), (1000, 333)),
        ("interests", (H(1, interests=[mask(1)]), G(1)), (500, 500)),
        ("goals", (H(1, goals=[mask(1, 2)]), G(1, offers=[mask(2, 3)])), (500, 500)),
        (
            "availability",
            (H(1, availability=[mask(0, 1, 2, 3)]), G(1, availability=[mask(0, 1, 2, 9)])),
            (1000, 1000),
        ),
        ("place", (H(1, part_of_town=[2]), G(1, part_of_town=[2])), (1000, 1000)),
        ("place", (H(1, part_of_town=[2]), G(1, part_of_town=[1])), (300, 300)),
        (
            "place",
            (H(1, part_of_town=[0], distance_bands=[[0, 1], [3, 0]]), G(1, part_of_town=[1])),
            (750, 750),
        ),
        (
            "place",
            (H(1, part_of_town=[0], distance_bands=[[0, -1], [3, 0]]), G(1, part_of_town=[1])),
            (300, 300),
        ),
        ("place", (H(1, part_of_town=[-1]), G(1, part_of_town=[1])), (500, 500)),
        ("children", (H(1, child_bands=[mask(1)]), G(1, child_bands=[mask(0, 1)])), (1000, 500)),
        ("programme", (H(1, kind=[1]), G(1, kind=[1])), (1000, 1000)),
        ("programme", (H(1, kind=[1]), G(1, kind=[2])), (0, 0)),
        ("programme", (H(1, kind=[1]), G(1, kind=[0])), (500, 500)),
        ("wishes", (H(1, wishes=[mask(0, 1)], meets=[0]), G(1, wishes=[mask(2)], meets=[mask(1)])), (500, 0)),
        ("wishes", (H(1, wishes=[mask(0)]), G(1)), (0, 500)),
    ],
)
def test_points_by_example(code, sides, points):
    criterion = next(criterion for criterion in CRITERIA if criterion.code == code)
    h, g = sides
    assert criterion.points_of(h, 0, g, 0) == points


def test_criteria_speak_both_languages_and_keep_their_order():
    assert tuple(criterion.code for criterion in CRITERIA) == CRITERION_CODES
    fields = {f"household.{name}" for name in H.__dataclass_fields__} | {
        f"group.{name}" for name in G.__dataclass_fields__
    }
    for criterion in CRITERIA:
        assert set(criterion.sentence) == {"nl", "en"}
        assert all(text.endswith(".") for text in criterion.sentence.values())
        assert set(criterion.needs) <= fields


@pytest.mark.parametrize(
    "values",
    [
        {"languages": 11},
        {"goals": -1},
        {"place": 1.5},
        {"waiting_cap": 501},
        {"waiting_per_week": True},
        dict.fromkeys(CRITERION_CODES, 0),
    ],
)
def test_weights_have_sane_bounds(values):
    with pytest.raises(ValueError, match="must"):
        Weights(**values)


def test_wrong_questions():
    h, g = HouseholdProfiles(1), GroupProfiles(1)
    for pair in ((1, 0), (0, 1), (-1, 0)):
        with pytest.raises(IndexError):
            explain_pair(h, pair[0], g, pair[1])
    with pytest.raises(ValueError, match="shape"):
        score_matrix(h, g, allowed=np.ones((2, 1), dtype=bool))


def test_a_criterion_that_is_off_counts_for_nothing():
    h, g = random_sides(np.random.default_rng(63), 10, 10)
    weights = Weights(languages=0, place=0)
    scores = score_matrix(h, g, weights)
    for i, j in np.ndindex(10, 10):
        found = explain_pair(h, i, g, j, weights)
        assert found.score == scores[i, j]
        assert {"languages", "place"}.isdisjoint(part.code for part in found.parts)


def test_empty_sides():
    assert score_matrix(HouseholdProfiles(0), GroupProfiles(3)).shape == (0, 3)
    assert score_matrix(HouseholdProfiles(3), GroupProfiles(0)).shape == (3, 0)


def test_many_pairs_are_explained_like_each_alone():
    h, g = random_sides(np.random.default_rng(8), 15, 12)
    pairs = [(i, j) for i in range(15) for j in range(12)]
    weights = Weights(languages=0, wishes=7)
    assert explain_pairs(h, g, pairs, weights) == [explain_pair(h, i, g, j, weights) for i, j in pairs]
    assert explain_pairs(h, g, []) == []
