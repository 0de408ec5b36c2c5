"""The hard rules: each says whether a pair is possible, in one sentence that people may read.

One object per rule, used by the filter, the explanation and the algorithm register alike. `evaluate` looks
at many pairs at once, `holds` at one; a test proves that they agree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from .pool import BoolArray, Int32Array
from .profiles import GroupProfiles, HouseholdProfiles, MaskArray, bits_of

RULES_VERSION = "2026-1"
"""Changes whenever a rule, a criterion or their combination changes; stored with every run."""

Data = dict[str, int | list[int]]
Sentence = dict[str, str]
_EVERYTHING = slice(None)


class Rule(ABC):
    """A condition that every pair must meet.

    code       stable name
    sentence   what the rule asks, {"nl": …, "en": …}
    help       what would make it hold, {"nl": …, "en": …}
    needs      names of the profile fields it reads
    relaxable  True if a coordinator could change the situation by talking to people; never for consent or
               safety
    effort     how big that change is, 1 (small) .. 9; orders the suggestions of `unmatched`
    """

    code: ClassVar[str]
    sentence: ClassVar[Sentence]
    help: ClassVar[Sentence]
    needs: ClassVar[tuple[str, ...]]
    relaxable: ClassVar[bool] = False
    effort: ClassVar[int] = 9

    @abstractmethod
    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        """bool, broadcastable to (households in `rows`, groups): True where the rule holds."""

    @abstractmethod
    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        """True if the rule holds for household i and group j."""

    def why(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Data:
        """Numbers and list positions that the words about a broken rule need."""
        return {}


class Municipality(Rule):
    code = "municipality"
    sentence = {
        "nl": "Huishouden en groep horen bij dezelfde gemeente, "
        "of bij gemeenten die hun groepen voor elkaar openstellen.",
        "en": "Household and group belong to the same municipality, "
        "or to municipalities that have opened their groups to each other.",
    }
    help = {
        "nl": "De gemeenten spreken af dat hun groepen elkaars huishoudens mogen steunen.",
        "en": "The municipalities agree that their groups may support each other's households.",
    }
    needs = ("household.municipality", "group.municipality", "household.opened")
    relaxable = True
    effort = 8

    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        here = h.municipality[rows]
        result: BoolArray = here[:, None] == g.municipality
        for household_side, group_side in h.opened.tolist():
            result |= (here == household_side)[:, None] & (g.municipality == group_side)
        return result

    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        couple = (int(h.municipality[i]), int(g.municipality[j]))
        return couple[0] == couple[1] or couple in map(tuple, h.opened.tolist())


class _OfGroup(Rule):
    """A rule about the group alone."""

    field: ClassVar[str]

    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        flags: BoolArray = getattr(g, self.field)
        return flags[None, :]

    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        return bool(getattr(g, self.field)[j])


class _OfHousehold(Rule):
    """A rule about the household alone."""

    field: ClassVar[str]

    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        flags: BoolArray = getattr(h, self.field)
        return flags[rows, None]

    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        return bool(getattr(h, self.field)[i])


class GroupReady(_OfGroup):
    code = "group_ready"
    field = "ready"
    sentence = {
        "nl": "De groep is klaar om te beginnen: goedgekeurd, genoeg leden, een contactpersoon, en iedereen deed wat de "
        "gemeente vraagt (tekenen, VOG, training).",
        "en": "The group is ready to start: approved, enough members, a contact person, and everybody did what the "
        "municipality asks (signing, certificate of conduct, training).",
    }
    help = {"nl": "De groep rondt haar voorbereiding af.", "en": "The group completes its preparation."}
    needs = ("group.ready",)
    relaxable = True
    effort = 4


class GroupFree(_OfGroup):
    code = "group_free"
    field = "free"
    sentence = {
        "nl": "De groep steunt nu geen ander huishouden.",
        "en": "The group does not support another household now.",
    }
    help = {
        "nl": "De huidige koppeling van de groep loopt af.",
        "en": "The present match of the group comes to its end.",
    }
    needs = ("group.free",)


class HouseholdReady(_OfHousehold):
    code = "household_ready"
    field = "ready"
    sentence = {
        "nl": "Het huishouden is klaar om te beginnen: het kennismakingsgesprek is gevoerd.",
        "en": "The household is ready to start: the first conversation has taken place.",
    }
    help = {"nl": "Het kennismakingsgesprek wordt gevoerd.", "en": "The first conversation takes place."}
    needs = ("household.ready",)
    relaxable = True
    effort = 3


class HouseholdFree(_OfHousehold):
    code = "household_free"
    field = "free"
    sentence = {
        "nl": "Het huishouden heeft nu geen andere groep.",
        "en": "The household has no other group now.",
    }
    help = {
        "nl": "De huidige koppeling van het huishouden loopt af.",
        "en": "The present match of the household comes to its end.",
    }
    needs = ("household.free",)


class Consent(Rule):
    code = "consent"
    sentence = {
        "nl": "Huishouden en groep hebben allebei toestemming gegeven, en die geldt nog.",
        "en": "Household and group have both given their consent, and it is still in force.",
    }
    help = {"nl": "Alleen zij zelf kunnen toestemming geven.", "en": "Only they themselves can give consent."}
    needs = ("household.consent", "group.consent")

    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        return h.consent[rows, None] & g.consent

    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        return bool(h.consent[i]) and bool(g.consent[j])


class SharedLanguage(Rule):
    code = "language"
    sentence = {
        "nl": "Er is een gedeelde taal, of een community builder die de taal van het huishouden spreekt.",
        "en": "There is a shared language, or a community builder who speaks the language of the household.",
    }
    help = {
        "nl": "Een community builder of een nieuw lid van de groep spreekt de taal van het huishouden.",
        "en": "A community builder or a new member of the group speaks the language of the household.",
    }
    needs = ("household.languages", "household.bridged", "group.languages")
    relaxable = True
    effort = 5

    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        return _overlap(h.languages[rows], g.languages) | h.bridged[rows, None]

    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        return bool(h.bridged[i]) or int(h.languages[i]) & int(g.languages[j]) != 0

    def why(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Data:
        return {"household": bits_of(int(h.languages[i])), "group": bits_of(int(g.languages[j]))}


class Size(Rule):
    code = "size"
    sentence = {
        "nl": "Het huishouden is niet groter dan de groep aankan.",
        "en": "The household is not larger than the group can support.",
    }
    help = {
        "nl": "De groep zegt een groter huishouden toe.",
        "en": "The group agrees to support a larger household.",
    }
    needs = ("household.size", "group.capacity")
    relaxable = True
    effort = 3

    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        return h.size[rows, None] <= g.capacity

    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        return int(h.size[i]) <= int(g.capacity[j])

    def why(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Data:
        return {"size": int(h.size[i]), "capacity": int(g.capacity[j])}


class ChildAges(Rule):
    code = "child_ages"
    sentence = {
        "nl": "De groep kan kinderen van deze leeftijden steunen.",
        "en": "The group can support children of these ages.",
    }
    help = {"nl": "De groep zegt ook deze leeftijden toe.", "en": "The group agrees to these ages too."}
    needs = ("household.child_bands", "group.carries_bands")
    relaxable = True
    effort = 3

    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        return ~_overlap(h.child_bands[rows], ~g.carries_bands)

    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        return all(int(g.carries_bands[j]) >> band & 1 for band in bits_of(int(h.child_bands[i])))

    def why(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Data:
        return {"bands": bits_of(int(h.child_bands[i]) & ~int(g.carries_bands[j]))}


class HouseholdMusts(Rule):
    code = "household_musts"
    sentence = {
        "nl": "De groep voldoet aan alles wat voor het huishouden een voorwaarde is.",
        "en": "The group meets everything the household cannot do without.",
    }
    help = {
        "nl": "De groep kan er alsnog aan voldoen, of het huishouden laat de voorwaarde los.",
        "en": "The group finds a way to meet it, or the household lets the condition go.",
    }
    needs = ("household.musts", "group.meets")
    relaxable = True
    effort = 2

    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        return ~_overlap(h.musts[rows], ~g.meets)

    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        return all(int(g.meets[j]) >> wish & 1 for wish in bits_of(int(h.musts[i])))

    def why(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Data:
        return {"wishes": bits_of(int(h.musts[i]) & ~int(g.meets[j]))}


class GroupMusts(Rule):
    code = "group_musts"
    sentence = {
        "nl": "Het huishouden voldoet aan alles wat voor de groep een voorwaarde is.",
        "en": "The household meets everything the group cannot do without.",
    }
    help = {
        "nl": "Het huishouden kan er alsnog aan voldoen, of de groep laat de voorwaarde los.",
        "en": "The household finds a way to meet it, or the group lets the condition go.",
    }
    needs = ("group.musts", "household.meets")
    relaxable = True
    effort = 1

    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        return ~_overlap(~h.meets[rows], g.musts)

    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        return all(int(h.meets[i]) >> wish & 1 for wish in bits_of(int(g.musts[j])))

    def why(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> Data:
        return {"wishes": bits_of(int(g.musts[j]) & ~int(h.meets[i]))}


class _NotTogether(Rule):
    """A rule about certain pairs, listed on the household side."""

    field: ClassVar[str]

    def evaluate(self, h: HouseholdProfiles, g: GroupProfiles, rows: slice = _EVERYTHING) -> BoolArray:
        first, last, _ = rows.indices(h.count)
        result = np.ones((max(0, last - first), g.count), dtype=np.bool_)
        couples: Int32Array = getattr(h, self.field)
        inside = couples[(couples[:, 0] >= first) & (couples[:, 0] < last) & (couples[:, 1] < g.count)]
        result[inside[:, 0] - first, inside[:, 1]] = False
        return result

    def holds(self, h: HouseholdProfiles, i: int, g: GroupProfiles, j: int) -> bool:
        return [i, j] not in getattr(h, self.field).tolist()


class NotEnded(_NotTogether):
    code = "not_ended"
    field = "ended"
    sentence = {
        "nl": "Zij zijn niet eerder gekoppeld geweest en hebben elkaar niet eerder afgewezen.",
        "en": "They have not been matched before and have not declined each other before.",
    }
    help = {"nl": "Een andere groep past beter.", "en": "Another group fits better."}
    needs = ("household.ended",)


class NotUnsafe(_NotTogether):
    code = "not_unsafe"
    field = "unsafe"
    sentence = {
        "nl": "Er staat geen veiligheidsvlag tussen hen.",
        "en": "There is no safety flag between them.",
    }
    help = {"nl": "Een andere groep is veilig.", "en": "Another group is safe."}
    needs = ("household.unsafe",)


RULES: tuple[Rule, ...] = (
    Municipality(),
    GroupReady(),
    GroupFree(),
    HouseholdReady(),
    HouseholdFree(),
    Consent(),
    SharedLanguage(),
    Size(),
    ChildAges(),
    HouseholdMusts(),
    GroupMusts(),
    NotEnded(),
    NotUnsafe(),
)
"""All hard rules, in the order in which they are named to people."""


def _overlap(of_households: MaskArray, of_groups: MaskArray) -> BoolArray:
    """bool (households, groups): True where the two masks share a bit."""
    shared: BoolArray = (of_households[:, None] & of_groups) != 0
    return shared
