"""The criteria: how well a possible pair fits, 0..1000 points per criterion, seen from each side.

One object per criterion. `points` looks at many pairs at once, `points_of` at one and in plain steps; a test
proves that they agree. What was not stated gives NEUTRAL points: never a minus against those who stated it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cache
from typing import ClassVar, NamedTuple

import numpy as np

from .pool import Int32Array
from .profiles import KIND_OPEN, GroupProfiles, HouseholdProfiles, MaskArray, Rows, bits_of
from .rules import Data, Sentence

FULL = 1000
NEUTRAL = 500
BAND_POINTS = (1000, 750, 400, 100)
"""Points for the same part of town, near, further, far."""
ELSEWHERE = 300
"""Points for another part of town where no distances are known."""
LANGUAGE_SOME, LANGUAGE_WELL, LANGUAGE_MORE = 600, 900, 100


class Reason(NamedTuple):
    """Why a criterion gives its points, as a code and the positions and numbers its words need."""

    code: str
    data: Data


class Criterion(ABC):
    """A measure of how well two sides fit.

    code      stable name, one of `profiles.CRITERION_CODES`
    sentence  what it measures, {"nl": …, "en": …}
    needs     names of the profile fields it reads
    """

    code: ClassVar[str]
    sentence: ClassVar[Sentence]
    needs: ClassVar[tuple[str, ...]]

    @abstractmethod
    def points(
        self, h: HouseholdProfiles, rows: Rows, g: GroupProfiles, columns: Rows
    ) -> tuple[Int32Array, Int32Array]:
        """int32 (pairs,) twice, 0..1000: for the households `rows` and for the groups `columns`, pair by
        pair."""

    @abstractmethod
    def points_of(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> tuple[int, int]:
        """The same for household i and group j."""

    @abstractmethod
    def reason(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Reason:
        """What to say about household i and group j."""


class _Shared(Criterion):
    """Share of what one side stated that the other side states too; `enough` in common already counts as
    all."""

    household_field: ClassVar[str]
    group_field: ClassVar[str]
    enough: ClassVar[int]
    found: ClassVar[str]
    data_name: ClassVar[str]

    def points(
        self, h: HouseholdProfiles, rows: Rows, g: GroupProfiles, columns: Rows
    ) -> tuple[Int32Array, Int32Array]:
        ours: MaskArray = getattr(h, self.household_field)
        theirs: MaskArray = getattr(g, self.group_field)
        shared = np.bitwise_count(ours[rows] & theirs[columns])
        table = _share_table(self.enough)
        household = _stated(ours)[rows] + _silent(theirs)[columns]
        group = _stated(theirs)[columns] + _silent(ours)[rows]
        return table[household + shared], table[group + shared]

    def points_of(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> tuple[int, int]:
        ours, theirs = self._bits(h, i, g, j)
        if not ours or not theirs:
            return NEUTRAL, NEUTRAL
        shared = len(set(ours) & set(theirs))
        household, group = (
            FULL * min(shared, self.enough, len(side)) // min(self.enough, len(side))
            for side in (ours, theirs)
        )
        return household, group

    def reason(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Reason:
        ours, theirs = int(getattr(h, self.household_field)[i]), int(getattr(g, self.group_field)[j])
        if not ours or not theirs:
            return Reason(f"{self.code}.unknown", {})
        shared = bits_of(ours & theirs)
        if not shared:
            return Reason(f"{self.code}.none", {})
        return Reason(f"{self.code}.{self.found}", {self.data_name: shared})

    def _bits(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> tuple[list[int], list[int]]:
        return bits_of(int(getattr(h, self.household_field)[i])), bits_of(
            int(getattr(g, self.group_field)[j])
        )


class Languages(Criterion):
    code = "languages"
    sentence = {
        "nl": "Gedeelde talen: hoe goed zij elkaar zonder hulp kunnen verstaan.",
        "en": "Shared languages: how well they can understand each other without help.",
    }
    needs = ("household.languages", "household.languages_well", "group.languages", "group.languages_well")

    def points(
        self, h: HouseholdProfiles, rows: Rows, g: GroupProfiles, columns: Rows
    ) -> tuple[Int32Array, Int32Array]:
        shared = np.bitwise_count(h.languages[rows] & g.languages[columns])
        well = (h.languages_well[rows] & g.languages_well[columns]) != 0
        # by number of shared languages (0, 1, more) and spoken well or not; then twice: one side states none
        some, good, more = LANGUAGE_SOME, LANGUAGE_WELL, LANGUAGE_MORE
        table = np.array([0, 0, some, good, some + more, good + more, NEUTRAL, NEUTRAL], dtype=np.int32)
        silent = (h.languages == 0)[rows] | (g.languages == 0)[columns]
        cells = np.minimum(shared, 2) + silent * np.uint8(3)
        points = table[cells * np.intp(2) + well]
        return points, points

    def points_of(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> tuple[int, int]:
        if not int(h.languages[i]) or not int(g.languages[j]):
            return NEUTRAL, NEUTRAL
        shared = bits_of(int(h.languages[i]) & int(g.languages[j]))
        if not shared:
            return 0, 0
        points = LANGUAGE_WELL if int(h.languages_well[i]) & int(g.languages_well[j]) else LANGUAGE_SOME
        points += LANGUAGE_MORE if len(shared) > 1 else 0
        return points, points

    def reason(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Reason:
        if not int(h.languages[i]) or not int(g.languages[j]):
            return Reason("languages.unknown", {})
        shared = bits_of(int(h.languages[i]) & int(g.languages[j]))
        if not shared:
            if not h.bridged[i]:
                return Reason("languages.none", {})
            return Reason(
                "languages.bridged", {"languages": bits_of(int(h.bridge_languages[i] or h.languages[i]))}
            )
        members = g.language_members[j].tolist()
        counts = [members[bit] if bit < len(members) else 0 for bit in shared]
        return Reason("languages.shared", {"languages": shared, "members": counts})


class Interests(_Shared):
    code = "interests"
    household_field, group_field, enough, found, data_name = (
        "interests",
        "interests",
        3,
        "shared",
        "interests",
    )
    sentence = {
        "nl": "Gedeelde interesses; drie samen is genoeg voor alle punten.",
        "en": "Shared interests; three in common are enough for all points.",
    }
    needs = ("household.interests", "group.interests")


class Goals(_Shared):
    code = "goals"
    household_field, group_field, enough, found, data_name = "goals", "offers", 4, "met", "goals"
    sentence = {
        "nl": "Wat het huishouden wil bereiken, tegenover waar de groep bij kan helpen.",
        "en": "What the household wants to achieve, against what the group can help with.",
    }
    needs = ("household.goals", "group.offers")


class Availability(_Shared):
    code = "availability"
    household_field, group_field, enough, found, data_name = (
        "availability",
        "availability",
        3,
        "shared",
        "slots",
    )
    sentence = {
        "nl": "Momenten waarop zij allebei kunnen; drie dagdelen samen is genoeg voor alle punten.",
        "en": "Times when both are free; three parts of days in common are enough for all points.",
    }
    needs = ("household.availability", "group.availability")


class Place(Criterion):
    code = "place"
    sentence = {
        "nl": "Hoe dicht zij bij elkaar wonen: hetzelfde deel van de gemeente of hoe ver ervandaan.",
        "en": "How near they live to each other: the same part of town or how far from it.",
    }
    needs = ("household.part_of_town", "household.distance_bands", "group.part_of_town")

    def points(
        self, h: HouseholdProfiles, rows: Rows, g: GroupProfiles, columns: Rows
    ) -> tuple[Int32Array, Int32Array]:
        # Codes may be far apart: number those that occur.
        codes, numbers = np.unique(np.concatenate([h.part_of_town, g.part_of_town]), return_inverse=True)
        table = np.full((len(codes), len(codes)), ELSEWHERE, dtype=np.int32)
        near = np.flatnonzero((codes >= 0) & (codes < len(h.distance_bands)))
        bands = h.distance_bands[np.ix_(codes[near], codes[near])]
        # A band of -1, not known, takes the last of these.
        table[np.ix_(near, near)] = np.array([*BAND_POINTS, ELSEWHERE], dtype=np.int32)[bands]
        np.fill_diagonal(table, FULL)
        table[codes < 0, :] = NEUTRAL
        table[:, codes < 0] = NEUTRAL
        points = table.ravel()[(numbers[: h.count] * len(codes))[rows] + numbers[h.count :][columns]]
        return points, points

    def points_of(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> tuple[int, int]:
        band = self._band(h, i, g, j)
        points = NEUTRAL if band is None else ELSEWHERE if band < 0 else BAND_POINTS[band]
        return points, points

    def reason(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Reason:
        band = self._band(h, i, g, j)
        if band is None:
            return Reason("place.unknown", {})
        words = "other" if band < 0 else ("same", "near", "further", "far")[band]
        return Reason(f"place.{words}", {"part": int(g.part_of_town[j])})

    def _band(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> int | None:
        """0..3, -1 = another part, distance not known, None = not stated."""
        ours, theirs = int(h.part_of_town[i]), int(g.part_of_town[j])
        if ours < 0 or theirs < 0:
            return None
        if ours == theirs:
            return 0
        return int(h.distance_bands[ours, theirs]) if max(ours, theirs) < len(h.distance_bands) else -1


class Children(_Shared):
    code = "children"
    household_field, group_field, enough, found, data_name = (
        "child_bands",
        "child_bands",
        2,
        "same_age",
        "bands",
    )
    sentence = {
        "nl": "Kinderen van ongeveer dezelfde leeftijd, waar beide kanten kinderen hebben.",
        "en": "Children of about the same age, where both sides have children.",
    }
    needs = ("household.child_bands", "group.child_bands")


class Programme(Criterion):
    code = "programme"
    sentence = {
        "nl": "De vorm die zij zoeken: een sponsorgroep (al voor de aankomst) of een welkomgroep (daarna).",
        "en": "The form they look for: a sponsor group (before arrival) or a welcome group (after it).",
    }
    needs = ("household.kind", "group.kind")

    def points(
        self, h: HouseholdProfiles, rows: Rows, g: GroupProfiles, columns: Rows
    ) -> tuple[Int32Array, Int32Array]:
        table = np.diag(np.full(3, FULL, dtype=np.int32))
        table[KIND_OPEN, :] = NEUTRAL
        table[:, KIND_OPEN] = NEUTRAL
        points = table.ravel()[(h.kind * np.intp(3))[rows] + g.kind[columns]]
        return points, points

    def points_of(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> tuple[int, int]:
        kinds = {int(h.kind[i]), int(g.kind[j])}
        points = NEUTRAL if KIND_OPEN in kinds else FULL if len(kinds) == 1 else 0
        return points, points

    def reason(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Reason:
        word = {NEUTRAL: "open", FULL: "same", 0: "other"}[self.points_of(h, i, g, j)[0]]
        return Reason(f"programme.{word}", {"kind": int(g.kind[j])})


class Wishes(Criterion):
    code = "wishes"
    sentence = {
        "nl": "Wensen (geen voorwaarden) van elke kant waar de andere kant aan voldoet.",
        "en": "Wishes (not conditions) of each side that the other side meets.",
    }
    needs = ("household.wishes", "household.meets", "group.wishes", "group.meets")

    def points(
        self, h: HouseholdProfiles, rows: Rows, g: GroupProfiles, columns: Rows
    ) -> tuple[Int32Array, Int32Array]:
        table = _share_table(64)
        sides = []
        for wishes, own, meets, other in (
            (h.wishes, rows, g.meets, columns),
            (g.wishes, columns, h.meets, rows),
        ):
            met = np.bitwise_count(wishes[own] & meets[other])
            sides.append(table[_stated(wishes)[own] + met])
        return sides[0], sides[1]

    def points_of(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> tuple[int, int]:
        def share(wishes: int, meets: int) -> int:
            stated = bits_of(wishes)
            return FULL * sum(meets >> wish & 1 for wish in stated) // len(stated) if stated else NEUTRAL

        return (
            share(int(h.wishes[i]), int(g.meets[j])),
            share(int(g.wishes[j]), int(h.meets[i])),
        )

    def reason(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Reason:
        wanted, offered = int(h.wishes[i]) | int(g.wishes[j]), 0
        if not wanted:
            return Reason("wishes.unknown", {})
        offered = (int(h.wishes[i]) & int(g.meets[j])) | (int(g.wishes[j]) & int(h.meets[i]))
        unmet = (int(h.wishes[i]) & ~int(g.meets[j])) | (int(g.wishes[j]) & ~int(h.meets[i]))
        word = "met" if not unmet else "partly" if offered else "none"
        return Reason(f"wishes.{word}", {"wishes": bits_of(offered), "unmet": bits_of(unmet)})


CRITERIA: tuple[Criterion, ...] = (
    Languages(),
    Interests(),
    Goals(),
    Availability(),
    Place(),
    Children(),
    Programme(),
    Wishes(),
)
"""All criteria, in the order of `profiles.CRITERION_CODES`."""


@cache
def _share_table(enough: int) -> Int32Array:
    """int32 (2 * 65 * 65,): points at [other side silent * 65 * 65 + stated * 65 + shared]."""
    stated, shared = np.arange(65)[:, None], np.arange(65)[None, :]
    need = np.maximum(np.minimum(stated, enough), 1)
    table = np.full((2, 65, 65), NEUTRAL, dtype=np.int32)
    table[0] = FULL * np.minimum(shared, need) // need
    table[0, 0] = NEUTRAL
    return table.ravel()


def _stated(masks: MaskArray) -> Rows:
    """Where the row of each mask begins in `_share_table`."""
    rows: Rows = np.bitwise_count(masks).astype(np.intp) * 65
    return rows


def _silent(masks: MaskArray) -> Rows:
    """Where the half of the table begins, by whether this side stated anything."""
    halves: Rows = (masks == 0).astype(np.intp) * (65 * 65)
    return halves
