"""A group of a neighbour municipality: approved here, agreed there, then as always; and who sees what of it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from groups.domain.impartial import OwnGroup
from groups.models import GroupMember
from matches import mails as kinds
from matches.domain import approval, checkins, contact, neighbours
from matches.domain.retention import needs_group
from matches.enums import AnswerValue, MatchStatus, Side
from matches.models import Answer, CheckIn, ContactRequest, Match
from matches.waiting import steps
from municipalities.enums import StaffRole
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict, DomainError, TransitionRefused
from samenhier.notifications import rendering
from samenhier.notifications.models import OutgoingMessage
from tests import factories as make
from tests.parallel import at_once

from .across import Across, across


def mails() -> list[tuple[str, object]]:
    """What waits in the outbox: kind and reader, in order of kind."""
    rows = OutgoingMessage.objects.filter(kind__regex=r"^(matches|neighbours)\.")
    return sorted(rows.values_list("kind", "recipient_id"), key=lambda row: (row[0], str(row[1])))


def acts(town) -> list[str]:
    return list(
        AuditEvent.objects.filter(municipality_id=town.pk, action__startswith="match.")
        .order_by("pk")
        .values_list("action", flat=True)
    )


@pytest.mark.django_db
class TestTheSteps:
    def test_the_approval_here_asks_the_other_town_and_nobody_else(self):
        w = across()
        colleague = make.staff(StaffRole.COORDINATOR, w.there)
        match = w.approve_here()
        assert (match.status, match.offered_by, match.approved_at) == ("offered", w.coordinator, None)
        assert mails() == sorted(
            [("neighbours.group_asked", w.neighbour.pk), ("neighbours.group_asked", colleague.pk)],
            key=lambda row: str(row[1]),
        )
        assert acts(w.town) == acts(w.there) == ["match.offered"]

    def test_the_yes_there_asks_both_sides(self):
        w = across()
        w.approve_here()
        match = w.agree()
        assert (match.status, match.agreed_by, match.approved_by) == ("asking", w.neighbour, w.coordinator)
        assert match.answer_due is not None
        assert {kind for kind, _who in mails()} == {
            "neighbours.group_asked",
            "matches.proposal",
            "neighbours.town_answered",
        }
        asked = {who for kind, who in mails() if kind == "matches.proposal"}
        assert asked == {w.contact.pk, w.newcomer.pk}
        assert acts(w.there) == ["match.offered", "match.town_agreed"]
        assert acts(w.town) == ["match.offered", "match.town_agreed", "match.approved"]

    def test_after_that_all_goes_as_in_one_town(self):
        w = across()
        w.approve_here()
        w.agree()
        assert w.both_say_yes().status == MatchStatus.INTRODUCED

    def test_the_no_there_sets_it_aside_for_good_and_reaches_who_asked(self):
        w = across()
        w.approve_here()
        match = w.refuse("De groep wil dichtbij blijven.")
        assert (match.status, match.not_again) == (MatchStatus.WITHDRAWN, True)
        assert [who for kind, who in mails() if kind == "neighbours.town_answered"] == [w.coordinator.pk]
        assert "matches.not_now" not in {kind for kind, _who in mails()}
        assert AuditEvent.objects.filter(action="match.town_refused").first().reason.startswith("De groep")
        w.match = make.match(w.group, w.household)
        with pytest.raises(DomainError):
            w.approve_here()

    def test_nobody_agrees_before_the_town_of_the_household_approved(self):
        w = across()
        for act in (w.agree, w.refuse):
            with pytest.raises(TransitionRefused):
                act()
        assert w.fresh().status == MatchStatus.PROPOSED
        w.approve_here()
        assert w.agree().status == MatchStatus.ASKING

    @pytest.mark.parametrize("status", ["asking", "agreed", "introduced", "active", "ended", "withdrawn"])
    def test_what_no_longer_waits_is_not_decided_again(self, status):
        w = across(status)
        for act in (w.agree, w.refuse):
            with pytest.raises(TransitionRefused):
                act()
        assert w.fresh().status == status

    def test_only_a_coordinator_of_the_groups_town_decides(self):
        w = across("offered")
        others = [
            w.coordinator,
            make.staff(StaffRole.VIEWER, w.there),
            make.staff(StaffRole.BUILDER, w.there),
            make.staff(StaffRole.COORDINATOR, make.municipality()),
        ]
        for other in others:
            with pytest.raises(DomainError, match="eigen gemeente"):
                w.agree(other)
            with pytest.raises(DomainError, match="eigen gemeente"):
                neighbours.refuse(match=w.match, actor=other)
        assert w.fresh().status == MatchStatus.OFFERED
        assert w.agree().status == MatchStatus.ASKING

    def test_nobody_decides_about_the_own_group_there_either(self):
        w = across("offered")
        make.member(w.group, user=w.neighbour)
        for act in (w.agree, w.refuse):
            with pytest.raises(OwnGroup):
                act()
        assert w.agree(make.staff(StaffRole.COORDINATOR, w.there)).status == MatchStatus.ASKING

    def test_taking_it_back_here_is_silent(self):
        w = across("offered")
        approval.set_aside(match=w.match, actor=w.coordinator, not_again=False)
        assert w.fresh().status == MatchStatus.WITHDRAWN
        assert mails() == []

    def test_whoever_waits_hears_that_the_group_found_somebody_at_home(self):
        w = across()
        w.approve_here()
        own = make.match(w.group, make.household(w.there))
        approval.approve(match=own, actor=w.neighbour)
        assert w.fresh().status == MatchStatus.WITHDRAWN
        assert ("neighbours.town_answered", w.coordinator.pk) in mails()

    def test_a_household_that_stops_is_not_offered_any_more(self):
        from newcomers.domain import intake

        w = across("offered")
        intake.withdraw(household=w.household, actor=w.newcomer)
        assert w.fresh().status == MatchStatus.WITHDRAWN
        assert not [kind for kind, _who in mails() if kind == "matches.not_now"]

    def test_what_changed_since_is_asked_again_there(self):
        w = across("offered")
        w.household.status = "paused"
        w.household.save()
        with pytest.raises(DomainError):
            w.agree()
        w.household.status = "ready"
        w.household.save()
        assert w.agree().status == MatchStatus.ASKING


@pytest.mark.django_db
class TestTheOpeningBetweenThem:
    @pytest.mark.parametrize("status", ["proposed", "offered"])
    def test_closing_withdraws_what_nobody_was_asked_about(self, status):
        w = across(status)
        own = make.match(make.group(w.town), make.household(w.town))
        w.close()
        assert (w.fresh().status, w.fresh().not_again) == (MatchStatus.WITHDRAWN, False)
        own.refresh_from_db()
        assert own.status == MatchStatus.PROPOSED
        assert acts(w.town) == acts(w.there) == ["match.no_longer_open"]
        # Neither side was asked, so neither hears of it.
        assert {kind for kind, _who in mails()} <= {"neighbours.town_answered"}

    @pytest.mark.parametrize("status", ["asking", "agreed", "introduced", "active"])
    def test_what_goes_on_goes_on(self, status):
        w = across(status)
        w.close()
        assert w.fresh().status == status

    @pytest.mark.parametrize(("status", "act"), [("proposed", "approve_here"), ("offered", "agree")])
    def test_each_approval_asks_again_whether_it_stands(self, status, act):
        w = across(status)
        type(w.opening).objects.update(status="closed", closed_at=timezone.now())
        with pytest.raises(DomainError, match="verschillende gemeenten"):
            getattr(w, act)()
        assert w.fresh().status == status
        type(w.opening).objects.update(status="open", closed_at=None)
        getattr(w, act)()

    def test_a_question_alone_is_no_opening(self):
        w = across()
        type(w.opening).objects.update(status="asked")
        with pytest.raises(DomainError, match="verschillende gemeenten"):
            w.approve_here()


class TestAtTheSameMoment:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("_round", range(3))
    def test_the_own_town_and_the_neighbour_take_one_group_once(self, _round):
        w = across("offered")
        own = make.match(w.group, make.household(w.there))
        outcomes = at_once(w.agree, lambda: approval.approve(match=own, actor=w.neighbour))
        assert sum(isinstance(one, Match) for one in outcomes) == 1, outcomes
        assert sum(isinstance(one, DomainError) for one in outcomes) == 1
        assert Match.objects.open().filter(group=w.group).count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_neighbours_ask_for_one_group_once(self):
        w = across()
        third = make.municipality()
        make.opened(third, w.there)
        theirs = make.match(w.group, make.household(third))
        actor = make.staff(StaffRole.COORDINATOR, third)
        outcomes = at_once(w.approve_here, lambda: approval.approve(match=theirs, actor=actor))
        assert sum(isinstance(one, Match) for one in outcomes) == 1, outcomes
        assert sum(isinstance(one, Conflict) for one in outcomes) == 1
        assert Match.objects.filter(status=MatchStatus.OFFERED).count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_colleagues_there_decide_once(self):
        w = across("offered")
        colleague = make.staff(StaffRole.COORDINATOR, w.there)
        outcomes = at_once(w.agree, lambda: w.agree(colleague), w.refuse)
        assert sum(isinstance(one, Match) for one in outcomes) == 1, outcomes
        assert sum(isinstance(one, TransitionRefused) for one in outcomes) == 2

    @pytest.mark.django_db(transaction=True)
    def test_closing_and_agreeing_leave_one_truth(self):
        w = across("offered")
        outcomes = at_once(w.agree, w.close)
        agreed = isinstance(outcomes[0], Match)
        assert w.fresh().status == (MatchStatus.ASKING if agreed else MatchStatus.WITHDRAWN), outcomes
        w.opening.refresh_from_db()
        assert w.opening.status == "closed"


@pytest.mark.django_db
class TestTheDatabaseAlone:
    def test_nobody_is_asked_about_a_neighbours_group_before_that_town_agreed(self):
        w = across()
        for status in ("asking", "agreed", "active", "declined"):
            with pytest.raises(IntegrityError, match="match_across_is_agreed"), transaction.atomic():
                Match.objects.filter(pk=w.match.pk).update(
                    status=status, approved_at=timezone.now(), introduced_at=timezone.now()
                )

    def test_only_a_group_of_another_town_is_offered(self):
        w = across()
        with pytest.raises(IntegrityError, match="match_neighbour_is_another_town"), transaction.atomic():
            Match.objects.update(group_municipality=w.town)
        with pytest.raises(IntegrityError, match="match_offered_to_a_neighbour"), transaction.atomic():
            Match.objects.update(group_municipality=None, status="offered")
        with pytest.raises(IntegrityError, match="match_offered_to_a_neighbour"), transaction.atomic():
            Match.objects.update(status="offered")

    @pytest.mark.parametrize("which", ["household", "group"])
    def test_one_offer_for_a_household_and_for_a_group(self, which):
        w = across("offered")
        second = make.match(
            w.group if which == "group" else make.group(w.there),
            w.household if which == "household" else make.household(w.town),
        )
        with pytest.raises(IntegrityError, match=f"match_one_offer_per_{which}"), transaction.atomic():
            Match.objects.filter(pk=second.pk).update(status="offered", offered_at=timezone.now())


@pytest.mark.django_db
class TestWhoSees:
    @pytest.mark.parametrize(
        ("status", "seen"),
        [("proposed", False), ("offered", True), ("asking", True), ("active", True), ("ended", False)],
    )
    def test_the_groups_town_sees_it_while_its_group_is_in_it(self, status, seen):
        w = across(status)
        assert Match.objects.visible_to(w.neighbour).exists() is seen
        assert Match.objects.visible_to(w.coordinator).exists()
        for stranger in (
            make.staff(StaffRole.VIEWER, w.there),
            make.staff(StaffRole.BUILDER, w.there),
            make.staff(StaffRole.COORDINATOR, make.municipality()),
        ):
            assert not Match.objects.visible_to(stranger).exists()
        # Never among the matches of that town itself.
        assert not Match.objects.visible_in(w.there, w.neighbour).exists()

    def test_of_the_rows_of_the_household_it_sees_none(self):
        from newcomers.models import Consent, DisclosureGrant, Household

        w = across("active")
        for side in Side:
            CheckIn.objects.create(
                municipality=w.town, match=w.match, side=side, moment="W2", due_on=timezone.localdate()
            )
        Answer.objects.create(
            municipality=w.town, match=w.match, side="household", value="yes", answered_at=timezone.now()
        )
        assert [row.side for row in CheckIn.objects.visible_to(w.neighbour)] == [Side.GROUP]
        assert not CheckIn.objects.visible_in(w.there, w.neighbour).exists()
        for model in (Household, Answer, Consent, DisclosureGrant):
            assert not model.objects.visible_to(w.neighbour).exists(), model

    def test_pages_of_the_groups_town_show_the_card_and_no_name(self, client):
        w = across("offered", part_of_town="Zuidrand")
        client.force_login(w.neighbour)
        for address in (page(w, "visits"), page(w, "visit", visit=w.match.pk)):
            text = client.get(address).content.decode()
            assert w.group.name in text
            assert w.town.name in text
            assert w.household.code_name not in text
            assert w.coordinator.name not in text
            assert "CNRY-household" not in text
        assert "Zuidrand" in text

    def test_agreeing_and_refusing_on_the_page(self, client):
        w = across("offered")
        client.force_login(w.neighbour)
        client.post(page(w, "agree", visit=w.match.pk))
        assert w.fresh().status == MatchStatus.ASKING
        other = across("offered")
        client.force_login(other.neighbour)
        assert client.get(page(other, "refuse_visit", visit=other.match.pk)).status_code == 200
        client.post(page(other, "refuse_visit", visit=other.match.pk), {"reason": "Te ver weg."})
        assert other.fresh().status == MatchStatus.WITHDRAWN
        assert client.get(page(other, "visit", visit=other.match.pk)).status_code == 404

    def test_the_pages_of_the_households_town_stay_its_own(self, client):
        w = across("active")
        client.force_login(w.neighbour)
        for slug in (w.town.slug, w.there.slug):
            for name, key in (("detail", "match"), ("proposal", "proposal")):
                address = reverse(f"matches:{name}", kwargs={"slug": slug, key: w.match.pk})
                assert client.get(address).status_code == 404
        # And the other way round.
        client.force_login(w.coordinator)
        for slug in (w.town.slug, w.there.slug):
            address = reverse("matches:visit", kwargs={"slug": slug, "visit": w.match.pk})
            assert client.get(address).status_code == 404

    def test_the_households_town_reads_whose_group_it_is(self, client):
        w = across("proposed")
        client.force_login(w.coordinator)
        for name, kwargs in (("workbench", {}), ("proposal", {"proposal": w.match.pk})):
            text = client.get(
                reverse(f"matches:{name}", kwargs={"slug": w.town.slug, **kwargs})
            ).content.decode()
            assert w.there.name in text, name
        client.post(reverse("matches:approve", kwargs={"slug": w.town.slug, "proposal": w.match.pk}))
        assert w.fresh().status == MatchStatus.OFFERED
        for name, kwargs in (("list", {}), ("detail", {"match": w.match.pk})):
            text = client.get(
                reverse(f"matches:{name}", kwargs={"slug": w.town.slug, **kwargs})
            ).content.decode()
            assert w.there.name in text, name
        # What happened between the towns stands in this trail once.
        assert text.count("gemeente van de groep is gevraagd") == 1

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_costs_the_same_however_long(self, client, number, django_assert_num_queries):
        w = across("offered")
        for _ in range(number - 1):
            make.match(make.group(w.there), make.household(w.town), status="active")
        client.force_login(w.neighbour)
        client.get(page(w, "visits"))
        with django_assert_num_queries(8):
            text = client.get(page(w, "visits")).content.decode()
        assert text.count('<th scope="row"') == number


def page(w: Across, name: str, **kwargs) -> str:
    return reverse(f"matches:{name}", kwargs={"slug": w.there.slug, **kwargs})


@pytest.mark.django_db
class TestTheGroup:
    """Its members use the match exactly as in their own town."""

    def test_members_open_the_name_answer_and_ask(self, client):
        w = across()
        w.approve_here()
        w.agree()
        client.force_login(w.contact)
        own = reverse("matches:own", kwargs={"match": w.match.pk})
        text = client.get(own).content.decode()
        # They read where the household lives, and whom they know.
        assert w.town.name in text
        client.post(reverse("matches:answer", kwargs={"match": w.match.pk}), {"value": "yes"})
        w.answer(Side.HOUSEHOLD, AnswerValue.YES)
        assert w.fresh().status == MatchStatus.INTRODUCED
        assert "CNRY-household" in client.post(own).content.decode()

    def test_a_quiet_request_reaches_their_own_town(self):
        w = across("active")
        contact.ask_for_contact(user=w.contact)
        contact.ask_for_contact(user=w.newcomer)
        assert ContactRequest.objects.get(side=Side.GROUP).municipality == w.there
        assert ContactRequest.objects.get(side=Side.HOUSEHOLD).municipality == w.town

    def test_a_check_in_is_theirs_and_its_request_too(self):
        w = across("active")
        row = CheckIn.objects.create(
            municipality=w.town, match=w.match, side="group", moment="W2", due_on=timezone.localdate()
        )
        checkins.answer_check_in(check_in=row, actor=w.contact, wellbeing=3, meetings=1, wants_contact=True)
        assert ContactRequest.objects.get().municipality == w.there

    def test_mail_to_members_belongs_to_their_own_town(self):
        w = across("active")
        for side in Side:
            CheckIn.objects.create(
                municipality=w.town,
                match=w.match,
                side=side,
                moment="W2",
                due_on=timezone.localdate(),
                next_reminder_at=timezone.now(),
            )
        checkins.sweep_due(timezone.now())
        towns = dict(OutgoingMessage.objects.values_list("recipient_id", "municipality_id"))
        assert towns == {w.contact.pk: w.there.pk, w.newcomer.pk: w.town.pk}

    def test_a_group_in_a_neighbours_match_is_kept(self):
        w = across("active")
        rows = type(w.group).objects
        assert rows.filter(needs_group(timezone.now())).get() == w.group
        Match.objects.update(status="withdrawn", introduced_at=None, started_on=None)
        assert not rows.filter(needs_group(timezone.now())).exists()

    def test_a_member_who_leaves_loses_the_name(self):
        from groups.domain.membership import leave
        from newcomers.models import DisclosureGrant

        w = across()
        w.approve_here()
        w.agree()
        w.both_say_yes()
        member: GroupMember = w.members()[1]
        assert DisclosureGrant.objects.open().filter(reader=member.user).exists()
        leave(member=member, actor=member.user)
        assert not DisclosureGrant.objects.open().filter(reader=member.user).exists()


@pytest.mark.django_db
class TestWorkListAndMail:
    def test_the_question_stands_on_the_list_there_until_it_is_answered(self):
        w = across("offered")
        [line] = steps.match_lines(w.there)
        assert w.group.name in line.who
        assert w.town.name in line.who
        assert list(steps.match_lines(w.town)) == []
        w.agree()
        assert list(steps.match_lines(w.there)) == []

    def test_a_neighbour_that_stays_silent_stands_on_the_list_here(self):
        w = across("offered")
        assert list(steps.match_lines(w.town)) == []
        Match.objects.update(offered_at=timezone.now() - steps.DECIDES_WITHIN)
        [line] = steps.match_lines(w.town)
        assert w.group.name in line.who
        [theirs] = steps.match_lines(w.there)
        assert "akkoord" in str(theirs.action)

    @pytest.mark.parametrize(("language", "words"), [("nl", "Buurstad vraagt"), ("en", "Buurstad asks")])
    def test_the_mail_names_the_town_and_the_own_group(self, language, words):
        context = {"match_id": "1", "group_name": "De Brug", "place": "Buurstad", "url": "/x/"}
        mail = rendering.render(kinds.GROUP_ASKED, language, context)
        assert words in mail.subject
        assert "De Brug" in mail.text

    def test_who_waited_hears_when_it_is_closed(self):
        w = across()
        w.approve_here()
        w.close()
        assert ("neighbours.town_answered", w.coordinator.pk) in mails()

    @pytest.mark.parametrize("value", ["yes", "no", "gone", "stepped_back"])
    def test_the_answer_says_which(self, value):
        context = {
            "match_id": "1",
            "group_name": "De Brug",
            "place": "Buurstad",
            "value": value,
            "url": "/x/",
        }
        mail = rendering.render(kinds.TOWN_ANSWERED, "nl", context)
        assert ("niet akkoord" in mail.text) is (value == "no")
        assert ("in Buurstad zelf" in mail.text) is (value == "gone")
