"""Which groups are wanted: every number equals what brute force finds on small towns, and no profile names a household."""

import json
from itertools import product

import numpy as np
import pytest

from matches.domain.masks import EVENINGS, FIRST_PART_BIT
from matches.domain.pool import Sides
from matches.domain.recruitment import Profile, Signal, languages_left, left_over, signals
from matches.engine import RULES, GroupProfiles, HouseholdProfiles, Weights, explain_pair, solve
from matches.queries.recruitment import in_words
from samenhier.core.reference import CHILD_BANDS, LANGUAGES, SLOTS, WISHES
from tests import factories

RULES_OF_NEW_GROUPS = [rule for rule in RULES if rule.code not in ("not_ended", "not_unsafe")]


def invented(seed, households=5, groups=2):
    """A small town with skewed languages, families, conditions and urgent households."""
    rng = np.random.default_rng(seed)
    parts = rng.integers(-1, 2, households)
    near = (rng.random(households) < 0.2) & (parts >= 0)
    musts = [
        (1 << int(rng.integers(0, 5)) if rng.random() < 0.3 else 0)
        | (1 << FIRST_PART_BIT + int(part) if wants else 0)
        for part, wants in zip(parts, near, strict=True)
    ]
    spoken = [int(1 << rng.choice([0, 1, 2, 3])) | int(1 << rng.choice([2, 3, 4])) for _ in range(households)]
    return Sides(
        households=HouseholdProfiles(
            households,
            size=rng.integers(1, 6, households),
            languages=spoken,
            languages_well=spoken,
            availability=[
                int(rng.integers(0, 2**21)) & int(rng.integers(0, 2**21)) for _ in range(households)
            ],
            child_bands=[int(mask) for mask in rng.integers(0, 8, households)],
            musts=musts,
            part_of_town=parts,
            waiting_days=rng.integers(0, 200, households),
        ),
        groups=GroupProfiles(
            groups,
            capacity=rng.integers(2, 7, groups),
            languages=[1 | int(1 << rng.choice([1, 2, 3])) for _ in range(groups)],
            availability=[int(rng.integers(0, 2**21)) for _ in range(groups)],
        ),
        household_ids=tuple(range(households)),
        group_ids=tuple(range(groups)),
        urgency=rng.choice([0, 0, 0, 1, 3], size=households),
        weights=Weights(),
        part_names={0: "Noord", 1: "Zuid"},
    )


def pairs_of(sides, groups):
    """(allowed, score) of each pair, one by one and in plain steps."""
    allowed = np.zeros((sides.households.count, groups.count), dtype=bool)
    scores = np.zeros(allowed.shape, dtype=int)
    for i, j in product(*map(range, allowed.shape)):
        allowed[i, j] = all(rule.holds(sides.households, i, groups, j) for rule in RULES_OF_NEW_GROUPS)
        scores[i, j] = explain_pair(sides.households, i, groups, j, sides.weights).score
    return allowed, scores


def best(allowed, scores, urgency):
    """(urgent 3, 2, 1, placed, total) of the best division, by trying them all."""
    found = (0,) * 5
    households, groups = allowed.shape

    def go(i, taken, gained):
        nonlocal found
        if i == households:
            found = max(found, gained)
            return
        go(i + 1, taken, gained)
        for j in range(groups):
            if allowed[i, j] and j not in taken:
                tiers = [int(urgency[i] == tier) for tier in (3, 2, 1)]
                more = (*tiers, 1, int(scores[i, j]))
                go(i + 1, taken | {j}, tuple(a + b for a, b in zip(gained, more, strict=True)))

    go(0, frozenset(), (0,) * 5)
    return found


def group_of(sides, profile):
    """A profile as the engine's group, from its codes alone."""
    names = {name: part for part, name in sides.part_names.items()}
    part = names.get(profile.part, -1)
    slot = 1 << SLOTS.index(profile.slot) if profile.slot else 0
    meets = WISHES.mask(profile.wishes)
    if slot & EVENINGS:
        meets |= WISHES.mask(["evenings_only"])
    if profile.part:
        meets |= 1 << FIRST_PART_BIT + part
    languages = LANGUAGES.mask(["nld", profile.language])
    return GroupProfiles(
        1,
        capacity=[profile.size],
        languages=[languages],
        languages_well=[languages],
        availability=[slot],
        meets=[meets],
        carries_bands=[CHILD_BANDS.mask(profile.bands)],
        part_of_town=[part],
    )


@pytest.mark.parametrize("seed", range(12))
def test_what_a_group_brings_equals_brute_force(seed):
    sides = invented(seed)
    pool = sides.pool(seed=0)
    result = solve(pool)
    alone = left_over(sides, result)
    allowed, scores = pairs_of(sides, sides.groups)
    before = best(allowed, scores, sides.urgency)
    assert before[3:] == (result.placed, result.total)
    found = signals(sides, pool, result)
    assert found or not alone
    for signal in found:
        more_allowed, more_scores = pairs_of(sides, group_of(sides, signal.profile))
        assert signal.fits == int(more_allowed[alone, 0].sum())
        after = best(np.hstack([allowed, more_allowed]), np.hstack([scores, more_scores]), sides.urgency)
        gained = [now - then for now, then in zip(after, before, strict=True)]
        assert (signal.placed, signal.urgent, signal.total) == (gained[3], sum(gained[:3]), gained[4])
        assert signal.placed > 0 or signal.urgent > 0
        copies = signal.copies
        many = best(
            np.hstack([allowed, *[more_allowed] * copies]),
            np.hstack([scores, *[more_scores] * copies]),
            sides.urgency,
        )
        assert signal.then == many[3] - before[3]


@pytest.mark.no_cover
def test_the_brute_force_meets_towns_with_left_overs_and_urgent_gains():
    """Else the test above would prove little."""
    towns = [invented(seed) for seed in range(12)]
    found = [signals(one, pool := one.pool(seed=0), solve(pool)) for one in towns]
    assert sum(bool(some) for some in found) >= 8
    assert any(signal.urgent for some in found for signal in some)
    assert any(signal.then > 1 for some in found for signal in some)
    assert any(signal.profile.part for some in found for signal in some)


def test_every_language_is_named_once_and_the_list_stays_short():
    for seed in range(20):
        sides = invented(seed, households=14, groups=3)
        found = signals(sides, pool := sides.pool(seed=0), solve(pool))
        languages = [signal.profile.language for signal in found]
        assert len(languages) == len(set(languages)) <= 8


def test_when_everybody_has_a_place_nobody_is_looked_for():
    sides = invented(1, households=1, groups=1)
    sides = Sides(**{**sides.__dict__, "groups": GroupProfiles(1, languages=[2**18 - 1], meets=[2**63 - 1])})
    result = solve(pool := sides.pool(seed=0))
    assert result.placed == 1
    assert signals(sides, pool, result) == []


def test_an_empty_town_says_nothing():
    empty = invented(1, households=0, groups=0)
    result = solve(pool := empty.pool(seed=0))
    assert signals(empty, pool, result) == []
    assert languages_left(empty, []) == {}


def test_languages_of_who_is_left_over_without_dutch():
    sides = invented(3, households=4, groups=0)
    counts = languages_left(sides, [0, 1])
    for code, number in counts.items():
        bit = LANGUAGES.codes().index(code)
        assert number == sum(int(sides.households.languages[i]) >> bit & 1 for i in (0, 1))
    assert "nld" not in counts


def test_a_signal_survives_the_stored_row():
    for seed in range(12):
        sides = invented(seed)
        for signal in signals(sides, pool := sides.pool(seed=0), solve(pool)):
            assert Signal.from_json(json.loads(json.dumps(signal.to_json()))) == signal


@pytest.mark.django_db
def test_words_of_a_signal_and_a_text_that_says_nothing_of_a_household():
    town = factories.municipality("Voorbeeldwoud")
    signal = Signal(
        Profile("tir", "wed_evening", 5, ("0-3",), "Noord", ("no_pets",)),
        *(1, 1, 700, 4, 3, 3),
        better_part="Zuid",
        also=("mon_morning",),
    )
    from django.utils.translation import override

    with override("nl"):
        words = in_words(signal, town)
    assert words.title == "Eén groep met iemand die Tigrinya spreekt, op woensdagavond"
    assert (words.gain, words.more) == ("+1 huishouden", "Met 3 zulke groepen: +3 huishoudens")
    assert words.extra == ["Net zo goed: op maandagochtend.", "Nog beter: mensen uit Zuid."]
    assert words.asks[0] == "voor een huishouden tot 5 personen"
    assert "0–3 jaar" in words.asks[1]
    assert words.invitation.startswith("Ken jij iemand die Tigrinya spreekt en op woensdagavond tijd heeft?")
    assert town.name in words.invitation
    for private in ("5", "0–3", "Noord", "huishouden", "huisdier"):
        assert private not in words.invitation.replace(town.slug, "")
