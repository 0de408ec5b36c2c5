"""Reasons and broken rules as plain sentences, with the names of our own reference lists."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, override

from matches.engine import sentences
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
        lists = {
            "languages": LANGUAGES,
            "interests": INTERESTS,
            "goals": GOALS,
            "wishes": WISHES,
            "bands": CHILD_BANDS,
        }
        return sentences.Names(**{name: [str(option.label) for option in options] for name, options in lists.items()})


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
