"""Inserting rows with JSON columns at once: values arrive as they are, and what is not given gets its default."""

import pytest
from django.db import IntegrityError, transaction

from matches.enums import MatchStatus
from matches.models import Match
from samenhier.core.db import insert_as_json
from tests import factories

pytestmark = pytest.mark.django_db


def pair(town):
    return {"household_id": str(factories.household(town).pk), "group_id": str(factories.group(town).pk)}


def test_given_shared_and_default_values_arrive():
    town = factories.municipality()
    reasons = [{"code": "languages.shared", "data": {"words": 'é " \\ نص {}', "bits": [1, 2]}}]
    rows = [
        {**pair(town), "score": 700, "reasons": reasons},
        {**pair(town), "score": 1, "reasons": []},
    ]
    insert_as_json(Match, rows, shared={"municipality_id": town.pk, "not_again": True})
    found = {str(row.household_id): row for row in Match.objects.all()}
    assert len({row.pk for row in found.values()}) == 2
    for row in rows:
        match = found[row["household_id"]]
        assert (str(match.group_id), match.score, match.reasons) == (
            row["group_id"],
            row["score"],
            row["reasons"],
        )
        assert (match.municipality, match.not_again) == (town, True)
        assert (match.status, match.run, match.end_kind, match.closed_at) == (
            MatchStatus.PROPOSED,
            None,
            "",
            None,
        )
        assert match.created_at is not None


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_as_json(Match, [], shared={})


def test_the_database_keeps_its_last_word():
    town = factories.municipality()
    row = {**pair(town), "score": 1, "reasons": []}
    taken = {"municipality_id": town.pk, "status": MatchStatus.ASKING}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_as_json(Match, [row], shared=taken)  # asked without an approval
    insert_as_json(Match, [row], shared={"municipality_id": town.pk})
    assert Match.objects.count() == 1
