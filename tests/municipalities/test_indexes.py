"""An index of rows of a municipality begins with that municipality, so that a town reads only its own part of a table.

Constraints are no lists: they say what exists once, and begin with the row that it exists once for.
"""

from django.apps import apps

SWEEP = "a sweep goes through all municipalities at once"
STAFF = "what a deleted account leaves behind is found by it"
#: Index → why it begins with something else.
OTHERWISE = {
    "check_in_escalation_due": SWEEP,
    "check_in_reminder_due": SWEEP,
    "grant_by_match": "the end of a match closes its grants",
    "match_agreed_by": STAFF,
    "match_answer_lapses": SWEEP,
    "match_answer_reminder": SWEEP,
    "match_approved_by": STAFF,
    "match_builder": "a builder's own matches, in every town",
    "match_introduced_by": STAFF,
    "match_of_neighbour": "the other municipality of the match",
    "match_offered_by": STAFF,
    "match_overrides": "which choice took the place of a proposal",
    "member_by_address": "an address is asked before it is known in which town",
    "member_by_user": "the own groups of a person, in every town",
    "opening_by_neighbour": "the other municipality of the pair",
    "outcome_closes": SWEEP,
    "outcome_mail_due": SWEEP,
    "run_of_nation": "the parts of a round of the country",
    "together_by_language": "a GIN index of words",
    "trial_to_ask": SWEEP,
    "trial_to_remind": SWEEP,
}


def test_indexes_begin_with_the_municipality_or_say_why():
    tenants = [
        model
        for model in apps.get_models()
        if any(field.name == "municipality" for field in model._meta.concrete_fields)
    ]
    indexes = [index for model in tenants for index in model._meta.indexes]
    assert len(indexes) > 40
    otherwise = {index.name for index in indexes if index.fields[:1] != ["municipality"]}
    assert otherwise == set(OTHERWISE)
