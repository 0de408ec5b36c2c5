"""How long what is kept: each app adds its rules, one sweep applies them, one page shows them.

A rule names the field of the policy that holds its term, says which rows are due at a moment, and what removing one means.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import (
    DateTimeField,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    Func,
    Max,
    Min,
    Subquery,
    Value,
)
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Municipality, Policy, Removal

#: The fields of the policy that hold a term.
TERMS = (
    "draft_months",
    "declined_group_weeks",
    "never_matched_months",
    "closed_match_months",
    "vog_after_leaving_months",
)
#: How far ahead the page looks.
AHEAD = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. `first` runs at the start of each sweep, to write down what `due` needs to know."""

    code: str
    order: int
    what: str | Promise
    then: str | Promise
    term: str
    due: Callable[[datetime], models.QuerySet[Any]]
    remove: Callable[[Any], object]
    first: Callable[[datetime], None] | None = None


@dataclass(frozen=True)
class Standing:
    """How a rule stands in one municipality: numbers only."""

    rule: Rule
    term: str
    due_soon: int
    removed: int
    last_at: datetime | None


_rules: dict[str, Rule] = {}


def add(*rules: Rule) -> None:
    """Called by an app when it is ready."""
    for rule in rules:
        if rule.code in _rules:
            raise ValueError(f"The rule “{rule.code}” is added twice.")
        _rules[rule.code] = rule


def rules() -> list[Rule]:
    """Every rule, in the order in which the sweep applies them: what rests on others goes first."""
    return sorted(_rules.values(), key=lambda rule: rule.order)


def before(moment: datetime | Expression, term: str, *, policy: str = "municipality__policy__") -> Expression:
    """The moment minus the term of the row's own municipality: what lies before it has had its time.

    Months are calendar months, computed by Postgres for each municipality. `policy` leads from the row to its policy.
    """
    unit = "weeks" if term.endswith("_weeks") else "months"
    length: Func = Func(
        F(f"{policy}{term}"),
        template=f"make_interval({unit} => %(expressions)s::int)",
        output_field=DurationField(),
    )
    if not isinstance(moment, Expression):
        moment = Value(moment, output_field=DateTimeField())
    return ExpressionWrapper(moment - length, output_field=DateTimeField())


def before_in(town: Expression, moment: datetime | Expression, term: str) -> Subquery:
    """The same in one municipality: one value for all its rows, so that an index finds what lies before it."""
    policy = Policy.objects.filter(municipality=town)
    return Subquery(policy.values(before=before(moment, term, policy="")))


def standings(municipality: Municipality, now: datetime) -> list[Standing]:
    """How each rule stands here, and what it will remove within `AHEAD`."""
    removed = {row.rule: row for row in Removal.objects.filter(municipality=municipality)}
    found = []
    for rule in rules():
        record = removed.get(rule.code)
        found.append(
            Standing(
                rule=rule,
                term=in_words(rule.term, getattr(municipality.policy, rule.term)),
                due_soon=rule.due(now + AHEAD).filter(municipality=municipality).count(),
                removed=record.number if record else 0,
                last_at=record.last_at if record else None,
            )
        )
    return found


def in_words(term: str, number: int) -> str:
    """“4 weeks”, “6 months”."""
    if term.endswith("_weeks"):
        text = ngettext("%(number)s week", "%(number)s weeks", number)
    else:
        text = ngettext("%(number)s month", "%(number)s months", number)
    return text % {"number": number}


def kept(municipality: Municipality) -> dict[str, str]:
    """Each term of one municipality in words, for pages that say how long."""
    return {term: in_words(term, getattr(municipality.policy, term)) for term in TERMS}


def everywhere(*terms: str) -> dict[str, str]:
    """Each term in words for all municipalities together: “6 months”, or “6 to 9 months” where they differ. One query."""
    bounds = {f"{name}_{bound.name}": bound(name) for name in terms for bound in (Min, Max)}
    found = Policy.objects.aggregate(**bounds)
    words = {}
    for name in terms:
        least, most = found[f"{name}_Min"], found[f"{name}_Max"]
        if least is None:  # no municipality yet
            least = most = getattr(Policy(), name)
        words[name] = in_words(name, most)
        if least != most:
            words[name] = _("%(least)s to %(most)s") % {"least": least, "most": words[name]}
    return words
