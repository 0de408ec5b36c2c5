"""What people say: nothing below the bound, nobody's answer twice, and nothing to be worked back."""

import csv
import io
from collections import defaultdict
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from matches.models import OutcomeSurvey
from matches.statements import STATEMENTS, statements_for
from reports import masking
from reports.domain import closing
from reports.figures.board import board
from reports.figures.files import figures_sheet
from reports.figures.months import Month
from reports.figures.outcomes import Filled, next_rounds, rounds_as_json, rounds_from_json
from reports.models import MonthFigures
from reports.pdf import report_data
from reports.queries import all_published_until

from . import town as past

MAY, JUNE = Month(2026, 5), Month(2026, 6)


# -- what may be said of one statement -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agree", "answered", "shown"),
    [
        (9, 9, None),
        (5, 10, ((10, 14), (50, 50))),
        (10, 10, ((10, 14), (60, 100))),
        (6, 10, ((10, 14), (60, 100))),
        (0, 10, ((10, 14), (0, 40))),
        (4, 23, ((20, 24), (0, 20))),
        (5, 23, ((20, 24), (20, 20))),
        (14, 23, ((20, 24), (60, 60))),
        (19, 23, ((20, 24), (80, 100))),
        (5, 400, ((400, 404), (0, 10))),
        (395, 400, ((400, 404), (90, 100))),
    ],
)
def test_an_opinion_is_told_in_tens_and_a_small_part_as_a_range(agree, answered, shown):
    told = masking.opinion(agree, answered, 5)
    assert told == (shown and tuple(masking.Shown(*one) for one in shown))


@pytest.mark.parametrize("bound", [3, 5, 7, 20])
def test_what_is_shown_never_comes_down_to_a_small_part(bound):
    """Everything that can lie behind the same words: a part below the bound (or a rest) never stands there alone."""
    behind = defaultdict(set)
    for answered in range(3 * bound + 60):
        for agree in range(answered + 1):
            told = masking.opinion(agree, answered, bound)
            if told is None:
                assert answered < max(10, 2 * bound)
            else:
                assert told[0].low <= answered <= told[0].high
                slack = 0.1 if told[1].value is None else 5.1
                assert told[1].low - slack <= 100 * agree / answered <= told[1].high + slack
                behind[told].add((agree, answered))
    for told, possible in behind.items():
        for part in ({agree for agree, _all in possible}, {whole - agree for agree, whole in possible}):
            if min(part) < bound:
                assert part >= set(range(bound)), told


# -- rounds ----------------------------------------------------------------------------------------------


def filled(number, day, *, agree=0, side="household", moment="S"):
    return [
        Filled(
            side=side,
            moment=moment,
            day=day,
            answers={one.code: 4 if place < agree else 2 for one in statements_for(side)},
        )
        for place in range(number)
    ]


def test_answers_are_kept_back_until_there_are_enough_and_then_told_once():
    first = filled(9, date(2026, 5, 3), agree=9)
    assert next_rounds({}, MAY, first, 5) == {}
    more = [*first, *filled(1, date(2026, 6, 30), agree=1)]
    told = next_rounds({}, JUNE, more, 5)
    assert told["household", "S"].until == JUNE
    assert told["household", "S"].said["at_home"].agree == masking.Shown(60, 100)
    # One more answer says nothing new; ten others make a round of their own, in which the first ten have no part.
    july, october = Month(2026, 7), Month(2026, 10)
    more += filled(1, date(2026, 7, 1))
    assert next_rounds(told, july, more, 5) == told
    more += filled(9, date(2026, 10, 1))
    later = next_rounds(told, october, more, 5)
    assert later["household", "S"].until == october
    assert later["household", "S"].said["at_home"].agree == masking.Shown(0, 40)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=1, max_size=8))
def test_no_answer_is_in_two_rounds_and_each_round_is_large_enough(months):
    """Through the months: each round says what can be said of exactly the answers since the one before."""
    before, answers, untold = {}, [], []
    for number, (many, agreeing) in enumerate(months):
        month = Month(2026, 1).plus(number)
        new = filled(many, month.first_day + timedelta(days=3), agree=agreeing)
        answers, untold = answers + new, untold + new
        after = next_rounds(before, month, answers, 5)
        assert rounds_from_json(rounds_as_json(after)) == after
        if len(untold) < 10:
            assert after == before
            continue
        said = after["household", "S"].said["company"]
        agree = sum(one.answers["company"] == 4 for one in untold)
        assert (said.answered, said.agree) == masking.opinion(agree, len(untold), 5)
        before, untold = after, []


def test_a_statement_that_many_skip_is_not_shown_and_the_others_are():
    answers = filled(12, date(2026, 5, 3), agree=6)
    answers[:3] = [
        Filled(side=one.side, moment=one.moment, day=one.day, answers={"at_home": 4}) for one in answers[:3]
    ]
    said = next_rounds({}, MAY, answers, 5)["household", "S"].said
    assert said["company"] is None
    assert said["at_home"].agree.value == 50


# -- frozen with the month, and the same everywhere -----------------------------------------------------------


def say(town, number, day, *, agree=0, side="household", moment="S"):
    """Answers as the table holds them, of nobody."""
    OutcomeSurvey.objects.bulk_create(
        [
            OutcomeSurvey(
                municipality=town,
                side=side,
                respondent=uuid4(),
                moment=moment,
                due_on=day,
                closes_on=day,
                status="answered",
                answered_on=day,
                answers=dict(one.answers),
            )
            for one in filled(number, date.fromisoformat(day), agree=agree, side=side)
        ]
    )


def rounds_in(town, month):
    row = MonthFigures.objects.get(municipality=town, month=month.first_day)
    return row.published["outcomes"]


@pytest.fixture
def said(busy, today):
    """Twelve newcomers at the start, eight after half a year, a dozen volunteers."""
    say(busy, 12, "2026-09-12", agree=6)
    say(busy, 8, "2026-10-12", agree=8, moment="M6")
    say(busy, 12, "2026-10-12", agree=5, side="group")
    # This month is not over.
    say(busy, 30, "2026-11-12", agree=0)
    closing.close_all_months(past.at("2026-11-24", 9))
    return busy


def test_a_closed_month_keeps_what_was_said(said):
    assert rounds_in(said, Month(2026, 8)) == {}
    assert set(rounds_in(said, Month(2026, 9))) == {"household:S"}
    assert set(rounds_in(said, Month(2026, 10))) == {"household:S", "group:S"}
    assert rounds_in(said, Month(2026, 10))["household:S"]["until"] == "2026-09"


def test_the_running_month_tells_nothing_new(said):
    """Two looks in one month could be compared, and the difference would be a few people."""
    so_far = closing.month_so_far(municipality=said, now=past.at("2026-11-24", 9))
    assert so_far.rounds == all_published_until(municipality=said, month=Month(2026, 10))[-1].rounds
    with time_machine.travel(past.at("2026-12-01", 9)):
        closing.close_all_months(past.at("2026-12-01", 9))
    assert rounds_in(said, Month(2026, 11))["household:S"]["until"] == "2026-11"


def test_figures_made_afresh_say_the_same_of_people(said):
    before = {month: rounds_in(said, month) for month in (Month(2026, 9), Month(2026, 10))}
    said.policy.masking_below = 7
    said.policy.save()
    say(said, 3, "2026-09-20", agree=3)
    closing.start_afresh(municipality=said, now=past.at("2026-11-24", 9), reason="import")
    assert before == {month: rounds_in(said, month) for month in before}


def test_months_that_were_closed_before_anybody_was_asked_can_be_read(said):
    row = MonthFigures.objects.get(municipality=said, month=date(2026, 10, 1))
    del row.published["outcomes"]
    row.save()
    assert all_published_until(municipality=said, month=Month(2026, 10))[-1].rounds == {}


def test_the_page_the_file_and_the_report_say_the_same(said, client, viewer):
    client.cookies["django_language"] = "en"
    client.force_login(viewer)
    page = client.get(reverse("reports:dashboard", kwargs={"slug": said.slug})).content.decode()
    assert "What newcomers say" in page
    assert "What volunteers say" in page
    assert page.count("of 10–14 answers") == len(STATEMENTS)
    content = client.get(reverse("reports:csv", kwargs={"slug": said.slug})).content.decode("utf-8-sig")
    october = [row for row in csv.DictReader(io.StringIO(content)) if row["period_start"] == "2026-10-01"]
    rows = {row["figure"]: row for row in october if row["figure"].startswith("outcome_")}
    assert len(rows) == 3 * len(STATEMENTS)
    start = rows["outcome_at_home_s"]
    assert (start["value"], start["shown"], start["answers"], start["unit"]) == ("50", "50%", "10–14", "%")
    assert (rows["outcome_at_home_m6"]["shown"], rows["outcome_at_home_m6"]["answers"]) == ("not shown", "")
    assert rows["outcome_recommends_s"]["value"] == "40"
    months = all_published_until(municipality=said, month=Month(2026, 10))
    report = report_data(
        town="Zwolle",
        partner="Samen",
        shown=board(months, {}),
        first_day=date(2026, 10, 1),
        masking_below=5,
    )
    newcomers, volunteers = report["outcomes"]
    assert [row[1][0] for row in newcomers["rows"]] == ["50%"] * 5
    assert [row[2][0] for row in newcomers["rows"]] == ["–"] * 5
    assert [row[1][0] for row in volunteers["rows"]] == ["40%"] * 4


def test_nothing_that_says_who_or_how_many_exactly_is_published(said):
    """The canary: exact counts that lie behind the ranges stand in no published row and no sheet."""
    told = rounds_in(said, Month(2026, 10))["household:S"]["said"]
    assert set(map(tuple, told.values())) == {(10, 14, 50, 50)}
    sheet = figures_sheet("Zwolle", all_published_until(municipality=said, month=Month(2026, 10)), {})
    cells = {row[sheet.columns.index("answers")] for row in sheet.rows}
    assert cells == {None, "10–14"}


def test_without_answers_the_page_has_no_such_table(busy, today, client, viewer):
    client.cookies["django_language"] = "en"
    client.force_login(viewer)
    page = client.get(reverse("reports:dashboard", kwargs={"slug": busy.slug})).content.decode()
    assert "What newcomers say" not in page
