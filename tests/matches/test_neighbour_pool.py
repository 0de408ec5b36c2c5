"""The pool of a town with neighbours that are open to it: whose groups stand in it, by whose policy, and what a run proposes."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from matches.domain import overriding, safety, snapshot
from matches.domain import replay as replaying
from matches.domain.national import pools_by_size
from matches.domain.obstacles import obstacles
from matches.domain.pool import sides_of_pair, sides_of_run
from matches.domain.proposing import compute_run, start_run
from matches.domain.rhythm import AT, FIRST_ROUND, start_due
from matches.engine import explain_pair
from matches.enums import MatchStatus
from matches.models import Match, MatchingRun
from municipalities.enums import StaffRole
from municipalities.models import Opening
from samenhier.core.errors import Conflict, DomainError
from samenhier.core.moments import local_moment
from tests import factories as make

from .across import across

pytestmark = pytest.mark.django_db


class Towns:
    """A household here, a free group there, open to each other."""

    def __init__(self) -> None:
        self.here, self.there = make.municipality(), make.municipality()
        self.opening = make.opened(self.there, self.here)
        self.household, self.group = make.household(self.here), make.group(self.there)
        self.coordinator = make.staff(StaffRole.COORDINATOR, self.here)

    def groups(self, town=None) -> set:
        return set(sides_of_run((town or self.here).pk).group_ids)

    def run(self, town=None) -> MatchingRun:
        run = start_run(municipality=town or self.here, actor=None)
        compute_run(run.pk)
        return MatchingRun.objects.get(pk=run.pk)


@pytest.fixture
def towns() -> Towns:
    return Towns()


class TestWhoseGroups:
    def test_an_open_neighbours_free_groups_come_along_in_both_directions(self, towns):
        own = make.group(towns.here)
        assert towns.groups() == {own.pk, towns.group.pk}
        assert towns.groups(towns.there) == {own.pk, towns.group.pk}
        sides = sides_of_run(towns.here.pk)
        assert sides.rulebook().allowed().all()
        # Households stay where they are.
        assert sides.household_ids == (towns.household.pk,)

    @pytest.mark.parametrize("status", ["asked", "closed"])
    def test_not_before_both_said_yes_nor_after_one_closed(self, towns, status):
        closed_at = timezone.now() if status == "closed" else None
        Opening.objects.update(status=status, closed_at=closed_at)
        assert towns.groups() == set()
        assert obstacles(towns.household, towns.group)
        Opening.objects.update(status="open", closed_at=None)
        assert towns.groups() == {towns.group.pk}
        assert obstacles(towns.household, towns.group) == []

    def test_the_neighbour_of_a_neighbour_is_no_neighbour(self, towns):
        third = make.municipality()
        make.opened(towns.there, third)
        far = make.group(third)
        assert far.pk not in towns.groups()
        assert far.pk in towns.groups(towns.there)

    @pytest.mark.parametrize(
        ("where", "status"),
        [
            *(("at home", one) for one in ("proposed", "asking", "agreed", "introduced", "active")),
            *(("with another neighbour", one) for one in ("proposed", "offered", "asking", "active")),
        ],
    )
    def test_a_group_that_stands_elsewhere_is_left_out(self, towns, where, status):
        home = towns.there if where == "at home" else make.municipality()
        make.match(towns.group, make.household(home), status=status)
        assert towns.groups() == set()
        Match.objects.update(status="withdrawn", introduced_at=None)
        assert towns.groups() == {towns.group.pk}

    def test_a_choice_by_hand_at_home_holds_it_too(self, towns):
        make.match(towns.group, make.household(towns.there), override_reason="buren", override_price={})
        assert towns.groups() == set()

    def test_what_the_last_run_here_proposed_is_thought_over_again(self, towns):
        make.match(towns.group, make.household(towns.here))
        assert towns.groups() == {towns.group.pk}

    def test_at_home_a_proposal_of_a_neighbour_keeps_no_group(self, towns):
        make.match(towns.group, towns.household)
        assert towns.groups(towns.there) == {towns.group.pk}
        Match.objects.update(status="offered", offered_at=timezone.now())
        assert towns.groups(towns.there) == {towns.group.pk}

    def test_who_waits_for_a_neighbours_word_takes_no_part(self, towns):
        make.match(towns.group, towns.household, status="offered")
        sides = sides_of_run(towns.here.pk)
        assert (sides.household_ids, sides.group_ids) == ((), ())
        # Unless somebody asks about exactly these two.
        again = sides_of_run(towns.here.pk, reconsider=(towns.household.pk, towns.group.pk))
        assert (again.household_ids, again.group_ids) == ((towns.household.pk,), (towns.group.pk,))


class TestByWhosePolicy:
    @pytest.mark.parametrize(("own", "other", "ready"), [(3, 6, False), (6, 3, True)])
    def test_the_size_that_its_own_town_asks(self, towns, own, other, ready):
        for town, size in ((towns.here, own), (towns.there, other)):
            town.policy.group_size, town.policy.group_size_min = 8, size
            town.policy.save()
        assert sides_of_run(towns.here.pk).groups.ready.tolist() == [ready]
        assert (obstacles(towns.household, towns.group) == []) is ready

    @pytest.mark.parametrize(("own", "other", "ready"), [(True, False, True), (False, True, False)])
    def test_the_vog_that_its_own_town_asks(self, towns, own, other, ready):
        for member in towns.group.members.all():
            member.screening.delete()
        for town, required in ((towns.here, own), (towns.there, other)):
            town.policy.vog_required = required
            town.policy.save()
        assert sides_of_run(towns.here.pk).groups.ready.tolist() == [ready]


class TestPartsOfTown:
    """A part of town belongs to its own town: the same name elsewhere is another place."""

    def put_in(self, towns, household: str, group: str, **wishes) -> None:
        for row, part in ((towns.household, household), (towns.group, group)):
            row.part_of_town = part
            for name, value in wishes.items():
                setattr(row, name, value)
            row.save()

    def test_the_same_name_is_not_the_same_part(self, towns):
        own = make.group(towns.here, part_of_town="zuid ")
        self.put_in(towns, "Zuid", "Zuid")
        sides = sides_of_run(towns.here.pk)
        place = {pk: place for place, pk in enumerate(sides.group_ids)}
        points = {
            pk: next(
                part.household
                for part in explain_pair(sides.households, 0, sides.groups, place[pk], sides.weights).parts
                if part.code == "place"
            )
            for pk in place
        }
        assert points[own.pk] > points[towns.group.pk]
        assert sorted(sides.part_names.values()) in (["Zuid", "Zuid"], ["Zuid", "zuid"])

    @pytest.mark.parametrize("asks", ["household", "group"])
    def test_who_must_stay_near_is_not_sent_to_another_town(self, towns, asks):
        self.put_in(towns, "Zuid", "Zuid")
        row = getattr(towns, asks)
        row.wishes = ["near"]
        row.save()
        assert not sides_of_run(towns.here.pk).rulebook().allowed().any()
        assert obstacles(towns.household, towns.group)
        row.wishes = []
        row.save()
        assert sides_of_run(towns.here.pk).rulebook().allowed().all()

    def test_a_run_across_comes_out_again_byte_for_byte(self, towns):
        self.put_in(towns, "Zuid", "Zuid")
        make.group(towns.here, part_of_town="Zuid", wishes=["near"])
        make.household(towns.here, part_of_town="Noord")
        run = towns.run()
        assert run.placed == 2
        assert replaying.replay(run).reproduced
        assert replaying.drift(run) == []
        sides = snapshot.decode(snapshot.stored(run))
        assert sides.households.opened.tolist() == [[0, 1]]
        assert sorted(sides.groups.municipality.tolist()) == [0, 1]
        assert snapshot.encode(sides) == snapshot.stored(run)
        out = StringIO()
        call_command("replay_run", str(run.pk), stdout=out)
        assert "byte for byte" in out.getvalue()
        # A neighbour more changes the codes of towns, and no group.
        third = make.municipality()
        make.opened(third, towns.here)
        assert replaying.drift(run) == []

    def test_without_neighbours_the_bytes_are_what_they_were(self, towns):
        own = make.municipality()
        make.group(own, part_of_town="Zuid"), make.household(own, part_of_town="Zuid")
        sides = sides_of_run(own.pk)
        assert sides.households.opened.tolist() == []
        assert sides.groups.municipality.tolist() == [0]
        assert list(sides.part_names.values()) == ["Zuid"]


class TestARun:
    def test_it_proposes_across_and_says_whose_group_it_is(self, towns):
        run = towns.run()
        match = Match.objects.get()
        assert (match.run, match.municipality, match.group_municipality) == (run, towns.here, towns.there)
        own = make.group(towns.here)
        make.household(towns.here)
        towns.run()
        proposed = Match.objects.filter(status="proposed")
        assert {one.group_id: one.group_municipality_id for one in proposed} == {
            towns.group.pk: towns.there.pk,
            own.pk: None,
        }

    def test_the_own_town_goes_first_with_its_groups(self, towns):
        towns.run()
        ours = Match.objects.get()
        make.household(towns.there)
        towns.run(towns.there)
        ours.refresh_from_db()
        assert ours.status == MatchStatus.WITHDRAWN
        assert Match.objects.get(status="proposed").municipality == towns.there
        # Then it is gone for the neighbour, and its household is left over.
        assert towns.run().placed == 0

    def test_an_offer_is_for_people_to_decide_about(self, towns):
        make.match(towns.group, towns.household, status="offered")
        make.household(towns.there)
        towns.run(towns.there)
        assert set(Match.objects.values_list("status", flat=True)) == {"offered", "proposed"}

    def test_what_was_said_of_two_counts_across_towns(self, towns):
        match = make.match(towns.group, towns.household, status="withdrawn", not_again=True)
        assert towns.run().placed == 0
        match.delete()
        safety.raise_flag(
            household=towns.household, group=towns.group, actor=towns.coordinator, reason="bekenden"
        )
        assert towns.run().placed == 0

    def test_a_flag_needs_two_that_could_meet(self, towns):
        Opening.objects.all().delete()
        with pytest.raises(DomainError, match="verschillende gemeenten"):
            safety.raise_flag(
                household=towns.household, group=towns.group, actor=towns.coordinator, reason="bekenden"
            )

    def test_rounds_reach_a_town_that_has_only_neighbours_groups(self, towns):
        assert [(town, households, groups) for town, households, groups in pools_by_size()] == [
            (towns.here.pk, 1, 1)
        ]
        start_due(local_moment(FIRST_ROUND, AT))
        assert MatchingRun.objects.get().municipality == towns.here

    def test_without_an_opening_the_question_why_not_names_the_rule(self, towns):
        Opening.objects.all().delete()
        choice = overriding.look_at(household=towns.household, group=towns.group)
        assert [one.problem for one in choice.asked.broken] == ["Zij horen bij verschillende gemeenten."]
        assert not choice.possible

    @pytest.mark.parametrize("number", [1, 3])
    def test_loading_costs_the_same_however_many_neighbours(self, towns, number, django_assert_num_queries):
        for _ in range(number):
            other = make.municipality()
            make.opened(towns.here, other)
            make.group(other)
        with django_assert_num_queries(5):
            assert len(sides_of_run(towns.here.pk).group_ids) == number + 1
        with django_assert_num_queries(5):
            sides_of_pair(towns.household, towns.group)


class TestChoosingByHand:
    def choose(self, towns, household=None, group=None, actor=None) -> Match:
        household, group = household or towns.household, group or towns.group
        return overriding.choose(
            household=household,
            group=group,
            reason="Zij kennen elkaar van school.",
            seen=overriding.look_at(household=household, group=group).seen,
            actor=actor or towns.coordinator,
        )

    def test_a_neighbours_group_can_be_chosen_and_then_asks_that_town(self, towns):
        match = self.choose(towns)
        assert match.group_municipality == towns.there
        # A run there may still use its own group; one here leaves it alone.
        assert towns.groups() == set()
        assert towns.groups(towns.there) == {towns.group.pk}

    def test_not_while_it_stands_in_a_proposal_at_home(self, towns):
        theirs = make.match(towns.group, make.household(towns.there))
        choice = overriding.look_at(household=towns.household, group=towns.group)
        # What another town proposed is not told here.
        assert (choice.possible, choice.replaces) == (False, [])
        with pytest.raises(Conflict):
            self.choose(towns)
        theirs.refresh_from_db()
        assert theirs.status == "proposed"

    def test_at_home_a_choice_makes_what_neighbours_proposed_give_way(self, towns):
        asked = self.choose(towns)
        own = make.household(towns.there)
        match = self.choose(towns, household=own, actor=make.staff(StaffRole.COORDINATOR, towns.there))
        asked.refresh_from_db()
        assert (match.status, asked.status) == ("proposed", "withdrawn")

    def test_the_page_offers_it_by_name_and_town(self, towns, client):
        client.force_login(towns.coordinator)
        address = reverse("matches:why_not", kwargs={"slug": towns.here.slug})
        assert f"{towns.group.name}, {towns.there.name}" in client.get(address).content.decode()
        asked = f"{address}?huishouden={towns.household.pk}&groep={towns.group.pk}"
        text = client.get(asked).content.decode()
        assert towns.there.name in text
        assert reverse("groups:review", kwargs={"slug": towns.here.slug, "group": towns.group.pk}) not in text
        Opening.objects.all().delete()
        assert f"{towns.group.name}, {towns.there.name}" not in client.get(address).content.decode()


def test_next_best_of_a_proposal_names_the_neighbours_group(client):
    w = across()
    make.group(w.town)
    own = make.match(make.group(w.town), make.household(w.town))
    other = make.group(w.there)
    client.force_login(w.coordinator)
    address = reverse("matches:proposal", kwargs={"slug": w.town.slug, "proposal": own.pk})
    text = client.get(address).content.decode()
    assert other.name in text
    assert w.there.name in text
