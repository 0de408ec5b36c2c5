"""No hidden number can be worked back: by a solver, by comparing worlds, and with this code in hand."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import masking
from reports.figures import country
from reports.figures.counts import Counts
from reports.figures.months import Month
from reports.figures.publication import GROUP_PHASES, HOUSEHOLD_PHASES, Publication, publish
from reports.masking import Endings, Shown

from .solver import solve

START = Month(2025, 11)
REASONS = ["completed", "moved", "no_time", "other"]
small = st.one_of(st.integers(0, 7), st.integers(0, 40))


@st.composite
def worlds(draw: st.DrawFn, months: int = 5) -> tuple[list[Counts], list[dict[str, int]], int]:
    """A municipality through the months, how its matches ended in each, and its bound."""
    bound = draw(st.sampled_from([3, 5, 7]))
    running = ended = 0
    counts, endings = [], []
    for _month in range(draw(st.integers(1, months))):
        new = draw(small)
        gone = draw(st.one_of(st.integers(0, min(6, running + new)), st.integers(0, running + new)))
        kinds = dict.fromkeys(REASONS, 0)
        left = gone
        for reason in REASONS[1:]:
            kinds[reason] = draw(st.integers(0, min(left, 6)))
            left -= kinds[reason]
        kinds["completed"] = left
        running, ended = running + new - gone, ended + gone
        on_time_of = draw(small)
        phases = {phase: draw(small) for phase in (*GROUP_PHASES[:3], *HOUSEHOLD_PHASES[:3])}
        groups = running + sum(phases[phase] for phase in GROUP_PHASES[:3])
        counts.append(
            Counts(
                **phases,
                running=running,
                ended=ended,
                adults=running + draw(small) if running else 0,
                children=draw(small) if running else 0,
                volunteers=draw(st.integers(groups, 12 * groups)),
                check_ins=on_time_of,
                check_ins_on_time=draw(st.integers(0, on_time_of)),
                wait_days=tuple(draw(st.lists(st.integers(0, 300), max_size=14))),
            )
        )
        endings.append(kinds)
    return counts, endings, bound


def published(counts: list[Counts], endings: list[dict[str, int]], bound: int) -> list[Publication]:
    months: list[Publication] = []
    for number, one in enumerate(counts):

        def ended_after(after: Month | None, until: int = number) -> dict[str, int]:
            start = after.since(START) + 1 if after else 0
            return {reason: sum(kinds[reason] for kinds in endings[start : until + 1]) for reason in REASONS}

        month = START.plus(number)
        made = publish(
            month, one, before=months[-1] if months else None, masking_below=bound, endings_after=ended_after
        )
        again = Publication.from_json(month, made.as_json())
        assert again == made
        months.append(again)
    return months


@pytest.mark.no_cover
@settings(max_examples=400, deadline=None)
@given(worlds())
def test_no_hidden_number_can_be_solved(world):
    counts, endings, bound = world
    months = published(counts, endings, bound)
    solved = solve(months)
    for one, month, possible in zip(counts, months, solved, strict=True):
        for code, numbers in possible.items():
            true = getattr(one, code)
            far = month[code].high is None and true > max(numbers)
            assert far or true in numbers, f"what is shown of {code} must be true"
            if month[code].value is None:
                assert len(numbers) > 1, f"{code} of {month.month} is hidden, but can only be {numbers}"
            else:
                assert not 0 < true < bound, f"{code} is a small number in plain sight"


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_whatever_is_shown_is_true_and_never_small(world):
    counts, endings, bound = world
    for number, (one, month) in enumerate(zip(counts, published(counts, endings, bound), strict=True)):
        for code, shown in month.cells.items():
            true = getattr(one, code)
            assert shown.low <= true <= (shown.high if shown.high is not None else true)
            assert shown.value is None or shown.value == 0 or shown.value >= bound
            assert shown.high is None or shown.value is not None or shown.high > shown.low
        split = month.endings.split
        told = [sum(kinds[reason] for kinds in endings[: number + 1]) for reason in REASONS]
        early = split.early
        if month.told_until == month.month:
            assert early.low <= sum(told[1:]) <= early.high
            assert split.completed.low <= told[0] <= split.completed.high
        for part in (early, split.completed):
            assert part.value is None or part.value == 0 or part.value >= bound
            assert part.value is not None or part.high > part.low


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 400), st.data(), st.sampled_from([3, 5, 7]))
def test_a_percentage_hides_a_small_part_and_a_small_rest(whole, data, bound):
    part = data.draw(st.integers(0, whole))
    shown = masking.share(part, whole, bound)
    small = 0 < part < bound or 0 < whole - part < bound
    if whole < 2 * bound or whole < 10 or (small and whole < 4 * bound):
        assert shown is None
        return
    assert shown.low < 100 * part / whole + 1
    assert 100 * part / whole - 1 < shown.high
    if small:
        assert shown.value is None
        # The same range for every small part: the percentage does not choose between them.
        same = [
            masking.share(other if part < bound else whole - other, whole, bound) for other in range(1, bound)
        ]
        assert same == [shown] * (bound - 1)


@pytest.mark.no_cover
@settings(max_examples=200, deadline=None)
@given(st.lists(worlds(months=3), min_size=1, max_size=6), st.data())
def test_the_country_page_says_nothing_that_the_municipalities_do_not(all_worlds, data):
    """Change what is hidden anywhere, and totals and averages stay the same to the letter."""
    towns = [published(*world) for world in all_worlds]
    number = min(map(len, towns)) - 1
    before = [town[number] for town in towns]
    after = []
    for (counts, endings, bound), town in zip(all_worlds, towns, strict=True):
        changed = list(counts)
        one = counts[number]
        hidden = [
            p for p in ("groups_forming", "households_waiting", "children") if 0 < getattr(one, p) < bound
        ]
        values = {phase: getattr(one, phase) for phase in Counts.__slots__}
        values |= {phase: data.draw(st.integers(1, bound - 1)) for phase in hidden}
        changed[number] = Counts(**values)
        other = published(changed, endings, bound)[number]
        after.append(other if other.cells == town[number].cells else town[number])
    month = START.plus(number)
    assert country.totals(before) == country.totals(after)
    assert country.compared(month, before) == country.compared(month, after)


def test_whoever_knows_the_rule_of_totals_still_has_two_values_for_each_hidden_number():
    """Every combination of four phases, grouped by what is published of it."""
    for bound in (3, 4, 5):
        groups: dict[tuple, list[tuple[int, ...]]] = defaultdict(list)
        for numbers in product([*range(bound + 2)], repeat=4):
            parts = [masking.count(number, bound) for number in numbers]
            whole = masking.total(sum(numbers), parts, bound, tied=parts[-1])
            groups[(*parts, whole)].append(numbers)
        for (*parts, _whole), alike in groups.items():
            for place, part in enumerate(parts):
                if part.value is None:
                    assert len({numbers[place] for numbers in alike}) > 1


def test_whoever_knows_the_rule_of_endings_still_has_two_values_for_each_hidden_number():
    """Every history of three months, grouped by what is published of it."""
    bound, most = 3, 9
    states = [(running, ended) for running in range(8) for ended in range(most + 1)]
    groups: dict[tuple, list[tuple]] = defaultdict(list)

    def walk(history: tuple, known: tuple[Endings, ...], said: tuple) -> None:
        if len(history) == 3:
            groups[said].append(history)
            return
        running, ended = history[-1] if history else (0, 0)
        before = known[-1] if known else Endings()
        for now, gone in states:
            if gone >= ended and now + gone >= running + ended:
                shown = masking.count(now, bound)
                after = before.next(running=shown, ended=gone, bound=bound)
                walk((*history, (now, gone)), (*known, after), (*said, shown, after.shown))

    walk((), (), ())
    checked = 0
    for said, alike in groups.items():
        for month in range(3):
            for side in range(2):
                if said[2 * month + side].value is None:
                    found = {history[month][side] for history in alike}
                    # At the edge of what was tried, neighbours are missing.
                    if max(gone for history in alike for _now, gone in history) < most - 2:
                        assert len(found) > 1, (said, alike)
                        checked += 1
    assert checked > 1000


def test_an_average_never_points_at_one_municipality():
    def average(*numbers: int) -> int | None:
        return masking.average(Shown.exactly(number) for number in numbers)

    assert average(20, 30) is None, "two municipalities: each would know the other"
    assert average(20, 30, 0, 0) is None, "two that count"
    assert average(60, 30, 2) is None, "the second knows almost exactly what the first has"
    assert average(20, 30, 25) == 25


def test_medians_need_ten_households_or_the_bound():
    assert masking.median(range(9), 5) is None
    assert masking.median(range(10), 5) == 4
    assert masking.median(range(11), 12) is None


def test_the_bound_is_never_so_low_that_it_says_the_number():
    assert masking.bound_of(2) == 3
