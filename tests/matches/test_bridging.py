"""A community builder who speaks the language of a household bridges it: in the pool, in words, on the work list."""

import pytest
from django.utils import translation

from matches.domain import approval, lifecycle, proposing
from matches.domain.obstacles import obstacles
from matches.domain.pool import sides_of_pair
from matches.domain.words import reason_in_words
from matches.enums import MatchStatus
from matches.models import Match
from matches.queries.proposals import as_line
from municipalities import worklist
from municipalities.enums import StaffRole
from samenhier.core.errors import DomainError
from tests import factories

pytestmark = pytest.mark.django_db
TIGRINYA = [{"code": "tir", "level": "fluent"}]


class Town:
    """A household that speaks Tigrinya only, a group that does not, and a builder."""

    def __init__(self, *languages: str):
        self.town = factories.municipality()
        self.coordinator = factories.staff(StaffRole.COORDINATOR, self.town)
        self.builder = factories.staff(StaffRole.BUILDER, self.town)
        self.role = self.builder.memberships.get()
        self.role.languages = list(languages)
        self.role.save()
        self.group = factories.group(self.town)
        self.household = factories.household(self.town, languages=TIGRINYA)

    def propose(self) -> Match:
        proposing.compute_run(proposing.start_run(municipality=self.town, actor=self.coordinator).pk)
        return Match.objects.get(status=MatchStatus.PROPOSED)

    def lines(self) -> list[str]:
        with translation.override("en"):
            return [str(line.action) for line in worklist.lines(self.coordinator, self.town)]


@pytest.mark.parametrize(
    ("languages", "possible"), [((), False), (("arb",), False), (("tir",), True), (("arb", "tir"), True)]
)
def test_the_builder_bridges_only_a_language_of_the_household(languages, possible):
    t = Town(*languages)
    assert bool(obstacles(t.household, t.group)) != possible


def test_only_builders_who_work_there_now_bridge():
    t = Town("tir")
    assert not obstacles(t.household, t.group)
    elsewhere = Town()
    assert obstacles(elsewhere.household, elsewhere.group)
    t.role.role = "viewer"
    t.role.save()
    assert obstacles(t.household, t.group)
    t.role.role = "builder"
    t.role.save()
    t.builder.is_active = False
    t.builder.save()
    assert obstacles(t.household, t.group)
    t.builder.is_active = True
    t.builder.save()
    assert not obstacles(t.household, t.group)


def test_a_shared_language_needs_no_builder():
    t = Town("tir")
    t.household.languages = [*TIGRINYA, {"code": "eng", "level": "basic"}]
    t.household.save()
    t.propose()
    reason = next(row for row in Match.objects.get().reasons if row["criterion"] == "languages")
    assert reason["code"] == "languages.shared"


def test_the_reason_names_the_language_and_nobody():
    t = Town("arb", "tir")
    match = t.propose()
    reason = next(row for row in match.reasons if row["criterion"] == "languages")
    assert (reason["code"], reason["household"]) == ("languages.bridged", 0)
    sides = sides_of_pair(t.household, t.group)
    assert (bool(sides.households.bridged[0]), int(sides.households.bridge_languages[0])) == (True, 1 << 3)
    text = reason_in_words(reason["code"], reason["data"])
    assert "Tigrinya" in text
    assert "community builder" in text
    assert t.builder.name not in text
    assert as_line(match).score > 0


def test_a_builder_who_left_since_the_run_stops_the_approval():
    t = Town("tir")
    match = t.propose()
    t.role.languages = []
    t.role.save()
    with pytest.raises(DomainError, match="language|taal"):
        approval.approve(match=match, actor=t.coordinator)
    t.role.languages = ["tir"]
    t.role.save()
    assert approval.approve(match=match, actor=t.coordinator).status == MatchStatus.ASKING


def test_the_work_list_asks_for_a_builder_until_there_is_one():
    t = Town("tir")
    match = t.propose()
    asks = "Choose a community builder"
    assert asks not in t.lines()
    approval.approve(match=match, actor=t.coordinator)
    assert t.lines().count(asks) == 1
    lifecycle.choose_builder(match=match, actor=t.coordinator, builder=t.builder)
    assert asks not in t.lines()
    # A match with a shared language does not ask.
    approval.approve(
        match=factories.match(factories.group(t.town), factories.household(t.town)), actor=t.coordinator
    )
    assert asks not in t.lines()
