"""Wrong input is refused with the name of the argument; the digest knows the content, not the order."""

import numpy as np
import pytest

from matches.engine import Pool, PoolError

GOOD = {"scores": [[1, 2], [3, 4]], "allowed": [[True, False], [True, True]]}


@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [
        ("scores", [1, 2], "shape"),
        ("scores", [[1, 2], [3]], "regular"),
        ("scores", [[1.0, 2.0], [3.0, 4.0]], "whole numbers"),
        ("scores", [[1.0, float("nan")], [3.0, 4.0]], "NaN"),
        ("scores", [[True, False], [True, True]], "whole numbers"),
        ("scores", [["a", "b"], ["c", "d"]], "whole numbers"),
        ("scores", [[1, -1], [0, 0]], "-1"),
        ("scores", [[1, 100_001], [0, 0]], "100001"),
        ("scores", [[1, 2**70], [0, 0]], "whole numbers"),
        ("scores", None, "shape"),
        ("allowed", [[1, 0], [1, 1]], "True and False"),
        ("allowed", [[True, False]], "shape"),
        ("allowed", [True, False], "shape"),
        ("urgency", [0], "length"),
        ("urgency", [[0, 1]], "shape"),
        ("urgency", [0, 4], "4"),
        ("urgency", [0, -1], "-1"),
        ("urgency", [0.0, 1.5], "whole numbers"),
        ("urgency", [0.0, float("nan")], "NaN"),
        ("seed", 1.0, "whole number"),
        ("seed", True, "whole number"),
        ("seed", -1, "between"),
        ("seed", 2**63, "between"),
        ("household_keys", ["a"], "length"),
        ("household_keys", ["a", "a"], "twice"),
        ("household_keys", [1, "1"], "twice"),
        ("household_keys", [None, "a"], "None"),
        ("group_keys", ["a", "b", "c"], "length"),
        ("group_keys", [1.5, 2.5], "1.5"),
    ],
)
def test_wrong_input_names_the_argument(argument, value, words):
    with pytest.raises(PoolError) as caught:
        Pool(**(GOOD | {argument: value}))
    assert caught.value.argument == argument
    assert str(caught.value).startswith(argument)
    assert words in str(caught.value)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.int32, np.int64, np.uint64])
def test_any_whole_number_type_is_fine(dtype):
    pool = Pool(np.array([[1, 100]], dtype=dtype), np.ones((1, 2), dtype=bool), np.array([3], dtype=dtype))
    assert pool.scores.dtype == np.int32
    assert pool.shape == (1, 2)


def test_the_pool_keeps_its_own_read_only_copy():
    scores, allowed = np.array([[5]], dtype=np.int32), np.array([[True]])
    pool = Pool(scores, allowed)
    scores[0, 0], allowed[0, 0] = 7, False
    assert pool.scores[0, 0] == 5
    assert pool.allowed[0, 0]
    with pytest.raises(ValueError, match="read-only"):
        pool.scores[0, 0] = 1


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_empty_sides(shape):
    assert Pool(np.zeros(shape, dtype=int), np.zeros(shape, dtype=bool)).shape == shape


def test_digest_depends_on_content_and_not_on_order():
    rng = np.random.default_rng(1)
    scores, allowed = rng.integers(0, 50, (6, 4)), rng.random((6, 4)) < 0.6
    households, groups, urgency = list("fbdace"), list("wzyx"), np.array([0, 1, 2, 3, 0, 1])
    pool = Pool(scores, allowed, urgency, 3, households, groups)
    rows, columns = rng.permutation(6), rng.permutation(4)
    shuffled = Pool(
        scores[rows][:, columns],
        allowed[rows][:, columns],
        urgency[rows],
        3,
        [households[i] for i in rows],
        [groups[j] for j in columns],
    )
    assert shuffled.digest() == pool.digest()
    forbidden = np.where(allowed, scores, 99)
    assert Pool(forbidden, allowed, urgency, 3, households, groups).digest() == pool.digest()
    different = [
        Pool(np.where(allowed, scores + 1, scores), allowed, urgency, 3, households, groups),
        Pool(scores, ~allowed, urgency, 3, households, groups),
        Pool(scores, allowed, 3 - urgency, 3, households, groups),
        Pool(scores, allowed, urgency, 4, households, groups),
        Pool(scores, allowed, urgency, 3, households[::-1], groups),
        Pool(scores, allowed, urgency, 3, households, groups[::-1]),
    ]
    assert len({pool.digest(), *(other.digest() for other in different)}) == 7
