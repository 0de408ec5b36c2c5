"""Who gets a group, how soon, and how well it fits: by language, size of the household and urgency.

Pure counting over one year. Whoever publishes the numbers decides what may be said of them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from math import sqrt
from statistics import mean, median, variance
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Value
from django.utils.translation import gettext as _

from matches.domain.masks import SPOKEN_WELL
from matches.enums import NAMES_OPEN
from matches.models import Match
from newcomers.enums import HouseholdStatus, Urgency
from samenhier.core.moments import add_months, local_date, local_moment
from samenhier.core.reference import LANGUAGES

#: A difference is told from so many households on both sides, …
TOLD_FROM = 10
#: … when it is larger than chance explains (two standard errors), …
CERTAINTY = 2.0
#: … and large enough to matter: part of the households, weeks, points.
MATTERS = {"rate": 0.10, "weeks": 4.0, "score": 75.0}
REST = "rest"


@dataclass(frozen=True)
class Life:
    """One household in the year: what it is counted by, and what became of it. No name, no id."""

    municipality: UUID
    languages: tuple[str, ...]
    size: str
    urgency: str
    placed: bool
    weeks: float
    score: int | None


@dataclass(frozen=True)
class Slice:
    """Some households of one kind."""

    code: str
    lives: tuple[Life, ...] = field(repr=False)

    @property
    def count(self) -> int:
        return len(self.lives)

    @property
    def placed(self) -> int:
        return sum(life.placed for life in self.lives)

    @property
    def rate(self) -> float:
        """Part of them that met a group, 0..1."""
        return self.placed / self.count if self.count else 0.0

    @property
    def weeks(self) -> float:
        """The middle of the weeks from ready to introduced, or until now for who still waits."""
        return median(life.weeks for life in self.lives) if self.lives else 0.0

    @property
    def scores(self) -> list[int]:
        return [life.score for life in self.lives if life.score is not None]

    @property
    def towns(self) -> int:
        """Municipalities behind it."""
        return len({life.municipality for life in self.lives})


@dataclass(frozen=True)
class Difference:
    """A slice that does clearly worse than everybody else in the same list."""

    measure: str  # rate, weeks or score
    code: str
    count: int
    others: int
    value: float
    of_others: float


Kinds = Callable[[Life], tuple[str, ...]]
#: What is compared, in the order of the page.
DIMENSIONS: dict[str, Kinds] = {
    "language": lambda life: life.languages,
    "size": lambda life: (life.size,),
    "urgency": lambda life: (life.urgency,),
}
SIZES = ("1", "2", "3-4", "5+")


def codes_of(dimension: str) -> tuple[str, ...]:
    """Every kind in a dimension, in the order of the page."""
    if dimension == "language":
        return LANGUAGES.codes()
    return SIZES if dimension == "size" else tuple(str(value) for value in Urgency.values)


def label_of(dimension: str, code: str) -> str:
    """A kind in words."""
    if code == REST:
        return {"language": _("Other languages"), "size": _("Other sizes"), "urgency": _("Other")}[dimension]
    if dimension == "language":
        return LANGUAGES.label(code)
    if dimension == "urgency":
        return str(Urgency(int(code)).label)
    return {"1": _("1 person"), "2": _("2 people"), "3-4": _("3 or 4 people"), "5+": _("5 people or more")}[
        code
    ]


def lives(households: Any, *, until: datetime) -> list[Life]:
    """The year before `until`: households (a queryset) that were introduced to a group in it, or waited at its end.

    Two queries. A household that met several groups counts with the last; its wait begins anew when a match ends.
    """
    begin = local_moment(add_months(local_date(until), -12), time())
    meetings: dict[UUID, list[Any]] = {}
    bonus = Func(
        F("reasons"),
        Value('$[*] ? (@.criterion == "waiting").adds'),
        template="(jsonb_path_query_first(%(expressions)s::jsonpath))::int",
        output_field=IntegerField(),
    )
    rows = (
        Match.objects.filter(household__in=households, introduced_at__lt=until)
        .annotate(bonus=bonus)
        .order_by("introduced_at")
        .values_list("household_id", "introduced_at", "closed_at", "score", "bonus")
    )
    for household, *meeting in rows.iterator():
        meetings.setdefault(household, []).append(meeting)
    here = Exists(Match.objects.filter(household=OuterRef("pk"), status__in=NAMES_OPEN))
    people = (
        households.filter(ready_since__isnull=False, ready_since__lt=until)
        .annotate(together=here)
        .values_list(
            *("pk", "municipality_id", "languages", "adults", "children", "urgency"),
            *("ready_since", "status", "together"),
        )
    )
    found = []
    for pk, town, languages, adults, children, urgency, ready_since, status, together in people.iterator():
        before = meetings.get(pk, [])
        placed = bool(before) and before[-1][0] >= begin
        waits = not placed and status == HouseholdStatus.READY and not together
        if not placed and not waits:
            continue
        earlier = [closed for _at, closed, _score, _bonus in (before[:-1] if placed else before) if closed]
        since = max([ready_since, *earlier])
        met, _closed, score, bonus_points = before[-1] if placed else (until, None, None, None)
        found.append(
            Life(
                municipality=town,
                languages=_spoken(languages),
                size=size_of(adults + sum(children.values())),
                urgency=str(urgency),
                placed=placed,
                weeks=max(0.0, (met - since).total_seconds() / 604800),
                score=None if score is None else min(1000, max(0, score - (bonus_points or 0))),
            )
        )
    return found


def _spoken(languages: Iterable[dict[str, str]]) -> tuple[str, ...]:
    """Languages spoken reasonably or well, without Dutch: that is what all of them are learning."""
    codes = {
        one["code"]
        for one in languages
        if one.get("level", "intermediate") in SPOKEN_WELL and one["code"] != "nld"
    }
    return tuple(sorted(codes & set(LANGUAGES.codes())))


def size_of(people: int) -> str:
    """The band of a household's size."""
    return "1" if people < 2 else "2" if people == 2 else "3-4" if people < 5 else "5+"


def slices(found: Sequence[Life], dimension: str, *, bound: int, towns: int = 1) -> list[Slice]:
    """The kinds of a dimension with at least `bound` households from at least `towns` municipalities.

    Smaller ones are taken together as the last; when that is too small itself, the smallest of the others joins it.
    Nothing at all when even all of them together are too few.
    """
    kinds = DIMENSIONS[dimension]
    parts = {code: [life for life in found if code in kinds(life)] for code in codes_of(dimension)}

    def enough(some: Sequence[Life]) -> bool:
        return len(some) >= bound and len({life.municipality for life in some}) >= towns

    shown = [code for code, some in parts.items() if enough(some)]
    folded = [code for code, some in parts.items() if some and code not in shown]

    def rest() -> list[Life]:
        return [life for life in found if not kinds(life) or set(kinds(life)) & set(folded)]

    while rest() and not enough(rest()) and shown:
        smallest = min(shown, key=lambda code: (len(parts[code]), code))
        shown.remove(smallest)
        folded.append(smallest)
    made = [Slice(code, tuple(parts[code])) for code in shown]
    return [*made, Slice(REST, tuple(rest()))] if enough(rest()) else made


def differences(found: Sequence[Life], dimension: str, shown: Sequence[Slice]) -> Iterator[Difference]:
    """Which of the shown kinds do clearly worse than all other households of the year."""
    for one in shown:
        inside = set(map(id, one.lives))
        others = Slice(REST, tuple(life for life in found if id(life) not in inside))
        if min(one.count, others.count) < TOLD_FROM:
            continue
        for measure, value, of_others, worse in (
            ("rate", one.rate, others.rate, _fewer(one, others)),
            ("weeks", one.weeks, others.weeks, _slower(one, others)),
            ("score", _mean(one.scores), _mean(others.scores), _lower(one.scores, others.scores)),
        ):
            if worse:
                yield Difference(measure, one.code, one.count, others.count, value, of_others)


def _mean(values: Sequence[int]) -> float:
    return mean(values) if values else 0.0


def _fewer(one: Slice, others: Slice) -> bool:
    together = (one.placed + others.placed) / (one.count + others.count)
    error = sqrt(together * (1 - together) * (1 / one.count + 1 / others.count))
    gap = others.rate - one.rate
    return gap >= MATTERS["rate"] and gap > CERTAINTY * error


def _slower(one: Slice, others: Slice) -> bool:
    """Ranks instead of means: one household that waited for years decides nothing."""
    if one.weeks - others.weeks < MATTERS["weeks"]:
        return False
    ours, theirs = [life.weeks for life in one.lives], sorted(life.weeks for life in others.lives)
    wins = sum((bisect_left(theirs, weeks) + bisect_right(theirs, weeks)) / 2 for weeks in ours)
    pairs = len(ours) * len(theirs)
    error = sqrt(pairs * (len(ours) + len(theirs) + 1) / 12)
    return wins - pairs / 2 > CERTAINTY * error


def _lower(ours: Sequence[int], theirs: Sequence[int]) -> bool:
    if min(len(ours), len(theirs)) < TOLD_FROM:
        return False
    error = sqrt(variance(ours) / len(ours) + variance(theirs) / len(theirs))
    gap = mean(theirs) - mean(ours)
    return gap >= MATTERS["score"] and gap > CERTAINTY * error


def sentence_of(dimension: str, one: Difference) -> str:
    """A difference as one plain sentence, with the numbers behind it."""
    words = {
        "kind": label_of(dimension, one.code),
        "count": one.count,
        "others": one.others,
        "value": round(one.value * 100) if one.measure == "rate" else round(one.value),
        "of_others": round(one.of_others * 100) if one.measure == "rate" else round(one.of_others),
    }
    texts = {
        "rate": _(
            "%(kind)s: fewer of them have a group. %(value)s%% (of %(count)s households), against %(of_others)s%% "
            "of the %(others)s others."
        ),
        "weeks": _(
            "%(kind)s: they wait longer. %(value)s weeks (%(count)s households), against %(of_others)s weeks for "
            "the %(others)s others."
        ),
        "score": _(
            "%(kind)s: their groups fit less well. %(value)s points (%(count)s households), against %(of_others)s "
            "for the %(others)s others."
        ),
    }
    return texts[one.measure] % words
