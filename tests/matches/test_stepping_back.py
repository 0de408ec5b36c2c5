"""A group pauses, stops or becomes too small: what nobody was asked about goes, and the household is free for another group."""

from collections.abc import Callable

import pytest

from groups.domain import membership, standing
from groups.enums import GroupStatus, MemberRole
from groups.models import SponsorGroup
from matches.domain import approval
from matches.domain.pool import sides_of_run
from matches.domain.proposing import compute_run, conclude, question, queue, start_run
from matches.engine import solve
from matches.enums import OPEN_STATUSES, MatchStatus
from matches.models import Match, MatchingRun
from matches.waiting import SOURCES, steps
from municipalities.enums import StaffRole
from samenhier.audit.models import AuditEvent
from samenhier.core.crypto import unseal_json
from samenhier.core.errors import DomainError, TransitionRefused
from samenhier.notifications import rendering
from samenhier.notifications.kinds import get
from samenhier.notifications.models import OutgoingMessage
from tests import factories as make
from tests.parallel import at_once

from .across import across
from .world import world


def contact_of(group: SponsorGroup):
    return group.members.get(role=MemberRole.CONTACT).user


def pause(group):
    standing.pause(group=group, actor=contact_of(group))


def stop(group):
    standing.stop(group=group, actor=contact_of(group))


def end(group):
    coordinator = make.staff(StaffRole.COORDINATOR, group.municipality)
    standing.stop(group=group, actor=coordinator, message="Dank jullie wel.")


def too_few_stay(group):
    for member in group.members.filter(role=MemberRole.MEMBER)[:3]:
        membership.leave(member=member, actor=member.user)


def everybody_leaves(group):
    here = group.members.present()
    for member in [*here.filter(role=MemberRole.MEMBER), *here.filter(role=MemberRole.CONTACT)]:
        membership.leave(member=member, actor=member.user)


def last_of_a_small_one_leaves(group):
    """From on hold: whatever stands there by then goes too."""
    too_few_stay(group)
    Match.objects.update(status=MatchStatus.PROPOSED, closed_at=None)
    everybody_leaves(group)


WAYS: list[Callable[[SponsorGroup], None]] = [
    pause,
    stop,
    end,
    too_few_stay,
    everybody_leaves,
    last_of_a_small_one_leaves,
]


def told() -> list[tuple[object, str]]:
    """Who hears what a neighbour said."""
    rows = OutgoingMessage.objects.filter(kind="neighbours.town_answered")
    return [(row.recipient_id, unseal_json(row.sealed)["context"]["value"]) for row in rows]


def lines(*towns) -> list[str]:
    return [str(line.what) for town in towns for source in SOURCES for line in source(town)]


def acts(town) -> list[str]:
    found = AuditEvent.objects.filter(municipality_id=town.pk, action="match.group_stepped_back")
    assert all(row.actor_id is None for row in found)
    return list(found.values_list("action", flat=True))


@pytest.mark.django_db
class TestEachWay:
    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("chosen", ["", "Zij wonen naast elkaar."])
    def test_a_proposal_at_home_is_withdrawn(self, way, chosen):
        w = world()
        Match.objects.update(override_reason=chosen, override_price={} if chosen else None)
        other = make.match(make.group(w.town), make.household(w.town))
        assert len(lines(w.town)) == 1
        way(w.group)
        match = w.fresh()
        assert (match.status, match.not_again) == (MatchStatus.WITHDRAWN, False)
        assert match.closed_at is not None
        assert set(acts(w.town)) == {"match.group_stepped_back"}
        # Of the others nothing changed.
        other.refresh_from_db()
        assert other.status == MatchStatus.PROPOSED
        other.delete()
        assert "Voorstellen om over te beslissen" not in lines(w.town)
        assert list(steps.proposal_lines(w.town)) == []
        assert told() == []

    @pytest.mark.parametrize("way", WAYS[:-1])
    def test_a_town_that_waits_for_a_word_hears_that_none_comes(self, way):
        w = across("offered")
        Match.objects.update(offered_by=w.coordinator)
        assert list(steps.match_lines(w.there))
        way(w.group)
        match = w.fresh()
        assert (match.status, match.not_again) == (MatchStatus.WITHDRAWN, False)
        assert told() == [(w.coordinator.pk, "stepped_back")]
        assert acts(w.town) == acts(w.there) == ["match.group_stepped_back"]
        assert list(steps.match_lines(w.there)) == []
        with pytest.raises(TransitionRefused):
            w.agree()

    @pytest.mark.parametrize("way", WAYS[:-1])
    def test_what_a_neighbour_only_proposed_goes_silently(self, way):
        w = across("proposed")
        way(w.group)
        assert w.fresh().status == MatchStatus.WITHDRAWN
        assert told() == []

    @pytest.mark.parametrize("way", WAYS[:-1])
    @pytest.mark.parametrize("status", ["proposed", "offered"])
    def test_the_household_gets_another_proposal(self, way, status):
        w = across(status)
        other = make.group(w.town)
        assert (w.household.pk in sides_of_run(w.town.pk).household_ids) is (status == "proposed")
        way(w.group)
        assert sides_of_run(w.town.pk).household_ids == (w.household.pk,)
        compute_run(start_run(municipality=w.town, actor=None).pk)
        assert Match.objects.get(status=MatchStatus.PROPOSED).group == other

    def test_these_two_may_be_proposed_again(self):
        w = world()
        pause(w.group)
        standing.go_on(group=w.group, actor=contact_of(w.group))
        compute_run(start_run(municipality=w.town, actor=None).pk)
        assert Match.objects.get(status=MatchStatus.PROPOSED).group == w.group

    def test_a_group_that_stays_large_enough_keeps_its_proposals(self):
        w = world()
        member = w.group.members.filter(role=MemberRole.MEMBER).first()
        membership.leave(member=member, actor=member.user)
        assert w.fresh().status == MatchStatus.PROPOSED

    @pytest.mark.parametrize("status", [*OPEN_STATUSES, MatchStatus.ENDED])
    def test_what_people_heard_of_is_not_touched(self, status):
        w = world(status)
        too_few_stay(w.group)
        assert w.fresh().status == status

    def test_the_mail_says_why(self):
        context = {"match_id": "1", "group_name": "De Brug", "place": "Buurstad", "url": "/x/"}
        texts = {
            value: rendering.render(get("neighbours.town_answered"), "en", {**context, "value": value}).text
            for value in ("stepped_back", "gone", "no")
        }
        assert [value for value, text in texts.items() if "pauses or has stopped" in text] == ["stepped_back"]


@pytest.mark.django_db
def test_a_group_that_pauses_while_the_worker_solves_is_not_proposed():
    town = make.municipality()
    group, other = make.group(town), make.group(town)
    make.household(town)
    make.household(town)
    run = queue.claim(MatchingRun, start_run(municipality=town, actor=None).pk)
    sides = sides_of_run(town.pk)
    pool = question(run, sides)
    result = solve(pool)
    assert result.placed == 2
    pause(group)
    conclude(run=run, sides=sides, pool=pool, result=result)
    assert [match.group for match in Match.objects.filter(run=run)] == [other]


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    @pytest.mark.parametrize("_round", range(3))
    @pytest.mark.parametrize("way", [pause, stop])
    def test_approving_at_home(self, way, _round):
        w = world()
        self._one_truth(w, at_once(w.approve, lambda: way(w.group)))

    @pytest.mark.parametrize("_round", range(3))
    @pytest.mark.parametrize("way", [pause, stop])
    def test_the_yes_of_the_groups_town(self, way, _round):
        w = across("offered")
        self._one_truth(w, at_once(w.agree, lambda: way(w.group)))

    def _one_truth(self, w, outcomes):
        """Either the two sides were asked and the group was told so, or it stepped back and the approval was refused."""
        approved, stepped = outcomes
        assert isinstance(approved, DomainError) != isinstance(stepped, DomainError), outcomes
        w.group.refresh_from_db()
        state = (w.fresh().status, w.group.status == GroupStatus.APPROVED)
        assert state == ((MatchStatus.WITHDRAWN, False) if stepped is None else (MatchStatus.ASKING, True)), (
            outcomes
        )

    @pytest.mark.parametrize("_round", range(3))
    def test_asking_the_groups_town(self, _round):
        w = across()
        approved, stepped = at_once(w.approve_here, lambda: pause(w.group))
        assert stepped is None
        assert isinstance(approved, Match | TransitionRefused)
        w.group.refresh_from_db()
        assert (w.fresh().status, w.group.status) == (MatchStatus.WITHDRAWN, GroupStatus.ON_HOLD)
        # Who got as far as asking hears that no word comes.
        assert told() == ([(w.coordinator.pk, "stepped_back")] if isinstance(approved, Match) else [])

    @pytest.mark.parametrize("_round", range(3))
    def test_a_rival_of_the_same_household(self, _round):
        """Both want the row of the same proposal, from two sides: neither waits for the other for ever."""
        w = world()
        rival = make.match(make.group(w.town), w.household)
        approved, stepped = at_once(
            lambda: approval.approve(match=rival, actor=w.coordinator), lambda: pause(w.group)
        )
        assert isinstance(approved, Match), approved
        assert stepped is None
        assert w.fresh().status == MatchStatus.WITHDRAWN
