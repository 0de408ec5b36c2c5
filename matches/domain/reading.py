"""What matching reads of Postgres: one list for each column, each list in the order of the ids.

Codes and small JSON values travel as text: people choose the same ones again and again, so what the engine takes of them is
worked out once for each text. Every query is composed once per process (`samenhier.core.prepared`).
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, F, Model, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast, TruncDate

from groups.domain.agreements import current_version
from groups.enums import AgreementKind, GroupStatus
from groups.models import SponsorGroup
from matches.enums import MatchStatus
from matches.models import Match, SafetyFlag
from municipalities.enums import StaffRole
from municipalities.models import Policy, StaffMembership
from newcomers.models import Household
from samenhier.core.prepared import Given, prepared
from samenhier.core.reference import CHILD_BANDS, GOALS, INTERESTS, LANGUAGES

from . import masks
from .free import consent_in_force, free_households, in_open_match, latecomer_to_wait_for
from .imaginary import ImaginaryGroup
from .reach import Reach, free_groups_of

#: Columns that hold several values, each with what the engine takes of it.
MEANINGS: dict[str, Callable[[Any], Any]] = {
    "availability": masks.slot_mask,
    "child_bands": CHILD_BANDS.mask,
    "children": masks.children,
    "emphasis": masks.points,
    "goals": GOALS.mask,
    "interests": INTERESTS.mask,
    "languages": masks.spoken,
    "offers": GOALS.mask,
    "own_child_bands": CHILD_BANDS.mask,
    "promises": masks.wished,
    "wishes": masks.wished,
    "would_like": masks.wished,
    "together__availability": masks.slot_mask,
    "together__interests": INTERESTS.mask,
    "together__languages": masks.speakers,
    "together__languages_well": LANGUAGES.mask,
}
#: Moments that count as the local day.
DAYS = frozenset({"ready_since"})
HOUSEHOLD_COLUMNS = (
    *("pk", "status", "adults", "children", "languages", "goals", "interests", "wishes", "would_like"),
    *("availability", "part_of_town", "urgency", "ready_since", "arrival", "emphasis"),
)
#: Those of `groups.models.MembersTogether` come along.
GROUP_COLUMNS = (
    *("pk", "status", "kind", "part_of_town", "offers", "promises", "max_household", "child_bands", "wishes"),
    *("would_like", "own_child_bands", "emphasis", "municipality_id", "together__present"),
    *("together__has_contact", "together__screened_until", "together__languages"),
    *("together__languages_well", "together__interests", "together__availability"),
)

Columns = dict[str, list[Any]]
_IDS = ArrayField(UUIDField())
#: Nobody has this id: a run that reconsiders no pair.
NOBODY = UUID(int=0)


def _codes(text: str) -> list[str]:
    """A Postgres array of codes from the reference lists, such as `{dutch,town}`."""
    return text[1:-1].split(",") if len(text) > 2 else []


def _reader(model: type[Model], column: str) -> Callable[[str | None], Any] | None:
    """From the text of a column to what the engine takes; None for a column that is read as it is."""
    if column not in MEANINGS:
        return None
    mean, parse = MEANINGS[column], _codes if isinstance(_field(model, column), ArrayField) else json.loads

    @lru_cache(maxsize=20_000)
    def read(text: str | None) -> Any:
        # Nothing there, such as of a group in which nobody was ever present: as if it were empty.
        return mean(parse(text or "{}"))

    return read


def _field(model: type[Model], column: str) -> Any:
    """The field of a column, which may be one step away."""
    first, _, rest = column.partition("__")
    kind: Any = model._meta.pk if first == "pk" else model._meta.get_field(first)
    return _field(kind.related_model, rest) if rest else kind


def _selected(rows: QuerySet[Any], columns: Sequence[str], *conditions: Any) -> QuerySet[Any]:
    texts = (
        Cast(name, TextField()) if name in MEANINGS else TruncDate(name) if name in DAYS else name
        for name in columns
    )
    return rows.order_by("pk").values_list(*texts, *conditions)


def _columns(
    rows: Iterable[tuple[Any, ...]],
    names: Sequence[str],
    readers: Sequence[Callable[[str | None], Any] | None],
) -> Columns:
    turned = list(zip(*rows, strict=True)) or [()] * len(names)
    return {
        name: list(column) if read is None else [read(text) for text in column]
        for name, column, read in zip(names, turned, readers, strict=True)
    }


# -- households ------------------------------------------------------------------------------------------------------

#: Behind the columns: whether a yes is in force, and whether an open match takes it.
HOUSEHOLD_NAMES = (*HOUSEHOLD_COLUMNS, "consent", "taken")
_HOUSEHOLD_READERS = [_reader(Household, name) for name in HOUSEHOLD_COLUMNS] + [None, None]


#: What is so of everybody whom a run reads.
_YES, _NO = Value(True), Value(False)


def _standing(town: Given, household: Given, group: Given) -> QuerySet[Match]:
    """What a run leaves alone: chosen by hand, or waiting for a neighbour's word; except what is reconsidered."""
    standing = Match.objects.filter(municipality=town).standing()
    return standing.exclude(Q(household=household) | Q(group=group))


@prepared(town=UUIDField(), household=UUIDField(), group=UUIDField())
def _free_households(town: Given, household: Given, group: Given) -> QuerySet[Any]:
    taken = _standing(town, household, group).values("household")
    free = free_households().filter(municipality=town).exclude(pk__in=taken)
    return _selected(free, HOUSEHOLD_COLUMNS, _YES, _NO)


@prepared(ids=_IDS)
def _these_households(ids: Given) -> QuerySet[Any]:
    these = Household.objects.filter(pk__among=ids)
    return _selected(these, HOUSEHOLD_COLUMNS, consent_in_force(), in_open_match("household"))


def households_of_run(town: UUID, reconsider: tuple[UUID, UUID] = (NOBODY, NOBODY)) -> Columns:
    """Who of one municipality can be matched now, without those whose pair stands, except that to `reconsider`."""
    rows = _free_households(town=town, household=reconsider[0], group=reconsider[1])
    return _columns(rows, HOUSEHOLD_NAMES, _HOUSEHOLD_READERS)


def these_households(ids: Iterable[UUID]) -> Columns:
    """These, whatever state they are in."""
    return _columns(_these_households(ids=list(ids)), HOUSEHOLD_NAMES, _HOUSEHOLD_READERS)


# -- groups ----------------------------------------------------------------------------------------------------------

#: Behind the columns: somebody who still has to do what the town asks, and whether an open match takes it.
GROUP_NAMES = (*GROUP_COLUMNS, "incomplete", "taken")
_GROUP_READERS = [_reader(SponsorGroup, name) for name in GROUP_COLUMNS] + [None, None]
#: The versions of texts that members sign today.
_TEXTS = {f"{kind}_text": CharField() for kind in AgreementKind.values}


def _texts() -> dict[str, str]:
    return {f"{kind}_text": current_version(kind) for kind in AgreementKind}


def _with_conditions(groups: QuerySet[SponsorGroup], taken: Any, **texts: Given) -> QuerySet[Any]:
    return _selected(groups, GROUP_COLUMNS, latecomer_to_wait_for(**texts), taken)


@prepared(town=UUIDField(), household=UUIDField(), group=UUIDField(), **_TEXTS)
def _own_groups(town: Given, household: Given, group: Given, **texts: Given) -> QuerySet[Any]:
    taken = _standing(town, household, group).values("group")
    return _with_conditions(free_groups_of(town).exclude(pk__in=taken), _NO, **texts)


@prepared(town=UUIDField(), opened=_IDS, household=UUIDField(), group=UUIDField(), **_TEXTS)
def _groups_in_reach(
    town: Given, opened: Given, household: Given, group: Given, **texts: Given
) -> QuerySet[Any]:
    taken = _standing(town, household, group).values("group")
    return _with_conditions(free_groups_of(town, opened).exclude(pk__in=taken), _NO, **texts)


@prepared(ids=_IDS, **_TEXTS)
def _these_groups(ids: Given, **texts: Given) -> QuerySet[Any]:
    return _with_conditions(SponsorGroup.objects.filter(pk__among=ids), in_open_match("group"), **texts)


def groups_of_run(reach: Reach, reconsider: tuple[UUID, UUID] = (NOBODY, NOBODY)) -> Columns:
    """The groups that may support somebody of this municipality now, those of open neighbours too."""
    household, group = reconsider
    if reach.opened:
        rows = _groups_in_reach(
            town=reach.own, opened=list(reach.opened), household=household, group=group, **_texts()
        )
    else:
        rows = _own_groups(town=reach.own, household=household, group=group, **_texts())
    return _columns(rows, GROUP_NAMES, _GROUP_READERS)


@prepared(towns=_IDS, **_TEXTS)
def _groups_to_wait_for(towns: Given, **texts: Given) -> QuerySet[Any]:
    return (
        SponsorGroup.objects.approved()
        .filter(municipality__among=towns, last_yes_at__gt=F("approved_at"))
        .alias(latecomer=latecomer_to_wait_for(**texts))
        .filter(latecomer__isnull=False)
        .order_by()
        .values_list("pk")
    )


def groups_to_wait_for(towns: Iterable[UUID]) -> list[UUID]:
    """Approved groups of these municipalities with a newer member who still has to do what was asked of the others."""
    return [pk for (pk,) in _groups_to_wait_for(towns=list(towns), **_texts())]


def these_groups(ids: Iterable[UUID]) -> Columns:
    """These, whatever state they are in."""
    return _columns(_these_groups(ids=list(ids), **_texts()), GROUP_NAMES, _GROUP_READERS)


def add_imaginary(columns: Columns, one: ImaginaryGroup, policy: Policy) -> None:
    """As if an approved, free group stood in the table, with as many members as it needs, who all show what they must.

    What it does not say is empty.
    """
    everybody = dict.fromkeys(one.languages, 1)
    given: dict[str, Any] = {
        "status": GroupStatus.APPROVED,
        "municipality_id": policy.municipality_id,
        "incomplete": None,
        "taken": False,
        "emphasis": {},
        "together__present": policy.group_size_min,
        "together__has_contact": True,
        "together__screened_until": date.max,
        "together__languages": everybody,
        "together__languages_well": everybody,
        "together__interests": one.interests,
        "together__availability": one.availability,
    }
    for name, column in columns.items():
        value = given[name] if name in given else getattr(one, name, ())
        column.append(MEANINGS[name](value) if name in MEANINGS else value)


# -- what else the rules ask -----------------------------------------------------------------------------------------


@prepared(town=UUIDField())
def _builders(town: Given) -> QuerySet[Any]:
    return (
        StaffMembership.objects.active()
        .filter(municipality=town, role=StaffRole.BUILDER, user__is_active=True)
        .values_list("languages")
    )


def spoken_by_builders(municipality_id: UUID) -> set[str]:
    """Codes of the languages that the community builders who work there now can bridge."""
    return {code for (languages,) in _builders(town=municipality_id) for code in languages}


def _apart(**of: Given) -> QuerySet[Any]:
    # Matched before, said no, or set aside for good.
    earlier = Match.objects.filter(
        Q(status__in=[MatchStatus.ENDED, MatchStatus.DECLINED]) | Q(not_again=True), **of
    )
    unsafe = SafetyFlag.objects.standing().filter(**of)
    kinds = [
        rows.order_by().values_list(Value(kind, CharField()), "household_id", "group_id")
        for kind, rows in (("ended", earlier), ("unsafe", unsafe))
    ]
    return kinds[0].union(kinds[1])


@prepared(town=UUIDField())
def _apart_in_town(town: Given) -> QuerySet[Any]:
    return _apart(municipality=town)


@prepared(ids=_IDS)
def _apart_of_these(ids: Given) -> QuerySet[Any]:
    return _apart(household__among=ids)


def kept_apart(
    town: UUID, households: Sequence[UUID], groups: Sequence[UUID]
) -> dict[str, list[tuple[int, int]]]:
    """Pairs of these that may not be matched again (`ended`) or for their safety (`unsafe`), as places on the two sides."""
    # Of few households only what they were in; of a whole pool all of the town, instead of sending a thousand ids.
    few = len(households) <= 50
    rows = _apart_of_these(ids=list(households)) if few else _apart_in_town(town=town)
    found: dict[str, set[tuple[int, int]]] = {"ended": set(), "unsafe": set()}
    if rows:
        places = [{pk: place for place, pk in enumerate(ids)} for ids in (households, groups)]
        for kind, household, group in rows:
            if household in places[0] and group in places[1]:
                found[kind].add((places[0][household], places[1][group]))
    return {kind: sorted(pairs) for kind, pairs in found.items()}
