"""Rules: many at once equals one by one; every sentence is there in both languages."""

import numpy as np
import pytest

from matches.engine import RULES, GroupProfiles, HouseholdProfiles, ProfileError, Rulebook, bits_of, mask
from matches.engine.invented import invented_pool, invented_sizes

H, G = HouseholdProfiles, GroupProfiles


def random_sides(rng: np.random.Generator, n: int, m: int) -> tuple[HouseholdProfiles, GroupProfiles]:
    """Everything random, empty masks and unknown parts included, wild enough to break every rule."""

    def masks(count: int, width: int = 64) -> np.ndarray:
        bits = rng.random((count, width)) < rng.choice([0.0, 0.05, 0.5, 0.95], size=(count, 1))
        return np.array([mask(*np.flatnonzero(row).tolist()) for row in bits], dtype=np.uint64)

    def emphasis(count: int) -> np.ndarray:
        return rng.multinomial(rng.integers(0, 11), np.full(8, 1 / 8), size=count)

    def couples(k: int) -> np.ndarray:
        return np.column_stack([rng.integers(0, n, k), rng.integers(0, m, k)])

    households = HouseholdProfiles(
        n,
        size=rng.integers(1, 8, n),
        languages=masks(n),
        languages_well=masks(n),
        interests=masks(n),
        goals=masks(n),
        availability=masks(n, 21),
        wishes=masks(n, 4),
        musts=masks(n, 4),
        meets=masks(n, 4),
        child_bands=masks(n, 5),
        part_of_town=rng.integers(-1, 6, n),
        municipality=rng.integers(0, 4, n),
        kind=rng.integers(0, 3, n),
        waiting_days=rng.integers(0, 900, n),
        ready=rng.random(n) < 0.8,
        free=rng.random(n) < 0.8,
        consent=rng.random(n) < 0.8,
        bridged=rng.random(n) < 0.3,
        emphasis=emphasis(n),
        ended=couples(9),
        unsafe=couples(5),
        opened=[(0, 1), (2, 0)],
        distance_bands=rng.integers(-1, 4, (4, 4)),
    )
    groups = GroupProfiles(
        m,
        capacity=rng.integers(1, 8, m),
        languages=masks(m),
        languages_well=masks(m),
        language_members=rng.integers(0, 4, (m, 50)),
        interests=masks(m),
        offers=masks(m),
        availability=masks(m, 21),
        wishes=masks(m, 4),
        musts=masks(m, 4),
        meets=masks(m, 4),
        child_bands=masks(m, 5),
        carries_bands=masks(m, 5),
        part_of_town=rng.integers(-1, 6, m),
        municipality=rng.integers(0, 4, m),
        kind=rng.integers(0, 3, m),
        ready=rng.random(m) < 0.8,
        free=rng.random(m) < 0.8,
        consent=rng.random(m) < 0.8,
        emphasis=emphasis(m),
    )
    return households, groups


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_many_at_once_equals_one_by_one(rule):
    rng = np.random.default_rng(51)
    seen = set()
    for _ in range(6):
        h, g = random_sides(rng, 30, 25)
        for rows in (slice(None), slice(7, 19), slice(0, 0)):
            found = np.broadcast_to(rule.evaluate(h, g, rows), (len(range(30)[rows]), 25))
            expected = [[rule.holds(h, i, g, j) for j in range(25)] for i in range(30)[rows]]
            assert found.tolist() == expected
            seen.update(found.ravel().tolist())
    assert seen == {True, False}


def test_rulebook_agrees_with_its_rules():
    rng = np.random.default_rng(52)
    h, g = random_sides(rng, 40, 30)
    book = Rulebook(h, g)
    masks = book.failures()
    assert ((masks == 0) == book.allowed()).all()
    for i, j in ((0, 0), (3, 7), (39, 29), (20, 11)):
        assert [blocked.code for blocked in book.blocking(i, j)] == [
            rule.code for bit, rule in enumerate(RULES) if int(masks[i, j]) >> bit & 1
        ]
    assert (book.failures([5, 2]) == masks[[5, 2]]).all()
    assert book.rule("size").code == "size"
    with pytest.raises(KeyError):
        book.rule("unknown")


def test_large_sides_are_worked_through_in_blocks():
    world = invented_pool(700, 300, 53)
    allowed = Rulebook(world.households, world.groups).allowed()
    assert 0.1 < allowed.mean() < 0.5
    assert (
        Rulebook(world.households.take(np.arange(650, 700)), world.groups).allowed() == allowed[650:]
    ).all()


def test_an_invented_country_adds_up():
    sizes = invented_sizes(342, 100_000, 50_000, 1)
    assert len(sizes) == 342
    assert [sum(side) for side in zip(*sizes, strict=True)] == [100_000, 50_000]


def test_every_rule_speaks_both_languages():
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        for text in (rule.sentence, rule.help):
            assert set(text) == {"nl", "en"}
            assert all(words.endswith(".") and words[0].isupper() for words in text.values())
        assert rule.needs
        assert 1 <= rule.effort <= 9
        fields = {f"household.{name}" for name in H.__dataclass_fields__} | {
            f"group.{name}" for name in G.__dataclass_fields__
        }
        assert set(rule.needs) <= fields


def test_consent_safety_and_being_taken_cannot_be_relaxed():
    fixed = {rule.code for rule in RULES if not rule.relaxable}
    assert fixed == {"consent", "not_unsafe", "not_ended", "group_free", "household_free"}


@pytest.mark.parametrize(
    ("sides", "broken"),
    [
        ((H(1, languages=[1]), G(1, languages=[1])), []),
        ((H(1, languages=[1]), G(1, languages=[2])), ["language"]),
        ((H(1, languages=[1], bridged=[True]), G(1, languages=[2])), []),
        ((H(1, languages=[1], size=[5]), G(1, languages=[1], capacity=[4])), ["size"]),
        (
            (H(1, languages=[1], child_bands=[mask(1)]), G(1, languages=[1], carries_bands=[mask(0)])),
            ["child_ages"],
        ),
        ((H(1, languages=[1], musts=[mask(1)]), G(1, languages=[1])), ["household_musts"]),
        ((H(1, languages=[1], musts=[mask(1)]), G(1, languages=[1], meets=[mask(1, 2)])), []),
        ((H(1, languages=[1]), G(1, languages=[1], musts=[mask(0)])), ["group_musts"]),
        ((H(1, languages=[1], ended=[(0, 0)]), G(1, languages=[1])), ["not_ended"]),
        ((H(1, languages=[1], unsafe=[(0, 0)]), G(1, languages=[1])), ["not_unsafe"]),
        ((H(1, languages=[1], municipality=[3]), G(1, languages=[1], municipality=[4])), ["municipality"]),
        ((H(1, languages=[1], municipality=[3], opened=[(3, 4)]), G(1, languages=[1], municipality=[4])), []),
        (
            (H(1, languages=[1], municipality=[3], opened=[(4, 3)]), G(1, languages=[1], municipality=[4])),
            ["municipality"],
        ),
        ((H(1, languages=[1], consent=[False]), G(1, languages=[1])), ["consent"]),
        (
            (H(1, languages=[1], free=[False]), G(1, languages=[1], ready=[False])),
            ["group_ready", "household_free"],
        ),
    ],
)
def test_each_rule_by_example(sides, broken):
    book = Rulebook(*sides)
    assert [blocked.code for blocked in book.blocking(0, 0)] == broken
    assert book.allowed()[0, 0] == (not broken)


def test_households_keep_their_own_pairs_when_some_are_taken():
    h = HouseholdProfiles(4, languages=[1, 2, 4, 8], ended=[(3, 0), (1, 1), (0, 1)], unsafe=[(2, 0)])
    some = h.take(np.array([3, 1]))
    assert some.languages.tolist() == [8, 2]
    assert sorted(map(tuple, some.ended.tolist())) == [(0, 0), (1, 1)]
    assert some.unsafe.tolist() == []
    assert GroupProfiles(3, capacity=[1, 2, 3]).take(np.array([2, 0])).capacity.tolist() == [3, 1]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"size": [1]}, "size has shape"),
        ({"size": [0, 1]}, "size must lie"),
        ({"size": [1.5, 2]}, "size must hold whole numbers"),
        ({"languages": [-1, 0]}, "languages"),
        ({"languages": [0.5, 0]}, "languages"),
        ({"languages": np.array([-1, 0])}, "languages contains a negative"),
        ({"availability": [1 << 21, 0]}, "availability has a bit beyond 20"),
        ({"kind": [3, 0]}, "kind must lie"),
        ({"waiting_days": [-1, 0]}, "waiting_days"),
        ({"ready": [1, 0]}, "ready must be"),
        ({"ready": [True]}, "ready must be"),
        ({"emphasis": [[11, *[0] * 7]] * 2}, "emphasis"),
        ({"emphasis": [[1, 2]] * 2}, "emphasis has shape"),
        ({"ended": [(0, 1, 2)]}, "ended has shape"),
        ({"ended": [(-1, 0)]}, "ended contains a negative"),
        ({"distance_bands": [[4]]}, "distance_bands"),
        ({"distance_bands": [[-2]]}, "distance_bands"),
        ({"distance_bands": [[0, 1]]}, "distance_bands has shape"),
    ],
)
def test_wrong_profiles_name_the_argument(values, words):
    with pytest.raises(ProfileError, match=words):
        HouseholdProfiles(2, **values)


def test_masks():
    assert mask() == 0
    assert mask(0, 3, 3) == 9
    assert bits_of(mask(63, 5)) == [5, 63]
    assert HouseholdProfiles(1, languages=[mask(63)]).languages[0] == 2**63
    for bit in (-1, 64):
        with pytest.raises(ProfileError):
            mask(bit)
    with pytest.raises(ProfileError, match="language_members"):
        GroupProfiles(2, language_members=[[1]])
    assert len(HouseholdProfiles(3)) == 3
    assert len(GroupProfiles(0)) == 0
