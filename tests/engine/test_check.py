"""A result that was tampered with is refused, whatever part was changed."""

from dataclasses import replace

import numpy as np
import pytest

from matches.engine import Certificate, CertificateError, Pool, Result, check, solve

from .reference import random_pool


def lottery_pool() -> Pool:
    """Ties on who is placed and on the pairs; one household nobody can take."""
    scores = [[5, 5, 5], [5, 5, 5], [5, 5, 5], [5, 5, 5], [9, 9, 9]]
    allowed = [[True] * 3] * 4 + [[False] * 3]
    return Pool(scores, allowed, urgency=[0, 0, 0, 0, 2], seed=3)


def plain_pool() -> Pool:
    return Pool([[9, 3, 1], [8, 7, 2], [4, 6, 5]], np.ones((3, 3), dtype=bool), urgency=[0, 1, 2])


def tampered(result: Result) -> list[tuple[str, Result]]:
    """Each part changed once, and every single price up and down."""
    certificate = result.certificate
    changed = [
        ("pairs", replace(result, pairs=result.pairs[1:])),
        ("pairs", replace(result, pairs=result.pairs[::-1])),
        ("pairs", replace(result, pairs=(*result.pairs, result.pairs[-1]))),
        ("pairs", replace(result, pairs=tuple((i, j + 1) for i, j in result.pairs))),
        ("pairs", replace(result, pairs=((-1, 0), *result.pairs[1:]))),
        ("pairs", replace(result, pairs=(True, *result.pairs[1:]))),
        ("pairs", replace(result, pairs=((0.0, 0), *result.pairs[1:]))),
        ("pairs", replace(result, pairs=(result.pairs[0], (result.pairs[1][0], result.pairs[0][1])))),
        ("placed", replace(result, placed=result.placed + 1)),
        ("placed", replace(result, placed=float(result.placed))),
        ("total", replace(result, total=result.total - 1)),
        ("urgency", replace(result, placed_by_urgency={**result.placed_by_urgency, 3: 1})),
        ("urgency", replace(result, placed_by_urgency={})),
        (
            "urgency",
            replace(result, placed_by_urgency={t: float(n) for t, n in result.placed_by_urgency.items()}),
        ),
        ("version", replace(result, certificate=replace(certificate, version=2))),
        ("stages", replace(result, certificate=Certificate(()))),
        ("stages", replace(result, certificate=Certificate(certificate.stages * 2))),
    ]
    for number, stage in enumerate(certificate.stages):

        def put(part, number=number, **values):
            stages = list(certificate.stages)
            stages[number] = replace(stages[number], **values)
            changed.append((part, replace(result, certificate=Certificate(tuple(stages)))))

        put("name", name="other")
        put("draw", draw=stage.draw + 1)
        put("scale", scale=stage.scale + 1)
        put("scale", scale=stage.scale - 1)
        put("value", value=stage.value + 1)
        for side in ("household_prices", "group_prices"):
            prices = getattr(stage, side)
            put(side, **{side: prices[1:]})
            put(side, **{side: (*prices, 0)})
            for place, price in enumerate(prices):
                for other in (price + 1, price - 1, float(price), -1, 2**60, None):
                    put(side, **{side: (*prices[:place], other, *prices[place + 1 :])})
        if number:
            changed.append(("missing", replace(result, certificate=Certificate(certificate.stages[:number]))))
    return changed


@pytest.mark.parametrize("pool", [lottery_pool(), plain_pool()], ids=["lottery", "plain"])
def test_every_changed_part_is_refused(pool):
    result = solve(pool)
    check(pool, result)
    for part, other in tampered(result):
        with pytest.raises(CertificateError) as caught:
            check(pool, other)
        assert caught.value.part, part


def test_the_lottery_pool_has_every_stage():
    assert [stage.name for stage in solve(lottery_pool()).certificate.stages] == ["goals", "lots", "pairs"]


def test_a_result_of_another_pool_is_refused():
    rng = np.random.default_rng(21)
    refused = 0
    for _ in range(300):
        pool = random_pool(rng, 6)
        result = solve(pool)
        scores, allowed, urgency = pool.scores.copy(), pool.allowed.copy(), pool.urgency.copy()
        what = rng.integers(4)
        if not scores.size or (what == 2 and not (scores[allowed] > 0).any()):
            continue
        i, j = rng.integers(pool.shape[0]), rng.integers(pool.shape[1])
        if what == 0:
            allowed[i, j] = ~allowed[i, j]
        elif what == 1:
            urgency[i] = (urgency[i] + 1) % 4
        else:
            scores[i, j] = (scores[i, j] + 5) % 100_001
        other = Pool(scores, allowed, urgency, pool.seed)
        best = solve(other)
        try:
            check(other, result)
        except CertificateError:
            refused += 1
        else:
            assert best.pairs == result.pairs  # a proof that still holds proves the right thing
            assert best.total == result.total
    assert refused > 100


def test_worse_pairs_with_honest_numbers_are_refused():
    pool = plain_pool()
    result = solve(pool)
    pairs = ((0, 1), (1, 0), (2, 2))
    assert pairs != result.pairs
    worse = replace(result, pairs=pairs, total=sum(int(pool.scores[pair]) for pair in pairs))
    with pytest.raises(CertificateError, match=r"goals\.value"):
        check(pool, worse)


def test_an_equally_good_result_that_lost_the_lottery_is_refused():
    pool = Pool([[5, 5], [5, 5]], np.ones((2, 2), dtype=bool), seed=1)
    result = solve(pool)
    other = ((0, 0), (1, 1)) if result.pairs != ((0, 0), (1, 1)) else ((0, 1), (1, 0))
    with pytest.raises(CertificateError, match="pairs"):
        check(pool, replace(result, pairs=other))
    with pytest.raises(CertificateError):
        check(Pool(pool.scores, pool.allowed, seed=2), result)


def test_a_stored_result_with_missing_parts_is_not_read():
    data = solve(plain_pool()).to_json()
    for part in data:
        with pytest.raises(ValueError, match="stored result"):
            Result.from_json({key: value for key, value in data.items() if key != part})
    with pytest.raises(ValueError, match="stored result"):
        Result.from_json({**data, "certificate": None})
