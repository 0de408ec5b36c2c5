"""Words for reasons and broken rules: templates in Dutch and English; every name comes from the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .criteria import Reason
from .rules import Data, Sentence

LANGUAGES = ("nl", "en")

_PARTS = {
    "nl": ("ochtend", "middag", "avond"),
    "en": ("morning", "afternoon", "evening"),
}
_DAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_AND = {"nl": " en ", "en": " and "}

REASONS: dict[str, Sentence] = {
    "languages.shared": {"nl": "Gedeelde taal: {languages}.", "en": "Shared language: {languages}."},
    "languages.bridged": {
        "nl": "Nog geen gedeelde taal, maar een community builder spreekt {languages}.",
        "en": "No shared language yet, but a community builder speaks {languages}.",
    },
    "languages.none": {"nl": "Geen gedeelde taal.", "en": "No shared language."},
    "languages.unknown": {"nl": "Talen niet bekend.", "en": "Languages not known."},
    "interests.shared": {"nl": "Gedeelde interesse: {interests}.", "en": "Shared interest: {interests}."},
    "interests.none": {"nl": "Geen gedeelde interesses genoemd.", "en": "No shared interests mentioned."},
    "interests.unknown": {"nl": "Interesses niet ingevuld.", "en": "Interests not filled in."},
    "goals.met": {"nl": "De groep kan helpen met {goals}.", "en": "The group can help with {goals}."},
    "goals.none": {
        "nl": "De groep noemt andere hulp dan het huishouden zoekt.",
        "en": "The group mentions other help than the household looks for.",
    },
    "goals.unknown": {"nl": "Doelen of hulp niet ingevuld.", "en": "Goals or help not filled in."},
    "availability.shared": {"nl": "Allebei tijd op {slots}.", "en": "Both have time on {slots}."},
    "availability.none": {
        "nl": "Geen dagdeel waarop zij allebei kunnen.",
        "en": "No part of the week when both are free.",
    },
    "availability.unknown": {"nl": "Beschikbaarheid niet ingevuld.", "en": "Availability not filled in."},
    "place.same": {"nl": "Zij wonen in hetzelfde deel: {part}.", "en": "They live in the same part: {part}."},
    "place.near": {"nl": "De groep woont dichtbij: {part}.", "en": "The group lives near: {part}."},
    "place.further": {
        "nl": "De groep woont iets verder: {part}.",
        "en": "The group lives a bit further: {part}.",
    },
    "place.far": {"nl": "De groep woont ver weg: {part}.", "en": "The group lives far away: {part}."},
    "place.other": {
        "nl": "De groep woont in een ander deel: {part}.",
        "en": "The group lives in another part: {part}.",
    },
    "place.unknown": {"nl": "Deel van de gemeente niet bekend.", "en": "Part of town not known."},
    "children.same_age": {
        "nl": "Kinderen van dezelfde leeftijd: {bands}.",
        "en": "Children of the same age: {bands}.",
    },
    "children.none": {"nl": "De kinderen zijn niet even oud.", "en": "The children are not of the same age."},
    "children.unknown": {
        "nl": "Geen kinderen, of leeftijden niet ingevuld.",
        "en": "No children, or ages not filled in.",
    },
    "programme.same": {"nl": "Zij zoeken dezelfde vorm.", "en": "They look for the same form."},
    "programme.other": {"nl": "Zij zoeken een andere vorm.", "en": "They look for different forms."},
    "programme.open": {"nl": "De vorm ligt nog open.", "en": "The form is still open."},
    "wishes.met": {"nl": "Aan alle wensen voldaan: {wishes}.", "en": "All wishes are met: {wishes}."},
    "wishes.partly": {
        "nl": "Aan deze wensen voldaan: {wishes}. Nog niet aan: {unmet}.",
        "en": "These wishes are met: {wishes}. Not yet: {unmet}.",
    },
    "wishes.none": {
        "nl": "Nog niet aan deze wensen voldaan: {unmet}.",
        "en": "These wishes are not met yet: {unmet}.",
    },
    "wishes.unknown": {"nl": "Geen wensen genoemd.", "en": "No wishes mentioned."},
    "waiting.bonus": {"nl": "Wacht al {weeks} weken.", "en": "Waiting for {weeks} weeks."},
}
"""Reason code -> template. Every reason that a criterion can give is here."""

_ONE_WEEK: Sentence = {"nl": "Wacht al één week.", "en": "Waiting for one week."}

_MEMBERS: dict[str, tuple[str, str]] = {
    "nl": ("1 lid spreekt {language}.", "{n} leden spreken {language}."),
    "en": ("1 member speaks {language}.", "{n} members speak {language}."),
}

BLOCKED: dict[str, Sentence] = {
    "municipality": {
        "nl": "Zij horen bij verschillende gemeenten.",
        "en": "They belong to different municipalities.",
    },
    "group_ready": {"nl": "De groep is nog niet klaar.", "en": "The group is not ready yet."},
    "group_free": {
        "nl": "De groep steunt al een huishouden.",
        "en": "The group already supports a household.",
    },
    "household_ready": {"nl": "Het huishouden is nog niet klaar.", "en": "The household is not ready yet."},
    "household_free": {
        "nl": "Het huishouden heeft al een groep.",
        "en": "The household already has a group.",
    },
    "consent": {"nl": "De toestemming is er niet (meer).", "en": "Consent is not, or no longer, in force."},
    "language": {
        "nl": "Geen gedeelde taal: het huishouden spreekt {household}, de groep {group}.",
        "en": "No shared language: the household speaks {household}, the group {group}.",
    },
    "size": {
        "nl": "Het huishouden telt {size} mensen; de groep kan er {capacity} aan.",
        "en": "The household has {size} people; the group can support {capacity}.",
    },
    "child_ages": {
        "nl": "De groep kan kinderen van deze leeftijd nog niet steunen: {bands}.",
        "en": "The group cannot support children of this age yet: {bands}.",
    },
    "household_musts": {
        "nl": "De groep kan nog niet voldoen aan: {wishes}.",
        "en": "The group cannot meet this yet: {wishes}.",
    },
    "group_musts": {
        "nl": "Het huishouden kan nog niet voldoen aan: {wishes}.",
        "en": "The household cannot meet this yet: {wishes}.",
    },
    "not_ended": {
        "nl": "Zij waren eerder gekoppeld, of een van beide zei eerder nee.",
        "en": "They were matched before, or one of them said no before.",
    },
    "not_unsafe": {
        "nl": "Er staat een veiligheidsvlag tussen hen.",
        "en": "There is a safety flag between them.",
    },
}
"""Code of a broken rule -> template. Every rule of `rules.RULES` is here."""


@dataclass(frozen=True)
class Names:
    """The caller's names in one language, by position of the bit in the masks; `parts` by code of part of
    town."""

    languages: Sequence[str] = ()
    interests: Sequence[str] = ()
    goals: Sequence[str] = ()
    wishes: Sequence[str] = ()
    bands: Sequence[str] = ()
    parts: Mapping[int, str] = field(default_factory=dict)


def slot_name(slot: int, language: str) -> str:
    """Slot 0..20 in words: slot_name(8, "nl") == "woensdagavond"."""
    day, part = divmod(slot, 3)
    return f"{_DAYS[language][day]}{'' if language == 'nl' else ' '}{_PARTS[language][part]}"


def listed(words: Sequence[str], language: str) -> str:
    """ "a, b en c" or "a, b and c"; an empty list gives "–"."""
    if len(words) < 2:
        return words[0] if words else "–"
    return ", ".join(words[:-1]) + _AND[language] + words[-1]


def reason_in_words(reason: Reason, names: Names, language: str) -> str:
    """A reason of `explain_pair` as one or two plain sentences, `language` "nl" or "en". Raises KeyError
    otherwise."""
    if reason.code == "waiting.bonus" and reason.data["weeks"] == 1:
        return _ONE_WEEK[language]
    text = _filled(REASONS[reason.code][language], reason.data, names, language)
    if reason.code == "languages.shared":
        text = " ".join([text, *_member_counts(reason.data, names, language)])
    return text


def blocked_in_words(code: str, data: Data, names: Names, language: str) -> str:
    """A broken rule (`Rulebook.blocking`) as one plain sentence. Raises KeyError for an unknown code or
    language."""
    return _filled(BLOCKED[code][language], data, names, language)


def _member_counts(data: Data, names: Names, language: str) -> list[str]:
    languages, members = data["languages"], data["members"]
    if isinstance(languages, int) or isinstance(members, int):
        return []
    one, more = _MEMBERS[language]
    return [
        (one if count == 1 else more).format(n=count, language=_name(names.languages, bit))
        for bit, count in zip(languages, members, strict=True)
        if count
    ]


def _filled(template: str, data: Data, names: Names, language: str) -> str:
    lists: dict[str, Sequence[str]] = {
        "languages": names.languages,
        "household": names.languages,
        "group": names.languages,
        "interests": names.interests,
        "goals": names.goals,
        "wishes": names.wishes,
        "unmet": names.wishes,
        "bands": names.bands,
    }
    values: dict[str, str] = {}
    for key, value in data.items():
        if isinstance(value, int):
            values[key] = names.parts.get(value, "?") if key == "part" else str(value)
        elif key == "slots":
            values[key] = listed([slot_name(slot, language) for slot in value], language)
        elif key in lists:
            values[key] = listed([_name(lists[key], bit) for bit in value], language)
    return template.format_map(values)


def _name(names: Sequence[str], bit: int) -> str:
    return names[bit] if bit < len(names) else "?"
