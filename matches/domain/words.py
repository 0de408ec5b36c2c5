"""Reasons and broken rules as plain sentences, with the names of our own reference lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, override

from matches.engine import RULES, sentences
from matches.engine.criteria import Reason
from samenhier.core.reference import CHILD_BANDS, GOALS, INTERESTS, LANGUAGES, WISHES

#: The one part of town that a stored reason speaks of.
PART = 0


def staff_language() -> str:
    """The engine speaks the languages of staff pages; somebody with another one reads Dutch."""
    language = (get_language() or "")[:2]
    return language if language in sentences.LANGUAGES else "nl"


@lru_cache(maxsize=4)
def _names(language: str) -> sentences.Names:
    with override(language):
        lists = (LANGUAGES, INTERESTS, GOALS, WISHES, CHILD_BANDS)
        languages, interests, goals, wishes, bands = ([str(option.label) for option in one] for one in lists)
        return sentences.Names(languages, interests, goals, wishes, bands)


def reason_in_words(code: str, data: Mapping[str, Any]) -> str:
    """A stored reason of a pair in the reader's language."""
    language = staff_language()
    names = _names(language)
    plain = dict(data)
    if part := plain.pop("part_name", None):
        plain["part"] = PART
        names = sentences.Names(
            names.languages, names.interests, names.goals, names.wishes, names.bands, parts={PART: part}
        )
    return sentences.reason_in_words(Reason(code, plain), names, language)


def blocked_in_words(code: str, data: Mapping[str, Any]) -> str:
    """A broken rule in the reader's language."""
    language = staff_language()
    return sentences.blocked_in_words(code, dict(data), _names(language), language)


def broken_in_words(rules: Iterable[Mapping[str, Any]]) -> list[str]:
    """Stored broken rules (code and data) in the reader's language, one sentence each."""
    return [blocked_in_words(rule["code"], rule["data"]) for rule in rules]


@dataclass(frozen=True)
class RuleInWords:
    """A rule that keeps a pair apart: the problem in one clause, and what would help."""

    problem: str
    help: str


#: A broken rule without the details of one group, for “how many groups, and why”.
PROBLEMS = {
    "municipality": {"nl": "hoort bij een andere gemeente", "en": "belongs to another municipality"},
    "group_ready": {"nl": "is nog niet klaar", "en": "is not ready yet"},
    "group_free": {"nl": "steunt al een huishouden", "en": "supports a household already"},
    "household_ready": {"nl": "het huishouden is nog niet klaar", "en": "the household is not ready yet"},
    "household_free": {"nl": "het huishouden heeft al een groep", "en": "the household has a group already"},
    "consent": {"nl": "de toestemming geldt niet", "en": "consent is not in force"},
    "language": {"nl": "geen gedeelde taal", "en": "no shared language"},
    "size": {
        "nl": "het huishouden is te groot voor de groep",
        "en": "the household is too large for the group",
    },
    "child_ages": {
        "nl": "de leeftijd van de kinderen past niet",
        "en": "the ages of the children do not fit",
    },
    "household_musts": {"nl": "kan niet voldoen aan een wens", "en": "cannot meet a wish"},
    "group_musts": {"nl": "vraagt iets dat niet kan", "en": "asks something that is not possible"},
    "not_ended": {"nl": "was eerder een voorstel of koppeling", "en": "was a proposal or match before"},
    "not_unsafe": {"nl": "past niet om veiligheid", "en": "does not fit for safety"},
    "floor": {"nl": "past minder goed dan de ondergrens", "en": "fits less well than the floor"},
    "banned": {"nl": "is door een coördinator uitgesloten", "en": "was excluded by a coordinator"},
}


def blocked_rule_in_words(code: str) -> RuleInWords:
    """A rule by its code, in the reader's language."""
    language = staff_language()
    rule = next((rule for rule in RULES if rule.code == code), None)
    return RuleInWords(
        problem=PROBLEMS[code][language] if code in PROBLEMS else code,
        help=rule.help[language] if rule is not None else "",
    )
