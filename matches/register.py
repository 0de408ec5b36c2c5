"""The record of our matching for the Dutch algorithm register, made from the engine's own rules, criteria and weights.

The field names are those of the register (algoritmes.overheid.nl). What we do not know, such as the legal basis of an
organisation, is a setting (`ALGORITHM_REGISTER`); left empty, the record says so and invents nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from matches.engine import (
    BUDGET,
    CRITERIA,
    GOALS,
    NEUTRAL,
    RULES,
    RULES_VERSION,
    Criterion,
    Rule,
    Weights,
    solver_version,
)
from matches.engine.criteria import FULL
from matches.engine.rules import Sentence
from matches.engine.scoring import MAX_WAITING_CAP, MAX_WAITING_PER_WEEK, MAX_WEIGHT

from . import register_texts as texts

STANDARD_VERSION = "1.0"
LANGUAGES = ("nl", "en")
#: Standard codes of languages in the register.
LANGUAGE_CODES = {"nl": "NLD", "en": "ENG"}


class RegisterError(ValueError):
    """Something in the code has no words for the register; the text names it."""


@dataclass(frozen=True)
class Field:
    """One field of the record: the register's own code, what it is called, and what it says."""

    code: str
    label: str
    value: str

    @property
    def is_filled_in(self) -> bool:
        return bool(self.value)


_LABELS: dict[str, Sentence] = {
    "name": {"nl": "Naam", "en": "Name"},
    "organization": {"nl": "Organisatie", "en": "Organisation"},
    "description_short": {"nl": "In het kort", "en": "In short"},
    "publication_category": {"nl": "Soort algoritme in het register", "en": "Category in the register"},
    "status": {"nl": "Stand", "en": "Status"},
    "begin_date": {"nl": "In gebruik sinds", "en": "In use since"},
    "contact_email": {"nl": "Contact", "en": "Contact"},
    "goal": {"nl": "Doel", "en": "Purpose"},
    "impact": {"nl": "Gevolgen voor mensen", "en": "Consequences for people"},
    "proportionality": {"nl": "Afwegingen", "en": "Considerations"},
    "human_intervention": {"nl": "De rol van mensen", "en": "The role of people"},
    "objection_procedure": {"nl": "Niet eens met een besluit", "en": "When you disagree"},
    "lawful_basis": {"nl": "Wettelijke basis", "en": "Legal basis"},
    "lawful_basis_link": {"nl": "Waar die te lezen is", "en": "Where to read it"},
    "impacttoetsen": {"nl": "Toetsen vooraf (DPIA, IAMA)", "en": "Assessments (DPIA, IAMA)"},
    "source_data": {"nl": "Gegevens", "en": "Data"},
    "methods_and_models": {"nl": "Hoe het werkt", "en": "How it works"},
    "risks": {"nl": "Risico’s en maatregelen", "en": "Risks and measures"},
    "monitoring": {"nl": "Hoe wij het nagaan", "en": "How we keep an eye on it"},
    "provider": {"nl": "Leverancier", "en": "Supplier"},
    "publiccode": {"nl": "Broncode", "en": "Source code"},
}
#: Facts of an organisation that no code can know, all in `settings.ALGORITHM_REGISTER`.
FROM_SETTINGS = (
    "organization",
    "publication_category",
    "begin_date",
    "contact_email",
    "objection_procedure",
    "lawful_basis",
    "lawful_basis_link",
    "impacttoetsen",
    "provider",
    "publiccode",
)


def _said(sentence: object, language: str, what: str) -> str:
    """The sentence in this language; a missing or empty one is an error, never a hole in the record."""
    found = sentence.get(language, "") if isinstance(sentence, dict) else ""
    if not found.strip():
        raise RegisterError(f"{what} has no sentence in “{language}” for the algorithm register")
    return str(found)


@dataclass(frozen=True)
class RuleEntry:
    """A hard rule: what it asks, and what it reads."""

    code: str
    sentence: str
    data: tuple[str, ...]


@dataclass(frozen=True)
class CriterionEntry:
    """A criterion: what it measures, how heavy it weighs by default and within which bounds."""

    code: str
    sentence: str
    data: tuple[str, ...]
    weight: int
    lowest: int
    highest: int


@dataclass(frozen=True)
class Record:
    """Everything the register asks, in one language."""

    language: str
    fields: tuple[Field, ...]
    goals: tuple[str, ...]
    rules: tuple[RuleEntry, ...]
    criteria: tuple[CriterionEntry, ...]
    data_of_households: tuple[str, ...]
    data_of_groups: tuple[str, ...]
    not_used: tuple[str, ...]
    risks: tuple[tuple[str, str], ...]
    emphasis: str
    floor: str
    waiting: dict[str, int]
    versions: dict[str, str]

    @property
    def name(self) -> str:
        return self.field("name").value

    def field(self, code: str) -> Field:
        """A field by its code."""
        return next(field for field in self.fields if field.code == code)

    def to_json(self) -> dict[str, Any]:
        """The register's own fields on top, ours below them."""
        return {
            "standard_version": STANDARD_VERSION,
            "lang": LANGUAGE_CODES[self.language],
            **{field.code: field.value for field in self.fields},
            "samen_hier": {
                name: value
                for name, value in asdict(self).items()
                if name not in ("language", "fields", "risks")
            }
            | {"risks": [{"risk": risk, "measure": measure} for risk, measure in self.risks]},
        }


def record(
    language: str,
    *,
    rules: Iterable[Rule] = RULES,
    criteria: Iterable[Criterion] = CRITERIA,
    weights: Weights | None = None,
) -> Record:
    """The record in “nl” or “en”. Raises `RegisterError` when a rule, a criterion or what it reads has no words."""
    if language not in LANGUAGES:
        raise RegisterError(f"no record in “{language}”")
    weights = weights or Weights()
    rules, criteria = tuple(rules), tuple(criteria)
    needs = _data_of([*rules, *criteria], language)
    more = [_said(one, language, "data") for one in texts.MORE_DATA]
    of_households = [text for need, text in needs.items() if need.startswith("household.")] + more
    of_groups = [text for need, text in needs.items() if need.startswith("group.")]
    risks = tuple(
        (_said(risk, language, "a risk"), _said(measure, language, "a measure"))
        for risk, measure in texts.RISKS
    )
    return Record(
        language=language,
        fields=tuple(_fields(language, weights, of_households, of_groups, risks)),
        goals=tuple(_said(goal.sentence, language, f"goal {goal.code}") for goal in GOALS),
        rules=tuple(
            RuleEntry(
                rule.code, _said(rule.sentence, language, f"rule {rule.code}"), _texts(rule.needs, needs)
            )
            for rule in rules
        ),
        criteria=tuple(
            CriterionEntry(
                one.code,
                _said(one.sentence, language, f"criterion {one.code}"),
                _texts(one.needs, needs),
                _weight_of(one, weights),
                0,
                MAX_WEIGHT,
            )
            for one in criteria
        ),
        data_of_households=tuple(dict.fromkeys(of_households)),
        data_of_groups=tuple(dict.fromkeys(of_groups)),
        not_used=tuple(_said(one, language, "what is not used") for one in texts.NOT_USED),
        risks=risks,
        emphasis=_said(texts.EMPHASIS, language, "emphasis").format(budget=BUDGET),
        floor=_said(texts.FLOOR, language, "floor"),
        waiting={
            "points_per_week": weights.waiting_per_week,
            "points_per_week_highest": MAX_WAITING_PER_WEEK,
            "cap": weights.waiting_cap,
            "cap_highest": MAX_WAITING_CAP,
        },
        versions={"rules": RULES_VERSION, "solver": solver_version()},
    )


def _weight_of(criterion: Criterion, weights: Weights) -> int:
    if not hasattr(weights, criterion.code):
        raise RegisterError(f"criterion {criterion.code} has no weight")
    weight: int = getattr(weights, criterion.code)
    return weight


def _data_of(objects: Iterable[Rule | Criterion], language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in objects:
        for need in one.needs:
            found[need] = _said(texts.DATA.get(need), language, f"“{need}”, which {one.code} reads,")
    return found


def _texts(needs: Iterable[str], found: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found[need] for need in needs))


def _fields(
    language: str,
    weights: Weights,
    of_households: list[str],
    of_groups: list[str],
    risks: tuple[tuple[str, str], ...],
) -> Iterable[Field]:
    numbers = {
        "full": FULL,
        "neutral": NEUTRAL,
        "per_week": weights.waiting_per_week,
        "cap": weights.waiting_cap,
    }
    known = settings.ALGORITHM_REGISTER
    about = {
        "nl": ("Van huishoudens: {}. Van groepen: {}. {} Niet gebruikt: {}"),
        "en": ("Of households: {}. Of groups: {}. {} Not used: {}"),
    }[language]
    not_used = " ".join(_said(one, language, "what is not used") for one in texts.NOT_USED)
    ours = {
        "name": _said(texts.NAME, language, "name"),
        "description_short": _said(texts.SHORT, language, "the short description"),
        "status": _status(known.get("begin_date", ""), language),
        "goal": _said(texts.GOAL, language, "goal"),
        "impact": _said(texts.IMPACT, language, "impact"),
        "proportionality": _said(texts.PROPORTIONALITY, language, "proportionality"),
        "human_intervention": _said(texts.HUMAN, language, "human role"),
        "source_data": about.format(
            "; ".join(dict.fromkeys(of_households)),
            "; ".join(dict.fromkeys(of_groups)),
            _said(texts.SOURCE, language, "source"),
            not_used,
        ),
        "methods_and_models": _said(texts.METHOD, language, "method").format(**numbers),
        "risks": " ".join(f"{risk} {measure}" for risk, measure in risks),
        "monitoring": _said(texts.MONITORING, language, "monitoring"),
    }
    for code, label in _LABELS.items():
        value = known.get(code, "") if code in FROM_SETTINGS else ours[code]
        yield Field(code, _said(label, language, f"field {code}"), value)


def _status(begin_date: str, language: str) -> str:
    """In use only when somebody said since when."""
    return {"nl": "In gebruik", "en": "In use"}[language] if begin_date else ""


def as_file(language: str) -> str:
    """The record as a JSON file: the same code and settings give the same bytes."""
    return json.dumps(record(language).to_json(), ensure_ascii=False, indent=2) + "\n"


def file_name(language: str) -> str:
    return f"algoritmeregister-samen-hier.{language}.json"
